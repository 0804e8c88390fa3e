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
	"github.com/deskbook/deskbook/summarize/draft"
)

// capture turns a resolution into knowledge: it asks the writer what the resolution
// teaches, puts a draft into the review queue and notes the decision on the ticket.
// Run twice for the same resolution, it changes nothing the second time.
type capture struct {
	tickets  *desk.Service
	articles *kb.Service
	writer   *summarize.Writer
	model    func() *desk.ServiceModel
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
	k, err := c.decide(ctx, t, j.Key)
	if err != nil {
		return err
	}
	return c.tickets.RecordKnowledge(ctx, t, k, rule)
}

// maxDecisions bounds how often a resolution is judged anew because the draft that it
// was to join was decided meanwhile.
const maxDecisions = 3

// decide asks the writer what the resolution teaches and proposes it, or adds the
// ticket to the draft that tells it already.
func (c capture) decide(ctx context.Context, t desk.Ticket, key string) (desk.Knowledge, error) {
	for try := 1; ; try++ {
		out, err := c.writer.Draft(ctx, t)
		if err != nil {
			return desk.Knowledge{}, fmt.Errorf("draft from ticket %s: %w", t.ID, err)
		}
		switch {
		case out.Addition != nil:
			k, done, err := c.join(ctx, t, out)
			if err != nil || done || try == maxDecisions {
				return k, err
			}
		case out.Proposal != nil:
			return c.propose(ctx, t, out, key)
		default:
			return out.Knowledge, nil
		}
	}
}

func (c capture) propose(ctx context.Context, t desk.Ticket, out draft.Outcome, key string) (desk.Knowledge, error) {
	d, err := c.articles.Propose(ctx, access.System(), c.complete(t, *out.Proposal, key))
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

// join adds the ticket to the open draft that tells its resolution. done is false when
// a reviewer decided against that draft in between: then the resolution is judged anew.
func (c capture) join(ctx context.Context, t desk.Ticket, out draft.Outcome) (k desk.Knowledge, done bool, err error) {
	id := out.Knowledge.Review
	_, err = c.articles.AddSource(ctx, access.System(), id, out.Addition.Source, out.Addition.Evidence)
	if err == nil {
		return out.Knowledge, true, nil
	}
	if !fault.Is(err, fault.Conflict) {
		return desk.Knowledge{}, false, fmt.Errorf("add ticket %s to draft %s: %w", t.ID, id, err)
	}
	d, err := c.articles.Draft(ctx, access.System(), id)
	if err != nil {
		return desk.Knowledge{}, false, err
	}
	switch d.Status {
	case kb.Approved:
		if err := c.tickets.LinkCaptured(ctx, t.ID, d.ID, d.ArticleID, d.Title); err != nil {
			return desk.Knowledge{}, false, fmt.Errorf("link ticket %s to article %s: %w", t.ID, d.ArticleID, err)
		}
		return desk.Knowledge{
			Decision: "link", Article: d.ArticleID, Review: d.ID, Reason: fmt.Sprintf("%q was published meanwhile and tells this resolution.", d.Title),
		}, true, nil
	case kb.Rejected:
		return desk.Knowledge{Decision: "none", Reason: "The draft that told the same was rejected meanwhile."}, false, nil
	case kb.InDraft, kb.InReview, kb.ChangesRequested:
	}
	return desk.Knowledge{}, false, fmt.Errorf("add ticket %s to draft %s: others keep changing it", t.ID, id)
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

// duplicate joins the source tickets of a draft to the article that a reviewer says
// tells the same: the reviewer's act, so the link is theirs.
func (c capture) duplicate(ctx context.Context, j jobs.Job) error {
	var p kb.DuplicateJob
	if err := json.Unmarshal(j.Payload, &p); err != nil {
		return jobs.Permanent{Err: fmt.Errorf("duplicate job: %w", err)}
	}
	reviewer := access.Actor{ID: p.By, Name: p.ByName, Roles: []access.Role{access.KnowledgeManager}}
	for _, id := range p.Tickets {
		err := c.tickets.LinkReviewed(ctx, reviewer, id, p.Draft, p.Article, p.Title)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return fmt.Errorf("link ticket %s to article %s: %w", id, p.Article, err)
		}
	}
	return nil
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
