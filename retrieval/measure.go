package retrieval

import (
	"math"
	"math/rand/v2"
	"slices"
)

// measures are one query's, or the mean of many.
type measures struct {
	ndcg10, recall1, recall5, recall10, mrr10, hit1, hit3 float64
}

// measure compares a ranking with the judgements of its query; gain is linear.
func measure(ranked []string, judged map[string]int) measures {
	var m measures
	var gain float64
	found := 0
	for i, id := range ranked[:min(10, len(ranked))] {
		score := judged[id]
		if score <= 0 {
			continue
		}
		found++
		gain += float64(score) / math.Log2(float64(i)+2)
		if m.mrr10 == 0 {
			m.mrr10 = 1 / float64(i+1)
		}
		share := float64(found) / float64(len(judged))
		if i < 1 {
			m.recall1, m.hit1 = share, 1
		}
		if i < 3 {
			m.hit3 = 1
		}
		if i < 5 {
			m.recall5 = share
		}
		m.recall10 = share
	}
	if ideal := idealGain(judged); ideal > 0 {
		m.ndcg10 = gain / ideal
	}
	return m
}

func idealGain(judged map[string]int) float64 {
	scores := make([]int, 0, len(judged))
	for _, s := range judged {
		scores = append(scores, s)
	}
	slices.Sort(scores)
	slices.Reverse(scores)
	var sum float64
	for i, s := range scores[:min(10, len(scores))] {
		sum += float64(s) / math.Log2(float64(i)+2)
	}
	return sum
}

func mean(all []measures) measures {
	var m measures
	if len(all) == 0 {
		return m
	}
	for _, x := range all {
		m.ndcg10 += x.ndcg10
		m.recall1 += x.recall1
		m.recall5 += x.recall5
		m.recall10 += x.recall10
		m.mrr10 += x.mrr10
		m.hit1 += x.hit1
		m.hit3 += x.hit3
	}
	n := float64(len(all))
	return measures{m.ndcg10 / n, m.recall1 / n, m.recall5 / n, m.recall10 / n, m.mrr10 / n, m.hit1 / n, m.hit3 / n}
}

// intervals gives the 95% intervals of the means by resampling the queries. The
// generator is seeded, so that the same figures give the same intervals.
func intervals(all []measures) map[string][2]float64 {
	const rounds = 2000
	if len(all) == 0 {
		return map[string][2]float64{}
	}
	columns := map[string]func(measures) float64{
		"ndcg@10":   func(m measures) float64 { return m.ndcg10 },
		"recall@1":  func(m measures) float64 { return m.recall1 },
		"recall@10": func(m measures) float64 { return m.recall10 },
		"mrr@10":    func(m measures) float64 { return m.mrr10 },
	}
	rng := rand.New(rand.NewPCG(1, 2))
	draws := map[string][]float64{}
	sample := make([]measures, len(all))
	for range rounds {
		for i := range sample {
			sample[i] = all[rng.IntN(len(all))]
		}
		m := mean(sample)
		for name, of := range columns {
			draws[name] = append(draws[name], of(m))
		}
	}
	out := map[string][2]float64{}
	for name, d := range draws {
		slices.Sort(d)
		out[name] = [2]float64{round(d[rounds*25/1000]), round(d[rounds*975/1000])}
	}
	return out
}

// round keeps four digits: more would pretend.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// quantile of sorted values.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// said is one probability that was given, and whether it came true.
type said struct {
	p     float64
	right bool
}

// ReliabilityBin says how often the probability given came true.
type ReliabilityBin struct {
	P     float64 `json:"p"`     // mean of the probabilities given
	Share float64 `json:"share"` // of what was right among them
	N     int     `json:"n"`
}

const reliabilityBins = 10

// reliability sorts what was said into ten equal parts of the range of probabilities,
// and gives the calibration error: the mean distance between the probability given
// and the share that came true, each part weighing as many as it holds.
func reliability(all []said) (bins []ReliabilityBin, gap float64) {
	bins = make([]ReliabilityBin, reliabilityBins)
	for _, s := range all {
		b := &bins[min(reliabilityBins-1, max(0, int(s.p*reliabilityBins)))]
		b.N++
		b.P += s.p
		if s.right {
			b.Share++
		}
	}
	for i := range bins {
		b := &bins[i]
		if b.N == 0 {
			continue
		}
		gap += math.Abs(b.P-b.Share) / float64(len(all))
		b.P, b.Share = round(b.P/float64(b.N)), round(b.Share/float64(b.N))
	}
	return bins, round(gap)
}

// Difference is a mean difference with its 95% interval.
type Difference struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}
