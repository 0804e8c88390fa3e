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

// source is a passage that an answer may be written from.
type source struct {
	hit      retrieval.PassageHit
	spans    []thread.Span
	steps    int
	coverage float64 // share of the question's words in passage, heading and title
	score    float64
	standing float64 // its article's probability beside the first one's
	remedy   bool    // it is what the article says to do, whatever words it holds
}

func (s source) citation() evidence.Citation {
	return evidence.Citation{Article: s.hit.Article.ID, Revision: s.hit.Article.Revision, Passage: s.hit.Passage.ID}
}

// rankPassages orders the passages of one article by how much of the question they
// hold.
func rankPassages(q weighedQuestion, hits []retrieval.PassageHit) []source {
	var out []source
	for _, h := range hits {
		s := source{hit: h, spans: passageSpans(h.Passage.Text)}
		for _, sp := range s.spans {
			if sp.Form == thread.Step {
				s.steps++
			}
		}
		head := thread.Stems(h.Article.Title + " " + h.Passage.Heading)
		body := thread.Stems(h.Passage.Text)
		own := q.share(body)
		for w := range head {
			body[w] = true
		}
		s.coverage = q.share(body)
		s.score = 0.5*s.coverage + 0.3*own + 0.4*h.Score
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

// maxStepRunes is how long a line of a passage may be to be shown as one step.
const maxStepRunes = 320

// passageSpans segments a passage, whose paragraphs and list items are a line each.
// Its Markdown is gone, so a line of bounded length that begins as an instruction is
// taken for a step, whole. A short line that ends without a stop among lines that end
// with one is a caption: it is no sentence, and what follows it is a group of its own.
func passageSpans(text string) []thread.Span {
	lines := strings.Split(thread.BoundText(text), "\n")
	stopped, filled := 0, 0
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			filled++
			if ended(l) {
				stopped++
			}
		}
	}
	var out []thread.Span
	group := 0
	for para, line := range lines {
		line = thread.Tidy(line)
		if 2*stopped >= filled && !ended(line) && len(strings.Fields(line)) <= maxCaption && para+1 < len(lines) {
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
	// directive finds lines that tell a page's software something.
	directive = regexp.MustCompile(`^\s*(?::::|\[!INCLUDE)`)
	callout   = regexp.MustCompile(`^\s*\[!\w+\]\s*`)
)

// ended reports whether a line ends as a sentence or an introduction does.
func ended(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, "\"'”’)»* "))
	return strings.ContainsRune(".!?:;…。！？", last)
}
