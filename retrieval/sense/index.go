package sense

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/retrieval/truth"
)

// Encoder turns texts into vectors of unit length.
type Encoder interface {
	ID() string                        // another one for other vectors
	Limit() int                        // tokens of a text that count
	Tokens(text string, limit int) int // of a text, at most limit
	Query(ctx context.Context, text string) ([]float32, error)
	Passages(ctx context.Context, texts []string) ([][]float32, error)
}

// Options says what an index works on.
type Options struct {
	File    string // where vectors are stored
	Encoder Encoder
	Name    string // of where the encoder is found, stored with its vectors; see Kept
	// Former is the encoder before this one, nil for none. Its vectors serve until those of Encoder
	// are whole.
	Former      Encoder
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
	pruneEvery = 24 * time.Hour // vectors of what is gone are deleted
)

// Index holds the vectors of all articles and resolved tickets. It is safe for use by several
// goroutines.
type Index struct {
	o       Options
	log     *slog.Logger
	file    *file
	chunker chunker
	// temporary is set for a former index, which leaves the vectors of others alone, and replaced
	// ends its Follow.
	temporary bool
	replaced  context.CancelFunc

	following sync.Mutex   // one CatchUp at a time
	loaded    bool         // everything was read once; guarded by following
	sequence  int64        // of the last change applied; guarded by following
	used      map[key]bool // of what was read since the start or the last pruning; guarded by following
	pruned    time.Time    // guarded by following

	recent recent

	mu       sync.RWMutex
	size     int // of a vector, 0 before the first is known
	articles *shelf
	tickets  *shelf
	former   *Index // serves until the own vectors are whole

	pending atomic.Int64
	whole   atomic.Bool   // there was a moment when everything had its vectors
	resized atomic.Int64  // to which size vectors have changed, 0 for none
	asked   *atomic.Int32 // questions being encoded
}

// Open opens the file of vectors. CatchUp or Follow fills the index.
func Open(o Options) (*Index, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f, err := openFile(o.File, o.Encoder.ID(), o.Name, o.Log)
	if err != nil {
		return nil, err
	}
	x := newIndex(o, f)
	if o.Former != nil && o.Former.ID() != o.Encoder.ID() {
		former := o
		former.Encoder, former.Former = o.Former, nil
		x.former = newIndex(former, f.of(o.Former.ID()))
		x.former.asked, x.former.temporary = x.asked, true
	}
	return x, nil
}

func newIndex(o Options, f *file) *Index {
	x := &Index{
		o: o, log: o.Log, file: f, chunker: chunker{o.Encoder.Limit(), o.Encoder.Tokens},
		articles: newShelf(0), tickets: newShelf(0), asked: new(atomic.Int32),
	}
	x.pending.Store(1) // until they are counted
	return x
}

// Close closes the file. Follow must have ended before.
func (x *Index) Close() error { return x.file.close() }

// Pending returns how many texts have no vector yet; before they are counted it is 1.
func (x *Index) Pending() int { return int(x.pending.Load()) }

// Follow computes vectors as articles and tickets come until ctx ends, and returns nil then. It
// waits while questions are encoded.
func (x *Index) Follow(ctx context.Context) error {
	defer x.followFormer(ctx)()
	truth.Loop{Name: "index of vectors", Every: pollEvery, MaxRetry: maxRetry, Log: x.log}.Run(ctx, x.CatchUp)
	return nil
}

// CatchUp brings the vectors up to date. What it has computed remains when it is interrupted.
func (x *Index) CatchUp(ctx context.Context) error {
	x.following.Lock()
	defer x.following.Unlock()
	if size := x.resized.Swap(0); size > 0 {
		x.restart(int(size))
	}
	if !x.loaded || time.Since(x.pruned) > pruneEvery {
		x.used, x.pruned = map[key]bool{}, time.Now()
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
	return x.finish()
}

// finish makes the vectors serve, and deletes those that nothing needs.
func (x *Index) finish() error {
	first := !x.whole.Swap(true)
	if x.temporary {
		return nil
	}
	x.mu.Lock()
	if x.former != nil && x.former.replaced != nil {
		x.former.replaced()
	}
	x.former = nil
	x.mu.Unlock()
	var err error
	if first {
		err = x.file.dropOthers()
	}
	if x.used != nil && !x.o.KeepQueries {
		err = errors.Join(err, x.file.keepOnly(x.used))
	}
	x.used = nil
	return err
}

// restart forgets all vectors because those of the encoder now have another size.
func (x *Index) restart(size int) {
	x.log.Warn("the encoder's vectors have another size than before and are computed again", "size", size)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.whole.Store(false)
	x.size, x.articles, x.tickets, x.loaded = size, newShelf(size), newShelf(size), false
	x.recent.clear()
}

// fits reports whether a vector has the size of the others; the first sets it.
func (x *Index) fits(v small) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.size == 0 {
		x.size = len(v.n)
		x.articles, x.tickets = newShelf(x.size), newShelf(x.size)
	}
	return len(v.n) == x.size
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
