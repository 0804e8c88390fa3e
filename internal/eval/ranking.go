package eval

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/rerank"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/summarize/thread"
)

const (
	runDepth         = 100 // hits of a query in a run file
	shownSuggestions = 5
)

// RankingOptions says what to measure. The fields mirror the flags of the command.
type RankingOptions struct {
	Set        *Set
	History    []string // SET:NAME, earlier tickets with the articles that resolved them
	With       []string // further articles: SET folders
	Stream     bool     // the judgements of a ranked ticket are known for later ones
	NoLearning bool
	RunFile    string  // TREC run to write, "" for none
	Floor      float64 // 0 is DefaultFloor
	TempDir    string  // where the index is built, "" for the system's
	Calibrator *ranker.Calibrator
	Ranker     *ranker.Weights // nil is the shipped ones
	Progress   func(done, total int)
	Encoder    sense.Encoder // to compare meanings with, nil for words alone
	Vectors    string        // file in which vectors are kept for the next run, "" for none
	// Reranker reads passages, at most ReadingTime for a query, or 0 for all; nil reads none. What it
	// says is kept in the file Scores for the next run, "" for none.
	Reranker    Reranker
	Scores      string
	ReadingTime time.Duration
	// Encoding reports how many texts have no vector yet.
	Encoding func(pending int)
}

// RankingReport is the result of Ranking. The measures are those of the judged queries; Below
// counts all that were ranked.
type RankingReport struct {
	Queries      int                   `json:"queries"` // judged
	Unanswerable int                   `json:"unanswerable"`
	NDCG10       float64               `json:"ndcg@10"`
	Recall1      float64               `json:"recall@1"`
	Recall5      float64               `json:"recall@5"`
	Recall10     float64               `json:"recall@10"`
	MRR10        float64               `json:"mrr@10"`
	Hit1         float64               `json:"hit@1"` // share of queries with a judged article first
	Hit3         float64               `json:"hit@3"`
	CI95         map[string][2]float64 `json:"ci95"`
	Floor        float64               `json:"floor"`
	Below        float64               `json:"below_floor"` // share of all queries
	// RefusedUnanswerable and RefusedAnswerable are the shares below the floor of queries without
	// and with an answer; they are set where there are unanswerable ones.
	RefusedUnanswerable *float64 `json:"refused_unanswerable,omitempty"`
	RefusedAnswerable   *float64 `json:"refused_answerable,omitempty"`
	// RefusedAtTenth is the share of queries without an answer that are refused with the floor at which
	// a tenth of those with one is.
	RefusedAtTenth *float64 `json:"refused_unanswerable_at_tenth,omitempty"`
	// Coverage is the share of judged queries for which something is suggested, Precision the
	// share of these whose first suggestion is right.
	Coverage  float64 `json:"coverage"`
	Precision float64 `json:"precision"`
	// Reliability compares the probability of the first article with how often it was right, in
	// ten parts; CalibrationError summarises that, and CalibrationError10 is the same over the
	// first ten articles.
	Reliability        []ReliabilityBin `json:"reliability"`
	CalibrationError   float64          `json:"calibration_error"`
	CalibrationError10 float64          `json:"calibration_error@10"`

	MS           Latency `json:"ms"`
	IndexSeconds float64 `json:"index_seconds"`
	IndexBytes   int64   `json:"index_bytes"`
	Articles     int     `json:"articles"`
	Rejected     int     `json:"rejected"` // article files that could not be read
}

// ReliabilityBin says how often the articles in one tenth of the range of probabilities were
// right.
type ReliabilityBin struct {
	P     float64 `json:"p"`     // mean probability
	Share float64 `json:"share"` // that was right
	N     int     `json:"n"`
}

// Latency is milliseconds of one suggestion.
type Latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

// latency returns the quantiles of durations in milliseconds.
func latency(ms []float64) Latency {
	slices.Sort(ms)
	return Latency{P50: measure.Round(measure.Quantile(ms, .5)), P99: measure.Round(measure.Quantile(ms, .99))}
}

// Ranking ranks the set's queries with the engine, in a temporary folder and with the articles
// in memory.
func Ranking(ctx context.Context, o RankingOptions) (RankingReport, error) {
	var r RankingReport
	b, err := newBench(ctx, o)
	if err != nil {
		return r, err
	}
	err = b.run(ctx)
	if err == nil {
		r = b.report()
		err = b.writeRun()
	}
	return r, errors.Join(err, b.close())
}

// rankingBench is the state of one call of Ranking.
type rankingBench struct {
	o        RankingOptions
	dir      string
	source   *Snapshot
	engine   *retrieval.Engine
	meaning  *sense.Index              // nil for words alone
	scores   *scores                   // nil where passages are not read
	judged   map[string]map[string]int // by query, ids as in the corpus
	queries  []SetQuery                // to be ranked, in order of creation
	pending  []desk.Ticket             // history not yet known, oldest first
	results  []result
	seconds  float64
	bytes    int64
	articles int
	rejected int
}

// result is the outcome of one query.
type result struct {
	query  SetQuery
	ranked []retrieval.Ranked
	ms     float64
	below  bool
}

func newBench(ctx context.Context, o RankingOptions) (_ *rankingBench, err error) {
	b := &rankingBench{o: o, source: NewSnapshot(), judged: o.Set.Judged, rejected: o.Set.Rejected}
	if b.dir, err = os.MkdirTemp(o.TempDir, "deskbook-eval-"); err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	names, err := b.loadCorpus()
	if err != nil {
		return nil, err
	}
	if err := b.loadHistory(names); err != nil {
		return nil, err
	}
	for _, q := range o.Set.Queries {
		if len(b.judged[q.ID]) > 0 || q.Unanswerable {
			b.queries = append(b.queries, q)
		}
	}
	if len(b.queries) == 0 {
		return nil, fault.New(fault.Invalid, "%s has no query judged in qrels/%s.tsv", o.Set.Dir, o.Set.Name)
	}
	slices.SortStableFunc(b.queries, func(x, y SetQuery) int { return x.Created.Compare(y.Created) })
	if err := b.openMeaning(ctx); err != nil {
		return nil, err
	}
	start := time.Now()
	options := retrieval.Options{
		Dir: b.dir, Source: b.source, Floor: o.Floor, Calibrator: o.Calibrator, Ranker: o.Ranker, NoLearning: o.NoLearning,
	}
	if b.meaning != nil {
		options.Meaning = b.meaning
	}
	if o.Reranker != nil {
		if b.scores, err = openScores(o.Reranker, o.Scores); err != nil {
			return nil, err
		}
		options.Reader, options.Gist = rerank.New(b.scores, o.ReadingTime, nil), thread.Gist
	}
	b.engine, err = retrieval.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	if err := b.engine.CatchUp(ctx); err != nil {
		return nil, err
	}
	b.seconds = time.Since(start).Seconds()
	b.bytes, err = retrieval.FolderSize(b.dir)
	return b, err
}

// run ranks every query with what was known before it.
func (b *rankingBench) run(ctx context.Context) error {
	for i, q := range b.queries {
		if err := b.reveal(ctx, q.Created); err != nil {
			return err
		}
		start := time.Now()
		s, ranked, err := b.engine.Rank(ctx, desk.SuggestRequest{
			Subject: q.Title, Body: q.Body, Exclude: q.ID, At: q.Created, Visibility: retrieval.AllVisible(), Tickets: true,
		}, shownSuggestions, runDepth)
		if err != nil {
			return fmt.Errorf("rank %s: %w", q.ID, err)
		}
		ms := float64(time.Since(start).Microseconds()) / 1000
		b.results = append(b.results, result{q, ranked, ms, s.BelowFloor})
		if b.o.Stream && len(b.judged[q.ID]) > 0 {
			b.pending = append(b.pending, resolvedTicket(q, b.o.Set.relevant(q.ID)))
			sortByTime(b.pending)
		}
		if b.o.Progress != nil {
			b.o.Progress(i+1, len(b.queries))
		}
	}
	return nil
}

// reveal makes known the history from before the moment.
func (b *rankingBench) reveal(ctx context.Context, at time.Time) error {
	n := 0
	for n < len(b.pending) && (at.IsZero() || b.pending[n].ResolvedAt.Before(at)) {
		n++
	}
	if n == 0 {
		return nil
	}
	b.source.PutTickets(b.pending[:n]...)
	b.pending = b.pending[n:]
	if b.meaning != nil {
		if err := b.meaning.CatchUp(ctx); err != nil {
			return err
		}
	}
	return b.engine.CatchUp(ctx)
}

// report adds up the results.
func (b *rankingBench) report() RankingReport {
	r := RankingReport{
		Floor: b.engine.Floor(), IndexSeconds: measure.Round(b.seconds), IndexBytes: b.bytes,
		Articles: b.articles, Rejected: b.rejected,
	}
	var all []measure.Ranking
	var ms []float64
	var below, refusedUn, refusedAn int
	for _, x := range b.results {
		ms = append(ms, x.ms)
		if x.below {
			below++
		}
		judged := b.judged[x.query.ID]
		switch {
		case len(judged) > 0:
			all = append(all, measure.Of(x.ids(), judged))
			if x.below {
				refusedAn++
			}
		case x.below:
			refusedUn++
		}
	}
	b.calibration(&r)
	m := measure.Mean(all)
	r.Hit1, r.Hit3 = measure.Round(m.Hit1), measure.Round(m.Hit3)
	r.Queries, r.Unanswerable = len(all), len(b.results)-len(all)
	r.NDCG10, r.Recall1, r.Recall5 = measure.Round(m.NDCG10), measure.Round(m.Recall1), measure.Round(m.Recall5)
	r.Recall10, r.MRR10, r.CI95 = measure.Round(m.Recall10), measure.Round(m.MRR10), measure.Intervals(all)
	r.Below = measure.Round(float64(below) / float64(len(b.results)))
	if r.Unanswerable > 0 {
		r.RefusedAtTenth = b.refusedAtTenth()
		un := measure.Round(float64(refusedUn) / float64(r.Unanswerable))
		r.RefusedUnanswerable = &un
		if r.Queries > 0 {
			an := measure.Round(float64(refusedAn) / float64(r.Queries))
			r.RefusedAnswerable = &an
		}
	}
	r.MS = latency(ms)
	return r
}

// refusedAtTenth returns the share of queries without an answer whose best article is less probable
// than that of nine tenths of the others; nil where there are no others.
func (b *rankingBench) refusedAtTenth() *float64 {
	var with, without []float64
	for _, x := range b.results {
		p := 0.0
		if len(x.ranked) > 0 {
			p = x.ranked[0].P
		}
		if len(b.judged[x.query.ID]) > 0 {
			with = append(with, p)
		} else {
			without = append(without, p)
		}
	}
	if len(with) == 0 {
		return nil
	}
	slices.Sort(with)
	floor, refused := with[len(with)/10], 0
	for _, p := range without {
		if p < floor {
			refused++
		}
	}
	share := measure.Round(float64(refused) / float64(len(without)))
	return &share
}

// calibration compares probabilities with how often articles were right, over judged queries.
func (b *rankingBench) calibration(r *RankingReport) {
	var first, ten measure.Reliability
	judged, shown, right := 0, 0, 0
	for _, x := range b.results {
		gold := b.judged[x.query.ID]
		if len(gold) == 0 {
			continue
		}
		judged++
		for i, c := range x.ranked[:min(10, len(x.ranked))] {
			correct := gold[c.ID] > 0
			ten.Add(c.P, correct)
			if i > 0 {
				continue
			}
			first.Add(c.P, correct)
			if !x.below {
				shown++
				if correct {
					right++
				}
			}
		}
	}
	for _, b := range first {
		r.Reliability = append(r.Reliability, ReliabilityBin{P: b.Mean(), Share: b.Share(), N: b.N})
	}
	r.CalibrationError = measure.Round(first.CalibrationError())
	r.CalibrationError10 = measure.Round(ten.CalibrationError())
	r.Coverage, r.Precision = measure.Round(measure.Ratio(shown, judged)), measure.Round(measure.Ratio(right, shown))
}

func (x result) ids() []string {
	out := make([]string, len(x.ranked))
	for i, c := range x.ranked {
		out[i] = c.ID
	}
	return out
}

// writeRun writes the ranking in TREC run format, without the floor.
func (b *rankingBench) writeRun() (err error) {
	if b.o.RunFile == "" {
		return nil
	}
	f, err := os.Create(b.o.RunFile)
	if err != nil {
		return fmt.Errorf("write run: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	for _, x := range b.results {
		for i, c := range x.ranked[:min(runDepth, len(x.ranked))] {
			// Flush returns the first error.
			_, _ = fmt.Fprintf(w, "%s Q0 %s %d %.12g deskbook\n", x.query.ID, c.ID, i+1, c.P)
		}
	}
	return w.Flush()
}

func (b *rankingBench) close() error {
	var err error
	if b.engine != nil {
		err = b.engine.Close()
	}
	if b.meaning != nil {
		err = errors.Join(err, b.meaning.Close())
	}
	if b.scores != nil {
		err = errors.Join(err, b.scores.close())
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

func sortByTime(t []desk.Ticket) {
	slices.SortStableFunc(t, func(x, y desk.Ticket) int {
		return cmp.Or(x.ResolvedAt.Compare(y.ResolvedAt), memory.CompareIDs(x.ID, y.ID))
	})
}
