package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// Bounds of an evaluation over the team's own history.
const (
	newestRanked  = 20_000  // most tickets that are ranked, the newest
	newestScanned = 120_000 // most tickets that are known, the newest
	savedEvery    = 500     // tickets ranked between two checkpoints within a month
	ticketsAhead  = 50      // texts read at once
	restsAtLeast  = 20 * time.Millisecond
	historyDepth  = 100
	learnedFolder = "learned"
	textFolder    = "text"
)

// HistoryOptions says what to evaluate, and how.
type HistoryOptions struct {
	Source     truth.Source
	Dir        string // a folder for its indexes alone, emptied before and after
	Log        *slog.Logger
	Floor      float64
	Calibrator *ranker.Calibrator
	Weights    string            // JSON of the ranker's weights, "" for the shipped ones
	Meaning    retrieval.Meaning // nil compares words alone
	// Until ends the history: later tickets are left out. It stays the same when a run is
	// resumed.
	Until time.Time
	// Newest bounds how many tickets are ranked; 0 is 20,000.
	Newest int
	// Checkpoint is where an earlier call ended, "" to start from the beginning.
	Checkpoint string
	// Save is called after each month, and within a large one, with the results so far. Its
	// error ends the evaluation.
	Save func(ctx context.Context, p HistoryProgress) error
	// Budget ends the call, not the evaluation, at the first checkpoint after this time; 0
	// is no limit.
	Budget time.Duration
	// Rest is how long to pause for each unit of work, so that requests come first.
	Rest float64
}

// HistoryProgress is how far an evaluation has got.
type HistoryProgress struct {
	Done, Total int
	Ended       bool // nothing is left to rank
	Checkpoint  string
	Report      HistoryReport
}

// EvaluateHistory ranks the team's past tickets, each with what was known when it was
// opened: articles written before and tickets resolved before, in the order in which they
// came. Articles have today's text; those archived today are left out, and a merged one
// counts as its merge target. An article that was imported after its first use counts as
// known from that use on.
//
// It works on indexes of its own and in bounded memory. It returns what Save was called
// with last.
func EvaluateHistory(ctx context.Context, o HistoryOptions) (_ HistoryProgress, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Newest <= 0 {
		o.Newest = newestRanked
	}
	h := &backtest{o: o, started: time.Now(), sums: newHistorySums()}
	if err := h.resume(); err != nil {
		return HistoryProgress{}, err
	}
	if err := os.RemoveAll(o.Dir); err != nil {
		return HistoryProgress{}, fmt.Errorf("evaluate history: %w", err)
	}
	defer func() { err = errors.Join(err, h.close(), os.RemoveAll(o.Dir)) }()
	if err := h.scan(ctx); err != nil {
		return HistoryProgress{}, err
	}
	if err := h.open(ctx); err != nil {
		return HistoryProgress{}, err
	}
	return h.run(ctx)
}

// pastTicket is a resolved ticket without its text.
type pastTicket struct {
	id      string
	created time.Time
	known   time.Time // from when what resolved it was known
	service string
	right   []string // the articles that resolved it
}

// pastArticle is an article without its text.
type pastArticle struct {
	id    string
	since time.Time
}

// backtest is the state of one evaluation.
type backtest struct {
	o       HistoryOptions
	started time.Time
	before  float64 // seconds of earlier calls
	sums    historySums
	after   historyPosition
	without int
	older   int

	cases    []pastTicket  // to rank, oldest first
	byKnown  []pastTicket  // all, by when they became known
	articles []pastArticle // by when they became known
	past     *replay
	learned  *retrieval.Engine
	text     *retrieval.Engine
	restOwed time.Duration // rest
}

// historyPosition is the last ticket ranked.
type historyPosition struct {
	Created time.Time `json:"created"`
	ID      string    `json:"id"`
	Done    int       `json:"done"`
}

type historyCheckpoint struct {
	After historyPosition `json:"after"`
	Sums  historySums     `json:"sums"`
}

func (h *backtest) resume() error {
	if h.o.Checkpoint == "" {
		return nil
	}
	var c historyCheckpoint
	c.Sums = newHistorySums()
	if err := json.Unmarshal([]byte(h.o.Checkpoint), &c); err != nil {
		return fmt.Errorf("resume an evaluation: %w", err)
	}
	h.after, h.sums, h.before = c.After, c.Sums, c.Sums.Seconds
	return nil
}

func byCreation(a, b pastTicket) int {
	return cmp.Or(a.created.Compare(b.created), memory.CompareIDs(a.id, b.id))
}

// open creates two empty indexes, one that learns and one that does not.
func (h *backtest) open(ctx context.Context) error {
	weights, err := ranker.Parse(h.o.Weights)
	if err != nil {
		return fmt.Errorf("evaluate history: %w", err)
	}
	h.past = newReplay(h.o.Source)
	for _, x := range []struct {
		to     **retrieval.Engine
		folder string
		plain  bool
	}{{&h.learned, learnedFolder, false}, {&h.text, textFolder, true}} {
		*x.to, err = retrieval.Open(ctx, retrieval.Options{
			Dir: filepath.Join(h.o.Dir, x.folder), Source: h.past, Log: h.o.Log, Floor: h.o.Floor,
			Ranker: &weights, Calibrator: h.o.Calibrator, NoLearning: x.plain, Meaning: h.o.Meaning,
		})
		if err != nil {
			return fmt.Errorf("evaluate history: %w", err)
		}
	}
	return nil
}

func (h *backtest) close() error {
	var err error
	for _, e := range []*retrieval.Engine{h.learned, h.text} {
		if e != nil {
			err = errors.Join(err, e.Close())
		}
	}
	return err
}

// run ranks the tickets that are left.
func (h *backtest) run(ctx context.Context) (HistoryProgress, error) {
	left := h.cases[min(len(h.cases), h.skip()):]
	if len(left) == 0 {
		return h.save(ctx, true)
	}
	for {
		n := 1
		for n < len(left) && n < savedEvery && monthOf(left[n].created) == monthOf(left[0].created) {
			n++
		}
		if err := h.rank(ctx, left[:n]); err != nil {
			return HistoryProgress{}, err
		}
		left = left[n:]
		p, err := h.save(ctx, len(left) == 0)
		if err != nil || p.Ended || h.o.Budget > 0 && time.Since(h.started) > h.o.Budget {
			return p, err
		}
	}
}

// skip counts the tickets that an earlier call ranked.
func (h *backtest) skip() int {
	if h.after.ID == "" {
		return 0
	}
	last := pastTicket{id: h.after.ID, created: h.after.Created}
	n, found := slices.BinarySearchFunc(h.cases, last, byCreation)
	if found {
		n++
	}
	return n
}

func (h *backtest) save(ctx context.Context, ended bool) (HistoryProgress, error) {
	h.sums.Seconds = h.before + time.Since(h.started).Seconds()
	p := h.progress(ended)
	raw, err := json.Marshal(historyCheckpoint{After: h.after, Sums: h.sums})
	if err != nil {
		return p, fmt.Errorf("evaluate history: %w", err)
	}
	p.Checkpoint = string(raw)
	if h.o.Save != nil {
		err = h.o.Save(ctx, p)
	}
	return p, err
}

func (h *backtest) progress(ended bool) HistoryProgress {
	p := HistoryProgress{Done: h.after.Done, Total: max(len(h.cases), h.after.Done), Ended: ended, Report: h.sums.report()}
	p.Report.Floor, p.Report.Without, p.Report.Older = h.learned.Floor(), h.without, h.older
	p.Report.Articles, p.Report.Ranker = len(h.articles), h.learned.Ranker().Hash()
	return p
}
