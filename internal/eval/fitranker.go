package eval

import (
	"context"
	"errors"

	"github.com/deskbook/deskbook/retrieval/ranker"
)

// FitRanker fits the weights of the ranking, the calibrator included, on a set's judged
// queries, in order of creation: those that ship with the program, for words alone or, with an
// encoder, for meanings as well.
func FitRanker(
	ctx context.Context, o RankingOptions,
) (w ranker.Weights, r ranker.FitReport, err error) {
	b, err := newBench(ctx, o)
	if err != nil {
		return w, r, err
	}
	cases := make([]ranker.Sample, 0, len(b.queries))
	for _, q := range b.queries {
		cases = append(cases, ranker.Sample{Ticket: resolvedTicket(q, o.Set.relevant(q.ID)), Judged: b.judged[q.ID]})
	}
	if b.meaning != nil { // the memories of the fit are compared with each ticket by meaning, too
		for _, c := range cases {
			b.source.PutTickets(c.Ticket)
		}
		err = b.encode(ctx)
	}
	if err == nil {
		w, r, err = b.engine.FitRanker(ctx, cases, o.Progress)
	}
	return w, r, errors.Join(err, b.close())
}
