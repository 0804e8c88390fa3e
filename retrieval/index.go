package retrieval

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	bolterr "go.etcd.io/bbolt/errors"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/posting"
)

const lockTimeout = "2s" // without it a second process would wait for ever

// errDamaged marks what could not be read from an open index.
var errDamaged = errors.New("search index is damaged")

// The internal keys, committed in the same batch as the documents that they describe.
var (
	keySequence = []byte("deskbook.sequence")
	keyFormat   = []byte("deskbook.form")
)

// diskIndex is one Bleve index in a folder of its own.
type diskIndex struct {
	path     string
	bleve    bleve.Index
	scorch   *scorch.Scorch
	sequence atomic.Int64 // of the last change that was applied
	stored   int64        // the same as written to disk; one goroutine at a time follows changes
	suspect  atomic.Bool  // background work failed: to be rebuilt
	users    sync.WaitGroup
	view     atomic.Pointer[view]
	viewing  sync.Mutex // one goroutine derives a new view
	postings *posting.Cache
	topics   *topicBook
	closing  sync.Once
	closeErr error
}

// createIndex creates an empty index in path, which must not exist.
func createIndex(path string) (*diskIndex, error) {
	b, err := bleve.NewUsing(path, newMapping(), scorch.Name, scorch.Name, runtimeConfig())
	if err != nil {
		return nil, fmt.Errorf("create index: %w", err)
	}
	d, err := wrapIndex(path, b)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return d, nil
}

// openIndex opens the index in path. Torn files make Bleve fail in many ways, among
// them panics and reads beyond the end of a mapped file; all become an error.
func openIndex(path string) (d *diskIndex, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, fmt.Errorf("open index: %v", p)
		}
	}()
	var b bleve.Index
	if err = inspect(path); err == nil {
		b, err = bleve.OpenUsing(path, runtimeConfig())
	}
	if errors.Is(err, bolterr.ErrTimeout) {
		return nil, fault.Wrap(fault.Unavailable, err, "another process uses the index in %s", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	d, err = wrapIndex(path, b)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if err := d.check(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func runtimeConfig() map[string]any {
	registered()
	return map[string]any{"bolt_timeout": lockTimeout, "asyncErrorCallbackName": asyncCallback}
}

func wrapIndex(path string, b bleve.Index) (*diskIndex, error) {
	advanced, err := b.Advanced()
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return nil, fmt.Errorf("open index: %T is not the kind of index that is written here", advanced)
	}
	d := &diskIndex{
		path: path, bleve: b, scorch: s, postings: posting.NewCache(postingBytes), topics: newTopicBook(),
	}
	registered().set(path, func(error) { d.suspect.Store(true) })
	return d, nil
}

// check reads the internal keys and every document's description, so that what cannot be
// read is found when the index is opened, not when it is searched.
func (d *diskIndex) check() error {
	form, err := d.bleve.GetInternal(keyFormat)
	if err != nil {
		return fmt.Errorf("read format of index: %w", err)
	}
	if string(form) != indexFormat {
		return fmt.Errorf("index has format %q, this program writes %q", form, indexFormat)
	}
	raw, err := d.bleve.GetInternal(keySequence)
	if err != nil {
		return fmt.Errorf("read sequence of index: %w", err)
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return fmt.Errorf("read sequence of index: %w", err)
	}
	d.sequence.Store(n)
	d.stored = n
	v, release, err := d.acquire()
	if err != nil {
		return err
	}
	defer release()
	return v.check()
}

// batch collects documents that are committed together with the sequence to which they bring
// the index.
type batch struct {
	d     *diskIndex
	b     *bleve.Batch
	bytes int
}

func (d *diskIndex) newBatch() *batch { return &batch{d: d, b: d.bleve.NewBatch()} }

// put adds or replaces an article, or removes it when the index must not hold it.
func (b *batch) put(a kb.Article) error {
	if !tracked(a) {
		b.b.Delete(a.ID)
		return nil
	}
	doc, err := indexDocument(a)
	if err != nil {
		return err
	}
	b.bytes += len(a.Markdown) + len(a.Title)
	if err := b.b.IndexAdvanced(doc); err != nil {
		return fmt.Errorf("index article %s: %w", a.ID, err)
	}
	return nil
}

func (b *batch) remove(id string) { b.b.Delete(id) }

// commit writes the batch and returns when it is on disk.
func (b *batch) commit(ctx context.Context, sequence int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.b.SetInternal(keyFormat, []byte(indexFormat))
	b.b.SetInternal(keySequence, strconv.AppendInt(nil, sequence, 10))
	if err := b.d.bleve.Batch(b.b); err != nil {
		b.d.suspect.Store(true)
		return fmt.Errorf("write index: %w", err)
	}
	b.d.sequence.Store(sequence)
	b.d.stored = sequence
	b.b.Reset()
	b.bytes = 0
	return nil
}

// acquire returns the newest view of the index; release it when done. What the view derives
// from the segments is cached until the index changes.
func (d *diskIndex) acquire() (*view, func(), error) {
	r, err := d.scorch.Reader()
	if err != nil {
		return nil, nil, fmt.Errorf("read index: %w", err)
	}
	snap, ok := r.(*scorch.IndexSnapshot)
	if !ok || snap == nil {
		return nil, nil, fmt.Errorf("read index: %T is no snapshot", r)
	}
	release := func() { closeReader(snap) }
	if v := d.view.Load(); v != nil && v.snap == snap {
		return v, release, nil
	}
	d.viewing.Lock()
	defer d.viewing.Unlock()
	old := d.view.Load()
	if old != nil && old.snap == snap {
		return old, release, nil
	}
	v, err := newView(snap, d, old)
	if err != nil {
		release()
		return nil, nil, err
	}
	d.view.Store(v)
	return v, release, nil
}

// closeReader releases a snapshot. Its error concerns files that are already superseded, so
// there is nothing to do about it.
func closeReader(r index.IndexReader) { _ = r.Close() }

// close closes the index. Bleve panics when closed twice.
func (d *diskIndex) close() error {
	d.closing.Do(func() {
		registered().set(d.path, nil)
		d.topics.close()
		if sequence := d.sequence.Load(); sequence != d.stored && !d.suspect.Load() {
			d.closeErr = d.newBatch().commit(context.Background(), sequence)
		}
		d.closeErr = errors.Join(d.closeErr, d.bleve.Close())
	})
	return d.closeErr
}

// indexed reports whether the index must hold the article.
func indexed(a kb.Article) bool { return a.Confidence != kb.Archived && a.SupersededBy == "" }

// tracked reports whether the index records the article: it holds the text of some, and of
// those merged into another one only that they were.
func tracked(a kb.Article) bool { return indexed(a) || a.SupersededBy != "" }

// indexHash returns a hash of everything that the index holds about an article.
func indexHash(a kb.Article) string {
	h := sha256.New()
	for _, s := range []string{
		a.ID, a.Slug, a.Title, strconv.Itoa(a.Revision), string(a.Kind), string(a.Confidence),
		string(a.Audience), a.Service, a.Locale, a.Markdown, a.SupersededBy, strconv.FormatInt(reviewDay(a), 10),
		strconv.Itoa(a.Ratings.Helped), strconv.Itoa(a.Ratings.DidNot),
	} {
		h.Write([]byte(strconv.Itoa(len(s))))
		h.Write([]byte{':'})
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// FolderSize adds up the files below a folder.
func FolderSize(dir string) (int64, error) {
	var n int64
	err := filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}
