package eval

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/triage"
)

// The systems with which a measurement compares the classifier.
const (
	baselineMajority = "majority"
	baselineBayes    = "naive bayes"
	baselineNearest  = "nearest"
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

// neighbours is how many similar tickets vote.
const neighbours = 15

// nearest lets the most similar earlier tickets vote, each with its cosine and age.
type nearest struct {
	vocabulary triage.Vocabulary
	postings   [][]triage.Feature // of each feature: the tickets that have it
	labels     []string
	weights    []float64
}

func newNearest(list []triage.Example, weights []float64) nearest {
	n := nearest{weights: weights}
	docs := make([][]triage.Term, len(list))
	for i, e := range list {
		docs[i] = e.Terms
		n.labels = append(n.labels, e.Label)
	}
	n.vocabulary = triage.NewVocabulary(docs)
	n.postings = make([][]triage.Feature, len(n.vocabulary.Hashes))
	for i, d := range docs {
		for _, x := range n.vocabulary.Features(d) {
			n.postings[x.Index] = append(n.postings[x.Index], triage.Feature{Index: int32(i), Value: x.Value})
		}
	}
	return n
}

func (n nearest) choose(e triage.Example) triage.Choice {
	likeness := make([]float32, len(n.labels))
	for _, x := range n.vocabulary.Features(e.Terms) {
		for _, p := range n.postings[x.Index] {
			likeness[p.Index] += x.Value * p.Value
		}
	}
	order := make([]int, len(likeness))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(float64(likeness[b])*n.weights[b], float64(likeness[a])*n.weights[a])
	})
	votes, sum := make(map[string]float64), 0.0
	for _, i := range order[:min(neighbours, len(order))] {
		vote := float64(likeness[i]) * n.weights[i]
		votes[n.labels[i]] += vote
		sum += vote
	}
	out := triage.Choice{Truth: e.Label}
	for label, v := range votes {
		if sum > 0 && (v/sum > out.P || v/sum == out.P && label < out.Value) {
			out.Value, out.P = label, v/sum
		}
	}
	return out
}
