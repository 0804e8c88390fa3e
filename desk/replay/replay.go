package replay

import (
	"context"
	"fmt"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
)

// Store reads the events of tickets.
type Store interface {
	// TicketNumbers lists the numbers of all tickets in order, after one, at most limit.
	TicketNumbers(ctx context.Context, after string, limit int) ([]string, error)
	// FactEvents returns the events of tickets, each in order.
	FactEvents(ctx context.Context, tickets []string) (map[string][]journal.Event, error)
}

// Models are the service models that were in force; *model.Registry implements it.
type Models interface {
	Timeline(ctx context.Context) ([]model.InForce, error)
	Current() model.Version
}

// Service replays changed service models.
type Service struct {
	Store  Store
	Models Models
	Now    func() time.Time
}

// portion is how many tickets are read at a time.
const portion = 500

// Run replays the text of a service model on the tickets that were opened since a time. A
// text that is refused is fault.Invalid. The text in force changes nothing by definition.
func (s *Service) Run(ctx context.Context, text string, since time.Time) (Report, error) {
	changed, err := model.Parse([]byte(text))
	if err != nil {
		return Report{}, err
	}
	models, err := s.Models.Timeline(ctx)
	if err != nil {
		return Report{}, err
	}
	b := newBuilder(models, changed, text == s.Models.Current().Text, s.Now().UTC())
	for after := ""; ; {
		ids, err := s.Store.TicketNumbers(ctx, after, portion)
		if err != nil {
			return Report{}, fmt.Errorf("tickets after %s: %w", after, err)
		}
		if len(ids) == 0 {
			return b.report(), nil
		}
		events, err := s.Store.FactEvents(ctx, ids)
		if err != nil {
			return Report{}, fmt.Errorf("events of tickets: %w", err)
		}
		for _, id := range ids {
			facts := clock.Facts(events[id])
			if len(facts) > 0 && facts[0].Verb == "created" && !facts[0].At.Before(since) {
				b.add(id, facts)
			}
		}
		after = ids[len(ids)-1]
	}
}
