package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Timing is when a ticket's targets are due, kept with the ticket so that lists can show it
// and only what is due is looked at. Zero times mean that nothing is due.
type Timing struct {
	Model            int       // number of the service model that it was computed with
	NextAt           time.Time // when something has to be done: a warning, a breach, an escalation
	FirstResponseDue time.Time // of open clocks
	ResolutionDue    time.Time
	UpdateDue        time.Time
}

// timeline returns the service models that were in force.
func (s *Service) timeline(ctx context.Context) (clock.Timeline, error) {
	if s.Models == nil {
		return clock.Always(s.Model()), nil
	}
	models, err := s.Models(ctx)
	return models, err
}

// Clocks returns the clocks of a ticket's targets as they are now, the latest of each target.
// Requesters may not see them.
func (s *Service) Clocks(ctx context.Context, actor access.Actor, id string) ([]clock.Clock, error) {
	if !actor.ReadsAllTickets() {
		return nil, fault.New(fault.Forbidden, "only the desk can see the clocks of a ticket")
	}
	events, err := s.Store.TicketEvents(ctx, id, readScope(actor))
	if err != nil {
		return nil, err
	}
	models, err := s.timeline(ctx)
	if err != nil {
		return nil, err
	}
	return clock.Latest(clock.Of(events, models, s.clock())), nil
}

// timed sets when the targets of a ticket are due, from its events and those of an entry that
// is to be written.
func (s *Service) timed(ctx context.Context, t *Ticket, entry journal.Entry) error {
	events, err := s.Store.TicketEvents(ctx, t.ID, Scope{All: true})
	if err != nil {
		return err
	}
	models, err := s.timeline(ctx)
	if err != nil {
		return fmt.Errorf("ticket %s: %w", t.ID, err)
	}
	for _, e := range entry.Events {
		if e.Object == journal.Ticket && e.ID == t.ID {
			events = append(events, e)
		}
	}
	t.Timing = s.timing(events, models)
	return nil
}

// timing returns when the targets of a ticket are due, by its events.
func (s *Service) timing(events []journal.Event, models clock.Timeline) *Timing {
	facts := clock.Facts(events)
	if len(facts) == 0 {
		return nil
	}
	clocks := clock.OfFacts(facts, models, s.clock())
	out := Timing{Model: s.Model().Number}
	for _, c := range clock.Latest(clocks) {
		if !c.Open() {
			continue
		}
		switch c.Kind {
		case model.FirstResponse:
			out.FirstResponseDue = c.Due
		case model.Resolution:
			out.ResolutionDue = c.Due
		case model.UpdateTarget:
			out.UpdateDue = c.Due
		case model.OLATarget, model.SupplierTarget: // the queue shows what requesters were promised
		}
	}
	if timers := clock.Timers(facts, clocks, s.Model()); len(timers) > 0 {
		out.NextAt = timers[0].At
	}
	return &out
}
