package problem

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

func replayed(err error) bool {
	var r *journal.Replay
	return errors.As(err, &r)
}

// NewChange is a change to be recorded.
type NewChange struct {
	Title    string
	Class    Class
	Services []string
	Starts   time.Time
	Ends     time.Time // Starts when zero
	Approval Approval  // Reviewed when empty
	Source   string
	// Idempotency makes a repeated request record one change.
	Idempotency journal.Idempotency
}

// AddChange records a change.
func (s *Service) AddChange(ctx context.Context, actor access.Actor, in NewChange) (Change, error) {
	if err := require(actor, access.WriteChanges, "record changes"); err != nil {
		return Change{}, err
	}
	var bad []fault.Field
	if in.Ends.IsZero() {
		in.Ends = in.Starts
	}
	if in.Approval == "" {
		in.Approval = Reviewed
	}
	c := Change{
		Title: line(&bad, "title", in.Title, false), Class: in.Class, Services: in.Services,
		Starts: in.Starts.UTC().Truncate(time.Microsecond), Ends: in.Ends.UTC().Truncate(time.Microsecond),
		Approval: in.Approval, Source: line(&bad, "source", in.Source, true), By: actor.ID, CreatedAt: s.clock(),
	}
	if !slices.Contains(Classes(), c.Class) {
		bad = append(bad, fault.Field{
			Field: "class", Message: "must be release, config, access, vendor, api or infrastructure",
		})
	}
	if c.Approval != PreApproved && c.Approval != Reviewed {
		bad = append(bad, fault.Field{Field: "approval", Message: "must be pre_approved or reviewed"})
	}
	for i, service := range c.Services {
		s.checkService(&bad, fmt.Sprintf("services[%d]", i), service)
	}
	switch {
	case in.Starts.IsZero():
		bad = append(bad, fault.Field{Field: "starts", Message: "is missing"})
	case c.Ends.Before(c.Starts):
		bad = append(bad, fault.Field{Field: "ends", Message: "is before the start"})
	}
	if len(bad) > 0 {
		return Change{}, fault.InvalidFields(bad)
	}
	id, err := s.Store.AddChange(ctx, c, func(id string) journal.Entry {
		entry := s.event(actor, journal.ChangeRecord, id, "recorded", map[string]any{
			"title": c.Title, "class": c.Class, "services": c.Services, "starts": c.Starts, "source": c.Source,
		})
		entry.Idempotency = in.Idempotency
		entry.Idempotency.Object = id
		return entry
	})
	if err != nil {
		return Change{}, err
	}
	return s.Store.Change(ctx, id)
}

// Change returns a change.
func (s *Service) Change(ctx context.Context, actor access.Actor, id string) (Change, error) {
	if err := require(actor, access.ReadProblems, "see changes"); err != nil {
		return Change{}, err
	}
	return s.Store.Change(ctx, id)
}

// Changes lists changes, the last to start first, before an id.
func (s *Service) Changes(ctx context.Context, actor access.Actor, before string, limit int) ([]Change, error) {
	if err := require(actor, access.ReadProblems, "see changes"); err != nil {
		return nil, err
	}
	return s.Store.ChangeRecords(ctx, before, limit)
}

// Outcomes counts the tickets in which articles were applied, and in how many of them they held.
func (s *Service) Outcomes(ctx context.Context, articles ...string) (map[string]Outcome, error) {
	return s.Store.Outcomes(ctx, articles, s.Model().ReopenDays())
}
