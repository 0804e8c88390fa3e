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

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Bounds of an evaluation over the team's own history.
const (
	newestRanked  = 20_000  // tickets ranked at most, the newest
	newestKnown   = 120_000 // tickets looked at, those only known included
	savedEvery    = 500     // tickets ranked between two checkpoints within a month
	ticketsAhead  = 50      // texts read at once
	restsAtLeast  = 20 * time.Millisecond
	historyDepth  = 100
	learnedFolder = "learned"
	textFolder    = "text"
)

// HistoryOptions says what to evaluate and how.
type HistoryOptions struct {
	Source     retrieval.Source
	Dir        string // a folder of its own, emptied before and after
	Log        *slog.Logger
	Floor      float64
	Calibrator *retrieval.Calibrator
	Weights    string // JSON of the ranker's weights, "" for the shipped ones
	// Until ends the history: later tickets are left out. It stays the same when a run
	// is resumed.
	Until time.Time
	// Newest bounds how many tickets are ranked; 0 is 20,000.
	Newest int
	// Checkpoint goes on where an earlier call ended, "" starts anew.
	Checkpoint string
	// Save is called after each month, and within a large one, with what is known so
	// far. Its error ends the evaluation.
	Save func(ctx context.Context, p HistoryProgress) error
	// Budget ends the call, not the evaluation, at the next checkpoint after so much
	// time; 0 is none.
	Budget time.Duration
	// Rest is how long to pause for each unit of work, so that requests go first.
	Rest float64
}

// HistoryProgress is how far an evaluation is.
type HistoryProgress struct {
	Done, Total int
	Ended       bool // nothing is left to rank
	Checkpoint  string
	Report      HistoryReport
}

// EvaluateHistory ranks the tickets of the team's past, each with what was known when
// it was opened: articles written before and tickets resolved before, in the order in
// which they came. Articles have today's text; those archived today are left out,
// and a merged one counts as the one it went into. An article that an import
// brought later than its first use counts as known from that use on.
//
// It works on an index of its own and in bounded memory. It gives what the last Save
// was given.
func EvaluateHistory(ctx context.Context, o HistoryOptions) (_ HistoryProgress, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Newest <= 0 {
		o.Newest = newestRanked
	}
	h := &historian{o: o, started: time.Now(), sums: newHistorySums()}
	if err := h.resume(); err != nil {
		return HistoryProgress{}, err
	}
	if err := os.RemoveAll(o.Dir); err != nil {
		return HistoryProgress{}, fmt.Errorf("evaluate history: %w", err)
	}
	defer func() { err = errors.Join(err, h.close(), os.RemoveAll(o.Dir)) }()
	if err := h.look(ctx); err != nil {
		return HistoryProgress{}, err
	}
	if err := h.open(ctx); err != nil {
		return HistoryProgress{}, err
	}
	return h.run(ctx)
}

// historyCase is a ticket of the past without its text.
type historyCase struct {
	ID      string
	created time.Time
	known   time.Time // from when on what resolved it was known
	service string
	right   []string // the articles that resolved it
}

// pastArticle is an article without its text.
type pastArticle struct {
	ID    string
	since time.Time
}

// rankedCase is a case as one engine ranked it.
type rankedCase struct {
	ndcg    float64
	rank    int // of the best right article, 0 beyond what is looked at
	shown   bool
	right   bool // shown, and the first one is right
	first   string
	p       float64 // of the first
	wantedP float64 // of the best right one
}

// historian is one evaluation under way.
type historian struct {
	o       HistoryOptions
	started time.Time
	before  float64 // seconds of earlier calls
	sums    historySums
	after   historyPosition
	without int
	older   int

	cases    []historyCase // to rank, oldest first
	teachers []historyCase // by the moment from which they are known
	articles []pastArticle // by the moment they were there
	past     *replay
	learned  *retrieval.Engine
	text     *retrieval.Engine
	owed     time.Duration // rest
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

func (h *historian) resume() error {
	if h.o.Checkpoint == "" {
		return nil
	}
	var c historyCheckpoint
	c.Sums = newHistorySums()
	if err := json.Unmarshal([]byte(h.o.Checkpoint), &c); err != nil {
		return fmt.Errorf("go on with an evaluation: %w", err)
	}
	h.after, h.sums, h.before = c.After, c.Sums, c.Sums.Seconds
	return nil
}

func byCreation(a, b historyCase) int {
	return cmp.Or(a.created.Compare(b.created), memory.CompareIDs(a.ID, b.ID))
}

// open builds two empty indexes of its own, one that learns and one that does not.
func (h *historian) open(ctx context.Context) error {
	weights, err := retrieval.ParseRanker(h.o.Weights)
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
			Ranker: &weights, Calibrator: h.o.Calibrator, NoLearning: x.plain,
		})
		if err != nil {
			return fmt.Errorf("evaluate history: %w", err)
		}
	}
	return nil
}

func (h *historian) close() error {
	var err error
	for _, e := range []*retrieval.Engine{h.learned, h.text} {
		if e != nil {
			err = errors.Join(err, e.Close())
		}
	}
	return err
}

// run ranks what is left.
func (h *historian) run(ctx context.Context) (HistoryProgress, error) {
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
func (h *historian) skip() int {
	if h.after.ID == "" {
		return 0
	}
	last := historyCase{ID: h.after.ID, created: h.after.Created}
	n, found := slices.BinarySearchFunc(h.cases, last, byCreation)
	if found {
		n++
	}
	return n
}

func (h *historian) save(ctx context.Context, ended bool) (HistoryProgress, error) {
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

func (h *historian) progress(ended bool) HistoryProgress {
	p := HistoryProgress{Done: h.after.Done, Total: max(len(h.cases), h.after.Done), Ended: ended, Report: h.sums.report()}
	p.Report.Floor, p.Report.Without, p.Report.Older = h.learned.Floor(), h.without, h.older
	p.Report.Articles, p.Report.Ranker = len(h.articles), h.learned.Ranker().Hash()
	return p
}

// rank ranks some tickets in order.
func (h *historian) rank(ctx context.Context, cases []historyCase) error {
	for part := range slices.Chunk(cases, ticketsAhead) {
		ids := make([]string, len(part))
		for i, c := range part {
			ids[i] = c.ID
		}
		found, err := h.o.Source.IndexTickets(ctx, ids)
		if err != nil {
			return fmt.Errorf("evaluate history: read tickets: %w", err)
		}
		texts := make(map[string]desk.Ticket, len(found))
		for _, t := range found {
			texts[t.ID] = t
		}
		for _, c := range part {
			if err := h.one(ctx, c, texts[c.ID]); err != nil {
				return fmt.Errorf("evaluate history: ticket %s: %w", c.ID, err)
			}
		}
	}
	return nil
}

// one ranks one ticket with what was known before it.
func (h *historian) one(ctx context.Context, c historyCase, t desk.Ticket) error {
	start := time.Now()
	if err := h.tell(ctx, c.created); err != nil {
		return err
	}
	if month := monthOf(c.created); h.sums.Months[month] == nil {
		m := group(h.sums.Months, month)
		m.Known, m.Articles = h.past.told, len(h.past.articles)
	}
	right := map[string]int{}
	for _, id := range c.right {
		if h.past.articles[id] {
			right[id] = 1
		}
	}
	learned, err := rankPast(ctx, h.learned, c, t, right)
	if err != nil {
		return err
	}
	if len(right) == 0 {
		h.sums.later(c, learned)
	} else {
		text, err := rankPast(ctx, h.text, c, t, right)
		if err != nil {
			return err
		}
		h.sums.judged(c, spoken(t.Subject, t.Body()), learned, text)
	}
	h.after = historyPosition{Created: c.created, ID: c.ID, Done: h.after.Done + 1}
	return h.rest(ctx, time.Since(start))
}

// spoken is the language that a ticket shows, "" where it shows none that we know.
func spoken(subject, body string) string {
	l, sure := terms.TicketLanguage(terms.Truncate(terms.Valid(subject), terms.MaxTitleBytes), terms.StripQuotes(terms.Truncate(terms.Valid(body), terms.MaxQueryBytes)))
	if !sure || l == terms.Plain {
		return ""
	}
	return string(l)
}

// rankPast puts a ticket of the past to an engine.
func rankPast(ctx context.Context, e *retrieval.Engine, c historyCase, t desk.Ticket, right map[string]int) (rankedCase, error) {
	s, ranked, err := e.Rank(ctx, desk.SuggestRequest{
		Subject: t.Subject, Body: t.Body(), Exclude: c.ID, At: c.created, Visibility: retrieval.AllVisible(),
	}, 1, historyDepth)
	if err != nil {
		return rankedCase{}, err
	}
	var o rankedCase
	ids := make([]string, len(ranked))
	for i, x := range ranked {
		ids[i] = x.ID
		if o.rank == 0 && right[x.ID] > 0 {
			o.rank, o.wantedP = i+1, x.P
		}
	}
	o.ndcg = measure.Of(ids, right).NDCG10
	if len(ids) > 0 {
		o.first, o.p = ids[0], ranked[0].P
	}
	shown := slices.Concat(s.KnownErrors, s.Articles)
	if o.shown = len(shown) > 0; o.shown {
		o.right = right[shown[0].Article.ID] > 0
	}
	return o, nil
}

// rest pauses in proportion to the work done.
func (h *historian) rest(ctx context.Context, worked time.Duration) error {
	h.owed += time.Duration(float64(worked) * h.o.Rest)
	if h.owed < restsAtLeast {
		return ctx.Err()
	}
	timer := time.NewTimer(h.owed)
	defer timer.Stop()
	h.owed = 0
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// tell makes known what was there before the moment.
func (h *historian) tell(ctx context.Context, at time.Time) error {
	var articles, tickets []string
	for len(h.articles) > len(h.past.articles) && h.articles[len(h.past.articles)+len(articles)].since.Before(at) {
		articles = append(articles, h.articles[len(h.past.articles)+len(articles)].ID)
		if len(h.past.articles)+len(articles) == len(h.articles) {
			break
		}
	}
	for h.past.told+len(tickets) < len(h.teachers) && h.teachers[h.past.told+len(tickets)].known.Before(at) {
		tickets = append(tickets, h.teachers[h.past.told+len(tickets)].ID)
	}
	first := len(h.past.changes) == 0
	h.past.tell(articles, tickets)
	if len(articles) > 0 || first {
		if err := h.text.CatchUp(ctx); err != nil {
			return err
		}
	}
	if len(articles)+len(tickets) > 0 || first {
		return h.learned.CatchUp(ctx)
	}
	return nil
}
