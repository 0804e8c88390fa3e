package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// JobDraft is the kind of the job that turns a resolution into knowledge; its payload is a
// DraftJob.
const JobDraft = "draft"

// DraftJob identifies the resolution that a draft job is about.
type DraftJob struct {
	Ticket     string    `json:"ticket"`
	ResolvedAt time.Time `json:"resolved_at"`
}

// NewDraftJob returns the job for a resolution. A resolution has one, however often it is
// requested.
func NewDraftJob(ticket string, resolvedAt time.Time) journal.Job {
	return journal.Job{
		Kind: JobDraft, Key: fmt.Sprintf("%s/%s/%d", JobDraft, ticket, resolvedAt.UnixMicro()),
		Payload: journal.Data(DraftJob{Ticket: ticket, ResolvedAt: resolvedAt}),
	}
}

// JobReopened is the kind of the job that takes back what a resolution contributed; its
// payload is a ReopenedJob.
const JobReopened = "reopened"

// ReopenedJob says that a ticket's resolution did not hold, and why.
type ReopenedJob struct {
	Ticket string `json:"ticket"`
	Reason string `json:"reason"`
}

// ResolveInput says how a ticket is resolved.
type ResolveInput struct {
	Code ResolutionCode
	// Note says what was done. It is required for fixed, workaround and answered unless
	// articles are given.
	Note     string
	Articles []string // ids or slugs of the articles applied
}

var codes = []ResolutionCode{Fixed, Workaround, Answered, Duplicate, NotReproducible, Withdrawn}

// Resolve resolves a ticket and, in the same transaction, creates the job that turns the
// resolution into knowledge.
func (s *Service) Resolve(ctx context.Context, actor access.Actor, id string, in ResolveInput) (Ticket, error) {
	if err := requireWork(actor); err != nil {
		return Ticket{}, err
	}
	note, articles, err := s.checkResolution(ctx, actor, in)
	if err != nil {
		return Ticket{}, err
	}
	gap := false
	t, err := s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if err := requireOpen(*t); err != nil {
			return journal.Entry{}, err
		}
		applied := []string{}
		for _, a := range articles {
			s.linkArticle(t, actor, a.ID, a.Title, true)
			applied = append(applied, a.ID)
		}
		text := note
		if text == "" {
			text = fmt.Sprintf("Resolved as %s.", in.Code)
		}
		n := s.append(t, actor, Message{Kind: Resolving, Visibility: InternalNote, Text: text})
		now := t.Messages[n-1].At
		t.Status, t.ResolvedAt, t.Knowledge = Resolved, now, nil
		t.Resolution = &Resolution{Code: in.Code, Note: note, Articles: applied, By: actor.ID, At: now, Message: n}
		gap = hasSolution(in.Code) && len(t.Linked()) == 0
		entry := s.event(actor, t.ID, "resolved", map[string]any{"code": in.Code, "articles": applied, "message": n})
		entry.Jobs = []journal.Job{NewDraftJob(t.ID, now)}
		return entry, nil
	})
	if err == nil && gap {
		s.recordGap(actor, t, GapNoArticle)
	}
	return t, err
}

// hasSolution reports whether the code means that something solved the request, which an
// article could describe.
func hasSolution(code ResolutionCode) bool {
	return slices.Contains([]ResolutionCode{Fixed, Workaround, Answered}, code)
}

// recordGap records that the knowledge base did not help with a ticket.
func (s *Service) recordGap(actor access.Actor, t Ticket, kind GapKind) {
	s.Gaps.Record(Gap{
		Kind: kind, Query: t.Subject, Ticket: t.ID, Service: t.Service, Actor: actor,
		Private: []string{t.RequesterName},
	})
}

// checkResolution checks the input and returns the clean note and the articles applied.
func (s *Service) checkResolution(
	ctx context.Context, actor access.Actor, in ResolveInput,
) (note string, articles []kb.Article, err error) {
	if !slices.Contains(codes, in.Code) {
		return "", nil, fault.InvalidField("code", "must be one of %v", codes)
	}
	optional := len(in.Articles) > 0 || !hasSolution(in.Code)
	if note, err = cleanText("note", in.Note, MaxText, optional); err != nil {
		return "", nil, err
	}
	for _, ref := range in.Articles {
		a, err := s.Articles.Article(ctx, actor, ref)
		if fault.Is(err, fault.NotFound) {
			return "", nil, fault.InvalidField("articles", "there is no article %q", ref)
		}
		if err != nil {
			return "", nil, err
		}
		if !slices.ContainsFunc(articles, func(b kb.Article) bool { return b.ID == a.ID }) {
			articles = append(articles, a)
		}
	}
	return note, articles, nil
}

// Reopen reopens a resolved or closed ticket. Agents can do so at any time, the requester
// within the reopen days of the service model.
func (s *Service) Reopen(ctx context.Context, actor access.Actor, id, reason string) (Ticket, error) {
	reason, err := cleanText("reason", reason, MaxReason, false)
	if err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		switch {
		case t.MergedInto != "":
			return journal.Entry{}, requireOpenFor(actor, *t)
		case !t.Status.Ended():
			return journal.Entry{}, fault.New(fault.Conflict, "ticket %s is not resolved", t.ID)
		}
		if !actor.Can(access.WorkTickets) {
			if actor.ID != t.Requester {
				return journal.Entry{}, fault.New(fault.Forbidden, "only the requester and agents can reopen a ticket")
			}
			if err := s.mayReopenStill(*t); err != nil {
				return journal.Entry{}, err
			}
		}
		visibility := InternalNote
		if actor.ID == t.Requester {
			visibility = PublicReply // requesters can read what they write
		}
		return s.reopen(t, actor, Message{Kind: Reopening, Visibility: visibility, Text: reason}), nil
	})
}

// mayReopenStill returns an error if the requester's days to reopen the ticket are over.
func (s *Service) mayReopenStill(t Ticket) error {
	days := s.Model().ReopenDays()
	if s.clock().After(t.ResolvedAt.AddDate(0, 0, days)) {
		return fault.New(fault.Conflict,
			"ticket %s was resolved more than %d days ago; open a new one that refers to it", t.ID, days)
	}
	return nil
}

// reopen takes a ticket's resolution back, with the message that says why.
func (s *Service) reopen(t *Ticket, actor access.Actor, m Message) journal.Entry {
	n := s.append(t, actor, m)
	t.Status, t.ClosedAt = Open, time.Time{}
	t.Reopens++
	last := t.Resolution
	t.Resolution, t.Knowledge = nil, nil
	entry := s.event(actor, t.ID, "reopened", map[string]any{"message": n, "resolution": last})
	entry.Jobs = []journal.Job{{
		Kind: JobReopened, Key: fmt.Sprintf("%s/%s/%d", JobReopened, t.ID, n),
		Payload: journal.Data(ReopenedJob{Ticket: t.ID, Reason: m.Text}),
	}}
	return entry
}
