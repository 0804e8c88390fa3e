package retrieval_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/testkit"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// meanings opens an index of meanings over the source; some words mean the same.
func meanings(t *testing.T, source truth.Source) (*sense.Index, *testkit.WordEncoder) {
	t.Helper()
	e := &testkit.WordEncoder{
		Name: "words", Same: map[string]string{"monitor": "screen", "dark": "black", "remains": "stays"},
	}
	x, err := sense.Open(sense.Options{File: filepath.Join(t.TempDir(), "vectors.db"), Encoder: e, Source: source})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x, e
}

func openWith(t *testing.T, source truth.Source, m retrieval.Meaning) *retrieval.Engine {
	t.Helper()
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: t.TempDir(), Source: source, Now: clock, Meaning: m})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	follow(t, e)
	return e
}

// rankedBy returns the ids that an engine ranks for a ticket.
func rankedBy(t *testing.T, e *retrieval.Engine, subject string, vis kb.Visibility) []string {
	t.Helper()
	_, list, err := e.Rank(t.Context(), desk.SuggestRequest{Subject: subject, Visibility: vis, At: noon}, 5, 20)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, x := range list {
		ids = append(ids, x.ID)
	}
	return ids
}

func darkMonitor() (*eval.Snapshot, kb.Article) {
	a := article("monitor", "Monitor remains dark", "Monitor remains dark: hold its button.")
	return withArticles(a, article("vpn", "The tunnel is closed", "Open it again."),
		article("mail", "Mail is late", "Wait for it.")), a
}

func TestMeaningFindsOtherWords(t *testing.T) {
	source, a := darkMonitor()
	x, encoder := meanings(t, source)
	e, plain := openWith(t, source, x), open(t, source)
	const subject = "screen stays black"
	words := rankedBy(t, plain, subject, staff)
	if slices.Contains(words, "monitor") {
		t.Fatalf("words alone find it: %v", words)
	}
	if got := rankedBy(t, e, subject, staff); !slices.Equal(got, words) {
		t.Errorf("before there are vectors: %v, by words alone %v", got, words)
	}
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := rankedBy(t, e, subject, staff); len(got) == 0 || got[0] != "monitor" {
		t.Errorf("by meaning: %v", got)
	}
	encoder.Failing.Store(true)
	const other = "black screen" // not among the latest questions
	if got, words := rankedBy(t, e, other, staff), rankedBy(t, plain, other, staff); !slices.Equal(got, words) {
		t.Errorf("with an encoder that fails: %v, by words alone %v", got, words)
	}
	encoder.Failing.Store(false)
	a.Audience = access.Internal
	source.PutArticles(a)
	follow(t, e)
	if got := rankedBy(t, e, subject, visitor); slices.Contains(got, "monitor") {
		t.Errorf("a visitor is offered an internal article by meaning: %v", got)
	}
}

// TestMeaningLearnsFromTickets: the article that resolved a ticket with the same meaning comes
// first.
func TestMeaningLearnsFromTickets(t *testing.T) {
	source, _ := darkMonitor()
	source.PutTickets(resolved("1", "Monitor dark", "", noon.AddDate(0, 0, -1), "vpn"))
	x, _ := meanings(t, source)
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	e := openWith(t, source, x)
	s, err := e.Suggest(t.Context(), desk.SuggestRequest{Subject: "screen black", Visibility: staff, At: noon})
	if err != nil {
		t.Fatal(err)
	}
	if got := rankedBy(t, e, "screen black", staff); !slices.Contains(got, "vpn") {
		t.Errorf("ranked %v, suggested %v", got, hitIDs(s.Articles))
	}
}

func TestShippedMeaningWeights(t *testing.T) {
	w := ranker.Shipped(ranker.Setting{Sensed: true})
	if w.Tickets == 0 || w.Young < 1 || len(w.Linear) != len(w.Features) || w.Calibrator == (ranker.Calibrator{}) {
		t.Fatalf("the shipped weights cannot be used: %+v", w)
	}
	again, err := ranker.Parse(w.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, again); diff != "" {
		t.Error(diff)
	}
	words := ranker.Shipped(ranker.Setting{})
	if slices.Equal(w.Features, words.Features) {
		t.Error("they have the features of the weights for words alone")
	}
	source, _ := darkMonitor()
	x, _ := meanings(t, source)
	e := openWith(t, source, x)
	if err := e.Use(words.JSON()); err != nil {
		t.Fatal(err)
	}
	if e.Ranker().Hash() != w.Hash() {
		t.Error("weights for words alone replace those for meanings")
	}
}
