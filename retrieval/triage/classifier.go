package triage

import (
	"cmp"
	"slices"
	"strings"
)

// Classifier proposes the value of one field.
type Classifier struct {
	classes     []string // in order
	vocabulary  vocabulary
	weights     []float32 // of feature f and class c at f*len(classes)+c
	constants   []float64
	temperature float64
	floor       float64
	// silent is a value that is never proposed: the most frequent one, where the
	// classifier is not surely more often right than always saying it. "" for none.
	silent string
	report FieldReport
}

// says reports whether a first choice is proposed.
func (c *Classifier) says(value string, p float64) bool { return p >= c.floor && value != c.silent }

// atMost is the highest probability that is given: never having been wrong on n tickets
// does not make the next one certain (Laplace's rule of succession).
func (c *Classifier) atMost() float64 { return 1 - 1/float64(c.report.Checked+2) }

// scores gives a ticket's score for every class.
func (c *Classifier) scores(row []entry) []float64 {
	z := slices.Clone(c.constants)
	k := len(c.classes)
	for _, e := range row {
		for i, w := range c.weights[int(e.at)*k : int(e.at)*k+k] {
			z[i] += float64(e.value * w)
		}
	}
	return z
}

// probabilities turns scores into probabilities, in place.
func (c *Classifier) probabilities(z []float64) []float64 {
	for i := range z {
		z[i] /= c.temperature
	}
	softmax(z)
	return z
}

// best gives the place and size of the largest value; the first of equal ones.
func best(p []float64) (at int, top float64) {
	for i, v := range p {
		if v > top {
			at, top = i, v
		}
	}
	return at, top
}

// choice is the first choice for a ticket whose value is known.
type choice struct {
	p     float64
	value string // the one chosen
	truth string
}

func (c choice) right() bool { return c.value == c.truth }

// choose gives the first choice for each ticket.
func (c *Classifier) choose(list []Example) []choice {
	out := make([]choice, len(list))
	for i, e := range list {
		at, p := best(c.probabilities(c.scores(c.vocabulary.row(e.terms))))
		out[i] = choice{p: p, value: c.classes[at], truth: e.Label}
	}
	return out
}

// maxCarriers is how many words are named as those that carried a proposal.
const maxCarriers = 3

// carriers names the words and pairs of a ticket that spoke most for a class, against
// what they say for the others on average.
func (c *Classifier) carriers(subject, body string, row []entry, class int) []string {
	texts := make(map[uint32]string)
	read(subject, body, func(h uint32, _ float32, text string) { texts[h] = text })
	spoke := make(map[string]float64)
	k := len(c.classes)
	for _, e := range row {
		weights := c.weights[int(e.at)*k : int(e.at)*k+k]
		mean := 0.0
		for _, w := range weights {
			mean += float64(w) / float64(k)
		}
		spoke[texts[c.vocabulary.hashes[e.at]]] += float64(e.value) * (float64(weights[class]) - mean)
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
		if len(out) == maxCarriers || x.size < list[0].size/4 {
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
