package eval

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// SimilarOptions says on what similar tickets are measured: a set whose corpus consists of
// tickets, and whose judgements name, for a ticket, others about the same matter.
type SimilarOptions struct {
	Dir      string
	Qrels    string // "" is test
	RunFile  string // TREC run to write, "" for none
	Progress func(done, total int)
}

// SimilarReport is the result of Similar. Sets have no part for tuning: the queries are divided
// by a hash of their id; the weights were chosen on the tune halves, and the report half is
// the one to quote.
type SimilarReport struct {
	Queries  int                   `json:"queries"`
	NDCG10   float64               `json:"ndcg@10"`
	Recall1  float64               `json:"recall@1"`
	Recall10 float64               `json:"recall@10"`
	MRR10    float64               `json:"mrr@10"`
	CI95     map[string][2]float64 `json:"ci95"`
	Tune     HalfReport            `json:"tune"`
	Report   HalfReport            `json:"report"`
	MS       Latency               `json:"ms"`
	Tickets  int                   `json:"tickets"`
}

// HalfReport is the result of one half of the queries.
type HalfReport struct {
	Queries  int     `json:"queries"`
	NDCG10   float64 `json:"ndcg@10"`
	Recall10 float64 `json:"recall@10"`
}

// similarBench is the state of one call of Similar.
type similarBench struct {
	o       SimilarOptions
	memory  *memory.Memory
	titles  map[string]string
	created map[string]time.Time
	judged  map[string]map[string]int
	run     strings.Builder
}

// Similar ranks the tickets of a set for each of its judged queries, as suggestions rank
// resolved tickets. All tickets are known, whenever they came in: the judgements point both
// ways in time.
func Similar(ctx context.Context, o SimilarOptions) (SimilarReport, error) {
	var r SimilarReport
	if o.Qrels == "" {
		o.Qrels = "test"
	}
	b := &similarBench{o: o, memory: memory.New(), titles: map[string]string{}, created: map[string]time.Time{}}
	if err := b.load(); err != nil {
		return r, err
	}
	queries, err := loadQueries(o.Dir)
	if err != nil {
		return r, err
	}
	queries = slices.DeleteFunc(queries, func(q SetQuery) bool { return len(b.judged[q.ID]) == 0 })
	if len(queries) == 0 {
		return r, fault.New(fault.Invalid, "%s has no query judged in qrels/%s.tsv", o.Dir, o.Qrels)
	}
	var all []measure.Ranking
	var halves [2][]measure.Ranking
	var ms []float64
	for i, q := range queries {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		start := time.Now()
		ids := b.rank(q)
		ms = append(ms, float64(time.Since(start).Microseconds())/1000)
		m := measure.Of(ids, b.judged[q.ID])
		all = append(all, m)
		halves[halfOf(q.ID)] = append(halves[halfOf(q.ID)], m)
		if o.Progress != nil {
			o.Progress(i+1, len(queries))
		}
	}
	m := measure.Mean(all)
	r = SimilarReport{
		Queries: len(all), NDCG10: measure.Round(m.NDCG10), Recall1: measure.Round(m.Recall1),
		Recall10: measure.Round(m.Recall10), MRR10: measure.Round(m.MRR10), CI95: measure.Intervals(all),
		Tune: halfReport(halves[0]), Report: halfReport(halves[1]), MS: latency(ms), Tickets: b.memory.Resolved(),
	}
	if o.RunFile != "" {
		if err := os.WriteFile(o.RunFile, []byte(b.run.String()), 0o600); err != nil {
			return r, fmt.Errorf("write run: %w", err)
		}
	}
	return r, nil
}

func halfReport(of []measure.Ranking) HalfReport {
	if len(of) == 0 {
		return HalfReport{}
	}
	m := measure.Mean(of)
	return HalfReport{len(of), measure.Round(m.NDCG10), measure.Round(m.Recall10)}
}

// halfOf returns 0 for a query of the tune half, 1 for one of the report half.
func halfOf(id string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	return int(h.Sum32()>>7) & 1
}

// load remembers the set's tickets, all as resolved.
func (b *similarBench) load() (err error) {
	if b.judged, err = loadJudgements(b.o.Dir, b.o.Qrels); err != nil {
		return err
	}
	return readRows(filepath.Join(b.o.Dir, corpusFile), func(row ticketRow) error {
		created, err := parseTime(row.Metadata.Created)
		if err != nil {
			created = time.Time{} // then time does not count
		}
		b.titles[row.ID], b.created[row.ID] = row.Title, created
		b.memory.Learn(desk.Ticket{
			ID: row.ID, Subject: row.Title, Status: desk.Closed, CreatedAt: created, ResolvedAt: created,
			Messages:   []desk.Message{{N: 1, Text: row.Text}},
			Resolution: &desk.Resolution{Code: desk.Answered, At: created},
		})
		return nil
	})
}

// rank returns the ids of the most similar tickets, best first, and adds them to the run.
func (b *similarBench) rank(q SetQuery) []string {
	created := q.Created
	if created.IsZero() {
		created = b.created[q.ID]
	}
	if title := b.titles[q.ID]; q.Title == "" && title != "" {
		if rest, ok := strings.CutPrefix(q.Body, title); ok {
			q.Title, q.Body = title, strings.TrimSpace(rest)
		}
	}
	near := b.memory.Recall(memory.Query{Subject: q.Title, Body: q.Body, Exclude: q.ID, At: time.Unix(1<<40, 0)})
	request := memory.Request{Created: created, Query: terms.TicketQuery(q.Title, q.Body)}
	var ids []string
	for i, x := range near.Rank(request) {
		if i == runDepth {
			break
		}
		ids = append(ids, x.ID)
		fmt.Fprintf(&b.run, "%s Q0 %s %d %.12g deskbook\n", q.ID, x.ID, i+1, x.Likeness)
	}
	return ids
}
