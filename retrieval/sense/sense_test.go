package sense_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/testkit"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/truth"
)

var synonyms = map[string]string{"laptop": "notebook", "crashes": "freezes", "screen": "display"}

func encoder(name string) *testkit.WordEncoder {
	return &testkit.WordEncoder{Name: name, Same: synonyms}
}

func article(id, title string, sections ...string) kb.Article {
	a := kb.Article{ID: id, Slug: id, Title: title, Revision: 1}
	for i, s := range sections {
		heading, text, _ := strings.Cut(s, ": ")
		a.Passages = append(a.Passages, kb.Passage{ID: fmt.Sprintf("%s.%d", id, i+1), Heading: heading, Text: text})
	}
	return a
}

func shelf() []kb.Article {
	return []kb.Article{
		article("notebook", "The notebook freezes", "Cause: A driver of the display is old.", "Fix: Install the new driver."),
		article("printer", "The printer is offline", "Cause: The queue is stopped.", "Fix: Restart the spooler."),
		article("vpn", "The tunnel cannot be opened", "Cause: The certificate has expired.", "Fix: Renew it."),
	}
}

func ticket(id, subject, body string, at time.Time, articles ...string) desk.Ticket {
	t := desk.Ticket{
		ID: id, Subject: subject, Status: desk.Closed, CreatedAt: at, ResolvedAt: at,
		Messages:   []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, At: at, Text: body}},
		Resolution: &desk.Resolution{Code: desk.Answered, At: at, Articles: articles},
	}
	for _, a := range articles {
		t.Links = append(t.Links, desk.Link{Kind: desk.ArticleLink, Target: a, Applied: true, At: at})
	}
	return t
}

func openIndex(t *testing.T, file string, e sense.Encoder, s truth.Source) *sense.Index {
	t.Helper()
	x, err := sense.Open(sense.Options{File: file, Encoder: e, Source: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() }) // a test may have closed it
	return x
}

func catchUp(t *testing.T, x *sense.Index) {
	t.Helper()
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := x.Pending(); n != 0 {
		t.Fatalf("%d vectors are pending after CatchUp", n)
	}
}

func read(t *testing.T, x *sense.Index, subject string) *sense.Text {
	t.Helper()
	text, err := x.Read(t.Context(), subject, "")
	if err != nil || text == nil {
		t.Fatalf("read: %v, %v", text, err)
	}
	return text
}

func all(string) bool { return true }

// first returns the nearest article.
func first(t *testing.T, x *sense.Index, subject string) string {
	t.Helper()
	found := read(t, x, subject).Articles(1, all)
	if len(found) == 0 {
		return ""
	}
	return found[0].ID
}

func TestNearest(t *testing.T) {
	source := eval.NewSnapshot()
	source.PutArticles(shelf()...)
	at := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	source.PutTickets(
		ticket("1", "My screen is black", "", at, "notebook"), ticket("2", "No tunnel at home", "", at, "vpn"),
		ticket("3", "My screen is dusty", "", at), // no article resolved it
	)
	x := openIndex(t, filepath.Join(t.TempDir(), "vectors.db"), encoder("one"), source)
	if n := x.Pending(); n == 0 {
		t.Error("nothing is pending before the first CatchUp")
	}
	if text, err := x.Read(t.Context(), "laptop", ""); text != nil || err != nil {
		t.Errorf("before the first CatchUp a text can be compared: %v, %v", text, err)
	}
	catchUp(t, x)
	text := read(t, x, "The laptop crashes")
	if got := text.Articles(3, all); len(got) != 3 || got[0].ID != "notebook" || got[0].Cosine <= got[1].Cosine {
		t.Errorf("articles: %v", got)
	}
	if got := text.Articles(3, func(id string) bool { return id != "notebook" }); len(got) != 2 {
		t.Errorf("accepted articles: %v", got)
	}
	if got := read(t, x, "black display").Tickets(5, all); len(got) != 2 || got[0].ID != "1" {
		t.Errorf("tickets: %v", got)
	}
	if _, ok := text.Article("unknown"); ok {
		t.Error("an unknown article has a cosine")
	}
}

func TestFollowsChanges(t *testing.T) {
	source := eval.NewSnapshot()
	source.PutArticles(shelf()...)
	e := encoder("one")
	x := openIndex(t, filepath.Join(t.TempDir(), "vectors.db"), e, source)
	catchUp(t, x)
	before := e.Calls.Load()
	changed := shelf()[1]
	changed.Passages[1].Text = "Plug the cable of the scanner and the badge reader into the dock, all at once, and wait " +
		"until the lamp on its front turns green; it takes a minute, or two where many devices are attached to it."
	source.PutArticles(changed)
	source.RemoveArticle("vpn")
	catchUp(t, x)
	if n := e.Calls.Load() - before; n > 2 {
		t.Errorf("a changed section took %d texts", n)
	}
	if got := first(t, x, "scanner dock lamp"); got != "printer" {
		t.Errorf("the changed text finds %q", got)
	}
	if _, ok := read(t, x, "tunnel").Article("vpn"); ok {
		t.Error("a removed article has a vector")
	}
}

func TestKeptVectors(t *testing.T) {
	source := eval.NewSnapshot()
	source.PutArticles(shelf()...)
	file := filepath.Join(t.TempDir(), "vectors.db")
	count := func(e *testkit.WordEncoder) int32 {
		x := openIndex(t, file, e, source)
		catchUp(t, x)
		n := e.Calls.Load()
		if got := first(t, x, "laptop crashes"); got != "notebook" {
			t.Errorf("found %q", got)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(encoder("one")); n == 0 {
		t.Error("nothing was encoded")
	}
	if n := count(encoder("one")); n != 0 {
		t.Errorf("%d texts were encoded again", n)
	}
	if n := count(encoder("two")); n == 0 {
		t.Error("another model uses the vectors of the first")
	}
	if n := count(encoder("one")); n == 0 {
		t.Error("the vectors of the first model were still there after the second was whole")
	}
	if err := os.WriteFile(file, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := count(encoder("one")); n == 0 {
		t.Error("vectors were read from a damaged file")
	}
}

// TestFormerServes: until the vectors of another encoder are whole, those of the former one are
// compared, and follow the truth.
func TestFormerServes(t *testing.T) {
	source := eval.NewSnapshot()
	source.PutArticles(shelf()...)
	file := filepath.Join(t.TempDir(), "vectors.db")
	open := func(o sense.Options) *sense.Index {
		t.Helper()
		o.File, o.Source = file, source
		x, err := sense.Open(o)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	old := open(sense.Options{Encoder: encoder("one"), Name: "folder of one"})
	catchUp(t, old)
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if got := sense.Kept(file); len(got) != 1 || got["one"] != "folder of one" {
		t.Fatalf("kept: %v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	former, next := encoder("one"), encoder("two")
	next.Failing.Store(true)
	x := open(sense.Options{Encoder: next, Name: "folder of two", Former: former})
	ended := make(chan error, 1)
	go func() { ended <- x.Follow(ctx) }()
	source.PutArticles(article("scanner", "The scanner hums", "Fix: Clean the glass."))
	waitFor(t, func() bool {
		text, err := x.Read(t.Context(), "scanner hums", "")
		if err != nil || text == nil {
			return false
		}
		found := text.Articles(1, all)
		return len(found) > 0 && found[0].ID == "scanner"
	})
	if next.Calls.Load() > 0 || x.Pending() == 0 {
		t.Errorf("the new encoder encoded %d texts, %d are pending", next.Calls.Load(), x.Pending())
	}
	next.Failing.Store(false)
	waitFor(t, func() bool { return len(sense.KeptBy(x)) == 1 })
	before := former.Calls.Load()
	if got := first(t, x, "laptop crashes"); got != "notebook" || former.Calls.Load() != before {
		t.Errorf("the nearest is %q, the former encoder was asked %d times", got, former.Calls.Load()-before)
	}
	cancel()
	if err := errors.Join(<-ended, x.Close()); err != nil {
		t.Fatal(err)
	}
	if got := sense.Kept(file); got["two"] != "folder of two" || len(got) != 1 {
		t.Errorf("kept afterwards: %v", got)
	}
	if got := sense.Kept(filepath.Join(t.TempDir(), "none")); len(got) != 0 {
		t.Errorf("a missing file keeps %v", got)
	}
}

// waitFor waits until ok is true; the test's deadline ends it.
func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for !ok() {
		select {
		case <-t.Context().Done():
			t.Fatal("it did not come about")
		default:
			runtime.Gosched()
		}
	}
}

// TestPruned: vectors of texts that are gone are deleted when everything is read the next time.
func TestPruned(t *testing.T) {
	source := eval.NewSnapshot()
	source.PutArticles(shelf()...)
	file := filepath.Join(t.TempDir(), "vectors.db")
	held := func() int {
		t.Helper()
		x, err := sense.Open(sense.Options{File: file, Encoder: encoder("one"), Source: source})
		if err != nil {
			t.Fatal(err)
		}
		catchUp(t, x)
		n := sense.HeldBy(x)
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	all := held()
	source.RemoveArticle("vpn")
	changed := shelf()[1]
	changed.Title = "The printer is silent"
	source.PutArticles(changed)
	if got := held(); got != all-1 {
		t.Errorf("%d vectors are kept, before %d", got, all)
	}
}

// TestInterrupted: what was computed before an interruption is not computed again.
func TestInterrupted(t *testing.T) {
	source := eval.NewSnapshot()
	const articles = 300
	for i := range articles {
		source.PutArticles(article(fmt.Sprintf("a%03d", i), fmt.Sprintf("Device %d", i), ": It stops."))
	}
	file := filepath.Join(t.TempDir(), "vectors.db")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	e := &testkit.WordEncoder{Name: "one", After: func(calls int) {
		if calls == articles/2 {
			cancel()
		}
	}}
	x := openIndex(t, file, e, source)
	if err := x.CatchUp(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want that the call was cancelled", err)
	}
	if n := x.Pending(); n < articles/2 || n == articles {
		t.Errorf("%d of %d are pending", n, articles)
	}
	catchUp(t, x)
	if n := e.Calls.Load(); n > articles+16 {
		t.Errorf("%d texts were encoded for %d articles", n, articles)
	}
}

func TestFailingEncoder(t *testing.T) {
	source := eval.NewSnapshot()
	source.PutArticles(shelf()...)
	e := encoder("one")
	e.Failing.Store(true)
	x := openIndex(t, filepath.Join(t.TempDir(), "vectors.db"), e, source)
	if err := x.CatchUp(t.Context()); err == nil || x.Pending() == 0 {
		t.Errorf("got %v and %d pending from an encoder that fails", err, x.Pending())
	}
	e.Failing.Store(false)
	catchUp(t, x)
	e.Failing.Store(true)
	if _, err := x.Read(t.Context(), "anything", ""); err == nil {
		t.Error("a text was read by an encoder that fails")
	}
}

func TestChunks(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("One two three four five six seven eight nine ten. ", 9))
	for _, tt := range []struct {
		name    string
		article kb.Article
		want    []string
	}{
		{"no text", article("a", "Title"), []string{"Title"}},
		{"short sections are joined", article("a", "Title", ": Lead.", "Fix: Do it."), []string{"Title\nLead.\nFix\nDo it."}},
		{"long ones are cut after sentences", article("a", "A title", "Steps: "+long), []string{
			"A title › Steps\n" + strings.TrimSpace(strings.Repeat("One two three four five six seven eight nine ten. ", 3)),
			"A title › Steps\n" + strings.TrimSpace(strings.Repeat("One two three four five six seven eight nine ten. ", 3)),
			"A title › Steps\n" + strings.TrimSpace(strings.Repeat("One two three four five six seven eight nine ten. ", 3)),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, sense.Chunks(tt.article, encoder(""))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestChunksLoseNothing: every word of a text without sentences is in some chunk.
func TestChunksLoseNothing(t *testing.T) {
	var words []string
	for i := range 900 {
		words = append(words, fmt.Sprintf("w%dx", i))
	}
	joined := strings.Join(sense.Chunks(article("a", "T", ": "+strings.Join(words, " ")), encoder("")), " ")
	held := map[string]bool{}
	for _, w := range strings.Fields(joined) {
		held[w] = true
	}
	for _, w := range words {
		if !held[w] {
			t.Fatalf("%s is in no chunk", w)
		}
	}
}
