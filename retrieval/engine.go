package retrieval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// Names inside the engine's folder. The file "current" names the folder of the current
// index; a new index is built in another folder first.
const (
	currentFile = "current"
	ownerFile   = "owner.bolt" // its lock alone counts; in earlier releases it was a Bolt file
	asideFolder = "set-aside"
	indexPrefix = "index-"
	partSuffix  = ".tmp"

	ownerWait = 2 * time.Second
)

// Options says what an engine works on.
type Options struct {
	Dir        string             // folder of the index; created when missing
	Source     truth.Source       // the truth
	Log        *slog.Logger       // nil discards
	Now        func() time.Time   // nil is time.Now
	Floor      float64            // 0 is DefaultFloor
	Ranker     *ranker.Weights    // nil is the shipped ones
	Calibrator *ranker.Calibrator // nil is the ranker's own
	NoLearning bool               // resolved tickets are not remembered
	Meaning    Meaning            // nil compares words alone
	Reader     Reader             // nil has no passages read
	// Gist returns what of a ticket is read together with passages; nil is all of it.
	Gist     func(subject, body string) string
	Remember int // most tickets that are remembered, the newest; 0 is 200,000
}

// Engine answers searches and suggestions from an index that follows the truth.
// It is safe for use by several goroutines.
type Engine struct {
	dir     string
	source  truth.Source
	log     *slog.Logger
	now     func() time.Time
	rankers [ranker.Settings]atomic.Pointer[ranker.Weights]
	meaning Meaning
	reader  Reader
	gist    func(subject, body string) string
	learns  bool
	// remember is how many tickets are remembered, the newest.
	remember int
	floor    atomic.Uint64
	owner    *flock.Flock

	mu     sync.RWMutex
	disk   *diskIndex // nil until there is an index
	closed bool

	following    sync.Mutex // one projection of changes at a time
	ready        atomic.Bool
	wake         chan struct{}
	memory       *memory.Memory
	memoryLoaded bool // the memory was read from the truth; guarded by following
	closing      sync.Once
	closeErr     error
}

// Open opens the index below o.Dir. Where there is none, or one that cannot be read or has
// another format, CatchUp builds it; until then requests fail with fault.Unavailable, as
// Open does when another process uses the folder.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	owner, err := claim(ctx, o.Dir, o.Log)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		dir: o.Dir, source: o.Source, log: o.Log, now: o.Now, learns: !o.NoLearning, meaning: o.Meaning,
		reader: o.Reader, gist: o.Gist,
		remember: cmp.Or(o.Remember, newestRemembered),
		owner:    owner, wake: make(chan struct{}, 1), memory: memory.New(),
	}
	e.SetFloor(o.Floor)
	e.useShipped()
	if o.Ranker != nil {
		e.use(*o.Ranker)
	}
	if o.Calibrator != nil {
		weights := e.Ranker()
		weights.Calibrator = *o.Calibrator
		e.use(weights)
	}
	if err := e.openCurrent(ctx); err != nil {
		return nil, errors.Join(err, owner.Unlock())
	}
	return e, nil
}

// claim locks the folder for this process. A folder that cannot be used, because it is a
// file or unreadable, is quarantined and replaced by a new one.
func claim(ctx context.Context, dir string, log *slog.Logger) (*flock.Flock, error) {
	owner, err := own(ctx, dir)
	if err == nil || fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
		return owner, err
	}
	log.Warn("the folder of the search index cannot be used; it is quarantined, and the index is rebuilt",
		"folder", dir, "reason", err.Error())
	if err := quarantine(dir, dir+"."+asideFolder); err != nil {
		return nil, err
	}
	return own(ctx, dir)
}

// own creates the folder if it is missing and locks it.
func own(ctx context.Context, dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	if _, err := os.ReadDir(dir); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	path := filepath.Join(dir, ownerFile)
	if err := removeUnlessFile(path); err != nil {
		return nil, fmt.Errorf("lock index: %w", err)
	}
	lock := flock.New(path, flock.SetPermissions(0o600))
	wait, cancel := context.WithTimeout(ctx, ownerWait)
	defer cancel()
	_, err := lock.TryLockContext(wait, ownerWait/20)
	switch {
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return nil, fault.Wrap(fault.Unavailable, err, "another process uses the search index in %s", dir)
	case err != nil:
		return nil, fmt.Errorf("lock index: %w", err)
	}
	return lock, nil
}

// removeUnlessFile removes anything at path that is not a regular file.
func removeUnlessFile(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Mode().IsRegular() {
		return nil
	}
	return os.RemoveAll(path)
}

// openCurrent opens the index in use, or quarantines it, and removes what an unfinished
// build left behind.
func (e *Engine) openCurrent(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	name := ""
	if raw, err := os.ReadFile(filepath.Join(e.dir, currentFile)); err == nil {
		name = strings.TrimSpace(string(raw))
	}
	if isIndexName(name) {
		path := filepath.Join(e.dir, name)
		d, err := openIndex(path)
		switch {
		case err == nil:
			e.disk = d
		case fault.Is(err, fault.Unavailable):
			return err
		default:
			e.log.Warn("the search index is damaged or outdated; it is quarantined and rebuilt", "reason", err.Error())
			if err := quarantine(path, filepath.Join(e.dir, asideFolder)); err != nil {
				return err
			}
		}
	}
	return e.tidy(name)
}

// isIndexName reports whether the text, which a crash may have torn, is a name as freePath
// makes it.
func isIndexName(name string) bool {
	rest, ok := strings.CutPrefix(name, indexPrefix)
	return ok && rest != "" && strings.Trim(rest, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}

// quarantine moves an unreadable index aside for inspection. Only the last one is stored.
func quarantine(path, aside string) error {
	if err := os.RemoveAll(aside); err != nil {
		return fmt.Errorf("quarantine index: %w", err)
	}
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("quarantine index: %w", err)
	}
	_ = os.Chmod(aside, 0o700) // so that the next one can replace it; harmless for a file
	return nil
}

// tidy removes index folders other than the one in use, and anything that is in the way of
// the files beside them.
func (e *Engine) tidy(keep string) error {
	entries, err := os.ReadDir(e.dir)
	if err != nil {
		return fmt.Errorf("open index: %w", err)
	}
	for _, x := range entries {
		if x.Name() == keep || !strings.HasPrefix(x.Name(), indexPrefix) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(e.dir, x.Name())); err != nil {
			e.log.Warn("an old search index cannot be removed", "reason", err.Error())
		}
	}
	for _, name := range []string{currentFile, currentFile + partSuffix} {
		if err := removeUnlessFile(filepath.Join(e.dir, name)); err != nil {
			return fmt.Errorf("open index: %w", err)
		}
	}
	return nil
}

// current returns the current index; call done when finished with it.
func (e *Engine) current() (d *diskIndex, done func(), err error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed || e.disk == nil {
		return nil, nil, fault.New(fault.Unavailable, "the search index is being built; try again in a moment")
	}
	e.disk.users.Add(1)
	return e.disk, e.disk.users.Done, nil
}

// acquire returns the newest view; defer done with the address of the error returned. A
// damaged block shows as a panic, a read beyond a mapped file or an error when a request
// reads it: done turns that into fault.Unavailable and has the index rebuilt.
func (e *Engine) acquire() (_ *view, done func(*error), err error) {
	d, leave, err := e.current()
	if err != nil {
		return nil, nil, err
	}
	v, release, err := d.acquire()
	if err != nil {
		leave()
		return nil, nil, err
	}
	before := debug.SetPanicOnFault(true)
	return v, func(err *error) {
		p := recover()
		debug.SetPanicOnFault(before)
		release()
		leave()
		if p != nil {
			e.log.Error("search index is damaged, it will be rebuilt", "reason", fmt.Sprint(p))
		}
		if p != nil || errors.Is(*err, errDamaged) {
			d.suspect.Store(true)
			e.Wake()
			*err = fault.Wrap(fault.Unavailable, *err, "the search index is being rebuilt; try again in a moment")
		}
	}, nil
}

// swap makes a new index the current one, and closes the old one when its last reader is
// done.
func (e *Engine) swap(d *diskIndex) error {
	name := filepath.Base(d.path)
	if err := writeFile(filepath.Join(e.dir, currentFile), name+"\n"); err != nil {
		return fmt.Errorf("swap index: %w", err)
	}
	e.mu.Lock()
	old := e.disk
	e.disk = d
	e.mu.Unlock()
	if old == nil {
		return nil
	}
	old.users.Wait()
	if err := old.close(); err != nil {
		e.log.Warn("old search index did not close cleanly", "reason", err.Error())
	}
	return e.tidy(name)
}

// writeFile replaces a small file atomically.
func writeFile(path, text string) error {
	tmp := path + partSuffix
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// Close closes the engine after waiting for running requests. Follow must have ended before.
// Calling Close again is harmless.
func (e *Engine) Close() error {
	e.closing.Do(func() {
		e.following.Lock()
		defer e.following.Unlock()
		e.mu.Lock()
		e.closed = true
		d := e.disk
		e.mu.Unlock()
		if d != nil {
			d.users.Wait()
			e.closeErr = d.close()
		}
		e.closeErr = errors.Join(e.closeErr, e.owner.Unlock())
	})
	return e.closeErr
}

// Ready reports whether the index has been brought up to date once.
func (e *Engine) Ready() bool { return e.ready.Load() }

// Sequence returns the sequence of the last change that the index holds, 0 where there is
// no index.
func (e *Engine) Sequence() int64 {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.disk == nil {
		return 0
	}
	return e.disk.sequence.Load()
}

// Floor returns the probability below which nothing is suggested.
func (e *Engine) Floor() float64 { return math.Float64frombits(e.floor.Load()) }

// SetFloor changes the floor; 0 or less is DefaultFloor.
func (e *Engine) SetFloor(p float64) {
	if p <= 0 {
		p = DefaultFloor
	}
	e.floor.Store(math.Float64bits(min(p, 1)))
}
