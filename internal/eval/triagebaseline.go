package eval

import (
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/triage"
)

// The systems with which a measurement compares the classifier.
const (
	baselineMajority = "majority"
	baselineBayes    = "naive bayes"
)

// smoothing is added to each count of naive Bayes.
const smoothing = 0.2

// bayes is multinomial naive Bayes (McCallum and Nigam, 1998) on words and pairs, weighted by
// their rarity: it is cheap, and hard to beat on few tickets.
type bayes struct {
	vocabulary triage.Vocabulary
	classes    []string
	prior      []float64
	logs       []float64 // of feature f and class c at f*len(classes)+c
}

func newBayes(list []triage.Example, weights []float64) bayes {
	b := bayes{}
	docs := make([][]triage.Term, len(list))
	counts := make(map[string]float64)
	for i, e := range list {
		docs[i] = e.Terms
		counts[e.Label] += weights[i]
	}
	for label := range counts {
		b.classes = append(b.classes, label)
	}
	slices.Sort(b.classes)
	b.vocabulary = triage.NewVocabulary(docs)
	k := len(b.classes)
	b.logs = make([]float64, len(b.vocabulary.Hashes)*k)
	sums := make([]float64, k)
	for i := range b.logs {
		b.logs[i] = smoothing
		sums[i%k] += smoothing
	}
	for i, e := range list {
		class, _ := slices.BinarySearch(b.classes, e.Label)
		for _, x := range b.vocabulary.Features(e.Terms) {
			b.logs[int(x.Index)*k+class] += float64(x.Value) * weights[i]
			sums[class] += float64(x.Value) * weights[i]
		}
	}
	for i := range b.logs {
		b.logs[i] = math.Log(b.logs[i] / sums[i%k])
	}
	for _, label := range b.classes {
		b.prior = append(b.prior, math.Log(counts[label]/float64(len(list))))
	}
	return b
}

func (b bayes) choose(e triage.Example) triage.Choice {
	z := slices.Clone(b.prior)
	k := len(b.classes)
	for _, x := range b.vocabulary.Features(e.Terms) {
		for c, l := range b.logs[int(x.Index)*k : int(x.Index)*k+k] {
			z[c] += float64(x.Value) * l
		}
	}
	triage.Softmax(z)
	at, p := triage.ArgMax(z)
	return triage.Choice{P: p, Value: b.classes[at], Truth: e.Label}
}
