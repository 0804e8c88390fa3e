package store

import (
	"context"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// removed stands for what was blanked.
const removed = "(removed)"

// BlankTickets removes texts and people from tickets that ended before a time, at most limit,
// and returns how many there were. Their fields, times and events stay, so that past numbers
// do; who asked and who wrote becomes nobody.
func (s *Store) BlankTickets(ctx context.Context, before time.Time, limit int) (int, error) {
	blanked := 0
	err := s.update(ctx, func(c conn) error {
		numbers, err := list(ctx, c, func(r scanner) (n int64, err error) { return n, r.Scan(&n) },
			`SELECT number FROM ticket WHERE blanked = 0 AND resolved_at < ? AND status IN ('resolved', 'closed')
			ORDER BY resolved_at LIMIT ?`, micros(before), limit)
		if err != nil {
			return err
		}
		var entry journal.Entry
		for _, n := range numbers {
			if err := blank(ctx, c, n); err != nil {
				return err
			}
			id := strconv.FormatInt(n, 10)
			entry.Events = append(entry.Events, journal.Event{
				At: s.now(), Actor: access.SystemID, Object: journal.Ticket, ID: id, Verb: "blanked",
				Data: journal.Data(map[string]string{"rule": "retention.ticket_days"}),
			})
			entry.Changes = append(entry.Changes, journal.Change{Object: journal.Ticket, ID: id})
		}
		blanked = len(numbers)
		return s.record(ctx, c, entry)
	})
	return blanked, err
}

func blank(ctx context.Context, c conn, n int64) error {
	for _, q := range []string{
		`UPDATE ticket SET subject = '` + removed + `', subject_fold = '` + removed +
			`', requester = '', requester_name = '` +
			removed + `', resolution = NULL, knowledge = NULL, request = NULL, blanked = 1, version = version + 1
			WHERE number = ?`,
		"UPDATE ticket_message SET body = '" + removed + "', author = '', author_name = '" + removed + "' WHERE ticket = ?",
		"DELETE FROM ticket_file WHERE ticket = ?", "DELETE FROM ticket_handoff WHERE ticket = ?",
		"DELETE FROM ticket_summary WHERE ticket = ?", "DELETE FROM ticket_intake WHERE ticket = ?",
	} {
		if _, err := c.exec(ctx, q, n); err != nil {
			return err
		}
	}
	return nil
}
