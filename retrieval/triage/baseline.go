package triage

import (
	"cmp"
	"math"
	"slices"
)

// The systems that a measurement compares the classifier with.
const (
	baselineMajority = "majority"
	baselineBayes    = "naive bayes"
	baselineNearest  = "nearest"
)

// smoothing is added to each count of naive Bayes.
const smoothing = 0.2

// bayes is multinomial naive Bayes (McCallum and Nigam, 1998) on words and pairs,
// weighed by their rarity: what is cheap and hard to beat on few tickets.
type bayes struct {
	vocabulary vocabulary
	classes    []string
	prior      []float64
	logs       []float64 // of feature f and class c at f*len(classes)+c
}

func newBayes(list []Example, weights []float64) bayes {
	b := bayes{}
	docs := make([][]term, len(list))
	counts := make(map[string]float64)
	for i, e := range list {
		docs[i] = e.terms
		counts[e.Label] += weights[i]
	}
	for label := range counts {
		b.classes = append(b.classes, label)
	}
	slices.Sort(b.classes)
	b.vocabulary = newVocabulary(docs)
	k := len(b.classes)
	b.logs = make([]float64, len(b.vocabulary.hashes)*k)
	sums := make([]float64, k)
	for i := range b.logs {
		b.logs[i] = smoothing
		sums[i%k] += smoothing
	}
	for i, e := range list {
		class, _ := slices.BinarySearch(b.classes, e.Label)
		for _, x := range b.vocabulary.row(e.terms) {
			b.logs[int(x.at)*k+class] += float64(x.value) * weights[i]
			sums[class] += float64(x.value) * weights[i]
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

func (b bayes) choose(e Example) choice {
	z := slices.Clone(b.prior)
	k := len(b.classes)
	for _, x := range b.vocabulary.row(e.terms) {
		for c, l := range b.logs[int(x.at)*k : int(x.at)*k+k] {
			z[c] += float64(x.value) * l
		}
	}
	softmax(z)
	at, p := best(z)
	return choice{p: p, value: b.classes[at], truth: e.Label}
}

// neighbours is how many similar tickets vote.
const neighbours = 15

// nearest lets the most similar earlier tickets vote, each with its cosine and age.
type nearest struct {
	vocabulary vocabulary
	postings   [][]entry // of each feature: the tickets that have it
	labels     []string
	weights    []float64
}

func newNearest(list []Example, weights []float64) nearest {
	n := nearest{weights: weights}
	docs := make([][]term, len(list))
	for i, e := range list {
		docs[i] = e.terms
		n.labels = append(n.labels, e.Label)
	}
	n.vocabulary = newVocabulary(docs)
	n.postings = make([][]entry, len(n.vocabulary.hashes))
	for i, d := range docs {
		for _, x := range n.vocabulary.row(d) {
			n.postings[x.at] = append(n.postings[x.at], entry{int32(i), x.value})
		}
	}
	return n
}

func (n nearest) choose(e Example) choice {
	likeness := make([]float32, len(n.labels))
	for _, x := range n.vocabulary.row(e.terms) {
		for _, p := range n.postings[x.at] {
			likeness[p.at] += x.value * p.value
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
	out := choice{truth: e.Label}
	for label, v := range votes {
		if sum > 0 && (v/sum > out.p || v/sum == out.p && label < out.value) {
			out.value, out.p = label, v/sum
		}
	}
	return out
}
