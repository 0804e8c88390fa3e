package retrieval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

const (
	pollEvery  = 150 * time.Millisecond
	maxRetry   = 10 * time.Second
	changePage = 500
	batchBytes = 8 << 20 // of text, which also end a batch of articles
	// lateChanges is how many changes that concern no article may be applied before their
	// sequence is written: a write would cost more than they do, and those that a crash lets
	// the index forget are applied again.
	lateChanges = 2000
)

// How many articles and tickets are read from a Source at once.
const (
	ArticlesPerBatch = 250
	TicketsPerBatch  = 200
)

// Wake makes Follow check for changes now.
func (e *Engine) Wake() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Follow applies changes as they come until ctx ends, and returns nil then. When the truth
// returns an error, it is logged and Follow tries again; a damaged index is rebuilt.
func (e *Engine) Follow(ctx context.Context) error {
	wait := pollEvery
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		err := e.CatchUp(ctx)
		failing := wait > pollEvery
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && !failing:
			e.log.Error("search index does not follow, trying again", "reason", err.Error())
		case err == nil && failing:
			e.log.Info("search index follows again")
		}
		wake := e.wake
		if err != nil {
			wait, wake = min(2*wait, maxRetry), nil // a full disk is not tried ten times a second
		} else {
			wait = pollEvery
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-timer.C:
		}
	}
}

// CatchUp applies all changes up to the newest. Where there is no index or where it failed,
// it builds one first.
func (e *Engine) CatchUp(ctx context.Context) error {
	e.following.Lock()
	defer e.following.Unlock()
	e.mu.RLock()
	d, closed := e.disk, e.closed
	e.mu.RUnlock()
	if closed {
		return errors.New("follow changes: the engine is closed")
	}
	last, err := e.source.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("follow changes: %w", err)
	}
	// An index ahead of the truth belongs to a truth that was replaced.
	if d == nil || d.suspect.Load() || d.sequence.Load() > last {
		if err := e.rebuild(ctx); err != nil {
			return err
		}
	}
	if err := e.loadMemory(ctx); err != nil {
		return err
	}
	for {
		more, err := e.step(ctx)
		if err != nil {
			return err
		}
		if !more {
			e.ready.Store(true)
			return nil
		}
	}
}

// step applies one page of changes and reports whether there may be more.
func (e *Engine) step(ctx context.Context) (bool, error) {
	d := e.disk // only this goroutine replaces it, under following
	changes, err := e.source.Changes(ctx, d.sequence.Load(), changePage)
	if err != nil || len(changes) == 0 {
		return false, wrap(err, "follow changes")
	}
	articles, tickets := changedIDs(changes)
	if err := e.learn(ctx, tickets); err != nil {
		return false, err
	}
	if err := e.project(ctx, d, articles, changes[len(changes)-1].Seq); err != nil {
		return false, err
	}
	return len(changes) == changePage, nil
}

// changedIDs lists what changed, each object once.
func changedIDs(changes []journal.Change) (articles, tickets []string) {
	seen := map[journal.Change]bool{}
	for _, c := range changes {
		key := journal.Change{Object: c.Object, ID: c.ID}
		if seen[key] {
			continue
		}
		seen[key] = true
		switch c.Object {
		case journal.Article:
			articles = append(articles, c.ID)
		case journal.Ticket:
			tickets = append(tickets, c.ID)
		}
	}
	return articles, tickets
}

// project writes the current state of these articles and the sequence in one batch. Changes to
// tickets alone are not written at once: the index holds nothing of them but their sequence.
func (e *Engine) project(ctx context.Context, d *diskIndex, ids []string, sequence int64) error {
	if len(ids) == 0 && sequence-d.stored < lateChanges {
		d.sequence.Store(sequence)
		return nil
	}
	b := d.newBatch()
	for len(ids) > 0 {
		n := min(len(ids), ArticlesPerBatch)
		if err := e.putArticles(ctx, b, ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
		if len(ids) > 0 && b.bytes > batchBytes {
			// Part of a page: the sequence stays until all of it is written.
			if err := b.commit(ctx, d.sequence.Load()); err != nil {
				return err
			}
		}
	}
	return b.commit(ctx, sequence)
}

func (e *Engine) putArticles(ctx context.Context, b *batch, ids []string) error {
	articles, err := e.source.IndexArticles(ctx, ids)
	if err != nil {
		return fmt.Errorf("read articles: %w", err)
	}
	gone := make(map[string]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	for _, a := range articles {
		delete(gone, a.ID)
		if err := b.put(a); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if gone[id] {
			b.remove(id)
		}
	}
	return nil
}

// Rebuild builds a new index alongside the current one and swaps them, and re-reads all
// resolved tickets. Requests continue in the meantime.
func (e *Engine) Rebuild(ctx context.Context) error {
	e.following.Lock()
	defer e.following.Unlock()
	if err := e.rebuild(ctx); err != nil {
		return err
	}
	e.Wake()
	return e.loadMemory(ctx)
}

func (e *Engine) rebuild(ctx context.Context) (err error) {
	e.memoryLoaded = false
	sequence, err := e.source.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("build index: %w", err)
	}
	path, err := e.freePath()
	if err != nil {
		return err
	}
	d, err := createIndex(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close(), os.RemoveAll(path))
		}
	}()
	if err := e.fill(ctx, d, sequence); err != nil {
		return err
	}
	if d.suspect.Load() {
		return errors.New("build index: background work failed")
	}
	return e.swap(d)
}

// freePath returns a folder for a new index that does not exist yet.
func (e *Engine) freePath() (string, error) {
	for n := e.now().UnixNano(); ; n++ {
		path := filepath.Join(e.dir, indexPrefix+strconv.FormatInt(n, 36))
		_, err := os.Lstat(path)
		if errors.Is(err, os.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", fmt.Errorf("build index: %w", err)
		}
	}
}

// fill writes every article. The sequence is that from before the first was read.
func (e *Engine) fill(ctx context.Context, d *diskIndex, sequence int64) error {
	b := d.newBatch()
	for after := ""; ; {
		ids, err := e.source.ArticleIDs(ctx, after, ArticlesPerBatch)
		if err != nil {
			return fmt.Errorf("build index: %w", err)
		}
		if len(ids) == 0 {
			return b.commit(ctx, sequence)
		}
		if err := e.putArticles(ctx, b, ids); err != nil {
			return err
		}
		if b.b.Size() >= ArticlesPerBatch || b.bytes > batchBytes {
			if err := b.commit(ctx, 0); err != nil {
				return err
			}
		}
		after = ids[len(ids)-1]
	}
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
