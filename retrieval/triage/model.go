package triage

import (
	"cmp"
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
)

// Sample is a past ticket with what people decided about it: its words as hashes, and no
// text.
type Sample struct {
	at     time.Time
	terms  []Term
	labels map[desk.Field]string
}

// NewSample reads a past ticket.
func NewSample(subject, body string, at time.Time, labels map[desk.Field]string) Sample {
	return Sample{at: at, terms: termsOf(subject, body), labels: labels}
}

// Classifiers proposes the fields of a ticket. It never changes and may be shared.
type Classifiers struct {
	fields map[desk.Field]*Classifier
}

// Train learns each field that was decided in enough of the samples. Values outside the
// choices are left out. The same samples always lead to the same classifiers.
func Train(ctx context.Context, samples []Sample, choices map[desk.Field][]desk.Choice) (*Classifiers, error) {
	m := &Classifiers{fields: make(map[desk.Field]*Classifier)}
	for _, f := range desk.Fields() {
		var list []Example
		for _, s := range samples {
			if v := s.labels[f]; v != "" && offered(choices[f], v) {
				list = append(list, Example{At: s.at, Label: v, Terms: s.terms})
			}
		}
		c, err := Learn(ctx, list)
		if err != nil {
			return nil, err
		}
		if c != nil {
			m.fields[f] = c
		}
	}
	return m, nil
}

func offered(choices []desk.Choice, value string) bool {
	return slices.ContainsFunc(choices, func(c desk.Choice) bool { return c.Value == value })
}

// Reports returns how well each field was learned; fields that were not learned are missing.
func (m *Classifiers) Reports() map[desk.Field]FieldReport {
	out := make(map[desk.Field]FieldReport)
	if m != nil {
		for f, c := range m.fields {
			out[f] = c.Report
		}
	}
	return out
}

// Opinions returns an opinion on each field about which anything can be said. Without
// classifiers (nil), and for fields that were not learned, only what the ticket names is
// proposed.
func (m *Classifiers) Opinions(r desk.TriageRequest) []desk.Opinion {
	var terms []Term
	var out []desk.Opinion
	for _, f := range desk.Fields() {
		var c *Classifier
		if m != nil {
			c = m.fields[f]
		}
		if c == nil {
			if f == desk.FieldCategory || f == desk.FieldService {
				out = append(out, nameOpinion(f, r))
			}
			continue
		}
		if terms == nil {
			terms = termsOf(r.Subject, r.Body)
		}
		out = append(out, c.opinion(f, terms, r))
	}
	return out
}

// opinion returns the classifier's first choice, or unknown below its floor and where the
// first choice is no longer offered.
func (c *Classifier) opinion(f desk.Field, terms []Term, r desk.TriageRequest) desk.Opinion {
	o := desk.Opinion{Field: f, Basis: desk.FromHistory}
	row := c.vocabulary.Features(terms)
	if len(row) == 0 {
		return o // none of its words is known
	}
	at, p := ArgMax(c.probabilities(c.scores(row)))
	if !c.Proposes(c.Classes[at], p) || !offered(r.Choices[f], c.Classes[at]) {
		return o
	}
	o.Value, o.Confidence = c.Classes[at], min(p, c.maxProbability())
	o.Words = c.salientWords(r.Subject, r.Body, row, at)
	return o
}

// nameOpinion proposes the value most of whose words are in the subject, if there is exactly
// one.
func nameOpinion(f desk.Field, r desk.TriageRequest) desk.Opinion {
	o := desk.Opinion{Field: f, Basis: desk.FromName}
	subject := make(map[string]string)
	for _, w := range words(r.Subject, maxSubjectBytes) {
		subject[singular(w)] = w
	}
	top := 0
	for _, c := range r.Choices[f] {
		var found []string
		own := slices.Compact(slices.Sorted(slices.Values(nameWords(c))))
		for _, w := range own {
			if seen, ok := subject[w]; ok {
				found = append(found, seen)
			}
		}
		switch n := cmp.Compare(len(found), top); {
		case n > 0:
			top, o.Value, o.Words = len(found), c.Value, found
		case n == 0 && top > 0:
			o.Value, o.Words = "", nil
		}
	}
	return o
}

// nameWords returns the words of a value's name, without articles and the like and without
// single letters and characters.
func nameWords(c desk.Choice) []string {
	var out []string
	for _, w := range words(c.Value+" "+c.Title, maxSubjectBytes) {
		if utf8.RuneCountInString(w) > 1 && !slices.Contains(nameStopWords, w) {
			out = append(out, singular(w))
		}
	}
	return out
}

// nameStopWords are words of names that identify nothing.
var nameStopWords = []string{
	"an", "and", "anything", "else", "for", "in", "new", "of", "on", "or", "other", "sign", "standard", "the", "to",
	"with",
}

// singular removes the ending of an English plural, roughly.
func singular(w string) string {
	if n := len(w); n > 3 && w[n-1] == 's' && w[n-2] != 's' {
		return w[:n-1]
	}
	return w
}
