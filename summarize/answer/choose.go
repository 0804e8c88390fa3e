package answer

import (
	"regexp"
	"slices"

	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// remedyHeading matches headings under which an article says what to do about its symptoms.
	remedyHeading = lexicon.Pattern("answer/remedy-head")
	// symptomHeading matches headings of symptoms, causes and contacts.
	symptomHeading = lexicon.Pattern("answer/symptom-part")
	// sampleHeading matches headings of examples, which answer no question but one for them.
	sampleHeading = lexicon.Pattern("answer/sample-part")
	// elsewhere matches what means nothing without another part of the article.
	elsewhere = lexicon.Pattern("answer/elsewhere")
	// warns matches lines that a reader must not miss.
	warns = lexicon.Pattern("answer/warning")
	// instructs matches sentences that say where or how something is done.
	instructs = lexicon.Pattern("answer/instructs")
	// introduces matches lines that mean nothing without what follows.
	introduces = regexp.MustCompile(`:\s*$`)
	// directive matches lines addressed to the software that renders a page.
	directive = regexp.MustCompile(`^\s*(?::::|\[!INCLUDE)`)
)

// The bounds of what is taken whole.
const (
	wholeLines = 24 // of a section
	wholeProse = 6  // of one without steps
	leastGuide = 3  // headings that say what to do make an article a guide
	mostGuide  = 24
	leadLines  = 3 // that may stand before a list as its conditions
	maxAnswer  = 60
)

// chosen is what an article answers a question with.
type chosen struct {
	lines []line
	parts bool // the lines are headings of sections, to be followed in order
}

// choose returns what an article answers the question with: the section nearest to the
// question, whole; where that only repeats the symptoms, the section that says what to do;
// where the article is a guide of sections, its headings.
func choose(q weightedQuestion, o *outline, passage string) chosen {
	i := o.sectionOf(passage)
	if i < 0 {
		i = 0
	}
	if len(o.sections) == 0 {
		return chosen{}
	}
	s := o.sections[i]
	general := o.adds(q, s) == 0
	repeats := len(s.path) == 0 || symptomHeading.MatchString(s.heading())
	if repeats || general && s.steps() == 0 {
		if remedy := o.remedy(q); remedy >= 0 {
			return o.take(q, remedy)
		}
	}
	if guide := o.guide(nil); len(guide) > 0 && (general || repeats && s.steps() < 2) {
		return chosen{guide, true}
	}
	if s.steps() == 0 && (repeats && q.how || general && len(s.path) > 0) {
		if j := o.bestActing(q); j >= 0 {
			i = j
		}
	}
	c := o.take(q, i)
	if q.how && len(q.run) <= shortQuestion && !slices.ContainsFunc(c.lines, line.acts) {
		return chosen{} // it describes what the question asks how to do
	}
	return c
}

// adds returns the share of the question that a section has and the article's title has not.
func (o *outline) adds(q weightedQuestion, s section) float64 {
	title := thread.Stems(o.article.Title)
	return q.share(title, s.stems()) - q.share(title)
}

// warnings returns the warnings of the article's lead, which hold for all of it.
func (o *outline) warnings() []line {
	var out []line
	if len(o.sections) > 0 && len(o.sections[0].path) == 0 {
		for _, l := range o.sections[0].lines {
			if l.Depth == 0 && (l.Grave || warns.MatchString(l.Phrase.Text)) {
				out = append(out, l)
			}
		}
	}
	return out
}

// remedy returns the index of the section that says what to do about the article's symptoms,
// -1 if there is none. Of several the one nearest to the question is taken.
func (o *outline) remedy(q weightedQuestion) int {
	best, top := -1, -1.0
	for i, s := range o.sections {
		if !slices.ContainsFunc(s.path, remedyHeading.MatchString) || len(s.lines) == 0 {
			continue
		}
		if share := q.share(s.stems()); share > top {
			best, top = i, share
		}
	}
	return best
}

// bestActing returns the index of the section nearest to the question among those that say what
// to do, the first of several; -1 if there is none.
func (o *outline) bestActing(q weightedQuestion) int {
	best, top := -1, -1.0
	for i, s := range o.sections {
		if share := q.share(s.stems()); s.steps() > 0 && share > top {
			best, top = i, share
		}
	}
	return best
}

// stems returns the content stems of a section with its headings.
func (s section) stems() map[string]bool {
	out := map[string]bool{}
	for _, h := range s.path {
		for stem := range thread.Stems(h) {
			out[stem] = true
		}
	}
	for _, l := range s.lines {
		for stem := range l.Stems {
			out[stem] = true
		}
	}
	return out
}

// guide returns the headings right below a path if most of them say what to do: an article
// of things to try, which only its headings tell in full.
func (o *outline) guide(path []string) []line {
	var out []line
	told := 0
	var last string
	for _, s := range o.sections {
		if len(s.path) <= len(path) || !slices.Equal(s.path[:len(path)], path) || len(s.lines) == 0 {
			continue
		}
		h := s.path[len(path)]
		if h == last {
			continue
		}
		last = h
		if symptomHeading.MatchString(h) || sampleHeading.MatchString(h) {
			continue
		}
		if thread.IsAction(h) || remedyHeading.MatchString(h) {
			told++
		}
		out = append(out, line{
			Line: markdown.Line{Text: h, Form: markdown.Step}, Phrase: thread.Parse(h), passage: s.lines[0].passage,
		})
	}
	if told < leastGuide || 4*told < 3*len(out) || len(out) > mostGuide {
		return nil
	}
	return out
}

// take returns what a section answers with: all of it, or the part nearest to the question. A
// section that only introduces others is taken with them.
func (o *outline) take(q weightedQuestion, i int) chosen {
	s := o.sections[i]
	lines := s.lines
	if slices.ContainsFunc(s.path, sampleHeading.MatchString) && !q.sample {
		return chosen{}
	}
	if s.steps() == 0 && o.introducesNext(i) {
		if guide := o.guide(s.path); len(guide) > 0 {
			return chosen{guide, true}
		}
		lines = slices.Clone(lines)
		for _, child := range o.sections[i+1:] {
			if !child.under(s) || len(lines)+len(child.lines) >= wholeLines {
				break
			}
			h := child.heading()
			lines = append(lines, line{
				Line: markdown.Line{Text: h, Form: markdown.Label}, Phrase: thread.Parse(h), passage: child.lines[0].passage,
			})
			lines = append(lines, child.lines...)
		}
	}
	lines = part(q, lines)
	for len(lines) > 0 && lines[len(lines)-1].opens() {
		lines = lines[:len(lines)-1]
	}
	if len(lines) <= 2 && slices.ContainsFunc(lines, func(l line) bool { return elsewhere.MatchString(l.Phrase.Text) }) {
		return chosen{}
	}
	return chosen{lines: lines}
}

// introducesNext reports whether a section ends where those below it begin: it has one line,
// or its last one ends in a colon.
func (o *outline) introducesNext(i int) bool {
	s := o.sections[i]
	if i+1 == len(o.sections) || !o.sections[i+1].under(s) || len(o.sections[i+1].lines) == 0 || len(s.path) == 0 {
		return false
	}
	return len(s.lines) <= 1 || introduces.MatchString(s.lines[len(s.lines)-1].Phrase.Text)
}

// run is a list with what stands before it, or a run of paragraphs.
type run struct {
	lines []line
	list  bool
	steps bool
}

// part returns the lines of a section that answer the question.
func part(q weightedQuestion, lines []line) []line {
	if rows := rowsWith(q, lines); len(rows) > 0 {
		return rows
	}
	list := slices.ContainsFunc(lines, func(l line) bool { return l.Depth > 0 })
	if list && len(lines) <= wholeLines || len(lines) <= wholeProse {
		return lines
	}
	best, top := -1, -1.0
	runs := runsOf(lines)
	for i, r := range runs {
		have := map[string]bool{}
		for _, l := range r.lines {
			for stem := range l.Stems {
				have[stem] = true
			}
		}
		share := q.share(have)
		if r.steps && q.how {
			share += stepBonus
		}
		if share > top {
			best, top = i, share
		}
	}
	if best < 0 {
		return nil
	}
	if runs[best].list {
		return runs[best].lines[:min(len(runs[best].lines), maxAnswer)]
	}
	return nearestProse(q, runs[best].lines)
}

// rowsWith returns the rows of a table that contain an identifier of the question, behind the
// table's first row; none if there is no such row.
func rowsWith(q weightedQuestion, lines []line) []line {
	var out []line
	first := -1
	for i, l := range lines {
		if l.Form != markdown.Row {
			first = -1
			continue
		}
		if first < 0 {
			first = i
		}
		if !slices.ContainsFunc(q.weights, func(t term) bool { return t.id && l.Stems[t.stem] }) {
			continue
		}
		if i > first && !slices.ContainsFunc(out, func(o line) bool { return o.Phrase.Text == lines[first].Phrase.Text }) {
			out = append(out, lines[first])
		}
		out = append(out, l)
	}
	return out
}

// nearestProse returns the paragraph nearest to the question with those around it.
func nearestProse(q weightedQuestion, lines []line) []line {
	best, top := 0, -1.0
	for i, l := range lines {
		if share := q.share(l.Stems); share > top {
			best, top = i, share
		}
	}
	from := best
	for from > 0 && best-from < 2 && introduces.MatchString(lines[from-1].Phrase.Text) {
		from--
	}
	return lines[from:min(len(lines), best+3)]
}

// runsOf splits the lines of a section into its lists, each with what introduces it and the
// warnings behind it, and the paragraphs between them. A list goes on behind an interruption if
// its numbers do.
func runsOf(lines []line) []run {
	var out []run
	var prose []line
	for i := 0; i < len(lines); i++ {
		if lines[i].Depth == 0 {
			prose = append(prose, lines[i])
			continue
		}
		lead := leadOf(prose)
		if rest := prose[:len(prose)-len(lead)]; len(rest) > 0 {
			out = append(out, run{lines: rest})
		}
		r := run{lines: slices.Clone(lead), list: true, steps: lines[i].Form == markdown.Step}
		n := 0
		for i < len(lines) && (lines[i].Depth > 0 || lines[i].Grave || continuesBehind(lines, i, n)) {
			if lines[i].N > 0 && lines[i].Depth == 1 {
				n = lines[i].N
			}
			r.lines = append(r.lines, lines[i])
			i++
		}
		out = append(out, r)
		prose = nil
		i--
	}
	if len(prose) > 0 {
		out = append(out, run{lines: prose})
	}
	return out
}

// continuesBehind reports whether the list whose last number was n goes on soon after line i.
func continuesBehind(lines []line, i, n int) bool {
	for j := i; n > 0 && j < min(len(lines), i+4); j++ {
		if lines[j].Depth == 1 && lines[j].N > 0 {
			return lines[j].N == n+1
		}
	}
	return false
}

// leadOf returns the lines at the end of a text that introduce the list behind it: all of a
// short one, else the last with what it stands under.
func leadOf(prose []line) []line {
	if len(prose) <= leadLines {
		return prose
	}
	from := len(prose) - 1
	for from > 0 && len(prose)-from < leadLines &&
		(prose[from-1].Form == markdown.Label || prose[from-1].Grave || introduces.MatchString(prose[from-1].Phrase.Text)) {
		from--
	}
	return prose[from:]
}
