package replay

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/internal/stat"
)

// Believable is a target that the desk's own record supports: what a share of the tickets
// needed, in business time, with the 95% interval of that by order statistics.
type Believable struct {
	Target   string  `json:"target"`
	Priority int     `json:"priority"`
	Share    float64 `json:"share"`
	Tickets  int     `json:"tickets"`
	Seconds  float64 `json:"seconds"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// minObserved is how many ended clocks a believable target needs.
const minObserved = 30

// observation is a target of a priority.
type observation struct {
	target   string
	priority int
}

// observe notes what the ended clocks of a ticket took.
func (b *builder) observe(o outcome) {
	for _, c := range o.clocks {
		if !c.Open() && c.Phase != clock.Cancelled {
			key := observation{string(c.Kind), o.priority}
			b.observed[key] = append(b.observed[key], c.Spent)
		}
	}
}

func (b *builder) believable() []Believable {
	out := []Believable{}
	for key, took := range b.observed {
		if len(took) < minObserved {
			continue
		}
		slices.Sort(took)
		for _, share := range []float64{.8, .9, .95} {
			at, low, high := Quantile(took, share)
			out = append(out, Believable{
				Target: key.target, Priority: key.priority, Share: share, Tickets: len(took),
				Seconds: at.Seconds(), Low: low.Seconds(), High: high.Seconds(),
			})
		}
	}
	slices.SortFunc(out, func(x, y Believable) int {
		return cmp.Or(cmp.Compare(x.Target, y.Target), cmp.Compare(x.Priority, y.Priority), cmp.Compare(x.Share, y.Share))
	})
	return out
}

// Quantile returns the smallest of the sorted values that a share of them does not exceed,
// with its 95% interval: the order statistics whose ranks lie 1.96 standard deviations of the
// binomial count below and above (Conover, Practical Nonparametric Statistics, 3.2).
func Quantile(sorted []time.Duration, share float64) (at, low, high time.Duration) {
	rank := share * float64(len(sorted))
	spread := 1.96 * math.Sqrt(rank*(1-share))
	return stat.Rank(sorted, share), stat.At(sorted, rank-spread), stat.At(sorted, rank+spread)
}
