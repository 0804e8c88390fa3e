package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

const (
	// factsVersion changes when the same events make other facts; those of another version are
	// recomputed.
	factsVersion = 3
	// eventsAtOnce is how many events are looked at for one portion of facts.
	eventsAtOnce = 5000
	// waitFor is how many events somebody who asks waits for.
	waitFor = 20_000
)

// Deps are the dependencies of a Service.
type Deps struct {
	Store  Store
	Models Models
	Now    func() time.Time
}

// Models holds the service models. *model.Registry implements it.
type Models interface {
	Model() *model.Service // in force
	// Timeline returns those that were in force, the oldest first.
	Timeline(ctx context.Context) ([]model.InForce, error)
}

// Service keeps the facts up to date and answers from them.
type Service struct {
	Deps
	turn     sync.Mutex // one follower at a time
	prepared bool
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d} }

func (s *Service) rules() Rules { return RulesOf(s.Models.Model()) }

// Follow brings the facts up to date with the events.
func (s *Service) Follow(ctx context.Context) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	if !s.prepared {
		if err := s.Store.PrepareFacts(ctx, factsVersion); err != nil {
			return err
		}
		s.prepared = true
	}
	known, last, err := s.Store.FactsAt(ctx)
	if err != nil || known >= last {
		return err
	}
	models, err := s.Models.Timeline(ctx)
	for err == nil && known < last {
		if err = ctx.Err(); err == nil {
			known, err = s.portion(ctx, known, models)
		}
	}
	if fault.Is(err, fault.Conflict) {
		return nil // another process does it
	}
	return err
}

// portion updates the facts by some events, and returns the last one that they know now.
func (s *Service) portion(ctx context.Context, known int64, models clock.Timeline) (int64, error) {
	touched, err := s.Store.Touched(ctx, known, eventsAtOnce)
	if err != nil {
		return known, err
	}
	if touched.Model && known > 0 {
		if err := s.again(ctx, known, models); err != nil {
			return known, err
		}
	}
	facts, err := s.read(ctx, touched.Tickets, models)
	if err != nil {
		return known, err
	}
	visits := map[string]*Visit{}
	var ids []string
	for _, e := range touched.Visits {
		if visits[e.ID] == nil {
			visits[e.ID], ids = &Visit{}, append(ids, e.ID)
		}
		if err := visits[e.ID].note(e); err != nil {
			return known, fmt.Errorf("visit %s: %w", e.ID, err)
		}
	}
	var seen []Visit
	for _, id := range ids {
		seen = append(seen, *visits[id])
	}
	return touched.Last, s.Store.SaveFacts(ctx, facts, seen, known, touched.Last)
}

// again recomputes the facts of open tickets, because a changed service model moves their targets.
func (s *Service) again(ctx context.Context, known int64, models clock.Timeline) error {
	var open []string
	err := s.Store.EachFacts(ctx, math.MaxInt64, math.MaxInt64, "", func(f *Facts) error {
		open = append(open, f.Ticket)
		return nil
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(open, 500) {
		facts, err := s.read(ctx, part, models)
		if err != nil {
			return err
		}
		if err := s.Store.SaveFacts(ctx, facts, nil, known, known); err != nil {
			return err
		}
	}
	return nil
}

// read computes the facts of tickets from their events.
func (s *Service) read(ctx context.Context, tickets []string, models clock.Timeline) ([]Facts, error) {
	var out []Facts
	for part := range slices.Chunk(tickets, 500) {
		events, err := s.Store.FactEvents(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, id := range part {
			f, ok, err := Read(id, events[id], models, s.Now())
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// ready brings the facts up to date for somebody who asks; fault.Unavailable while that would
// take long.
func (s *Service) ready(ctx context.Context, actor access.Actor) error {
	if !actor.Can(access.ReadReports) {
		return fault.New(fault.Forbidden, "only service managers and knowledge managers can read the measures")
	}
	known, last, err := s.Store.FactsAt(ctx)
	if err != nil {
		return err
	}
	if last-known > waitFor {
		return fault.New(fault.Unavailable, "the measures are being computed: %d%% of the events are read",
			known*100/last)
	}
	return s.Follow(ctx)
}

// Report returns all measures of a query.
func (s *Service) Report(ctx context.Context, actor access.Actor, q Query) (Report, error) {
	if err := s.ready(ctx, actor); err != nil {
		return Report{}, err
	}
	return s.report(ctx, q)
}

func (s *Service) report(ctx context.Context, q Query) (Report, error) {
	b := NewBuilder(q, s.rules(), s.Now())
	err := s.Store.EachFacts(ctx, b.from, b.to, "", func(f *Facts) error {
		b.Add(f)
		return nil
	})
	if err == nil && q.visits() {
		err = s.Store.EachVisit(ctx, b.from, b.to, Visit{}, func(v *Visit) error {
			b.AddVisit(v)
			return nil
		})
	}
	return b.Report(), err
}

// errEnough ends a walk.
var errEnough = errors.New("enough")

// Rows calls fn with the rows of a measure until it returns false: those of tickets in the order
// of their numbers, then those of visits, beginning after the row of a cursor. They make up the
// number in the report of the same query.
func (s *Service) Rows(
	ctx context.Context, actor access.Actor, m Measure, q Query, after string, fn func(Row) bool,
) error {
	if err := s.ready(ctx, actor); err != nil {
		return err
	}
	ticket, visit, err := position(after)
	if err != nil {
		return err
	}
	w := newFrame(q, s.Now(), s.rules().ReopenDays)
	each := func(rows []Row) error {
		for _, r := range rows {
			if !fn(r) {
				return errEnough
			}
		}
		return nil
	}
	if m.rows != nil && visit.ID == "" {
		err = s.Store.EachFacts(ctx, w.from, w.to, ticket, func(f *Facts) error {
			if !q.matches(f) {
				return nil
			}
			return each(m.rows(w, f))
		})
	}
	if err == nil && m.visits != nil && q.visits() {
		err = s.Store.EachVisit(ctx, w.from, w.to, visit, func(v *Visit) error { return each(m.visits(w, v)) })
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// Cursor returns the position of a row among those of its measure.
func (r Row) Cursor() string {
	if r.visit {
		return fmt.Sprintf("v%d-%s", r.At, r.Ticket)
	}
	return r.Ticket
}

// position returns what a cursor says.
func position(cursor string) (ticket string, visit Visit, err error) {
	rest, ok := strings.CutPrefix(cursor, "v")
	if !ok {
		return cursor, visit, nil
	}
	at, id, _ := strings.Cut(rest, "-")
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil || id == "" {
		return "", visit, fault.InvalidField("cursor", "is not one that a page of this list named")
	}
	return "", Visit{ID: id, Created: Moment(n)}, nil
}
