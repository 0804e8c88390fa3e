package eval

import (
	"context"
	"errors"

	"github.com/deskbook/deskbook/retrieval"
)

// FitRanker fits the weights of the ranking, the calibrator included, on a set's judged
// queries, in order of creation: those that ship with the program.
func FitRanker(
	ctx context.Context, set *Set, progress func(done, total int),
) (w retrieval.RankerWeights, r retrieval.FitReport, err error) {
	b, err := newBench(ctx, RankingOptions{Set: set})
	if err != nil {
		return w, r, err
	}
	cases := make([]retrieval.Sample, 0, len(b.queries))
	for _, q := range b.queries {
		cases = append(cases, retrieval.Sample{Ticket: resolvedTicket(q, set.relevant(q.ID)), Judged: b.judged[q.ID]})
	}
	w, r, err = b.engine.FitRanker(ctx, cases, progress)
	return w, r, errors.Join(err, b.close())
}
