package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
)

// capture turns a resolution into knowledge: it asks the writer what the resolution
// teaches, puts a draft into the review queue and notes the decision on the ticket.
// Run twice for the same resolution, it changes nothing the second time.
type capture struct {
	tickets  *desk.Service
	articles *kb.Service
	writer   *summarize.Writer
	model    func() *desk.Model
	now      func() time.Time
}

func (c capture) draft(ctx context.Context, j jobs.Job) error {
	var p desk.DraftJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return jobs.Permanent{Err: fmt.Errorf("draft job: %w", err)}
	}
	t, err := c.tickets.Ticket(ctx, access.System(), p.Ticket)
	if fault.Is(err, fault.NotFound) {
		return jobs.Permanent{Err: err}
	}
	if err != nil {
		return err
	}
	if t.Resolution == nil || !t.Resolution.At.Equal(p.ResolvedAt) {
		return nil // reopened since; the next resolution has a job of its own
	}
	rule := c.model().BoundaryRule(t.Category, desk.ActionDraftArticle)
	if !c.model().Boundary(t.Category, desk.ActionDraftArticle).Allows() {
		return c.tickets.RecordKnowledge(ctx, t, desk.Knowledge{
			Decision: "none", Reason: "the service model turns drafting off (" + rule + ")",
		}, rule)
	}
	out, err := c.writer.Draft(ctx, t)
	if err != nil {
		return fmt.Errorf("draft from ticket %s: %w", t.ID, err)
	}
	if out.Proposal != nil {
		d, err := c.articles.Propose(ctx, access.System(), c.complete(t, *out.Proposal, j.Key))
		switch {
		case fault.Is(err, fault.Conflict):
			out.Knowledge = desk.Knowledge{Decision: "none", Reason: err.Error(), Article: out.Knowledge.Article}
		case err != nil:
			return fmt.Errorf("propose from ticket %s: %w", t.ID, err)
		default:
			out.Knowledge.Review = d.ID
		}
	}
	return c.tickets.RecordKnowledge(ctx, t, out.Knowledge, rule)
}

// complete adds to the writer's proposal what the service model says of a new
// article's kind: who owns it and when it is due for review. The job's key makes
// the draft appear once.
func (c capture) complete(t desk.Ticket, p kb.Proposal, key string) kb.Proposal {
	p.Submit = true
	p.Idempotency = journal.Idempotency{Key: key, Hash: key}
	if p.ArticleID != "" {
		return p
	}
	if p.Owner == "" {
		p.Owner = t.Group
	}
	if every := c.model().ReviewInterval(p.Kind); every > 0 {
		p.ReviewBy = c.now().UTC().Add(every).Truncate(24 * time.Hour)
	}
	return p
}

// link joins the source tickets of an approved draft to its article.
func (c capture) link(ctx context.Context, j jobs.Job) error {
	var p kb.PublishedJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return jobs.Permanent{Err: fmt.Errorf("published job: %w", err)}
	}
	for _, id := range p.Tickets {
		err := c.tickets.LinkCaptured(ctx, id, p.Draft, p.Article, p.Title)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return fmt.Errorf("link ticket %s to article %s: %w", id, p.Article, err)
		}
	}
	return nil
}
