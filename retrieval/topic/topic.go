package topic

import "math"

// A large knowledge base is several collections in one: each service or product has its own
// everyday words. A word that is on every page of one service seems rare among all articles,
// so that a ticket about that service would be ranked by its most common words. So the
// visible articles are sorted into topics by their words:
//
//	idf(w, d)  = ½ idf among the visible + ½ idf within the topic of d
//	S(d)       = Σ fields · e^(pull · fit(topic of d))
//	fit(topic) = Σ qw·ln(p(w|topic)/p(w)) / Σ qw, less the best topic's, not below low
const (
	size   = 250  // articles of a topic on average
	most   = 48   // topics
	sample = 8192 // most articles from which the topics are found
	rounds = 6
	pull   = 0.7
	low    = -3.0
	prior  = 5.0 // weight of p(w) in p(w|topic), in articles
)

const (
	// From is the number of articles from which there is more than one topic: among fewer, a few
	// hard boundaries do harm.
	From = 1000
	// Share is the weight of the idf within the topic.
	Share = 0.5
)

// Topics are found once among some articles; others can be assigned to them afterwards.
type Topics struct {
	space   Space
	centres []float32 // term by term, so that those of all topics for a term are adjacent
	n       int
}

// Find runs spherical k-means over the sketches of articles. It starts from articles at equal
// distances in the order in which they are given.
func Find(articles []Sketch) *Topics {
	t := &Topics{n: min(len(articles)/size, most)}
	t.space = NewSpace(func(yield func(Sketch) bool) {
		for _, a := range articles {
			if !yield(a) {
				return
			}
		}
	}, len(articles))
	vectors := make([]direction, 0, min(len(articles), sample))
	step := max(1, (len(articles)+sample-1)/sample)
	for i := 0; i < len(articles); i += step {
		vectors = append(vectors, t.space.direction(articles[i]))
	}
	t.centres = make([]float32, sketchSpace*t.n)
	for g := range t.n {
		x := vectors[g*len(vectors)/t.n]
		for i, h := range x.slots {
			t.centres[int(h)*t.n+g] = x.weights[i]
		}
	}
	of := make([]uint8, len(vectors))
	near := make([]float32, t.n)
	for range rounds {
		for i, x := range vectors {
			of[i] = closest(t.centres, x, near)
		}
		recentre(t.centres, vectors, of, t.n)
	}
	return t
}

// Len returns how many topics there are.
func (t *Topics) Len() int { return t.n }

// Space returns the space of the articles among which the topics were found.
func (t *Topics) Space() Space { return t.space }

// Assign returns the topic that each article belongs to.
func (t *Topics) Assign(articles []Sketch) []uint8 {
	out, near := make([]uint8, len(articles)), make([]float32, t.n)
	for i, s := range articles {
		out[i] = closest(t.centres, t.space.direction(s), near)
	}
	return out
}

// closest returns the topic whose centre is nearest to the vector, the first of equals.
func closest(centres []float32, x direction, near []float32) uint8 {
	k := len(near)
	clear(near)
	for i, h := range x.slots {
		w := x.weights[i]
		for g, c := range centres[int(h)*k : int(h)*k+k] {
			near[g] += w * c
		}
	}
	best := 0
	for g := range near {
		if near[g] > near[best] {
			best = g
		}
	}
	return uint8(best)
}

// recentre moves each centre to the mean of its vectors, at unit length.
func recentre(centres []float32, vectors []direction, of []uint8, k int) {
	clear(centres)
	for i, x := range vectors {
		g := int(of[i])
		for j, h := range x.slots {
			centres[int(h)*k+g] += x.weights[j]
		}
	}
	length := make([]float64, k)
	for i, c := range centres {
		length[i%k] += float64(c) * float64(c)
	}
	for i := range centres {
		if l := length[i%k]; l > 0 {
			centres[i] /= float32(math.Sqrt(l))
		}
	}
}

// Logs returns ln(p(w|topic)/p(w)) of a word for each topic, given how many of n articles
// contain it, how many of each topic do, and the sizes of the topics.
func Logs(n, df int, within []int, sizes []int) []float32 {
	whole := (float64(df) + .5) / (float64(n) + 1)
	out := make([]float32, len(sizes))
	for g, size := range sizes {
		// A word that the topic does not have: its share is that among all, weighed by the prior.
		p := prior / (float64(size) + prior)
		if within[g] > 0 {
			p = (float64(within[g]) + prior*whole) / (float64(size) + prior) / whole
		}
		out[g] = float32(math.Log(p))
	}
	return out
}

// Fit adds up how well the words of one query fit each topic.
type Fit struct {
	logs   []float64 // Σ qw·ln(p(w|topic)/p(w))
	weight float64   // Σ qw
}

// Add takes a word with its Logs into account.
func (f *Fit) Add(logs []float32, weight float64) {
	if len(f.logs) < len(logs) {
		f.logs = make([]float64, len(logs))
	}
	f.weight += weight
	for g, l := range logs {
		f.logs[g] += weight * float64(l)
	}
}

// Factors returns by what the scores of each topic's articles are multiplied, at most 1; nil
// where there are no topics.
func (f *Fit) Factors() []float32 {
	if f.weight == 0 || len(f.logs) == 0 {
		return nil
	}
	high := f.logs[0]
	for _, l := range f.logs {
		high = max(high, l)
	}
	out := make([]float32, len(f.logs))
	for g, l := range f.logs {
		out[g] = float32(math.Exp(pull * max(low, (l-high)/f.weight)))
	}
	return out
}
