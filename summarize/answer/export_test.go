package answer

import (
	"strings"

	"github.com/deskbook/deskbook/kb"
)

// PairShareOf returns pairShare of a question read from text.
func PairShareOf(question, text string) float64 {
	return readQuestion(question).pairShare(contentStems(text))
}

// FocusOf returns focusOf(question).
func FocusOf(question string) string { return focusOf(question) }

// LinesOf returns what an article answers a question with from the passage with this index: each
// line behind its kind.
func LinesOf(question string, a kb.Article, passage int) []string {
	o := &outline{article: a, sections: sectionsOf(a)}
	var out []string
	for _, s := range choose(readQuestion(question), o, a.Passages[passage].ID).withWarnings(o).sentences(o) {
		out = append(out, strings.TrimSpace(s.Kind+" "+s.Text))
	}
	return out
}
