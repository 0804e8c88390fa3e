package ranker

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/regress"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Depth is how many candidates, the best by M, have features; the others follow them.
const Depth = 250

const (
	// trainLag is the age of the newest known ticket when a ticket is ranked a second time: a
	// desk whose links come late ranks with an old memory.
	trainLag = 180 * 24 * time.Hour
	// trainKnown is how many tickets must be known for a ticket to be a sample.
	trainKnown = 40
	trainRows  = 150 // candidates of a ticket that are fitted, by M
)

// Sample is a ticket to learn from.
type Sample struct {
	Ticket desk.Ticket    // resolved
	Judged map[string]int // the articles that resolved it, and how surely: 1 or 2
	fold   int            // copied to its choices
}

// choice is one sample as the weights are fitted to it: the candidates and which of them
// resolved the ticket.
type choice struct {
	regress.Choice
	ms      []float64 // M of each candidate
	costs   []float64 // of each, besides its features
	ranking Ranking   // with the first candidates, without their features
	fold    int       // of the tickets, in order of creation
	late    bool      // ranked with an old memory
	ideal   float64   // discounted gain of the best order, with articles that are not candidates
}

// sampler ranks tickets, each with what was known before it.
type sampler struct {
	in      Articles
	weights *Weights
	sparse  bool        // only every second ticket is ranked with the old memory
	heads   int         // candidates of a choice that are stored whole
	all     *pastMemory // resolved before the ticket came in
	late    *pastMemory // the same, trainLag earlier
	choices []choice
	young   []regress.Choice // with M as the only feature, of tickets with a small memory
}

// pastMemory is a memory that grows in order of resolution.
type pastMemory struct {
	memory *memory.Memory
	next   []memory.Prepared // in order of resolution
}

// advance adds what was resolved before the moment.
func (p *pastMemory) advance(at time.Time) {
	for len(p.next) > 0 && p.next[0].Ticket.ResolvedAt.Before(at) {
		p.memory.Add(p.next[0])
		p.next = p.next[1:]
	}
}

// newSampler returns a sampler whose memories will hold these tickets.
func newSampler(in Articles, w Weights, known []Sample) *sampler {
	prepared := make([]memory.Prepared, 0, len(known))
	for _, s := range known {
		if p := memory.Prepare(s.Ticket); p.Ticket != nil && !p.Ticket.Open() {
			prepared = append(prepared, p)
		}
	}
	slices.SortStableFunc(prepared, func(a, b memory.Prepared) int {
		return a.Ticket.ResolvedAt.Compare(b.Ticket.ResolvedAt)
	})
	return &sampler{
		in: in, weights: &w,
		all: &pastMemory{memory.New(), prepared}, late: &pastMemory{memory.New(), prepared},
	}
}

// add ranks the next sample, in order of creation.
func (s *sampler) add(ctx context.Context, x Sample) error {
	at := x.Ticket.CreatedAt
	s.all.advance(at)
	s.late.advance(at.Add(-trainLag))
	for i, p := range []*pastMemory{s.all, s.late} {
		known, late := p.memory.Resolved(), i == 1
		if late && (s.sparse && x.fold%2 > 0 || known < trainKnown || known == s.all.memory.Resolved()) {
			continue
		}
		c, plain, ok, err := s.choice(ctx, x, p.memory)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		c.late = late
		if known >= trainKnown {
			s.choices = append(s.choices, c)
		}
		if known < 3*trainKnown {
			s.young = append(s.young, plain)
		}
	}
	return nil
}

// choice ranks one sample; ok is false where none of the articles that resolved it is a
// candidate. plain is the choice with M as the only feature.
func (s *sampler) choice(ctx context.Context, x Sample, m *memory.Memory) (
	c choice, plain regress.Choice, ok bool, err error,
) {
	subject, body := x.Ticket.Subject, x.Ticket.Body()
	q := terms.TicketQuery(subject, body)
	text := s.in.Meaning(ctx, subject, body)
	rec := m.Recall(memory.Query{
		Subject: subject, Body: body, Exclude: x.Ticket.ID, At: x.Ticket.CreatedAt, Terms: q.Terms, Meaning: text,
	})
	r, err := s.in.Rank(ctx, Query{subject, body, q, rec, text}, Options{Keep: Depth, Plain: true, Weights: s.weights})
	if err != nil {
		return c, plain, false, err
	}
	c = choice{ranking: r, fold: x.fold, ideal: measure.IdealGain(x.Judged)}
	c.ranking.List = nil
	for i, h := range r.List {
		gain := float64(x.Judged[h.ID])
		if i >= trainRows && gain == 0 {
			continue
		}
		ok = ok || gain > 0
		c.Rows, c.Gains = append(c.Rows, toFloat32(h.X)), append(c.Gains, gain)
		plain.Rows = append(plain.Rows, []float32{float32(h.M)})
		c.ms, c.costs = append(c.ms, h.M), append(c.costs, h.Cost)
		if len(c.ranking.List) < s.heads {
			h.X = nil
			c.ranking.List = append(c.ranking.List, h)
		}
	}
	plain.Gains = c.Gains
	return c, plain, ok, nil
}

// toFloat32 halves the space that features need.
func toFloat32(x []float64) []float32 {
	out := make([]float32, len(x))
	for k, v := range x {
		out[k] = float32(v)
	}
	return out
}

// fitLinear returns w with its linear weights fitted to the choices, near those given.
func fitLinear(w Weights, choices []choice, near []float64) Weights {
	w.Form = weightsFormat
	observed := make([]regress.Choice, len(choices))
	for i, c := range choices {
		observed[i] = c.Choice
	}
	w.Linear = regress.Conditional(observed, len(w.Features), near)
	w.Tickets = len(choices)
	return w
}

// Fit finds weights, the calibrator included, on judged tickets in order of creation,
// each with only earlier ones remembered: those that ship with the program. Where candidates are
// read, what that adds is fitted on top of the shipped weights without it.
func Fit(
	ctx context.Context, in Articles, s Setting, samples []Sample, progress func(done, total int),
) (Weights, FitReport, error) {
	if s.Reads {
		return fitReading(ctx, in, s, samples, progress)
	}
	w, without, err := fitFolds(ctx, in, s.Sensed, samples, progress)
	if err != nil {
		return Weights{}, FitReport{}, err
	}
	var r FitReport
	w.Calibrator, r, err = fitCalibrator(ctx, in, samples, without, progress)
	return w, r, err
}

// folds is the number of parts into which a set is divided, so that each is judged by
// weights that were not fitted on it.
const folds = 5

// fitFolds fits weights on all samples, and others on all but each fold.
func fitFolds(
	ctx context.Context, in Articles, sensed bool, samples []Sample, progress func(done, total int),
) (w Weights, without []Weights, err error) {
	samples = slices.Clone(samples)
	for i := range samples {
		samples[i].fold = i * folds / len(samples)
	}
	s := newSampler(in, Weights{Young: 1, Features: FeatureNames(sensed)}, samples)
	for i, x := range samples {
		if err := s.add(ctx, x); err != nil {
			return w, nil, fmt.Errorf("fit on %s: %w", x.Ticket.ID, err)
		}
		if progress != nil {
			progress(i+1, len(samples))
		}
	}
	w = fitLinear(*s.weights, s.choices, nil)
	if len(s.young) > 0 {
		w.Young = math.Max(1, regress.Conditional(s.young, 1, nil)[0])
	}
	for fold := range folds {
		others := slices.DeleteFunc(slices.Clone(s.choices), func(c choice) bool { return c.fold == fold })
		x := fitLinear(*s.weights, others, nil)
		x.Young = w.Young
		without = append(without, x)
	}
	return w, without, nil
}
