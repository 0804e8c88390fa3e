package retrieval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/retrieval/truth"
)

const (
	pollEvery  = 150 * time.Millisecond
	maxRetry   = 10 * time.Second
	batchBytes = 8 << 20 // of text, which also end a batch of articles
	// lateChanges is how many changes that concern no article may be applied before their
	// sequence is written: a write would cost more than they do, and those that a crash lets
	// the index forget are applied again.
	lateChanges = 2000
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
	truth.Loop{
		Name: "search index", Every: pollEvery, MaxRetry: maxRetry, Wake: e.wake, Log: e.log,
	}.Run(ctx, e.CatchUp)
	return nil
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
	d = e.disk // only this goroutine replaces it, under following
	err = truth.Changes(ctx, e.source, d.sequence.Load(), func(articles, tickets []string, sequence int64) error {
		if err := e.learn(ctx, tickets); err != nil {
			return err
		}
		return e.project(ctx, d, articles, sequence)
	})
	if err != nil {
		return fmt.Errorf("follow changes: %w", err)
	}
	e.ready.Store(true)
	return nil
}

// project writes the current state of these articles and the sequence in one batch. Changes to
// tickets alone are not written at once: the index holds nothing of them but their sequence.
func (e *Engine) project(ctx context.Context, d *diskIndex, ids []string, sequence int64) error {
	if len(ids) == 0 && sequence-d.stored < lateChanges {
		d.sequence.Store(sequence)
		return nil
	}
	b := d.newBatch()
	for i := 0; i < len(ids); i += truth.ArticlesPerBatch {
		if err := e.putArticles(ctx, b, ids[i:min(i+truth.ArticlesPerBatch, len(ids))]); err != nil {
			return err
		}
		if i+truth.ArticlesPerBatch < len(ids) && b.bytes > batchBytes {
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
	for ids, err := range truth.Pages(ctx, e.source.ArticleIDs, truth.ArticlesPerBatch) {
		if err != nil {
			return fmt.Errorf("build index: %w", err)
		}
		if err := e.putArticles(ctx, b, ids); err != nil {
			return err
		}
		if b.b.Size() >= truth.ArticlesPerBatch || b.bytes > batchBytes {
			if err := b.commit(ctx, 0); err != nil {
				return err
			}
		}
	}
	return b.commit(ctx, sequence)
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
