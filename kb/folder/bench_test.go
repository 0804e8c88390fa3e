package folder_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

var (
	visitor = access.Actor{}
	agent   = access.Actor{ID: "u_agent", Roles: []access.Role{access.Agent}}
	manager = access.Actor{ID: "u_km", Roles: []access.Role{access.KnowledgeManager}}
)

// recorder is a store that records what is written. beforeSave, when set, runs once before
// the next write, as a concurrent writer.
type recorder struct {
	*store.Store
	entries    []journal.Entry
	writes     int
	beforeSave func()
}

func (r *recorder) SaveArticles(ctx context.Context, articles []kb.Article, e journal.Entry) error {
	if f := r.beforeSave; f != nil {
		r.beforeSave = nil
		f()
	}
	err := r.Store.SaveArticles(ctx, articles, e)
	if err == nil {
		r.entries = append(r.entries, e)
		r.writes++
	}
	return err
}

// verbs lists the recorded events as "object verb".
func (r *recorder) verbs() []string {
	var out []string
	for _, e := range r.entries {
		for _, v := range e.Events {
			out = append(out, v.Object+" "+v.Verb)
		}
	}
	return out
}

// articles returns the current revision of every article, by id.
func (r *recorder) articles(t *testing.T) map[string]kb.Article {
	t.Helper()
	page, err := r.Articles(t.Context(), kb.ArticleFilter{Visibility: kb.Everything(), Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]kb.Article{}
	for _, a := range page.Articles {
		out[a.ID] = a
	}
	return out
}

// drafts returns the drafts by id.
func (r *recorder) drafts(t *testing.T) map[string]kb.Draft {
	t.Helper()
	page, err := r.Drafts(t.Context(), kb.DraftFilter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]kb.Draft{}
	for _, d := range page.Drafts {
		out[d.ID] = d
	}
	return out
}

// bench is a service over a database, with a clock that moves a second a call.
type bench struct {
	*kb.Service
	folders *folder.Service
	store   *recorder
}

func newBench(t *testing.T) bench {
	t.Helper()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { at = at.Add(time.Second); return at }
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), store.FileName), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &recorder{Store: s}
	articles := kb.NewService(r, now)
	return bench{articles, folder.New(articles, r, now), r}
}

// article makes an article and fails the test if that fails.
func (b bench) article(t *testing.T, in kb.NewArticleInput) kb.Article {
	t.Helper()
	if in.Markdown == "" {
		in.Markdown = "The mailbox is full.\n\n## Resolution\n\nEmpty the bin.\n"
	}
	a, err := b.Create(t.Context(), manager, in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func ptr[T any](v T) *T { return &v }
