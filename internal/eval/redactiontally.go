package eval

import (
	"math"
	"unicode"

	"github.com/deskbook/deskbook/summarize/redact"
)

// redactionTally counts letters and digits, which are what a reader could still use.
type redactionTally struct {
	texts, untouched         int // texts, and those in which nothing is redacted
	secrets, found           int // secrets, and those of which nothing is left
	spans, right             int // redactions, and those of which half or more is secret
	secretChars, hiddenChars int // letters and digits of secrets, and those redacted
	takenChars               int // letters and digits redacted, secret or not
}

// count adds a text and what is redacted in it.
func (t *redactionTally) count(l labelled, spans []redact.Span) {
	t.texts++
	t.spans += len(spans)
	if len(spans) == 0 {
		t.untouched++
	}
	hidden := 0
	for _, s := range spans {
		inside, size := 0, 0
		for i, r := range l.text[s.From:s.To] {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				continue
			}
			size++
			if at := s.From + i; at >= l.from && at < l.to {
				inside++
			}
		}
		t.takenChars += size
		hidden += inside
		if size > 0 && 2*inside >= size {
			t.right++
		}
	}
	if l.near {
		return
	}
	secret := 0
	for _, r := range l.text[l.from:l.to] {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			secret++
		}
	}
	t.secrets++
	t.secretChars += secret
	t.hiddenChars += hidden
	if hidden == secret { // spans do not overlap
		t.found++
	}
}

func (t *redactionTally) scores() RedactionScores {
	return RedactionScores{
		Texts:  t.texts,
		Recall: shareOf(t.found, t.secrets), CharRecall: shareOf(t.hiddenChars, t.secretChars),
		CharPrecision: shareOf(t.hiddenChars, t.takenChars), Precision: shareOf(t.right, t.spans),
	}
}

// shareOf returns n of all, rounded to three places; 0 of nothing.
func shareOf(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return math.Round(float64(n)/float64(all)*1000) / 1000
}

// at returns the element of a key, which it adds where there is none.
func at[T any](m map[string]*T, key string) *T {
	if m[key] == nil {
		m[key] = new(T)
	}
	return m[key]
}
