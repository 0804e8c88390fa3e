package problem

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// NewProblem is what a problem is made of: a candidate or tickets.
type NewProblem struct {
	Candidate string
	Tickets   []string
	Title     string // that of the candidate when empty
	Service   string
	// Idempotency makes a repeated request create one problem.
	Idempotency journal.Idempotency
}

// Create makes a problem of a candidate, which is accepted with it, or of tickets.
func (s *Service) Create(ctx context.Context, actor access.Actor, in NewProblem) (Problem, error) {
	if err := require(actor, access.ManageProblems, "create problems"); err != nil {
		return Problem{}, err
	}
	if (in.Candidate == "") == (len(in.Tickets) == 0) {
		return Problem{}, fault.New(fault.Invalid, "a problem needs either a candidate or tickets")
	}
	now := s.clock()
	p := Problem{Version: 1, State: Open, By: actor.ID, CreatedAt: now, UpdatedAt: now}
	var from *Candidate
	if in.Candidate != "" {
		c, err := s.open(ctx, actor, in.Candidate)
		if err != nil {
			return Problem{}, err
		}
		c.Version++
		c.UpdatedAt = now
		c.decide(actor, Accepted, "", now)
		from = &c
		p.take(c)
		in.Title = cmp.Or(in.Title, c.Title)
		if in.Service == "" && len(c.Services) == 1 {
			in.Service = c.Services[0]
		}
	}
	var bad []fault.Field
	p.Title, p.Service = line(&bad, "title", in.Title, false), in.Service
	if from == nil {
		var err error
		if p.Tickets, err = s.checkTickets(ctx, &bad, in.Tickets); err != nil {
			return Problem{}, err
		}
		s.checkService(&bad, "service", p.Service)
	}
	if len(bad) > 0 {
		return Problem{}, fault.InvalidFields(bad)
	}
	id, err := s.Store.AddProblem(ctx, p, from, func(id string) journal.Entry {
		entry := s.event(actor, journal.Problem, id, "created", map[string]any{
			"title": p.Title, "service": p.Service, "tickets": p.Tickets, "candidate": in.Candidate,
		})
		entry.Idempotency = in.Idempotency
		entry.Idempotency.Object = id
		return entry
	})
	if err != nil {
		return Problem{}, err
	}
	return s.Store.Problem(ctx, id)
}

// checkTickets returns the ids of tickets, and adds to bad unless all exist.
func (s *Service) checkTickets(ctx context.Context, bad *[]fault.Field, tickets []string) ([]string, error) {
	if len(tickets) > mostTickets {
		*bad = append(*bad, fault.Field{Field: "tickets", Message: fmt.Sprintf("must be at most %d", mostTickets)})
		return nil, nil
	}
	var ids []string
	for _, ref := range tickets {
		t, err := s.Tickets.Ticket(ctx, access.System(), ref)
		if fault.Is(err, fault.NotFound) {
			*bad = append(*bad, fault.Field{Field: "tickets", Message: fmt.Sprintf("there is no ticket %q", ref)})
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, t.ID)
	}
	return addTickets(nil, ids...), nil
}

// Problem returns a problem.
func (s *Service) Problem(ctx context.Context, actor access.Actor, id string) (Problem, error) {
	if err := require(actor, access.ReadProblems, "see problems"); err != nil {
		return Problem{}, err
	}
	return s.Store.Problem(ctx, id)
}

// Problems lists problems, newest first, before an id; state "" means all.
func (s *Service) Problems(
	ctx context.Context, actor access.Actor, state State, before string, limit int,
) ([]Problem, error) {
	if err := require(actor, access.ReadProblems, "see problems"); err != nil {
		return nil, err
	}
	return s.Store.Problems(ctx, state, before, limit)
}

// Patch changes fields of a problem; nil fields stay as they are.
type Patch struct {
	Title, Service, Cause *string
	CauseCategory         *Category
	State                 *State
	Tickets, Changes      []string // nil leaves them
	KnownError            *KnownErrorPatch
	// Version must be the problem's version if it is not 0; otherwise it is fault.Conflict.
	Version int
}

// KnownErrorPatch changes fields of a known error. Its text is that of its article.
type KnownErrorPatch struct {
	State     *KnownErrorState
	FixChange *string
	Versions  *string
}

// Update changes fields of a problem and its known error.
func (s *Service) Update(ctx context.Context, actor access.Actor, id string, in Patch) (Problem, error) {
	if err := require(actor, access.ManageProblems, "change problems"); err != nil {
		return Problem{}, err
	}
	p, err := s.Store.Problem(ctx, id)
	if err != nil {
		return Problem{}, err
	}
	if in.Version != 0 && in.Version != p.Version {
		return Problem{}, fault.New(fault.Conflict,
			"problem %s has been changed in the meantime (version %d, yours is %d); reload it", id, p.Version, in.Version)
	}
	var bad []fault.Field
	was := map[string]any{"state": p.State, "cause_category": p.CauseCategory}
	if err := s.apply(ctx, &bad, &p, in); err != nil {
		return Problem{}, err
	}
	if len(bad) > 0 {
		return Problem{}, fault.InvalidFields(bad)
	}
	entry := s.event(actor, journal.Problem, id, "updated", map[string]any{
		"before": was, "state": p.State, "cause_category": p.CauseCategory, "known_error": p.KnownError,
	})
	if ke := in.KnownError; ke != nil && ke.State != nil && p.KnownError.Article != "" && *ke.State != Active {
		entry.Notices = append(entry.Notices, journal.Notice{
			Key:  fmt.Sprintf("problem/%s/%s/%d", id, *ke.State, p.Version),
			Task: true, Recipient: "role:" + string(access.KnowledgeManager), Object: journal.Article, ID: p.KnownError.Article,
			Title:  "Review the article of a known error: " + p.KnownError.Title,
			Detail: fmt.Sprintf("The known error is %s: its workaround may no longer be needed.", *ke.State),
		})
	}
	if err := s.saveProblem(ctx, p, nil, entry); err != nil {
		return Problem{}, err
	}
	return s.Store.Problem(ctx, id)
}

func (s *Service) apply(ctx context.Context, bad *[]fault.Field, p *Problem, in Patch) error {
	if in.Title != nil {
		p.Title = line(bad, "title", *in.Title, false)
	}
	if in.Service != nil {
		p.Service = *in.Service
		s.checkService(bad, "service", p.Service)
	}
	if in.Cause != nil {
		p.Cause = cleaned(bad, "cause", *in.Cause, maxText, true)
	}
	if in.CauseCategory != nil {
		p.CauseCategory = *in.CauseCategory
	}
	*bad = append(*bad, checkCause(p.CauseCategory, p.Cause)...)
	if in.State != nil {
		if !slices.Contains(States(), *in.State) {
			*bad = append(*bad, fault.Field{Field: "state", Message: "must be open or resolved"})
		}
		p.State = *in.State
	}
	if in.Tickets != nil {
		var err error
		if p.Tickets, err = s.checkTickets(ctx, bad, in.Tickets); err != nil {
			return err
		}
	}
	if in.Changes != nil {
		for _, id := range in.Changes {
			if err := s.checkChange(ctx, bad, "changes", id); err != nil {
				return err
			}
		}
		p.Changes = in.Changes
	}
	if in.KnownError != nil {
		return s.applyKnownError(ctx, bad, p, *in.KnownError)
	}
	return nil
}

func (s *Service) checkChange(ctx context.Context, bad *[]fault.Field, field, id string) error {
	_, err := s.Store.Change(ctx, id)
	if fault.Is(err, fault.NotFound) {
		*bad = append(*bad, fault.Field{Field: field, Message: fmt.Sprintf("there is no change %q", id)})
		return nil
	}
	return err
}

func (s *Service) saveProblem(ctx context.Context, p Problem, from *Candidate, entry journal.Entry) error {
	p.Version++
	p.UpdatedAt = s.clock()
	return s.Store.SaveProblem(ctx, p, from, entry)
}
