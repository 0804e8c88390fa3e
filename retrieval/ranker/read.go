package ranker

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/regress"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Reading takes most of the time of a fit: every orderEvery-th ticket is read for the weights of the
// order, every readEvery-th for those of the probability.
const (
	orderEvery = 5
	readEvery  = 15
)

// fitReading fits what reading adds to the shipped weights: how much it counts for the order of
// tickets, which are long texts, then for the probability. Short questions need other samples.
func fitReading(
	ctx context.Context, in Articles, s Setting, samples []Sample, progress func(done, total int),
) (w Weights, r FitReport, err error) {
	w = Shipped(Setting{Sensed: s.Sensed})
	if w.Read, err = fitRead(ctx, in, samples, w); err != nil {
		return Weights{}, FitReport{}, err
	}
	f := &fitter{
		in: in, queries: samples, parts: []Weights{w}, rng: rand.New(rand.NewPCG(3, 4)), all: memory.New(), reads: true,
	}
	if err := f.collect(ctx, progress); err != nil {
		return Weights{}, FitReport{}, err
	}
	const before = 2 // a shift, and the log odds without what was read
	var all []regress.Sample
	for _, c := range f.cases {
		for _, o := range c.rows {
			x := append([]float64{1, w.Calibrator.odds(o.x)}, o.x[readFrom:]...)
			all = append(all, regress.Sample{X: x, Label: o.label, Weight: o.weight})
		}
	}
	fitted := regress.Logistic(all, before+2*readFigures)
	w.Calibrator = w.Calibrator.moved(fitted[0], fitted[1])
	copy(w.Calibrator.Weights[readFrom:], fitted[before:])
	for i, x := range w.Calibrator.Weights {
		w.Calibrator.Weights[i] = measure.Round(x)
	}
	return w, f.report(w.Calibrator), nil
}

// fitRead returns how much it counts how well a candidate answers: tickets are ranked with nothing
// remembered, and what was read is weighed against the score without it.
func fitRead(ctx context.Context, in Articles, samples []Sample, w Weights) (*[2]float64, error) {
	var choices []regress.Choice
	w.Read = &[2]float64{} // candidates are read, and keep their order
	for i, x := range samples {
		if i%orderEvery > 0 {
			continue
		}
		subject, body := x.Ticket.Subject, x.Ticket.Body()
		r, err := in.Rank(ctx, Query{
			Subject: subject, Body: body, Terms: terms.TicketQuery(subject, body), Meaning: in.Meaning(ctx, subject, body),
		}, Options{Keep: fitKeep, Weights: &w})
		if err != nil {
			return nil, fmt.Errorf("fit on %s: %w", x.Ticket.ID, err)
		}
		if c, ok := r.readChoice(x); ok {
			choices = append(choices, c)
		}
	}
	fitted := regress.Conditional(choices, 2, []float64{1, 0}) // near the score without it
	weight := measure.Round(fitted[1] / max(fitted[0], 1e-9))
	return &[2]float64{weight, weight}, nil
}

// readChoice returns the candidates that were read, with their score and how well they answer; ok
// is false where none of them resolved the ticket.
func (r *Ranking) readChoice(x Sample) (c regress.Choice, ok bool) {
	for i := range r.List {
		h := &r.List[i]
		if !h.WasRead {
			continue
		}
		gain := float64(x.Judged[h.ID])
		ok = ok || gain > 0
		c.Gains = append(c.Gains, gain)
		c.Rows = append(c.Rows, []float32{float32(h.Z), float32(h.Read)})
	}
	return c, ok
}
