package retrieval

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	// trainLag is how old the newest known ticket is in the second way in which each
	// ticket is put: a desk whose links come late ranks with an old memory.
	trainLag = 180 * 24 * time.Hour
	// trainKnown is how many tickets must be known for a ticket to be learned from.
	trainKnown = 40
	trainRows  = 150 // candidates of a ticket that are learned from, by M
)

// TrainCase is a ticket to learn from or to know of.
type Sample struct {
	Ticket desk.Ticket    // as it is once resolved
	Judged map[string]int // which articles resolved it, and how surely: 1 or 2
	fold   int            // noted with the choice
}

// trainer puts tickets to a knowledge base, each with what was known before it.
type sampler struct {
	v       *view
	pool    *scratch
	filter  *filter
	weights *RankerWeights
	sparse  bool        // only every second ticket is put to the old memory
	heads   int         // candidates of a choice that are kept whole
	all     *pastMemory // resolved before the ticket came in
	late    *pastMemory // the same, so much earlier
	choices []choice
	young   []choice // M alone, of those with a small memory
}

// knowledge grows in order of resolution.
type pastMemory struct {
	memory *memory.Memory
	next   []memory.Prepared // to be known, in order of resolution
}

// until makes known what was resolved before the moment.
func (k *pastMemory) advance(at time.Time) {
	for len(k.next) > 0 && k.next[0].Ticket.ResolvedAt.Before(at) {
		k.memory.Add(k.next[0])
		k.next = k.next[1:]
	}
}

// newTrainer makes a trainer to whom these tickets will be known in time.
func newSampler(v *view, pool *scratch, w RankerWeights, known []Sample) (*sampler, error) {
	f, err := v.filterFor(AllVisible(), "", "", "")
	if err != nil {
		return nil, err
	}
	lessons := make([]memory.Prepared, 0, len(known))
	for _, c := range known {
		if l := memory.Prepare(c.Ticket); l.Ticket != nil && !l.Ticket.Open() {
			lessons = append(lessons, l)
		}
	}
	slices.SortStableFunc(lessons, func(a, b memory.Prepared) int { return a.Ticket.ResolvedAt.Compare(b.Ticket.ResolvedAt) })
	return &sampler{
		v: v, pool: pool, filter: f, weights: &w,
		all: &pastMemory{memory.New(), lessons}, late: &pastMemory{memory.New(), lessons},
	}, nil
}

// put takes the next ticket, in order of creation.
func (t *sampler) add(ctx context.Context, c Sample) error {
	at := c.Ticket.CreatedAt
	t.all.advance(at)
	t.late.advance(at.Add(-trainLag))
	for i, k := range []*pastMemory{t.all, t.late} {
		known := k.memory.Resolved()
		if late := i == 1; late && (t.sparse && c.fold%2 > 0 || known < trainKnown || known == t.all.memory.Resolved()) {
			continue
		}
		ch, plain, ok, err := t.choice(ctx, c, k.memory)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		ch.late = i == 1
		if known >= trainKnown {
			t.choices = append(t.choices, ch)
		}
		if known < 3*trainKnown {
			t.young = append(t.young, plain)
		}
	}
	return nil
}

// choice ranks one ticket; ok is false where nothing of what resolved it is among the
// candidates.
func (t *sampler) choice(ctx context.Context, c Sample, m *memory.Memory) (ch, plain choice, ok bool, err error) {
	at := c.Ticket.CreatedAt
	q := terms.TicketQuery(c.Ticket.Subject, c.Ticket.Body())
	rec := m.Recall(memory.Query{
		Subject: c.Ticket.Subject, Body: c.Ticket.Body(), Exclude: c.Ticket.ID, At: at, Terms: q.Terms,
	})
	r, err := t.v.rank(ctx, t.pool, q, rec, t.filter, rankOptions{keep: rerankDepth, weight: memoryWeight, plain: true, weights: t.weights})
	if err != nil {
		return ch, plain, false, err
	}
	ch = choice{known: rec.Known, visible: r.n, fold: c.fold, ideal: measure.IdealGain(c.Judged)}
	plain = ch
	for i, x := range r.list {
		gain := float64(c.Judged[x.meta.ID])
		if i >= trainRows && gain == 0 {
			continue
		}
		ok = ok || gain > 0
		ch.rows, ch.gains = append(ch.rows, toFloat32(x.x)), append(ch.gains, gain)
		plain.rows = append(plain.rows, []float32{float32(x.m)})
		ch.ms, ch.costs = append(ch.ms, x.m), append(ch.costs, x.cost())
		if len(ch.heads) < t.heads {
			x.x, x.vote.TicketIDs = nil, nil
			ch.heads = append(ch.heads, x)
		}
	}
	plain.gains = ch.gains
	return ch, plain, ok, nil
}

// narrow halves the room that features need.
func toFloat32(x []float64) []float32 {
	out := make([]float32, len(x))
	for k, v := range x {
		out[k] = float32(v)
	}
	return out
}

// fit finds the weights, near those given; the calibrator stays what it was.
func (t *sampler) fit(choices []choice, near []float64) RankerWeights {
	w := *t.weights
	w.Form, w.Features = weightsFormat, featureNames()
	w.Linear = fitLogit(choices, len(w.Features), near).linear()
	w.Tickets = len(choices)
	return w
}

// FitRanker finds weights, the calibrator included, on judged tickets in order of
// creation, each with only earlier ones remembered: what ships with the program.
func (e *Engine) FitRanker(ctx context.Context, cases []Sample, progress func(done, total int)) (RankerWeights, FitReport, error) {
	w, parts, err := e.fitLinear(ctx, cases, progress)
	if err != nil {
		return RankerWeights{}, FitReport{}, err
	}
	var r FitReport
	w.Calibrator, r, err = e.fitCalibrator(ctx, cases, parts, progress)
	return w, r, err
}

// fitParts is in how many parts a set is cut to look at weights on what they did not see.
const fitFolds = 5

// fitLinear fits weights on all cases, and others on all but each of some parts.
func (e *Engine) fitLinear(ctx context.Context, cases []Sample, progress func(done, total int)) (w RankerWeights, parts []RankerWeights, err error) {
	v, done, err := e.acquire()
	if err != nil {
		return w, nil, err
	}
	defer done(&err)
	cases = slices.Clone(cases)
	for i := range cases {
		cases[i].fold = i * fitFolds / len(cases)
	}
	t, err := newSampler(v, &e.scratch, RankerWeights{Young: 1}, cases)
	if err != nil {
		return w, nil, err
	}
	for i, c := range cases {
		if err := t.add(ctx, c); err != nil {
			return w, nil, fmt.Errorf("fit on %s: %w", c.Ticket.ID, err)
		}
		if progress != nil {
			progress(i+1, len(cases))
		}
	}
	w = t.fit(t.choices, nil)
	w.Young = 1
	if len(t.young) > 0 {
		w.Young = math.Max(1, fitLogit(t.young, 1, nil).linear()[0])
	}
	for part := range fitFolds {
		others := slices.DeleteFunc(slices.Clone(t.choices), func(c choice) bool { return c.fold == part })
		x := t.fit(others, nil)
		x.Young = w.Young
		parts = append(parts, x)
	}
	return w, parts, nil
}
