package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

var _ problem.Store = (*Store)(nil)

// maxIncidentText is how many characters of an incident's text are read for patterns.
const maxIncidentText = 8_000

// PatternsAt returns the sequence numbers of the last event that was considered, and of the
// last one there is.
func (s *Store) PatternsAt(ctx context.Context) (known, last int64, err error) {
	err = s.read().row(ctx, []any{&known, &last},
		"SELECT p.seq, c.value FROM pattern_position p, counter c WHERE p.id = 1 AND c.name = 'event'")
	return known, last, err
}

// TicketsAfter returns the tickets that the events after a sequence number opened, changed or
// reopened, and the last event that it looked at.
func (s *Store) TicketsAfter(ctx context.Context, after int64, events int) (tickets []string, last int64, err error) {
	last = after
	seen := map[string]bool{}
	_, err = list(ctx, s.read(), func(r scanner) (struct{}, error) {
		var object, id, verb string
		if err := r.Scan(&last, &object, &id, &verb); err != nil {
			return struct{}{}, err
		}
		relevant := verb == "created" || verb == "updated" || verb == "reopened" || verb == "triaged"
		if object == journal.Ticket && relevant && !seen[id] {
			seen[id] = true
			tickets = append(tickets, id)
		}
		return struct{}{}, nil
	}, "SELECT seq, object, object_id, verb FROM event WHERE seq > ? ORDER BY seq LIMIT ?", after, events)
	if err != nil || last != after {
		return tickets, last, err
	}
	// Events that were replaced leave a gap at the end.
	_, last, err = s.PatternsAt(ctx)
	return tickets, last, err
}

// AdvancePatterns notes the last event considered.
func (s *Store) AdvancePatterns(ctx context.Context, before, last int64) error {
	return s.update(ctx, func(c conn) error {
		return c.execOr(ctx, fault.New(fault.Conflict, "another process looks for patterns"),
			"UPDATE pattern_position SET seq = ? WHERE id = 1 AND seq = ?", last, before)
	})
}

// Incidents returns those of the tickets that were opened since, oldest first.
func (s *Store) Incidents(ctx context.Context, tickets []string, since time.Time) ([]problem.Incident, error) {
	numbers, err := numbersOf(tickets)
	if err != nil {
		return nil, err
	}
	var out []problem.Incident
	from := int64(0)
	if !since.IsZero() {
		from = since.UnixMicro()
	}
	for _, part := range chunks(numbers) {
		var w where
		among(&w, "t.number", part)
		w.and("t.created_at >= ?", from)
		found, err := list(ctx, s.read(), scanIncident, `SELECT t.number, t.subject, t.requester, t.type, t.service,
			t.category, t.priority, t.reopens, t.created_at, coalesce(substr(m.body, 1, ?), '')
			FROM ticket t LEFT JOIN ticket_message m ON m.ticket = t.number AND m.n = 1`+w.String(),
			append([]any{maxIncidentText}, w.args...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b problem.Incident) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return out, nil
}

func scanIncident(r scanner) (i problem.Incident, err error) {
	var (
		n    int64
		kind desk.Type
	)
	err = r.Scan(&n, &i.Subject, &i.Requester, &kind, &i.Service, &i.Category, &i.Priority, &i.Reopens,
		timeTo(&i.CreatedAt), &i.Body)
	i.Ticket, i.Incident = strconv.FormatInt(n, 10), kind == desk.Incident
	return i, err
}

// numbersOf returns the numbers of tickets.
func numbersOf(tickets []string) ([]int64, error) {
	out := make([]int64, len(tickets))
	for i, id := range tickets {
		var err error
		if out[i], err = number(id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// SaveMarks replaces the marks of a ticket.
func (s *Store) SaveMarks(ctx context.Context, i problem.Incident, marks []problem.Mark) error {
	n, err := number(i.Ticket)
	if err != nil {
		return err
	}
	rows := make([][]any, len(marks))
	for k, m := range marks {
		rows[k] = []any{m.Kind, m.Value, n, micros(i.CreatedAt)}
	}
	return s.update(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM incident_mark WHERE ticket = ?", n); err != nil {
			return err
		}
		return insertRows(ctx, c, "incident_mark", "kind, value, ticket, created_at", rows)
	})
}

// Marked lists the newest incidents with a mark that were opened since.
func (s *Store) Marked(ctx context.Context, m problem.Mark, since time.Time, limit int) ([]problem.Marked, error) {
	return list(ctx, s.read(), func(r scanner) (x problem.Marked, err error) {
		return x, r.Scan(&x.Ticket, timeTo(&x.At), &x.Covered)
	}, `SELECT i.ticket, i.created_at,
			EXISTS (SELECT 1 FROM problem_candidate_ticket c WHERE c.ticket = i.ticket) OR
			EXISTS (SELECT 1 FROM problem_ticket p WHERE p.ticket = i.ticket)
		FROM incident_mark i WHERE i.kind = ? AND i.value = ? AND i.created_at >= ?
		ORDER BY i.created_at DESC LIMIT ?`, m.Kind, m.Value, since.UnixMicro(), limitOf(limit))
}

// TextMark returns the mark by text that a ticket has.
func (s *Store) TextMark(ctx context.Context, ticket string) (problem.Mark, error) {
	n, err := number(ticket)
	if err != nil {
		return problem.Mark{}, err
	}
	m := problem.Mark{Kind: problem.ByText}
	err = s.read().row(ctx, []any{&m.Value}, "SELECT value FROM incident_mark WHERE ticket = ? AND kind = ?", n, m.Kind)
	return m, missing(err, "mark of ticket %s", ticket)
}
