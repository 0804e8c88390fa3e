package store

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/desk"
)

var _ desk.GapStore = (*Store)(nil)

// SaveGap stores the record of a gap. A ticket has one record of each kind: the newest
// replaces the others.
func (s *Store) SaveGap(ctx context.Context, r desk.GapRecord) error {
	return s.update(ctx, func(c conn) error {
		if r.Ticket != "" {
			_, err := c.exec(ctx, "DELETE FROM gap WHERE ticket = ? AND kind = ?", r.Ticket, r.Kind)
			if err != nil {
				return err
			}
		}
		_, err := c.exec(ctx, insertInto("gap", "at, kind, query, ticket, wording, reader, locale, service"),
			r.At.UnixMicro(), r.Kind, r.Query, r.Ticket, r.Wording, r.Reader, r.Locale, r.Service)
		return err
	})
}

// ForgetGaps deletes the records before a time and returns their number.
func (s *Store) ForgetGaps(ctx context.Context, before time.Time) (n int, err error) {
	err = s.update(ctx, func(c conn) error {
		deleted, err := c.exec(ctx, "DELETE FROM gap WHERE at < ?", before.UnixMicro())
		n = int(deleted)
		return err
	})
	return n, err
}

// GapRecords lists the records since a time, newest first, without those of tickets that
// have been merged into another or linked to an article.
func (s *Store) GapRecords(
	ctx context.Context, since time.Time, kind desk.GapKind, limit int,
) ([]desk.GapRecord, error) {
	var w where
	w.and("g.at >= ?", since.UnixMicro())
	if kind != "" {
		w.and("g.kind = ?", kind)
	}
	w.and("(g.ticket = '' OR coalesce(t.merged_into, '') = '')")
	w.and("NOT EXISTS (SELECT 1 FROM ticket_link l WHERE l.ticket = t.number AND l.kind = 'article')")
	return list(ctx, s.read(), func(r scanner) (g desk.GapRecord, err error) {
		return g, r.Scan(&g.ID, timeTo(&g.At), &g.Kind, &g.Query, &g.Wording, &g.Ticket, &g.Reader, &g.Locale, &g.Service,
			timeTo(&g.Opened), timeTo(&g.Resolved))
	}, `SELECT g.id, g.at, g.kind, g.query, g.wording, g.ticket, g.reader, g.locale, g.service, t.created_at, t.resolved_at
		FROM gap g LEFT JOIN ticket t ON g.ticket <> '' AND t.number = CAST(g.ticket AS INTEGER)`+
		w.String()+" ORDER BY g.id DESC LIMIT ?", append(w.args, limit)...)
}
