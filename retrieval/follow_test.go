package retrieval_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// TestRecovery damages an index in many ways: each time it is rebuilt and agrees
// with the truth.
func TestRecovery(t *testing.T) {
	for _, tc := range []struct {
		name   string
		damage func(t *testing.T, index string)
	}{
		{"folder deleted", func(t *testing.T, index string) { remove(t, index) }},
		{"segments deleted", func(t *testing.T, index string) {
			for _, f := range segments(t, index) {
				remove(t, f)
			}
		}},
		{"segments truncated", func(t *testing.T, index string) {
			for _, f := range segments(t, index) {
				truncate(t, f, -2)
			}
		}},
		{"name of the index in use wrong", func(t *testing.T, index string) {
			write(t, filepath.Join(filepath.Dir(index), "current"), "../../etc\n")
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			source, dir := withArticles(shelf(t)...), t.TempDir()
			fill(t, dir, source)
			tc.damage(t, current(t, dir))
			e := openIn(t, dir, source)
			if r := mustVerify(t, e); r.Articles != len(shelf(t))-1 {
				t.Errorf("%d articles", r.Articles)
			}
			if got := hitIDs(search(t, e, "printer queue", visitor).Hits); len(got) == 0 || got[0] != "printer-queue" {
				t.Errorf("hits %v", got)
			}
		})
	}
}

// TestReopenGoesOn: a sound index is not rebuilt, and catches up on what it missed.
func TestReopenGoesOn(t *testing.T) {
	source, dir := withArticles(shelf(t)...), t.TempDir()
	fill(t, dir, source)
	before := current(t, dir)
	source.PutArticles(article("late", "Late article", "jackfruit"))
	e := openIn(t, dir, source)
	if current(t, dir) != before {
		t.Error("the index was rebuilt")
	}
	mustVerify(t, e)
	if r := search(t, e, "jackfruit", visitor); len(r.Hits) != 1 {
		t.Errorf("hits %v", hitIDs(r.Hits))
	}
}

func TestChangesAreProjected(t *testing.T) {
	e, source := library(t)
	a := article("new", "Rhubarb", "rhubarb")
	source.PutArticles(a)
	a.Revision, a.Title, a.Markdown = 2, "Celery", "celery"
	a.Passages = kb.SplitPassages(a.ID, a.Markdown, nil)
	source.PutArticles(a)
	source.RemoveArticle("phishing")
	follow(t, e)
	mustVerify(t, e)
	for word, want := range map[string]int{"rhubarb": 0, "celery": 1, "suspicious": 0} {
		if r := search(t, e, word, visitor); len(r.Hits) != want || r.Total != want {
			t.Errorf("%s: %v of %d", word, hitIDs(r.Hits), r.Total)
		}
	}
	a.Revision, a.Confidence = 3, kb.Archived
	source.PutArticles(a)
	follow(t, e)
	mustVerify(t, e)
	if r := search(t, e, "celery", staff); len(r.Hits) != 0 {
		t.Error("an archived article is found")
	}
}

// silent is a source whose change log misses what happens after a moment: the fault
// that Verify is there to find.
type silent struct {
	*eval.Snapshot
	until int64
}

func (s *silent) LastChange(context.Context) (int64, error) { return s.until, nil }

func (s *silent) Changes(ctx context.Context, after int64, limit int) ([]journal.Change, error) {
	changes, err := s.Snapshot.Changes(ctx, after, limit)
	return slices.DeleteFunc(changes, func(c journal.Change) bool { return c.Seq > s.until }), err
}

func TestVerifySaysWhatDiffers(t *testing.T) {
	s := &silent{withArticles(shelf(t)...), 20}
	e := open(t, s)
	mustVerify(t, e)
	newer, other := shelf(t)[0], shelf(t)[1]
	newer.Revision, other.Markdown = 2, "another text"
	s.PutArticles(newer, other, article("missing", "Not yet there", "x"))
	s.RemoveArticle("phishing")
	r, err := e.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"article missing (missing) is missing from the index",
		"article phishing is in the index but not in the store",
		"article vpn-home: revision 1 in the index, 2 in the store",
		"article vpn-ng2051: the index holds another text of revision 1",
	}
	slices.Sort(r.Differences)
	if diff := cmp.Diff(want, r.Differences); diff != "" || r.OK {
		t.Errorf("ok %v %s", r.OK, diff)
	}
}

// TestRebuildWithoutDowntime searches all the while that indexes are swapped.
func TestRebuildWithoutDowntime(t *testing.T) {
	e, _ := library(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				r, err := e.Search(t.Context(), retrieval.Query{Text: "printer queue", Visibility: visitor})
				if err != nil || len(r.Hits) == 0 {
					t.Errorf("while rebuilding: %v, %v", hitIDs(r.Hits), err)
					return
				}
			}
		})
	}
	for range 5 {
		if err := e.Rebuild(t.Context()); err != nil {
			t.Error(err)
		}
	}
	cancel()
	wg.Wait()
	mustVerify(t, e)
}

func TestFollowAppliesChangesUntilItsEnd(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	source := withArticles(shelf(t)...)
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: t.TempDir(), Source: source, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Follow(ctx) }()
	reaches := func(want int64) {
		t.Helper()
		deadline := time.NewTimer(20 * time.Second)
		defer deadline.Stop()
		poll := time.NewTicker(time.Millisecond)
		defer poll.Stop()
		for e.Sequence() < want || !e.Ready() {
			select {
			case <-deadline.C:
				t.Fatalf("sequence %d, want %d", e.Sequence(), want)
			case <-poll.C:
			}
		}
	}
	reaches(20)
	source.PutArticles(article("late", "Late", "late"))
	e.Wake()
	reaches(21)
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("follow ended with %v", err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func TestRequestsBeforeThereIsAnIndex(t *testing.T) {
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: t.TempDir(), Source: withArticles(shelf(t)...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if _, err := e.Search(t.Context(), retrieval.Query{Text: "vpn"}); !fault.Is(err, fault.Unavailable) || e.Ready() {
		t.Errorf("search: %v, ready %v", err, e.Ready())
	}
}

func TestSecondOpenerIsRefused(t *testing.T) {
	source, dir := withArticles(shelf(t)...), t.TempDir()
	e := openIn(t, dir, source)
	_, err := retrieval.Open(t.Context(), retrieval.Options{Dir: dir, Source: source})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("second opener: %v", err)
	}
	mustVerify(t, e)
}

// TestTruthReplaced: an index that is ahead of its source belongs to another one.
func TestTruthReplaced(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, withArticles(shelf(t)...))
	e := openIn(t, dir, withArticles(article("only", "Only one", "papaya")))
	if r := mustVerify(t, e); r.Articles != 1 {
		t.Errorf("%d articles", r.Articles)
	}
}

// TestTicketsCostTheIndexNothing: a ticket's write changes neither what is derived from articles nor
// the index on disk, and is not lost for that.
func TestTicketsCostTheIndexNothing(t *testing.T) {
	source, dir, crashed := withArticles(shelf(t)...), t.TempDir(), filepath.Join(t.TempDir(), "index")
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: dir, Source: source, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	follow(t, e)
	before, stored := retrieval.Derived(e)
	source.PutTickets(resolved("1001", "Printer", "The printer queue is stuck", noon, "printer-queue"))
	follow(t, e)
	if after, still := retrieval.Derived(e); after != before || still != stored {
		t.Errorf("derived %d, stored %d, before %d, %d", after, still, before, stored)
	}
	if r := mustVerify(t, e); r.Sequence != stored+1 || r.Tickets != 1 {
		t.Errorf("%+v", r)
	}
	if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil { // as if the process had ended here
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{crashed, dir} {
		e = openIn(t, dir, source)
		if r := mustVerify(t, e); r.Sequence != stored+1 || r.Tickets != 1 {
			t.Errorf("%+v", r)
		}
	}
	before, _ = retrieval.Derived(e)
	source.PutArticles(article("late", "Late article", "jackfruit"))
	follow(t, e)
	if after, still := retrieval.Derived(e); after == before || still != stored+2 {
		t.Errorf("derived %d, stored %d after an article", after, still)
	}
}

// failing is a source that can be made to fail.
type failing struct {
	*eval.Snapshot
	err error
}

func (f *failing) Changes(ctx context.Context, after int64, limit int) ([]journal.Change, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.Snapshot.Changes(ctx, after, limit)
}

func TestSourceErrorsLoseNothing(t *testing.T) {
	f := &failing{Snapshot: withArticles(shelf(t)...)}
	e := open(t, f)
	f.PutArticles(article("late", "Late", "lychee"))
	f.err = errors.New("no connection")
	if err := e.CatchUp(t.Context()); !errors.Is(err, f.err) {
		t.Fatalf("catch up: %v", err)
	}
	if r := search(t, e, "printer", visitor); len(r.Hits) == 0 {
		t.Error("search ended with the source's trouble")
	}
	f.err = nil
	follow(t, e)
	mustVerify(t, e)
}

func TestManyPagesOfChanges(t *testing.T) {
	source := eval.NewSnapshot()
	e := open(t, source)
	for i := range 1300 {
		source.PutArticles(article(fmt.Sprintf("a%04d", i%700), fmt.Sprintf("Title %d", i), "body"))
	}
	follow(t, e)
	if r := mustVerify(t, e); r.Articles != 700 || r.Sequence != 1300 {
		t.Errorf("%+v", r)
	}
}

func fill(t *testing.T, dir string, source truth.Source) {
	t.Helper()
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: dir, Source: source})
	if err != nil {
		t.Fatal(err)
	}
	follow(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func current(t *testing.T, dir string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "current"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, strings.TrimSpace(string(raw)))
}

func segments(t *testing.T, index string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(index, "store", "*.zap"))
	if err != nil || len(files) == 0 {
		t.Fatalf("segments %v, %v", files, err)
	}
	return files
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// truncate cuts a file to size bytes, or to 1/-size of what it has.
func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if size < 0 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		size = info.Size() / -size
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
