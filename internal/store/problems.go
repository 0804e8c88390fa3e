package store

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

const problemColumns = "version, state, review, updated_at, data"

func problemArgs(p problem.Problem) []any {
	review := ""
	if p.KnownError != nil {
		review = p.KnownError.Review
	}
	return []any{p.Version, p.State, review, micros(p.UpdatedAt), toJSON(p)}
}

// AddProblem stores a problem and returns its id, and saves the candidate that it comes from.
func (s *Store) AddProblem(
	ctx context.Context, p problem.Problem, from *problem.Candidate, entry problem.Build,
) (string, error) {
	var id string
	err := s.update(ctx, func(c conn) error {
		var n int64
		err := c.row(ctx, []any{&n}, insertInto("problem", problemColumns)+" RETURNING id", problemArgs(p)...)
		if err != nil {
			return err
		}
		id = strconv.FormatInt(n, 10)
		e := entry(id)
		if err := s.claim(ctx, c, e.Idempotency); err != nil {
			return err
		}
		if from != nil {
			from.Into = id
			if err := saveCandidate(ctx, c, *from); err != nil {
				return err
			}
		}
		if err := saveTicketsOf(ctx, c, "problem_ticket", "problem", n, p.Tickets); err != nil {
			return err
		}
		return s.record(ctx, c, e)
	})
	return id, err
}

// SaveProblem replaces a problem, and the candidate that was merged into it.
func (s *Store) SaveProblem(
	ctx context.Context, p problem.Problem, from *problem.Candidate, entry journal.Entry,
) error {
	id, err := rowID(p.ID, "problem")
	if err != nil {
		return err
	}
	return s.write(ctx, entry, func(c conn) error {
		err := c.execOr(ctx, fault.New(fault.Conflict, "problem %s has been changed in the meantime; reload it", p.ID),
			updateSet("problem", problemColumns)+" WHERE id = ? AND version = ?", append(problemArgs(p), id, p.Version-1)...)
		if err != nil {
			return err
		}
		if from != nil {
			if err := saveCandidate(ctx, c, *from); err != nil {
				return err
			}
		}
		return saveTicketsOf(ctx, c, "problem_ticket", "problem", id, p.Tickets)
	})
}

// problems returns problems with their tickets.
func (s *Store) problems(ctx context.Context, query string, args ...any) (found []problem.Problem, err error) {
	err = s.view(ctx, func(c conn) error {
		found, err = list(ctx, c, func(r scanner) (p problem.Problem, err error) {
			return p, r.Scan(&p.ID, &p.Version, &p.State, timeTo(&p.UpdatedAt), jsonTo(&p))
		}, "SELECT id, version, state, updated_at, data FROM problem"+query, args...)
		if err != nil {
			return err
		}
		ids := make([]string, len(found))
		for i, p := range found {
			ids[i] = p.ID
		}
		tickets, err := ticketsOf(ctx, c, "problem_ticket", "problem", ids)
		for i, p := range found {
			found[i].Tickets = tickets[p.ID]
		}
		return err
	})
	return found, err
}

// Problem returns a problem.
func (s *Store) Problem(ctx context.Context, id string) (problem.Problem, error) {
	n, err := rowID(id, "problem")
	if err != nil {
		return problem.Problem{}, err
	}
	found, err := s.problems(ctx, " WHERE id = ?", n)
	return first(found, err, "problem %q", id)
}

// ProblemOf returns the problem whose known error has a draft.
func (s *Store) ProblemOf(ctx context.Context, draft string) (problem.Problem, error) {
	found, err := s.problems(ctx, " WHERE review = ? AND review <> ''", draft)
	return first(found, err, "problem with the draft %s", draft)
}

// beforeID returns the condition of the next page of a list by falling id.
func beforeID(w *where, before string) error {
	n := int64(math.MaxInt64)
	if before != "" {
		var err error
		if n, err = strconv.ParseInt(before, 10, 64); err != nil {
			return badCursor()
		}
	}
	w.and("id < ?", n)
	return nil
}

// Problems lists problems, newest first.
func (s *Store) Problems(
	ctx context.Context, state problem.State, before string, limit int,
) ([]problem.Problem, error) {
	var w where
	if err := beforeID(&w, before); err != nil {
		return nil, err
	}
	if state != "" {
		w.and("state = ?", state)
	}
	return s.problems(ctx, w.String()+" ORDER BY id DESC LIMIT ?", append(w.args, limitOf(limit))...)
}

// Outcomes counts the tickets in which articles were applied.
func (s *Store) Outcomes(ctx context.Context, articles []string, days int) (map[string]problem.Outcome, error) {
	byTicket := map[string][]string{}
	err := eachOf(ctx, s.read(), "SELECT l.ticket, l.target FROM ticket_link l",
		"l.kind = 'article' AND l.applied = 1 AND l.target", articles, func(r scanner) error {
			var ticket, article string
			err := r.Scan(&ticket, &article)
			byTicket[ticket] = append(byTicket[ticket], article)
			return err
		})
	if err != nil {
		return nil, err
	}
	tickets := make([]string, 0, len(byTicket))
	for id := range byTicket {
		tickets = append(tickets, id)
	}
	events := map[string][]journal.Event{}
	for _, part := range chunks(tickets) {
		var w where
		w.and("object = ?", journal.Ticket)
		among(&w, "object_id", part)
		w.and("verb IN ('resolved', 'reopened')")
		found, err := list(ctx, s.read(), scanEvent,
			"SELECT "+eventColumns+" FROM event"+w.String()+" ORDER BY object_id, seq", w.args...)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			events[e.ID] = append(events[e.ID], e)
		}
	}
	out := map[string]problem.Outcome{}
	for ticket, applied := range byTicket {
		for _, article := range applied {
			if was, held := outcomeOf(events[ticket], article, days); was {
				o := out[article]
				o.Applied++
				if held {
					o.Held++
				}
				out[article] = o
			}
		}
	}
	return out, nil
}

// outcomeOf reports whether an article was applied in a ticket with these events, and whether every
// resolution with it held.
func outcomeOf(events []journal.Event, article string, days int) (applied, held bool) {
	var last time.Time // the last resolution, if it applied the article
	held = true
	for _, e := range events {
		switch {
		case e.Verb == "reopened":
			if !last.IsZero() && e.At.Sub(last) <= time.Duration(days)*24*time.Hour {
				held = false
			}
			last = time.Time{}
		default:
			var data struct{ Articles []string }
			if json.Unmarshal(e.Data, &data) == nil && slices.Contains(data.Articles, article) {
				applied, last = true, e.At
			}
		}
	}
	return applied, applied && held
}
