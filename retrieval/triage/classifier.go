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
	// silent is a value that is never proposed: the most frequent one, where the
	// classifier is not surely more often right than always saying it. "" for none.
	withheld string
	Report   FieldReport
}

// Says reports whether a first choice is proposed.
func (c *Classifier) Proposes(value string, p float64) bool {
	return p >= c.Floor && value != c.withheld
}

// atMost is the highest probability that is given: never having been wrong on n tickets
// does not make the next one certain (Laplace's rule of succession).
func (c *Classifier) maxProbability() float64 { return 1 - 1/float64(c.Report.Checked+2) }

// scores returns a ticket's score for every class.
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

// Best returns the place and size of the largest value; the first of equal ones.
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
	Value string // the one chosen
	Truth string
}

func (c Choice) Correct() bool { return c.Value == c.Truth }

// Choose returns the first choice for each ticket.
func (c *Classifier) Classify(list []Example) []Choice {
	out := make([]Choice, len(list))
	for i, e := range list {
		at, p := ArgMax(c.probabilities(c.scores(c.vocabulary.Features(e.Terms))))
		out[i] = Choice{P: p, Value: c.Classes[at], Truth: e.Label}
	}
	return out
}

// maxCarriers is how many words are named as those that carried a proposal.
const maxSalient = 3

// carriers names the words and pairs of a ticket that spoke most for a class, against
// what they say for the others on average.
func (c *Classifier) salientWords(subject, body string, row []Feature, class int) []string {
	texts := make(map[uint32]string)
	eachTerm(subject, body, func(h uint32, _ float32, text string) { texts[h] = text })
	spoke := make(map[string]float64)
	k := len(c.Classes)
	for _, e := range row {
		weights := c.weights[int(e.Index)*k : int(e.Index)*k+k]
		mean := 0.0
		for _, w := range weights {
			mean += float64(w) / float64(k)
		}
		spoke[texts[c.vocabulary.Hashes[e.Index]]] += float64(e.Value) * (float64(weights[class]) - mean)
	}
	type carrier struct {
		text string
		size float64
	}
	var list []carrier
	for text, size := range spoke {
		if size > 0 && text != "" {
			list = append(list, carrier{text, size})
		}
	}
	slices.SortFunc(list, func(a, b carrier) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.text, b.text))
	})
	var out []string
	for _, x := range list {
		if len(out) == maxSalient || x.size < list[0].size/4 {
			break
		}
		overlaps := slices.ContainsFunc(out, func(had string) bool {
			return containsWords(had, x.text) || containsWords(x.text, had)
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
