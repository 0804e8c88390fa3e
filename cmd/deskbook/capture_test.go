package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/evidence"
)

// line is the path from a resolution to knowledge on a real store, without an index.
type line struct {
	*testing.T
	capture
	worker *jobs.Worker
	store  *store.Store
}

type nobody struct{}

func (nobody) Suggest(context.Context, desk.SuggestRequest) (desk.Suggestions, error) {
	return desk.Suggestions{}, nil
}

func (nobody) Person(_ context.Context, ref string) (access.Actor, error) {
	return access.Actor{ID: ref, Name: ref, Roles: []access.Role{access.Requester}}, nil
}

func newLine(t *testing.T) *line {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	model, err := desk.ParseModel(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	current := func() *desk.ServiceModel { return model }
	articles := kb.NewService(st, time.Now, kb.WithRedactor(evidence.Redactions))
	l := &line{T: t, store: st, capture: capture{
		tickets: desk.NewService(desk.Deps{
			Store: st, Model: current, Suggester: nobody{}, Articles: articles, People: nobody{}, Now: time.Now,
		}),
		articles: articles, model: current, now: time.Now,
		writer: summarize.New(summarize.Deps{Library: st, Now: time.Now}),
	}}
	l.worker = jobs.NewWorker(st, map[string]jobs.Handler{
		desk.JobDraft: l.draft, kb.JobPublished: l.link, kb.JobDuplicate: l.duplicate,
	}, time.Now, slog.New(slog.DiscardHandler))
	return l
}

var (
	anna = access.Actor{ID: "u_anna", Name: "Anna", Roles: []access.Role{access.Agent}}
	kim  = access.Actor{ID: "u_kim", Name: "Kim", Roles: []access.Role{access.KnowledgeManager}}
)

const badgeNote = "Removed the expired badge certificate from the reader and enrolled the badge again; the door opens now."

// resolved opens and resolves a ticket of this requester and gives its id.
func (l *line) resolved(requester string) string {
	l.Helper()
	t, err := l.tickets.OpenTicket(l.Context(), anna, desk.NewTicket{
		Subject: "Badge does not open the door", Body: "My badge does not open the door of building 4 since Monday.",
		Requester: requester, Channel: desk.Phone,
	})
	if err != nil {
		l.Fatal(err)
	}
	if _, err := l.tickets.Resolve(l.Context(), anna, t.ID, desk.ResolveInput{Code: desk.Fixed, Note: badgeNote}); err != nil {
		l.Fatal(err)
	}
	return t.ID
}

// work runs every job that is due.
func (l *line) work() {
	l.Helper()
	for {
		ran, err := l.worker.RunOne(l.Context())
		if err != nil {
			l.Fatal(err)
		}
		if !ran {
			return
		}
	}
}

func (l *line) ticket(id string) desk.Ticket {
	l.Helper()
	t, err := l.tickets.Ticket(l.Context(), anna, id)
	if err != nil {
		l.Fatal(err)
	}
	return t
}

func (l *line) drafts(status kb.DraftStatus) []kb.Draft {
	l.Helper()
	page, err := l.store.Drafts(l.Context(), kb.DraftFilter{Status: status})
	if err != nil {
		l.Fatal(err)
	}
	return page.Drafts
}

func TestSeveralTicketsMakeOneDraft(t *testing.T) {
	l := newLine(t)
	first, second := l.resolved("u_rita"), l.resolved("u_rolf")
	l.work()
	open := l.drafts(kb.InReview)
	if len(open) != 1 {
		t.Fatalf("%d drafts", len(open))
	}
	d := open[0]
	if diff := cmp.Diff([]string{first, second}, d.Tickets); diff != "" {
		t.Error(diff)
	}
	for _, id := range d.Tickets {
		if s := d.Source(id); s.Confirms == "" || s.Requester == "" || s.Message == 0 {
			t.Errorf("source %+v", s)
		}
		if k := l.ticket(id).Knowledge; k == nil || k.Review != d.ID {
			t.Errorf("knowledge of %s: %+v", id, k)
		}
	}
	// The job may run twice, as after a crash.
	job := jobs.Job{Key: "again", Payload: mustJSON(t, desk.DraftJob{Ticket: second, ResolvedAt: l.ticket(second).Resolution.At})}
	if err := l.draft(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	again, err := l.articles.Draft(t.Context(), kim, d.ID)
	if err != nil || again.Version != d.Version || len(l.drafts(kb.InReview)) != 1 {
		t.Errorf("version %d after %d, %v", again.Version, d.Version, err)
	}
	_, a, err := l.articles.Approve(t.Context(), kim, d.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	l.work()
	for _, id := range d.Tickets {
		if !slices.Contains(l.ticket(id).Applied(), a.ID) {
			t.Errorf("ticket %s is not linked to the article", id)
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A draft that is decided while a ticket is about to join it.
func TestJoinADecidedDraft(t *testing.T) {
	for _, c := range []struct {
		name   string
		decide func(l *line, id string) error
		want   string
	}{
		{"approved", func(l *line, id string) error { _, _, err := l.articles.Approve(l.Context(), kim, id, ""); return err }, "link"},
		{"rejected", func(l *line, id string) error { _, err := l.articles.Reject(l.Context(), kim, id, "no"); return err }, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLine(t)
			l.resolved("u_rita")
			l.work()
			d := l.drafts(kb.InReview)[0]
			second := l.ticket(l.resolved("u_rolf"))
			out, err := l.writer.Draft(t.Context(), second)
			if err != nil || out.Addition == nil {
				t.Fatalf("%+v, %v", out, err)
			}
			if err := c.decide(l, d.ID); err != nil {
				t.Fatal(err)
			}
			k, done, err := l.join(t.Context(), second, out)
			if err != nil || k.Decision != c.want || done != (c.want == "link") {
				t.Errorf("%+v, done %v, %v", k, done, err)
			}
			if linked := len(l.ticket(second.ID).Applied()) == 1; linked != (c.want == "link") {
				t.Errorf("linked: %v", linked)
			}
		})
	}
}

func TestRejectedDuplicateTeaches(t *testing.T) {
	l := newLine(t)
	a, err := l.articles.Create(t.Context(), kim, kb.NewArticleInput{Title: "Doors and badges", Markdown: "## Resolution\n\nEnrol the badge again.\n"})
	if err != nil {
		t.Fatal(err)
	}
	first := l.resolved("u_rita")
	l.work()
	d := l.drafts(kb.InReview)[0]
	if _, err := l.articles.RejectFor(t.Context(), kim, d.ID, kb.RejectInput{Reason: kb.RejectDuplicate, Article: a.ID}); err != nil {
		t.Fatal(err)
	}
	l.work()
	got := l.ticket(first)
	if len(got.Links) != 1 || got.Links[0].Target != a.ID || got.Links[0].By != kim.ID || !got.Links[0].Applied {
		t.Errorf("links %+v: the reviewer's act is a link of theirs", got.Links)
	}
	if k := got.Knowledge; k.Decision != "link" || k.Article != a.ID {
		t.Errorf("knowledge %+v", k)
	}
	if m := got.Messages[len(got.Messages)-1]; m.Automatic || m.AuthorName != "Kim" {
		t.Errorf("message %+v", m)
	}
	// Linking twice changes nothing, and a requester cannot pass as a reviewer.
	if err := l.tickets.LinkReviewed(t.Context(), kim, first, d.ID, a.ID, a.Title); err != nil || l.ticket(first).Version != got.Version {
		t.Errorf("version %d after %d, %v", l.ticket(first).Version, got.Version, err)
	}
	if err := l.tickets.LinkReviewed(t.Context(), anna, first, d.ID, a.ID, a.Title); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent links as a reviewer: %v", err)
	}
	// The same person's next ticket brings nothing new; somebody else's does, and says
	// what happened before.
	same, other := l.resolved("u_rita"), l.resolved("u_rolf")
	l.work()
	if k := l.ticket(same).Knowledge; k.Decision != "none" {
		t.Errorf("the same requester: %+v", k)
	}
	open := l.drafts(kb.InReview)
	if len(open) != 1 || open[0].Tickets[0] != other || len(open[0].Earlier) != 1 || open[0].Earlier[0].By != kim.ID {
		t.Fatalf("drafts %+v", open)
	}
}
