package answer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The kinds of the sentences of an answer, beside plain ones.
const (
	KindStep    = "step"    // of a numbered list, or to be followed in order
	KindItem    = "item"    // of another list
	KindRow     = "row"     // of a table, its cells separated by semicolons
	KindHeading = "heading" // what follows is under it
	KindCode    = "code"    // verbatim, with its line breaks
	KindPart    = "part"    // a section of the article, to be read there
)

// withWarnings returns what was chosen behind the warnings of the article, if it is something to
// do.
func (c chosen) withWarnings(o *outline) chosen {
	acts := slices.ContainsFunc(c.lines, func(l line) bool { return l.Form == markdown.Step })
	if !acts || c.lines[0].passage == o.article.Passages[0].ID {
		return c
	}
	c.lines = append(o.warnings(), c.lines...)
	return c
}

// sentences returns the lines as sentences that cite their passages.
func (c chosen) sentences(o *outline) []Sentence {
	var out []Sentence
	for _, l := range c.lines {
		s := Sentence{Text: l.Phrase.Text, Citations: o.citation(l.passage), Depth: l.Depth}
		switch {
		case c.parts && l.Form == markdown.Step:
			s.Kind = KindPart
		case l.Form == markdown.Step:
			s.Kind = KindStep
		case l.Form == markdown.Item:
			s.Kind = KindItem
		case l.Form == markdown.Row:
			s.Kind = KindRow
		case l.Form == markdown.Label:
			s.Kind = KindHeading
		case l.Form == markdown.Listing:
			s.Kind = KindCode
		}
		out = append(out, s)
	}
	return out
}

// coverage is how much of a question an article covers.
type coverage struct {
	chosen  float64  // share of its weight in what was chosen, with the titles
	article float64  // the same in the whole article
	missing []string // words that the article lacks, rarest first
}

// cover returns how much of the question is covered by the chosen lines, with their titles and
// the passage nearest to the question.
func (c chosen) cover(q weightedQuestion, o *outline, nearest kb.Passage) coverage {
	title := thread.Stems(o.article.Title)
	have := thread.Stems(nearest.Heading + " " + nearest.Text)
	for _, l := range c.lines {
		maps.Copy(have, l.Stems)
	}
	all := maps.Clone(have)
	maps.Copy(all, title)
	for _, s := range o.sections {
		maps.Copy(all, s.stems())
	}
	have, all = unhyphened(have), unhyphened(all)
	out := coverage{chosen: q.share(have, title), article: q.share(all)}
	var lacking []term
	for _, t := range q.weights {
		if !all[t.stem] && !all[strings.ReplaceAll(t.stem, "-", "")] {
			lacking = append(lacking, t)
		}
	}
	slices.SortStableFunc(lacking, func(a, b term) int { return cmp.Compare(b.weight, a.weight) })
	for _, t := range lacking {
		out.missing = append(out.missing, t.word)
	}
	return out
}

// unhyphened returns stems with those that have a hyphen also without it: "wi-fi" is "wifi".
func unhyphened(stems map[string]bool) map[string]bool {
	out := maps.Clone(stems)
	for s := range stems {
		out[strings.ReplaceAll(s, "-", "")] = true
	}
	return out
}

// tooLittle reports whether so little of a question is covered that quoting the article would
// send its reader wrong. A long question describes more than any article repeats, and where the
// article very probably answers, it only uses other words.
func (c coverage) tooLittle(q weightedQuestion, probability float64) bool {
	switch {
	case len(q.run) <= fewWords && len(c.missing) > 0:
		return true
	case len(q.run) <= shortQuestion && probability < probable:
		return c.chosen < leastCovered || c.article < leastOfArticle
	}
	return false
}

const (
	fewWords      = 2  // content words of a question of which none may be missing
	shortQuestion = 10 // and of one of which these shares must be there
	// leastCovered and leastOfArticle are the shares of the question's weight that the text it
	// is answered with and its article must contain.
	leastCovered   = 0.5
	leastOfArticle = 0.7
	probable       = 0.5
	maxMissing     = 3 // words that are named
)
