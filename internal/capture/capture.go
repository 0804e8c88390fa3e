// Package capture turns resolutions into knowledge: a resolved ticket becomes a draft
// in the review queue, a source of an open draft or a link to an article, and a
// reviewer's decision becomes links on the tickets it is about.
//
// Running a job twice changes nothing the second time. The package knows no SQL, no
// HTTP, no index and no language model.
package capture

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/draft"
)

// Writer decides what a resolution teaches and writes the proposal.
// *summarize.Writer implements it.
type Writer interface {
	Draft(ctx context.Context, t desk.Ticket) (draft.Outcome, error)
}

// Problems learns which drafts have become articles. *problem.Service implements it.
type Problems interface {
	Published(ctx context.Context, draftID, article string) error
}

// Deps are the dependencies of a Service. All fields are required.
type Deps struct {
	Tickets  *desk.Service
	Articles *kb.Service
	Writer   Writer
	Problems Problems
	Model    func() *model.Service
	Now      func() time.Time
}

// Service handles the jobs that resolutions and reviews leave behind.
type Service struct{ deps Deps }

// New returns a Service.
func New(d Deps) *Service { return &Service{deps: d} }

// Handlers returns the handlers by kind of job.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{
		desk.JobDraft: s.draft, desk.JobReopened: s.reopened, kb.JobPublished: s.published, kb.JobDuplicate: s.duplicate,
	}
}

// draft handles the job of a resolution.
func (s *Service) draft(ctx context.Context, j jobs.Job) error {
	var p desk.DraftJob
	if err := decode(j, &p); err != nil {
		return err
	}
	t, err := s.deps.Tickets.Ticket(ctx, access.System(), p.Ticket)
	if fault.Is(err, fault.NotFound) {
		return jobs.Permanent{Err: err}
	}
	if err != nil {
		return err
	}
	if t.Resolution == nil || !t.Resolution.At.Equal(p.ResolvedAt) {
		return nil // the ticket has been reopened; its next resolution has a job of its own
	}
	rule := s.deps.Model().BoundaryRule(t.Category, model.ActionDraftArticle)
	if !s.deps.Model().Boundary(t.Category, model.ActionDraftArticle).Allows() {
		return s.deps.Tickets.RecordKnowledge(ctx, t, desk.Knowledge{
			Decision: "none", Reason: "the service model turns off drafting (" + rule + ")",
		}, rule)
	}
	k, err := s.decide(ctx, t, j.Key)
	if err != nil {
		return err
	}
	if err := s.deps.Tickets.RecordKnowledge(ctx, t, k, rule); err != nil {
		return err
	}
	return s.unlessReopened(ctx, t)
}

// unlessReopened takes back what has just been drafted if the ticket was reopened in the meantime.
func (s *Service) unlessReopened(ctx context.Context, t desk.Ticket) error {
	now, err := s.deps.Tickets.Ticket(ctx, access.System(), t.ID)
	if err != nil || now.Reopens == t.Reopens {
		return err
	}
	return s.deps.Articles.TicketReopened(ctx, access.System(), t.ID, "reopened while the draft was written")
}

// reopened handles the job of a reopening.
func (s *Service) reopened(ctx context.Context, j jobs.Job) error {
	var p desk.ReopenedJob
	if err := decode(j, &p); err != nil {
		return err
	}
	return s.deps.Articles.TicketReopened(ctx, access.System(), p.Ticket, p.Reason)
}

// maxDecisions bounds how often a resolution is judged again because a reviewer decided
// on the draft it was about to join.
const maxDecisions = 3

// decide asks the writer what the resolution teaches and proposes it, or adds the
// ticket to the open draft that already covers it.
func (s *Service) decide(ctx context.Context, t desk.Ticket, key string) (desk.Knowledge, error) {
	for try := 1; ; try++ {
		out, err := s.deps.Writer.Draft(ctx, t)
		if err != nil {
			return desk.Knowledge{}, fmt.Errorf("draft from ticket %s: %w", t.ID, err)
		}
		switch {
		case out.Addition != nil:
			k, done, err := s.join(ctx, t, out)
			if err != nil || done || try == maxDecisions {
				return k, err
			}
		case out.Proposal != nil:
			return s.propose(ctx, t, out, key)
		default:
			return out.Knowledge, nil
		}
	}
}

// propose puts the writer's proposal into the review queue. One that conflicts with an
// earlier decision is not proposed; the reason becomes the decision's.
func (s *Service) propose(
	ctx context.Context, t desk.Ticket, out draft.Outcome, key string,
) (desk.Knowledge, error) {
	d, err := s.deps.Articles.Propose(ctx, access.System(), s.complete(t, *out.Proposal, key))
	switch {
	case fault.Is(err, fault.Conflict):
		reason, _, ok := fault.Public(err)
		if !ok {
			reason = err.Error()
		}
		return desk.Knowledge{Decision: "none", Reason: reason, Article: out.Knowledge.Article}, nil
	case err != nil:
		return desk.Knowledge{}, fmt.Errorf("propose from ticket %s: %w", t.ID, err)
	}
	out.Knowledge.Review = d.ID
	return out.Knowledge, nil
}

// join adds the ticket to the open draft that covers its resolution. done is false when
// that draft was rejected in the meantime: then the resolution is judged again.
func (s *Service) join(
	ctx context.Context, t desk.Ticket, out draft.Outcome,
) (k desk.Knowledge, done bool, err error) {
	id := out.Knowledge.Review
	_, err = s.deps.Articles.AddSource(ctx, access.System(), id, out.Addition.Source, out.Addition.Evidence)
	if err == nil {
		return out.Knowledge, true, nil
	}
	if !fault.Is(err, fault.Conflict) {
		return desk.Knowledge{}, false, fmt.Errorf("add ticket %s to draft %s: %w", t.ID, id, err)
	}
	d, err := s.deps.Articles.Draft(ctx, access.System(), id)
	if err != nil {
		return desk.Knowledge{}, false, err
	}
	switch d.Status {
	case kb.Approved:
		if err := s.deps.Tickets.LinkCaptured(ctx, t.ID, d.ID, d.ArticleID, d.Title); err != nil {
			return desk.Knowledge{}, false, fmt.Errorf("link ticket %s to article %s: %w", t.ID, d.ArticleID, err)
		}
		return desk.Knowledge{
			Decision: "link", Article: d.ArticleID, Review: d.ID,
			Reason: fmt.Sprintf("%q, which covers this resolution, was published in the meantime.", d.Title),
		}, true, nil
	case kb.Rejected:
		return desk.Knowledge{
			Decision: "none", Reason: "The draft that covers this resolution was rejected in the meantime.",
		}, false, nil
	case kb.InDraft, kb.InReview, kb.ChangesRequested:
	}
	return desk.Knowledge{}, false, fmt.Errorf("add ticket %s to draft %s: it keeps changing", t.ID, id)
}

// complete submits the writer's proposal for review and adds the owner and the review
// date that the service model sets for a new article of its kind. The job's key keeps
// the draft from being created twice.
func (s *Service) complete(t desk.Ticket, p kb.Proposal, key string) kb.Proposal {
	p.Submit = true
	p.Idempotency = journal.Idempotency{Key: key, Hash: key}
	if p.ArticleID != "" {
		return p
	}
	if p.Owner == "" {
		p.Owner = t.Group
	}
	if interval := s.deps.Model().ReviewInterval(p.Kind); interval > 0 {
		p.ReviewBy = s.deps.Now().UTC().Add(interval).Truncate(24 * time.Hour)
	}
	return p
}

// duplicate links the source tickets of a draft to the article that, according to the
// reviewer, already covers them. It is the reviewer's act, so the links are theirs.
func (s *Service) duplicate(ctx context.Context, j jobs.Job) error {
	var p kb.DuplicateJob
	if err := decode(j, &p); err != nil {
		return err
	}
	reviewer := access.Actor{ID: p.By, Name: p.ByName, Roles: []access.Role{access.KnowledgeManager}}
	return linkAll(p.Tickets, p.Article, func(ticket string) error {
		return s.deps.Tickets.LinkReviewed(ctx, reviewer, ticket, p.Draft, p.Article, p.Title)
	})
}

// published links the source tickets of an approved draft to its article.
func (s *Service) published(ctx context.Context, j jobs.Job) error {
	var p kb.PublishedJob
	if err := decode(j, &p); err != nil {
		return err
	}
	if err := s.deps.Problems.Published(ctx, p.Draft, p.Article); err != nil {
		return fmt.Errorf("publish the known error of draft %s: %w", p.Draft, err)
	}
	return linkAll(p.Tickets, p.Article, func(ticket string) error {
		return s.deps.Tickets.LinkCaptured(ctx, ticket, p.Draft, p.Article, p.Title)
	})
}

// linkAll links the tickets to the article; tickets that no longer exist are skipped.
func linkAll(tickets []string, article string, link func(ticket string) error) error {
	for _, id := range tickets {
		if err := link(id); err != nil && !fault.Is(err, fault.NotFound) {
			return fmt.Errorf("link ticket %s to article %s: %w", id, article, err)
		}
	}
	return nil
}

// decode reads a job's payload; trying again would not help one that cannot be read.
func decode(j jobs.Job, payload any) error {
	if err := json.Unmarshal(j.Payload, payload); err != nil {
		return jobs.Permanent{Err: fmt.Errorf("%s job: %w", j.Kind, err)}
	}
	return nil
}
