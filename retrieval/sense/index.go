package sense

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// Encoder turns texts into vectors of unit length.
type Encoder interface {
	ID() string                        // another one for other vectors
	Size() int                         // numbers of a vector
	Limit() int                        // tokens of a text that count
	Tokens(text string, limit int) int // of a text, at most limit
	Query(ctx context.Context, text string) ([]float32, error)
	Passages(ctx context.Context, texts []string) ([][]float32, error)
}

// Options says what an index works on.
type Options struct {
	File        string // where vectors are stored
	Encoder     Encoder
	Source      truth.Source // the truth
	Log         *slog.Logger // nil discards
	NoTickets   bool         // tickets get no vectors
	KeepQueries bool         // also store the vectors of questions, for evaluations that are repeated
}

const (
	pageSize   = 200 // articles or tickets read at once
	batchTexts = 8   // texts encoded at once
	keepEvery  = 64  // vectors written at once
	pollEvery  = 300 * time.Millisecond
	maxRetry   = 30 * time.Second
)

// Index holds the vectors of all articles and resolved tickets. It is safe for use by several
// goroutines.
type Index struct {
	o       Options
	log     *slog.Logger
	file    *file
	chunker chunker

	following sync.Mutex // one CatchUp at a time
	loaded    bool       // everything was read once; guarded by following
	sequence  int64      // of the last change applied; guarded by following

	recent recent

	mu       sync.RWMutex
	articles *shelf
	tickets  *shelf

	pending atomic.Int64
	whole   atomic.Bool  // there was a moment when everything had its vectors
	asked   atomic.Int32 // questions being encoded
}

// Open opens the file of vectors. CatchUp or Follow fills the index.
func Open(o Options) (*Index, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f, err := openFile(o.File, o.Encoder.ID(), o.Encoder.Size(), o.Log)
	if err != nil {
		return nil, err
	}
	x := &Index{
		o: o, log: o.Log, file: f, chunker: chunker{o.Encoder.Limit(), o.Encoder.Tokens},
		articles: newShelf(o.Encoder.Size()), tickets: newShelf(o.Encoder.Size()),
	}
	x.pending.Store(1) // until they are counted
	return x, nil
}

// Close closes the file. Follow must have ended before.
func (x *Index) Close() error { return x.file.close() }

// Pending returns how many texts have no vector yet; before they are counted it is 1.
func (x *Index) Pending() int { return int(x.pending.Load()) }

// Follow computes vectors as articles and tickets come until ctx ends, and returns nil then. It
// waits while questions are encoded.
func (x *Index) Follow(ctx context.Context) error {
	truth.Loop{Name: "index of vectors", Every: pollEvery, MaxRetry: maxRetry, Log: x.log}.Run(ctx, x.CatchUp)
	return nil
}

// CatchUp brings the vectors up to date. What it has computed remains when it is interrupted.
func (x *Index) CatchUp(ctx context.Context) error {
	x.following.Lock()
	defer x.following.Unlock()
	if !x.loaded {
		if err := x.load(ctx); err != nil {
			return fmt.Errorf("vectors: %w", err)
		}
		x.loaded = true
	}
	err := truth.Changes(ctx, x.o.Source, x.sequence, func(articles, tickets []string, sequence int64) error {
		err := x.update(ctx, articles, tickets)
		if err == nil {
			x.sequence = sequence
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("vectors: %w", err)
	}
	x.pending.Store(0)
	if !x.whole.Swap(true) {
		return x.file.dropOthers()
	}
	return nil
}

// load reads everything: first what the file has, then what is missing.
func (x *Index) load(ctx context.Context) error {
	var err error
	if x.sequence, err = x.o.Source.LastChange(ctx); err != nil {
		return err
	}
	var missing [2][]string
	count := 0
	for i, list := range []truth.Lister{x.o.Source.ArticleIDs, x.o.Source.TicketIDs} {
		if i == 1 && x.o.NoTickets {
			break
		}
		for ids, err := range truth.Pages(ctx, list, pageSize) {
			if err != nil {
				return err
			}
			works, err := x.read(ctx, i == 0, ids)
			if err != nil {
				return err
			}
			for _, w := range works {
				if n := w.missing(); n > 0 {
					missing[i] = append(missing[i], w.id)
					count += n
					continue
				}
				x.set(w)
			}
		}
	}
	x.pending.Store(int64(count))
	return x.update(ctx, missing[0], missing[1])
}

// update computes what is missing of these articles and tickets.
func (x *Index) update(ctx context.Context, articles, tickets []string) error {
	if x.o.NoTickets {
		tickets = nil
	}
	for i, all := range [][]string{articles, tickets} {
		for ids := range slices.Chunk(all, pageSize) {
			works, err := x.read(ctx, i == 0, ids)
			if err != nil {
				return err
			}
			gone := map[string]bool{}
			for _, id := range ids {
				gone[id] = true
			}
			for _, w := range works {
				delete(gone, w.id)
			}
			if err := x.compute(ctx, works); err != nil {
				return err
			}
			x.remove(i == 0, gone)
		}
	}
	return nil
}

// work is an article or a ticket whose vectors are needed.
type work struct {
	id      string
	article bool
	texts   []string
	keys    []key
	vectors []small
}

func (w *work) missing() (n int) {
	for _, v := range w.vectors {
		if v.n == nil {
			n++
		}
	}
	return n
}

// read returns the texts of articles or tickets with the vectors that are stored. Tickets that no
// article resolved have none.
func (x *Index) read(ctx context.Context, article bool, ids []string) ([]work, error) {
	var out []work
	if article {
		articles, err := x.o.Source.IndexArticles(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, a := range articles {
			out = append(out, work{id: a.ID, article: true, texts: x.chunker.article(a)})
		}
	} else {
		tickets, err := x.o.Source.IndexTickets(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			if !t.ResolvedAt.IsZero() && len(t.Links) > 0 || t.Knowledge != nil {
				out = append(out, work{id: t.ID, texts: []string{ticketText(t.Subject, t.Body())}})
			}
		}
	}
	var keys []key
	for i := range out {
		w := &out[i]
		for _, s := range w.texts {
			w.keys = append(w.keys, keyOf(w.kind(), s))
		}
		keys = append(keys, w.keys...)
	}
	vectors, err := x.file.get(keys)
	for i := range out {
		n := min(len(out[i].keys), len(vectors))
		out[i].vectors, vectors = vectors[:n:n], vectors[n:]
	}
	return out, err
}

func (w *work) kind() string {
	if w.article {
		return passageKind
	}
	return queryKind
}

// ticketText is what is encoded of a ticket: without quotes of earlier messages.
func ticketText(subject, body string) string {
	subject, body = terms.Own(subject, body)
	return strings.TrimSpace(subject + "\n" + body)
}

// compute encodes what is missing, and stores it in parts.
func (x *Index) compute(ctx context.Context, works []work) error {
	type place struct{ work, text int }
	var places []place
	for i := range works {
		for j, v := range works[i].vectors {
			if v.n == nil {
				places = append(places, place{i, j})
			}
		}
	}
	x.pending.Store(max(x.pending.Load(), int64(len(places))))
	for part := range slices.Chunk(places, keepEvery) {
		keys, vectors := make([]key, 0, len(part)), make([]small, 0, len(part))
		for batch := range slices.Chunk(part, batchTexts) {
			texts := make([]string, len(batch))
			for k, p := range batch {
				texts[k] = works[p.work].texts[p.text]
			}
			found, err := x.encode(ctx, works[batch[0].work].article, texts)
			if err != nil {
				return errors.Join(err, x.file.put(keys, vectors))
			}
			for k, p := range batch {
				w := &works[p.work]
				w.vectors[p.text] = shrunk(found[k])
				keys, vectors = append(keys, w.keys[p.text]), append(vectors, w.vectors[p.text])
			}
			x.pending.Add(int64(-len(batch)))
		}
		if err := x.file.put(keys, vectors); err != nil {
			return err
		}
	}
	for _, w := range works {
		x.set(w)
	}
	return nil
}

// encode waits until no question is being encoded.
func (x *Index) encode(ctx context.Context, article bool, texts []string) ([][]float32, error) {
	for x.asked.Load() > 0 {
		timer := time.NewTimer(2 * time.Millisecond)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
	if article {
		return x.o.Encoder.Passages(ctx, texts)
	}
	out := make([][]float32, len(texts))
	for i, s := range texts {
		v, err := x.o.Encoder.Query(ctx, s)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// set makes the vectors of an article or a ticket known.
func (x *Index) set(w work) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.shelf(w.article).put(w.id, w.vectors)
}

func (x *Index) remove(article bool, gone map[string]bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for id := range gone {
		x.shelf(article).remove(id)
	}
}

func (x *Index) shelf(article bool) *shelf {
	if article {
		return x.articles
	}
	return x.tickets
}
