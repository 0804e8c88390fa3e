package answer

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// source is a passage from which an answer may be written.
type source struct {
	hit retrieval.PassageHit
	*reading
	coverage float64 // share of the question's words in passage, heading and title
	score    float64
	relative float64 // its article's probability relative to the first one's
	remedy   bool    // it says what to do, whatever words it contains
}

func (s source) citation() evidence.Citation {
	return evidence.Citation{Article: s.hit.Article.ID, Revision: s.hit.Article.Revision, Passage: s.hit.Passage.ID}
}

// The bonuses of passages with steps.
const (
	stepBonus  = 0.1
	howToBonus = 0.25 // if the question asks how
)

// rankPassages returns the passages of one article by how much of the question they
// contain.
func (w *Writer) rankPassages(q weightedQuestion, hits []retrieval.PassageHit) []source {
	var out []source
	for _, h := range hits {
		s := source{hit: h, reading: w.readPassage(h.Passage.Text)}
		head := thread.Stems(h.Article.Title + " " + h.Passage.Heading)
		s.coverage = q.share(s.stems, head)
		s.score = 0.5*s.coverage + 0.3*q.share(s.stems) + 0.4*h.Score
		switch {
		case s.steps > 1 && q.how:
			s.score += howToBonus
		case s.steps > 1 || thread.RemedyHeading.MatchString(h.Passage.Heading):
			s.score += stepBonus
		}
		if len(s.spans) > 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b source) int { return cmp.Compare(b.score, a.score) })
	return out
}

// maxStepRunes is how long a line of a passage shown as one step may be.
const maxStepRunes = 320

// passageSpans segments a passage, which has one line for each paragraph and list item
// and no Markdown any more. A line of bounded length that begins as an instruction
// therefore counts as one step. A short line without final punctuation among lines with
// it is a caption: it is not a sentence, and what follows is a group of its own.
func passageSpans(text string) []thread.Span {
	lines := strings.Split(thread.BoundText(text), "\n")
	terminated, filled := 0, 0
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			filled++
			if isTerminated(l) {
				terminated++
			}
		}
	}
	var out []thread.Span
	group := 0
	for para, line := range lines {
		line = thread.Tidy(line)
		short := len(strings.Fields(line)) <= maxCaption
		if 2*terminated >= filled && short && !isTerminated(line) && para+1 < len(lines) {
			group++
			continue
		}
		if directive.MatchString(line) {
			continue
		}
		spans := thread.Authored(thread.Segment(callout.ReplaceAllString(line, "")))
		if len(spans) == 0 {
			continue
		}
		if spans[0].Form != thread.Code && thread.OpensInstruction.Matches(line) && len([]rune(line)) <= maxStepRunes {
			spans = []thread.Span{{Phrase: thread.Parse(line), Form: thread.Step}}
		}
		for _, s := range spans {
			s.Para, s.Pos, s.Group = para, len(out), group
			out = append(out, s)
		}
	}
	return out
}

const maxCaption = 6 // words

var (
	// directive matches lines addressed to the software that renders a page.
	directive = regexp.MustCompile(`^\s*(?::::|\[!INCLUDE)`)
	// callout matches the marker of a highlighted note.
	callout = regexp.MustCompile(`^\s*\[!\w+\]\s*`)
)

// isTerminated reports whether a line ends like a sentence or an introduction.
func isTerminated(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, "\"'”’)»* "))
	return strings.ContainsRune(".!?:;…。！？", last)
}
