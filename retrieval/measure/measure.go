package measure

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Ranking holds the measures of one query, or their means over many.
type Ranking struct {
	NDCG10, Recall1, Recall5, Recall10, MRR10, Hit1, Hit3 float64
}

// Of compares a ranking with the judgements of its query. Gain is linear.
func Of(ranked []string, judged map[string]int) Ranking {
	var m Ranking
	var gain float64
	found := 0
	for i, id := range ranked[:min(10, len(ranked))] {
		score := judged[id]
		if score <= 0 {
			continue
		}
		found++
		gain += float64(score) / math.Log2(float64(i)+2)
		if m.MRR10 == 0 {
			m.MRR10 = 1 / float64(i+1)
		}
		share := float64(found) / float64(len(judged))
		if i < 1 {
			m.Recall1, m.Hit1 = share, 1
		}
		if i < 3 {
			m.Hit3 = 1
		}
		if i < 5 {
			m.Recall5 = share
		}
		m.Recall10 = share
	}
	if ideal := IdealGain(judged); ideal > 0 {
		m.NDCG10 = gain / ideal
	}
	return m
}

// IdealGain returns the discounted cumulative gain of the best possible ranking.
func IdealGain(judged map[string]int) float64 {
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

// Mean returns the mean of each measure.
func Mean(all []Ranking) Ranking {
	var m Ranking
	if len(all) == 0 {
		return m
	}
	for _, x := range all {
		m.NDCG10 += x.NDCG10
		m.Recall1 += x.Recall1
		m.Recall5 += x.Recall5
		m.Recall10 += x.Recall10
		m.MRR10 += x.MRR10
		m.Hit1 += x.Hit1
		m.Hit3 += x.Hit3
	}
	n := float64(len(all))
	return Ranking{m.NDCG10 / n, m.Recall1 / n, m.Recall5 / n, m.Recall10 / n, m.MRR10 / n, m.Hit1 / n, m.Hit3 / n}
}

// Intervals returns 95% intervals of the means, by resampling the queries. The generator is
// seeded, so that the same figures lead to the same intervals.
func Intervals(all []Ranking) map[string][2]float64 {
	const rounds = 2000
	if len(all) == 0 {
		return map[string][2]float64{}
	}
	columns := map[string]func(Ranking) float64{
		"ndcg@10":   func(m Ranking) float64 { return m.NDCG10 },
		"recall@1":  func(m Ranking) float64 { return m.Recall1 },
		"recall@10": func(m Ranking) float64 { return m.Recall10 },
		"mrr@10":    func(m Ranking) float64 { return m.MRR10 },
	}
	rng := rand.New(rand.NewPCG(1, 2))
	draws := map[string][]float64{}
	sample := make([]Ranking, len(all))
	for range rounds {
		for i := range sample {
			sample[i] = all[rng.IntN(len(all))]
		}
		m := Mean(sample)
		for name, of := range columns {
			draws[name] = append(draws[name], of(m))
		}
	}
	out := map[string][2]float64{}
	for name, d := range draws {
		slices.Sort(d)
		out[name] = [2]float64{Round(d[rounds*25/1000]), Round(d[rounds*975/1000])}
	}
	return out
}

// Round rounds to four decimals: more would suggest a precision that no measure has.
func Round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// Quantile returns a quantile of sorted values.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// Ratio returns a / b, and 0 where b is 0.
func Ratio[N int | float64](a, b N) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Reliability compares probabilities with what came true, in ten equal parts of their
// range. The zero value holds none.
type Reliability [10]Bin

// Bin is one part of the range of probabilities.
type Bin struct {
	N     int     `json:"n"`
	Sum   float64 `json:"said"` // of the probabilities
	Right int     `json:"right"`
}

// Mean returns the mean probability, to four digits.
func (b Bin) Mean() float64 { return Round(Ratio(b.Sum, float64(b.N))) }

// Share returns the share that came true, to four digits.
func (b Bin) Share() float64 { return Round(Ratio(b.Right, b.N)) }

// Add counts one probability and whether it came true.
func (r *Reliability) Add(p float64, right bool) {
	b := &r[min(len(r)-1, max(0, int(p*float64(len(r)))))]
	b.N++
	b.Sum += p
	if right {
		b.Right++
	}
}

// CalibrationError returns the mean distance between the probabilities and the share that
// came true, each part weighing as many as it holds.
func (r *Reliability) CalibrationError() float64 {
	n, distance := 0, 0.0
	for _, b := range r {
		n += b.N
	}
	for _, b := range r {
		distance += Ratio(math.Abs(b.Sum-float64(b.Right)), float64(n))
	}
	return distance
}

// Difference is a mean difference with its interval.
type Difference struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Paired returns the mean of the differences now[i]-then[i] with its interval at this level,
// by resampling the pairs. The generator is seeded, so that the same figures lead to the same
// interval.
func Paired(now, then []float64, level float64) Difference {
	const rounds = 2000
	if len(now) == 0 {
		return Difference{}
	}
	each := make([]float64, len(now))
	for i := range now {
		each[i] = now[i] - then[i]
	}
	rng := rand.New(rand.NewPCG(5, 6))
	draws := make([]float64, rounds)
	for k := range draws {
		var sum float64
		for range each {
			sum += each[rng.IntN(len(each))]
		}
		draws[k] = sum / float64(len(each))
	}
	slices.Sort(draws)
	tail := int(math.Round((1 - level) / 2 * rounds))
	return Difference{Mean: Round(Average(each)), Low: Round(draws[tail]), High: Round(draws[rounds-tail])}
}

// Average returns the mean, and 0 of nothing.
func Average(all []float64) float64 {
	var sum float64
	for _, x := range all {
		sum += x
	}
	return Ratio(sum, float64(len(all)))
}
