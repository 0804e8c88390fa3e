package problem

import (
	"context"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// maxCandidates is how many open candidates a list has. A desk with more has other worries.
const maxCandidates = 200

// List lists the open candidates with their evidence, suspected outages first. It considers all
// tickets there are.
func (s *Service) List(ctx context.Context, actor access.Actor) ([]Candidate, error) {
	if err := require(actor, access.ReadProblems, "see problem candidates"); err != nil {
		return nil, err
	}
	if err := s.Follow(ctx); err != nil {
		return nil, err
	}
	list, err := s.Store.Candidates(ctx, Waiting, maxCandidates)
	if err != nil {
		return nil, err
	}
	return list, s.addChanges(ctx, list)
}

// addChanges sets the changes that preceded each candidate.
func (s *Service) addChanges(ctx context.Context, list []Candidate) error {
	if len(list) == 0 {
		return nil
	}
	byOnset := func(a, b Candidate) int { return a.Since.Compare(b.Since) }
	first, last := slices.MinFunc(list, byOnset).Since, slices.MaxFunc(list, byOnset).Since
	changes, err := s.Store.ChangesBetween(ctx, first.Add(-Lead), last)
	if err != nil {
		return err
	}
	for i, c := range list {
		for _, x := range changes {
			if x.Precedes(c.Services, c.Since) {
				list[i].Changes = append(list[i].Changes, x)
			}
		}
	}
	return nil
}

// open returns an open candidate for the actor to decide on.
func (s *Service) open(ctx context.Context, actor access.Actor, id string) (Candidate, error) {
	if err := require(actor, access.ManageProblems, "decide on problem candidates"); err != nil {
		return Candidate{}, err
	}
	c, err := s.Store.Candidate(ctx, id)
	if err != nil {
		return Candidate{}, err
	}
	if c.State != Waiting {
		return Candidate{}, fault.New(fault.Conflict, "candidate %s has been %s already", id, c.State)
	}
	one := []Candidate{c}
	return one[0], s.addChanges(ctx, one)
}

func (c *Candidate) decide(actor access.Actor, state CandidateState, into string, at time.Time) {
	c.State, c.Into, c.DecidedBy, c.DecidedAt = state, into, actor.ID, at
}

// Dismiss says why a candidate is no problem. Its tickets count for no other candidate.
func (s *Service) Dismiss(ctx context.Context, actor access.Actor, id, reason string) (Candidate, error) {
	c, err := s.open(ctx, actor, id)
	if err != nil {
		return Candidate{}, err
	}
	var bad []fault.Field
	reason = cleaned(&bad, "reason", reason, maxText, false)
	if len(bad) > 0 {
		return Candidate{}, fault.InvalidFields(bad)
	}
	c.decide(actor, Dismissed, "", s.clock())
	c.Reason = reason
	entry := s.event(actor, journal.Candidate, id, "dismissed", map[string]any{"reason": reason, "tickets": c.Tickets})
	return c, s.save(ctx, c, entry)
}

// MergeCandidate makes a candidate part of another open one. Further incidents of the first join the
// second.
func (s *Service) MergeCandidate(ctx context.Context, actor access.Actor, id, into string) (Candidate, error) {
	c, err := s.open(ctx, actor, id)
	if err != nil {
		return Candidate{}, err
	}
	to, err := s.open(ctx, actor, into)
	if fault.Is(err, fault.NotFound) || err == nil && to.ID == c.ID {
		return Candidate{}, fault.InvalidField("candidate", "must be another open candidate")
	}
	if err != nil {
		return Candidate{}, err
	}
	now := s.clock()
	to.Tickets = addTickets(to.Tickets, c.Tickets...)
	if c.Rule == ByOutage {
		to.Rule, to.OutageAt = ByOutage, c.OutageAt
	}
	if err := s.readEvidence(ctx, &to); err != nil {
		return Candidate{}, err
	}
	c.decide(actor, Merged, to.ID, now)
	for _, x := range []*Candidate{&c, &to} {
		x.Version++
		x.UpdatedAt = now
	}
	entry := s.event(actor, journal.Candidate, id, "merged", map[string]any{"into": to.ID})
	return to, s.Store.SaveCandidates(ctx, []Candidate{c, to}, entry)
}

// MergeIntoProblem makes a candidate part of an open problem.
func (s *Service) MergeIntoProblem(ctx context.Context, actor access.Actor, id, into string) (Problem, error) {
	c, err := s.open(ctx, actor, id)
	if err != nil {
		return Problem{}, err
	}
	p, err := s.Store.Problem(ctx, into)
	if fault.Is(err, fault.NotFound) || err == nil && p.State != Open {
		return Problem{}, fault.InvalidField("problem", "must be an open problem")
	}
	if err != nil {
		return Problem{}, err
	}
	p.take(c)
	c.decide(actor, Accepted, p.ID, s.clock())
	c.Version++
	c.UpdatedAt = s.clock()
	entry := s.event(actor, journal.Problem, p.ID, "extended", map[string]any{"candidate": c.ID, "tickets": c.Tickets})
	if err := s.saveProblem(ctx, p, &c, entry); err != nil {
		return Problem{}, err
	}
	return s.Store.Problem(ctx, p.ID)
}

// take adds the evidence of a candidate to the problem.
func (p *Problem) take(c Candidate) {
	p.Tickets = addTickets(p.Tickets, c.Tickets...)
	for _, x := range c.Changes {
		if !slices.Contains(p.Changes, x.ID) {
			p.Changes = append(p.Changes, x.ID)
		}
	}
}
