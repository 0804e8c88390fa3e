package eval

import (
	"context"
	"errors"
	"strconv"

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
	err = errors.Join(err, b.close())
	if err == nil && w.Read != nil {
		w.Read[0], err = fitQuestions(ctx, o, w)
	}
	return w, r, err
}

// questionsEvery is which part of the articles questions are made from.
const questionsEvery = 8

// fitQuestions returns how much it counts how well an article answers a short question: the weight
// with the best nDCG@10 on questions made from the set's articles.
func fitQuestions(ctx context.Context, o RankingOptions, w ranker.Weights) (weight float64, err error) {
	base, asked := makeQuestions(o.Set.Articles, questionsEvery)
	set := &Set{Dir: o.Set.Dir, Name: o.Set.Name, Articles: base, Judged: map[string]map[string]int{}}
	for i, q := range asked {
		id := strconv.Itoa(i)
		set.Queries = append(set.Queries, SetQuery{ID: id, Body: q.text})
		set.Judged[id] = map[string]int{q.article: 1}
	}
	o.Set, o.NoLearning, o.Progress, o.Ranker = set, true, nil, &w
	best := -1.0
	for _, x := range []float64{0, .3, .6, 1, 1.5, 2.5, 4} {
		w.Read = &[2]float64{x, x}
		r, err := Ranking(ctx, o)
		if err != nil {
			return 0, err
		}
		if r.NDCG10 > best {
			best, weight = r.NDCG10, x
		}
	}
	return weight, nil
}
