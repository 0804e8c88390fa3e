package eval

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/measure"
)

// CalibrationReport says how far the probabilities of suggestions can be believed while a desk
// has few resolved tickets.
type CalibrationReport struct {
	Queries int              `json:"queries"`
	Sizes   []CalibrationRow `json:"sizes"`
}

// CalibrationRow is one size of the history.
type CalibrationRow struct {
	History int     `json:"history"` // resolved tickets that were known
	Runs    int     `json:"runs"`    // random choices of these
	Error   float64 `json:"calibration_error"`
	// Voted is the error over the first articles that an earlier ticket supports, and
	// VotedQueries how many there were.
	Voted        float64          `json:"calibration_error_voted"`
	VotedQueries int              `json:"voted"`
	Reliability  []ReliabilityBin `json:"reliability"`
}

// calibrationRuns are the sizes of the history with how often each is drawn.
var calibrationRuns = []struct{ history, runs int }{{1, 3}, {5, 3}, {25, 3}, {100, 2}, {400, 1}}

// Calibration ranks the later half of a set's judged queries with random choices of the earlier
// half as history, and compares the probability of the first article with how often it was right.
func Calibration(ctx context.Context, o RankingOptions) (CalibrationReport, error) {
	set := *o.Set
	var judged []SetQuery
	for i, q := range set.Queries {
		if len(set.Judged[q.ID]) > 0 {
			if q.Created.IsZero() { // as if they came one an hour
				q.Created = time.Date(2020, 1, 1, i, 0, 0, 0, time.UTC)
			}
			judged = append(judged, q)
		}
	}
	slices.SortStableFunc(judged, func(a, b SetQuery) int { return a.Created.Compare(b.Created) })
	half := len(judged) / 2
	earlier, later := judged[:half], judged[half:]
	set.Queries, o.Set = later, &set
	r := CalibrationReport{Queries: len(later)}
	for _, c := range calibrationRuns {
		row := CalibrationRow{History: min(c.history, half)}
		var all, voted measure.Reliability
		for row.Runs < c.runs {
			random := rand.New(rand.NewPCG(uint64(c.history), uint64(row.Runs)))
			var known []desk.Ticket
			for _, i := range random.Perm(half)[:row.History] {
				q := earlier[i]
				known = append(known, resolvedTicket(q, o.Set.relevant(q.ID)))
			}
			if err := calibrate(ctx, o, known, &all, &voted); err != nil {
				return r, err
			}
			row.Runs++
		}
		row.Error, row.Voted = measure.Round(all.CalibrationError()), measure.Round(voted.CalibrationError())
		for _, b := range all {
			row.Reliability = append(row.Reliability, ReliabilityBin{P: b.Mean(), Share: b.Share(), N: b.N})
		}
		for _, b := range voted {
			row.VotedQueries += b.N
		}
		r.Sizes = append(r.Sizes, row)
	}
	return r, nil
}

// calibrate ranks the queries with a history and adds up what came of the first articles.
func calibrate(
	ctx context.Context, o RankingOptions, known []desk.Ticket, all, voted *measure.Reliability,
) (err error) {
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	sortByTime(known)
	b.pending = known
	if err := b.run(ctx); err != nil {
		return err
	}
	for _, x := range b.results {
		if len(x.ranked) == 0 {
			continue
		}
		first := x.ranked[0]
		right := b.judged[x.query.ID][first.ID] > 0
		all.Add(first.P, right)
		if first.Support > supportedFrom {
			voted.Add(first.P, right)
		}
	}
	return nil
}

// supportedFrom is the support from which an earlier ticket counts as speaking for an article.
const supportedFrom = 0.1

// String renders the report for people.
func (r CalibrationReport) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d queries; probability of the first article, and how often it was right\n", r.Queries)
	for _, c := range r.Sizes {
		fmt.Fprintf(&s, "%4d tickets known (%d runs): calibration error %.3f; %.3f of the %d that tickets support\n     ",
			c.History, c.Runs, c.Error, c.Voted, c.VotedQueries)
		for _, b := range c.Reliability {
			if b.N > 0 {
				fmt.Fprintf(&s, " %.2f→%.2f (%d)", b.P, b.Share, b.N)
			}
		}
		s.WriteByte('\n')
	}
	return strings.TrimRight(s.String(), "\n")
}
