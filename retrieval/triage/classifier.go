package triage

import (
	"cmp"
	"slices"
	"strings"
)

// Classifier proposes the value of one field.
type Classifier struct {
	Classes     []string // in order
	vocabulary  Vocabulary
	weights     []float32 // of feature f and class c at f*len(classes)+c
	constants   []float64
	temperature float64
	Floor       float64
	// withheld is a value that is never proposed: the most frequent one, where the classifier
	// is not right more often, with confidence, than always choosing it. "" for none.
	withheld string
	Report   FieldReport
}

// Proposes reports whether a first choice is proposed.
func (c *Classifier) Proposes(value string, p float64) bool {
	return p >= c.Floor && value != c.withheld
}

// maxProbability is the highest probability that is shown: never having been wrong on n
// tickets does not make the next one certain (Laplace's rule of succession).
func (c *Classifier) maxProbability() float64 { return 1 - 1/float64(c.Report.Checked+2) }

// scores returns a ticket's score for each class.
func (c *Classifier) scores(row []Feature) []float64 {
	z := slices.Clone(c.constants)
	k := len(c.Classes)
	for _, e := range row {
		for i, w := range c.weights[int(e.Index)*k : int(e.Index)*k+k] {
			z[i] += float64(e.Value * w)
		}
	}
	return z
}

// probabilities turns scores into probabilities, in place.
func (c *Classifier) probabilities(z []float64) []float64 {
	for i := range z {
		z[i] /= c.temperature
	}
	Softmax(z)
	return z
}

// ArgMax returns the index of the largest value, the first of equal ones, and the value.
func ArgMax(p []float64) (at int, top float64) {
	for i, v := range p {
		if v > top {
			at, top = i, v
		}
	}
	return at, top
}

// Choice is the first choice for a ticket whose value is known.
type Choice struct {
	P     float64
	Value string // the chosen one
	Truth string
}

// Correct reports whether the choice is right.
func (c Choice) Correct() bool { return c.Value == c.Truth }

// Classify returns the first choice for each ticket.
func (c *Classifier) Classify(list []Example) []Choice {
	out := make([]Choice, len(list))
	for i, e := range list {
		at, p := ArgMax(c.probabilities(c.scores(c.vocabulary.Features(e.Terms))))
		out[i] = Choice{P: p, Value: c.Classes[at], Truth: e.Label}
	}
	return out
}

// maxSalient is how many words are named as the grounds of a proposal.
const maxSalient = 3

// salientWords returns the words and pairs of a ticket that contributed most to the score of
// a class, compared with the average of all classes.
func (c *Classifier) salientWords(subject, body string, row []Feature, class int) []string {
	texts := make(map[uint32]string)
	eachTerm(subject, body, func(h uint32, _ float32, text string) { texts[h] = text })
	sizes := make(map[string]float64)
	k := len(c.Classes)
	for _, e := range row {
		weights := c.weights[int(e.Index)*k : int(e.Index)*k+k]
		mean := 0.0
		for _, w := range weights {
			mean += float64(w) / float64(k)
		}
		sizes[texts[c.vocabulary.Hashes[e.Index]]] += float64(e.Value) * (float64(weights[class]) - mean)
	}
	type contribution struct {
		text string
		size float64
	}
	var list []contribution
	for text, size := range sizes {
		if size > 0 && text != "" {
			list = append(list, contribution{text, size})
		}
	}
	slices.SortFunc(list, func(a, b contribution) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.text, b.text))
	})
	var out []string
	for _, x := range list {
		if len(out) == maxSalient || x.size < list[0].size/4 {
			break
		}
		overlaps := slices.ContainsFunc(out, func(named string) bool {
			return containsWords(named, x.text) || containsWords(x.text, named)
		})
		if !overlaps {
			out = append(out, x.text)
		}
	}
	return out
}

// containsWords reports whether the words of part are among those of whole, in order.
func containsWords(whole, part string) bool {
	return strings.Contains(" "+whole+" ", " "+part+" ")
}
