package capture_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/capture"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/draft"
	"github.com/deskbook/deskbook/summarize/evidence"
)

// pipeline is the path from a resolution to knowledge on a real store, without an index.
type pipeline struct {
	*testing.T
	tickets  *desk.Service
	articles *kb.Service
	problems *problem.Service
	writer   *interruptedWriter
	handlers map[string]jobs.Handler
	worker   *jobs.Worker
	store    *store.Store
}

// interruptedWriter calls interrupt, once, between a decision of the writer and what
// capture does with it.
type interruptedWriter struct {
	capture.Writer
	interrupt func(draft.Outcome)
}

func (w *interruptedWriter) Draft(ctx context.Context, t desk.Ticket) (draft.Outcome, error) {
	out, err := w.Writer.Draft(ctx, t)
	if f := w.interrupt; f != nil {
		w.interrupt = nil
		f(out)
	}
	return out, err
}

type noSuggestions struct{}

func (noSuggestions) Suggest(context.Context, desk.SuggestRequest) (desk.Suggestions, error) {
	return desk.Suggestions{}, nil
}

// people knows everybody, as a requester.
type people struct{}

func (people) Person(_ context.Context, ref string) (access.Actor, error) {
	return access.Actor{ID: ref, Name: ref, Roles: []access.Role{access.Requester}}, nil
}

func newPipeline(t *testing.T) *pipeline {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	current, err := model.Parse(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	inForce := func() *model.Service { return current }
	p := &pipeline{T: t, store: st}
	p.articles = kb.NewService(st, time.Now, kb.WithRedactor(evidence.Redactions))
	p.tickets = desk.NewService(desk.Deps{
		Store: st, Model: inForce, Suggester: noSuggestions{}, Articles: p.articles, People: people{}, Now: time.Now,
	})
	p.writer = &interruptedWriter{Writer: summarize.New(summarize.Deps{Library: st, Now: time.Now})}
	p.problems = problem.New(problem.Deps{
		Store: st, Model: inForce, Tickets: p.tickets, Articles: p.articles, Now: time.Now,
	})
	p.handlers = capture.New(capture.Deps{
		Tickets: p.tickets, Articles: p.articles, Writer: p.writer, Problems: p.problems, Model: inForce, Now: time.Now,
	}).Handlers()
	p.worker = jobs.NewWorker(st, p.handlers, time.Now, slog.New(slog.DiscardHandler))
	return p
}

var (
	anna = access.Actor{ID: "u_anna", Name: "Anna", Roles: []access.Role{access.Agent}}
	kim  = access.Actor{ID: "u_kim", Name: "Kim", Roles: []access.Role{access.KnowledgeManager}}
)

const badgeNote = "Removed the expired badge certificate from the reader and enrolled the badge again; " +
	"the door opens now."

// resolved opens and resolves a ticket of this requester and returns its id.
func (p *pipeline) resolved(requester string) string {
	p.Helper()
	t, err := p.tickets.OpenTicket(p.Context(), anna, desk.NewTicket{
		Subject: "Badge does not open the door", Body: "My badge does not open the door of building 4 since Monday.",
		Requester: requester, Channel: desk.Phone,
	})
	if err != nil {
		p.Fatal(err)
	}
	_, err = p.tickets.Resolve(p.Context(), anna, t.ID, desk.ResolveInput{Code: desk.Fixed, Note: badgeNote})
	if err != nil {
		p.Fatal(err)
	}
	return t.ID
}

// work runs every job that is due.
func (p *pipeline) work() {
	p.Helper()
	for {
		ran, err := p.worker.RunOne(p.Context())
		if err != nil {
			p.Fatal(err)
		}
		if !ran {
			return
		}
	}
}

func (p *pipeline) ticket(id string) desk.Ticket {
	p.Helper()
	t, err := p.tickets.Ticket(p.Context(), anna, id)
	if err != nil {
		p.Fatal(err)
	}
	return t
}

func (p *pipeline) drafts(status kb.DraftStatus) []kb.Draft {
	p.Helper()
	page, err := p.store.Drafts(p.Context(), kb.DraftFilter{Status: status})
	if err != nil {
		p.Fatal(err)
	}
	return page.Drafts
}

func TestRepeatedResolutionsJoinOneDraft(t *testing.T) {
	p := newPipeline(t)
	first, second := p.resolved("u_rita"), p.resolved("u_rolf")
	p.work()
	open := p.drafts(kb.InReview)
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
		if k := p.ticket(id).Knowledge; k == nil || k.Review != d.ID {
			t.Errorf("knowledge of %s: %+v", id, k)
		}
	}
	// A job may run twice, as after a crash.
	again := desk.DraftJob{Ticket: second, ResolvedAt: p.ticket(second).Resolution.At}
	job := jobs.Job{Key: "again", Payload: mustJSON(t, again)}
	if err := p.handlers[desk.JobDraft](t.Context(), job); err != nil {
		t.Fatal(err)
	}
	now, err := p.articles.Draft(t.Context(), kim, d.ID)
	if err != nil || now.Version != d.Version || len(p.drafts(kb.InReview)) != 1 {
		t.Errorf("version %d after %d, %v", now.Version, d.Version, err)
	}
	_, a, err := p.articles.Approve(t.Context(), kim, d.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	p.work()
	for _, id := range d.Tickets {
		if !slices.Contains(p.ticket(id).Applied(), a.ID) {
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

// TestJoinADecidedDraft decides on a draft while a ticket is about to join it.
func TestJoinADecidedDraft(t *testing.T) {
	for _, c := range []struct {
		name   string
		decide func(p *pipeline, id string) error
		want   string // the decision on the ticket
	}{
		{"approved", func(p *pipeline, id string) error {
			_, _, err := p.articles.Approve(p.Context(), kim, id, "")
			return err
		}, "link"},
		{"rejected", func(p *pipeline, id string) error {
			_, err := p.articles.Reject(p.Context(), kim, id, "no")
			return err
		}, "new"}, // judged again: another requester's ticket may propose it once more
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPipeline(t)
			p.resolved("u_rita")
			p.work()
			d := p.drafts(kb.InReview)[0]
			p.writer.interrupt = func(out draft.Outcome) {
				if out.Addition == nil || out.Knowledge.Review != d.ID {
					t.Fatalf("the ticket does not join the draft: %+v", out)
				}
				if err := c.decide(p, d.ID); err != nil {
					t.Fatal(err)
				}
			}
			second := p.resolved("u_rolf")
			p.work()
			got := p.ticket(second)
			k := got.Knowledge
			if k == nil || k.Decision != c.want || (k.Review == d.ID) != (c.want == "link") {
				t.Errorf("knowledge %+v", k)
			}
			if linked := len(got.Applied()) == 1; linked != (c.want == "link") {
				t.Errorf("linked: %v", linked)
			}
		})
	}
}

func TestRejectedDuplicateBecomesALink(t *testing.T) {
	p := newPipeline(t)
	a, err := p.articles.Create(t.Context(), kim, kb.NewArticleInput{
		Title: "Doors and badges", Markdown: "## Resolution\n\nEnrol the badge again.\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	first := p.resolved("u_rita")
	p.work()
	d := p.drafts(kb.InReview)[0]
	_, err = p.articles.RejectFor(t.Context(), kim, d.ID, kb.RejectInput{Reason: kb.RejectDuplicate, Article: a.ID})
	if err != nil {
		t.Fatal(err)
	}
	p.work()
	got := p.ticket(first)
	if len(got.Links) != 1 || got.Links[0].Target != a.ID || got.Links[0].By != kim.ID || !got.Links[0].Applied {
		t.Errorf("links %+v: the link must be the reviewer's", got.Links)
	}
	if k := got.Knowledge; k.Decision != "link" || k.Article != a.ID {
		t.Errorf("knowledge %+v", k)
	}
	if m := got.Messages[len(got.Messages)-1]; m.Automatic || m.AuthorName != "Kim" {
		t.Errorf("message %+v", m)
	}
	// Linking twice changes nothing, and only reviewers may do it.
	err = p.tickets.LinkReviewed(t.Context(), kim, first, d.ID, a.ID, a.Title)
	if v := p.ticket(first).Version; err != nil || v != got.Version {
		t.Errorf("version %d after %d, %v", v, got.Version, err)
	}
	err = p.tickets.LinkReviewed(t.Context(), anna, first, d.ID, a.ID, a.Title)
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent links as a reviewer: %v", err)
	}
	// The same requester's next ticket proposes nothing; another requester's does, and
	// carries the earlier decision.
	same, other := p.resolved("u_rita"), p.resolved("u_rolf")
	p.work()
	if k := p.ticket(same).Knowledge; k.Decision != "none" {
		t.Errorf("the same requester: %+v", k)
	}
	open := p.drafts(kb.InReview)
	if len(open) != 1 || open[0].Tickets[0] != other || len(open[0].Earlier) != 1 || open[0].Earlier[0].By != kim.ID {
		t.Fatalf("drafts %+v", open)
	}
}

func TestReopenedTicketIsWrittenAgain(t *testing.T) {
	p := newPipeline(t)
	id := p.resolved("u_rita")
	p.work()
	d := p.drafts(kb.InReview)[0]
	_, a, err := p.articles.Approve(t.Context(), kim, d.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	p.work()
	if _, err := p.tickets.Reopen(t.Context(), anna, id, "The door is shut again."); err != nil {
		t.Fatal(err)
	}
	p.work()
	review := p.drafts(kb.InReview)
	if len(review) != 1 || review[0].ArticleID != a.ID || review[0].Markdown != a.Markdown {
		t.Fatalf("reviews %+v", review)
	}
	_, err = p.tickets.Resolve(t.Context(), anna, id, desk.ResolveInput{
		Code: desk.Fixed, Note: "Replaced the broken reader at the door of building 4 with a new one from the store.",
	})
	if err != nil {
		t.Fatal(err)
	}
	p.work()
	now := p.drafts(kb.InReview)
	if len(now) != 1 || now[0].ID != review[0].ID || !strings.Contains(now[0].Markdown, "Replace the broken reader") ||
		strings.Contains(now[0].Markdown, "certificate") {
		t.Fatalf("drafts %+v", now)
	}
	if k := p.ticket(id).Knowledge; k == nil || k.Decision != "edit" || k.Article != a.ID || k.Review != now[0].ID {
		t.Errorf("knowledge %+v", k)
	}
}
