package triage

import (
	"cmp"
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
)

// Past is a ticket of the team with what people decided about it.
type Past struct {
	Subject, Body string
	At            time.Time
	Labels        map[desk.Field]string
}

// Lesson is a past ticket as it is learned from: its words by their hashes, and no text.
type Sample struct {
	at     time.Time
	terms  []Term
	labels map[desk.Field]string
}

// NewLesson reads a past ticket.
func NewSample(p Past) Sample {
	return Sample{at: p.At, terms: termsOf(p.Subject, p.Body), labels: p.Labels}
}

// Classifiers proposes the fields of a ticket. It never changes and may be shared.
type Classifiers struct {
	fields map[desk.Field]*Classifier
}

// Train learns each field that enough of the lessons have a decided value of. Values
// outside the choices are no longer of use and are left out. The same lessons always
// give the same model.
func Train(ctx context.Context, lessons []Sample, choices map[desk.Field][]desk.Choice) (*Classifiers, error) {
	m := &Classifiers{fields: make(map[desk.Field]*Classifier)}
	for _, f := range desk.Fields() {
		var list []Example
		for _, l := range lessons {
			if v := l.labels[f]; v != "" && offered(choices[f], v) {
				list = append(list, Example{At: l.at, Label: v, Terms: l.terms})
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

// Reports says how well each field was learned; fields not learned are missing.
func (m *Classifiers) Reports() map[desk.Field]FieldReport {
	out := make(map[desk.Field]FieldReport)
	if m != nil {
		for f, c := range m.fields {
			out[f] = c.Report
		}
	}
	return out
}

// Opinions returns one opinion for each field that something can be said about. Without
// a model (nil), and for fields that were not learned, only what the ticket names is
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

// opinion returns the classifier's first choice, or unknown below its floor and where
// the first choice is not offered any more.
func (c *Classifier) opinion(f desk.Field, terms []Term, r desk.TriageRequest) desk.Opinion {
	o := desk.Opinion{Field: f, Basis: desk.FromHistory}
	row := c.vocabulary.Features(terms)
	if len(row) == 0 {
		return o // not a word of it was ever seen
	}
	at, p := ArgMax(c.probabilities(c.scores(row)))
	if !c.Proposes(c.Classes[at], p) || !offered(r.Choices[f], c.Classes[at]) {
		return o
	}
	o.Value, o.Confidence = c.Classes[at], min(p, c.maxProbability())
	o.Words = c.salientWords(r.Subject, r.Body, row, at)
	return o
}

// named proposes the one value whose words are in the subject, if there is just one
// that has most of them.
func nameOpinion(f desk.Field, r desk.TriageRequest) desk.Opinion {
	o := desk.Opinion{Field: f, Basis: desk.FromName}
	subject := make(map[string]string)
	for _, w := range words(r.Subject, maxSubjectBytes, maxBodyWords) {
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

// nameWords returns the words that a value is known by, without those that say nothing:
// articles and the like, and single letters and characters.
func nameWords(c desk.Choice) []string {
	var out []string
	for _, w := range words(c.Value+" "+c.Title, maxSubjectBytes, maxBodyWords) {
		if utf8.RuneCountInString(w) > 1 && !slices.Contains(nameStopWords, w) {
			out = append(out, singular(w))
		}
	}
	return out
}

// silent are words of names that point at nothing.
var nameStopWords = []string{
	"an", "and", "anything", "else", "for", "in", "new", "of", "on", "or", "other", "sign", "standard", "the", "to", "with",
}

// singular takes the ending of an English plural, roughly.
func singular(w string) string {
	if n := len(w); n > 3 && w[n-1] == 's' && w[n-2] != 's' {
		return w[:n-1]
	}
	return w
}
