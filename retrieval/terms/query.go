package terms

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/reply"
)

// Bounds of what is read of a text.
const (
	MaxQueryBytes = 64 << 10 // of a ticket's body
	MaxTitleBytes = 2 << 10
	MaxQueryTerms = 400 // distinct terms that are scored
)

// QueryPower damps how often a ticket repeats a word.
const QueryPower = 0.6

// Query is a text ready to be ranked against: distinct terms with their weights.
type Query struct {
	Terms      []QueryTerm
	Signatures []Signature
	Title      string
	body       string // without quotes and signature
}

// QueryTerm is one distinct term. Its weight is (count in title and body + count in
// title)^QueryPower, less for a filler word. A word that is read in several languages has
// one term for each, and they count as one.
type QueryTerm struct {
	Term       string
	WordNumber int // of the word that it is a reading of
	Weight     float64
	InTitle    bool
	Text       string // as it is written, for explanations
	span       [2]int // where it occurs first
	filler     bool
}

// Own returns what is read of a ticket: the beginning of its subject and of what its
// author wrote, or of the whole body where that is nothing.
func Own(subject, body string) (string, string) {
	body = Truncate(Valid(body), MaxQueryBytes)
	body = reply.Text(body)
	if own := reply.Own(body); strings.TrimSpace(own) != "" {
		body = own
	}
	return Truncate(Valid(subject), MaxTitleBytes), body
}

// TicketQuery reads a ticket in these languages, in English where none is given: its title
// counts twice, quotes and signatures are removed.
func TicketQuery(subject, body string, in ...Language) *Query {
	q := &Query{}
	q.Title, q.body = Own(subject, body)
	q.weigh(2, in)
	q.Signatures = FindSignatures(q.Title + "\n" + q.body)
	return q
}

// SearchQuery reads what was typed into the search box.
func SearchQuery(text string, in ...Language) *Query {
	q := &Query{Title: Truncate(Valid(text), MaxTitleBytes)}
	q.weigh(1, in)
	q.Signatures = FindSignatures(q.Title)
	return q
}

// weigh counts the terms, those of the title so many times, and keeps the most important
// ones when there are too many.
func (q *Query) weigh(titleWeight float64, in []Language) {
	if len(in) == 0 {
		in = []Language{English}
	}
	at := map[string]int{}
	for _, l := range in {
		for _, t := range q.count(titleWeight, l) {
			i, known := at[t.Term]
			if !known {
				at[t.Term] = len(q.Terms)
				q.Terms = append(q.Terms, t)
			} else {
				q.Terms[i].Weight = max(q.Terms[i].Weight, t.Weight)
			}
		}
	}
	numbers := map[[2]int]int{}
	for i := range q.Terms {
		t := &q.Terms[i]
		t.Weight = math.Pow(t.Weight, QueryPower)
		if t.filler {
			t.Weight *= fillerWeight
		}
		n, ok := numbers[t.span]
		if !ok {
			n = len(numbers)
			numbers[t.span] = n
		}
		t.WordNumber = n
	}
	if len(q.Terms) > MaxQueryTerms {
		slices.SortStableFunc(q.Terms, func(a, b QueryTerm) int { return cmp.Compare(b.priority(), a.priority()) })
		q.Terms = slices.Clip(q.Terms[:MaxQueryTerms])
	}
}

// count returns the terms of the text in one language, in their order, each with its count
// as its weight.
func (q *Query) count(titleWeight float64, l Language) []QueryTerm {
	counts := map[string]float64{}
	var order []QueryTerm
	read := func(text string, from int, times float64, title bool) {
		for _, t := range In(l, text) {
			if counts[t.Term] == 0 {
				order = append(order, QueryTerm{
					Term: t.Term, span: [2]int{from + t.Start, from + t.End}, InTitle: title,
					filler: isFiller(l, t.Term), Text: text[t.Start:t.End],
				})
			}
			counts[t.Term] += times
		}
	}
	read(q.Title, 0, titleWeight, true)
	read(q.body, len(q.Title), 1, false)
	for i, t := range order {
		order[i].Weight = counts[t.Term]
	}
	return order
}

// priority says which terms are kept when there are too many: the title's first, then by
// weight, names and codes counting more, then in their order.
func (t QueryTerm) priority() float64 {
	p := t.Weight
	if t.InTitle {
		p += 1000
	}
	if isIdentifierTerm(t.Term) {
		p += 2
	}
	return p
}

// isIdentifierTerm reports whether a term is the whole of a name or a code.
func isIdentifierTerm(term string) bool {
	return strings.ContainsAny(term, "_\\:$@") || strings.HasPrefix(term, "0x")
}
