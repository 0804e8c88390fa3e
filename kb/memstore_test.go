package kb_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// memory is a kb.Store for tests. beforeSave, when set, runs once before the next
// write, as a concurrent writer.
type memory struct {
	articles   map[string][]kb.Article // revisions, oldest first
	drafts     map[string]kb.Draft
	entries    []journal.Entry
	ratings    []kb.Feedback
	beforeSave func()
	writes     int
	readings   map[[2]string]time.Time
	files      shelf
}

func newMemory() *memory {
	return &memory{
		articles: map[string][]kb.Article{}, drafts: map[string]kb.Draft{}, readings: map[[2]string]time.Time{},
		files: shelf{contents: map[string]stored{}},
	}
}

func (m *memory) current(ref string) (kb.Article, bool) {
	if revs, ok := m.articles[ref]; ok {
		return revs[len(revs)-1], true
	}
	for _, revs := range m.articles {
		if a := revs[len(revs)-1]; a.Slug == ref {
			return a, true
		}
	}
	return kb.Article{}, false
}

func (m *memory) Article(_ context.Context, ref string, vis kb.Visibility) (kb.Article, error) {
	a, ok := m.current(ref)
	if !ok || !vis.Allows(a) {
		return kb.Article{}, fault.New(fault.NotFound, "no article %s", ref)
	}
	return a, nil
}

func (m *memory) Articles(_ context.Context, f kb.ArticleFilter) (kb.ArticlePage, error) {
	var page kb.ArticlePage
	for _, id := range slices.Sorted(maps.Keys(m.articles)) {
		a, _ := m.current(id)
		if id <= f.After || !f.Visibility.Allows(a) || f.Kind != "" && a.Kind != f.Kind {
			continue
		}
		if len(page.Articles) == f.Limit {
			page.Next = page.Articles[f.Limit-1].ID
			break
		}
		page.Articles = append(page.Articles, a)
	}
	return page, nil
}

func (m *memory) ArticleRevision(_ context.Context, id string, n int, vis kb.Visibility) (kb.Article, error) {
	revs := m.articles[id]
	if n < 1 || n > len(revs) || !vis.Allows(revs[n-1]) || !vis.Allows(revs[len(revs)-1]) {
		return kb.Article{}, fault.New(fault.NotFound, "no revision %d of %s", n, id)
	}
	return revs[n-1], nil
}

func (m *memory) ArticleRevisions(_ context.Context, id string, vis kb.Visibility) ([]kb.Article, error) {
	var out []kb.Article
	for _, a := range m.articles[id] {
		if vis.Allows(a) {
			a.Markdown = ""
			out = append(out, a)
		}
	}
	slices.Reverse(out)
	return out, nil
}

func (m *memory) ImportIndex(context.Context) ([]kb.ImportState, error) {
	var out []kb.ImportState
	for _, id := range slices.Sorted(maps.Keys(m.articles)) {
		a, _ := m.current(id)
		out = append(out, kb.ImportState{
			ID: a.ID, Slug: a.Slug, Path: a.Path, Hash: a.Hash, Title: a.Title, Locale: a.Locale,
			Confidence: a.Confidence, Revision: a.Revision, Origin: a.Origin,
		})
	}
	return out, nil
}

func (m *memory) Named(_ context.Context, names []string, vis kb.Visibility) (map[string][]kb.Target, error) {
	out := map[string][]kb.Target{}
	for id, revisions := range m.articles {
		a, _ := m.current(id)
		if !vis.Allows(a) {
			continue
		}
		now := a.Names()
		for _, name := range names {
			t := kb.TargetOf(a)
			t.Former = !slices.Contains(now, name)
			if slices.ContainsFunc(revisions, func(r kb.Article) bool { return slices.Contains(r.Names(), name) }) {
				out[name] = append(out[name], t)
			}
		}
	}
	return out, nil
}

func (m *memory) intrude() {
	if f := m.beforeSave; f != nil {
		m.beforeSave = nil
		f()
	}
}

func (m *memory) replayed(e journal.Entry) error {
	for _, old := range m.entries {
		if e.Idempotency.Key != "" && old.Idempotency.Key == e.Idempotency.Key {
			return &journal.Replay{Object: old.Idempotency.Object, Same: old.Idempotency.Hash == e.Idempotency.Hash}
		}
	}
	return nil
}

func (m *memory) checkArticle(a kb.Article) error {
	if len(m.articles[a.ID]) != a.Revision-1 {
		return fault.New(fault.Conflict, "revision %d of %s does not follow", a.Revision, a.ID)
	}
	if other, ok := m.current(a.Slug); ok && other.ID != a.ID {
		return fault.New(fault.Conflict, "slug %s is taken", a.Slug)
	}
	return nil
}

func (m *memory) SaveArticles(_ context.Context, articles []kb.Article, e journal.Entry) error {
	m.intrude()
	if err := m.replayed(e); err != nil {
		return err
	}
	for _, a := range articles {
		if err := m.checkArticle(a); err != nil {
			return err
		}
	}
	for _, a := range articles {
		m.articles[a.ID] = append(m.articles[a.ID], a)
	}
	m.entries = append(m.entries, e)
	m.writes++
	return nil
}

func (m *memory) Draft(_ context.Context, id string) (kb.Draft, error) {
	d, ok := m.drafts[id]
	if !ok {
		return kb.Draft{}, fault.New(fault.NotFound, "no draft %s", id)
	}
	return d, nil
}

func (m *memory) Drafts(_ context.Context, f kb.DraftFilter) (kb.DraftPage, error) {
	var out []kb.Draft
	for _, d := range m.drafts {
		if (f.Status == "" || d.Status == f.Status) && (f.Ticket == "" || slices.Contains(d.Tickets, f.Ticket)) &&
			(f.ArticleID == "" || d.ArticleID == f.ArticleID) && (f.Author == "" || d.Author == f.Author) &&
			(f.Fingerprint == "" || d.Fingerprint == f.Fingerprint) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b kb.Draft) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return kb.DraftPage{Drafts: out}, nil
}

func (m *memory) SaveDraft(_ context.Context, d kb.Draft, e journal.Entry) error {
	m.intrude()
	if err := m.replayed(e); err != nil {
		return err
	}
	if m.drafts[d.ID].Version != d.Version-1 {
		return fault.New(fault.Conflict, "version %d of %s does not follow", d.Version, d.ID)
	}
	m.drafts[d.ID] = d
	m.entries = append(m.entries, e)
	return nil
}

func (m *memory) PublishDraft(ctx context.Context, d kb.Draft, a kb.Article, e journal.Entry) error {
	m.intrude()
	if err := m.checkArticle(a); err != nil {
		return err
	}
	if err := m.SaveDraft(ctx, d, e); err != nil {
		return err
	}
	m.articles[a.ID] = append(m.articles[a.ID], a)
	return nil
}

func (m *memory) NoteReading(_ context.Context, draft, reader string, at time.Time) error {
	if _, known := m.readings[[2]string{draft, reader}]; !known {
		m.readings[[2]string{draft, reader}] = at
	}
	return nil
}

func (m *memory) Reading(_ context.Context, draft, reader string) (time.Time, error) {
	return m.readings[[2]string{draft, reader}], nil
}

func (m *memory) Decided(_ context.Context, since time.Time) ([]kb.Outcome, error) {
	var out []kb.Outcome
	for _, d := range m.drafts {
		if !d.DecidedAt.IsZero() && !d.DecidedAt.Before(since) {
			out = append(out, kb.Outcome{
				ID: d.ID, Status: d.Status, Decision: d.Decision, Author: d.Author, Engine: d.Engine,
				Reason: d.Rejection.Reason, DecidedAt: d.DecidedAt, Quality: d.Quality,
			})
		}
	}
	return out, nil
}

// verbs lists the recorded events as "object verb".
func (m *memory) verbs() []string {
	var out []string
	for _, e := range m.entries {
		for _, v := range e.Events {
			out = append(out, v.Object+" "+v.Verb)
		}
	}
	return out
}

var (
	visitor   = access.Actor{}
	requester = access.Actor{ID: "u_req", Roles: []access.Role{access.Requester}}
	agent     = access.Actor{ID: "u_agent", Roles: []access.Role{access.Agent}}
	manager   = access.Actor{ID: "u_km", Roles: []access.Role{access.KnowledgeManager}}
	manager2  = access.Actor{ID: "u_km2", Roles: []access.Role{access.KnowledgeManager}}
	admin     = access.Actor{ID: "u_admin", Roles: []access.Role{access.Admin}}
)

// bench is a service over a memory store, with a clock that moves a second a call.
type bench struct {
	*kb.Service
	store *memory
}

func newBench(opts ...kb.Option) bench {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { at = at.Add(time.Second); return at }
	m := newMemory()
	return bench{kb.NewService(m, now, opts...), m}
}

// article makes an article and fails the test if that fails.
func (b bench) article(t *testing.T, in kb.NewArticleInput) kb.Article {
	t.Helper()
	if in.Title == "" {
		in.Title = "Mail does not arrive"
	}
	if in.Markdown == "" {
		in.Markdown = "The mailbox is full.\n\n## Resolution\n\nEmpty the bin.\n"
	}
	a, err := b.Create(t.Context(), manager, in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// wantKind fails the test unless err is of the kind.
func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("error %v, want kind %v", err, kind)
	}
}

func ptr[T any](v T) *T { return &v }

func (m *memory) RateArticle(
	_ context.Context, article, reader string, f kb.Feedback, _ time.Time, e journal.Entry,
) error {
	m.ratings = append(m.ratings, f)
	m.entries = append(m.entries, e)
	return nil
}

func (m *memory) Ratings(context.Context, string) (r kb.Ratings, err error) {
	for _, f := range m.ratings {
		if f.Helped {
			r.Helped++
		} else {
			r.DidNot++
		}
	}
	return r, nil
}
