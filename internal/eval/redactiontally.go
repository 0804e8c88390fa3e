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
	takenChars               int // letters and digits redacted, secret or not, but for the free ones
}

// count adds a text and what is redacted in it. With a kind it counts that kind's secrets
// and the redactions that touch them only.
func (t *redactionTally) count(l labelled, spans []redact.Span, kind string) {
	t.texts++
	if len(spans) == 0 {
		t.untouched++
	}
	class := l.classes(kind)
	hidden := make([]bool, len(l.text))
	for _, s := range spans {
		var size, inside, free int
		for i, r := range l.text[s.From:s.To] {
			hidden[s.From+i] = true
			switch c := class[s.From+i]; {
			case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			case c == charFree:
				free++
			case c == charSecret:
				inside++
				fallthrough
			default:
				size++
			}
		}
		if kind != "" && inside == 0 {
			continue
		}
		t.spans++
		t.takenChars += size
		t.hiddenChars += inside
		if size+free > 0 && 2*(inside+free) >= size+free {
			t.right++
		}
	}
	for _, p := range l.secrets {
		if kind == "" || p.kind == kind {
			t.countSecret(l.text, p, hidden)
		}
	}
}

func (t *redactionTally) countSecret(text string, p part, hidden []bool) {
	t.secrets++
	left := false
	for i, r := range text[p.from:p.to] {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			t.secretChars++
			left = left || !hidden[p.from+i]
		}
	}
	if !left {
		t.found++
	}
}

type charClass byte

const (
	charPlain  charClass = iota
	charFree             // may be redacted or not
	charSecret           // must be
)

// classes returns the class of each byte of a text. Where a kind is asked for, the secrets
// of other kinds are free.
func (l labelled) classes(kind string) []charClass {
	class := make([]charClass, len(l.text))
	set := func(p part, c charClass) {
		for i := p.from; i < p.to; i++ {
			class[i] = c
		}
	}
	for _, p := range l.free {
		set(p, charFree)
	}
	for _, p := range l.secrets {
		if kind == "" || p.kind == kind {
			set(p, charSecret)
		} else {
			set(p, charFree)
		}
	}
	return class
}

func (t *redactionTally) scores() RedactionScores {
	return RedactionScores{
		Texts: t.texts, Values: t.secrets,
		Recall: shareOf(t.found, t.secrets), CharRecall: shareOf(t.hiddenChars, t.secretChars),
		CharPrecision: shareOf(t.hiddenChars, t.takenChars), Precision: shareOf(t.right, t.spans),
	}
}

// redactionRows are tallies by name, in the order in which the names came.
type redactionRows struct {
	names   []string
	tallies map[string]*redactionTally
}

// at returns the tally of a name, which it adds where there is none.
func (r *redactionRows) at(name string) *redactionTally {
	if r.tallies == nil {
		r.tallies = map[string]*redactionTally{}
	}
	if r.tallies[name] == nil {
		r.names = append(r.names, name)
	}
	return at(r.tallies, name)
}

func (r *redactionRows) scores() []RedactionRow {
	rows := make([]RedactionRow, len(r.names))
	for i, name := range r.names {
		rows[i] = RedactionRow{name, r.tallies[name].scores()}
	}
	return rows
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
