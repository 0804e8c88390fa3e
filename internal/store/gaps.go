package store

import (
	"context"
	"time"
)

// The kinds of gap.
const (
	GapNoResult   = "no_result"   // a search found nothing
	GapBelowFloor = "below_floor" // nothing found was probable enough
	GapRefused    = "refused"     // a question was not answered
	GapNoArticle  = "no_article"  // a ticket was resolved without an article
)

// Gap is one moment at which knowledge was missing.
type Gap struct {
	ID     int64 // assigned by the store
	Query  string
	Ticket string // "" when it was a search
	At     time.Time
	Kind   string
}

// GapFilter selects gaps. Zero fields do not filter.
type GapFilter struct {
	Since time.Time
	Kind  string
	Limit int // 1..500
}

// AddGap keeps the record of a gap.
func (s *Store) AddGap(ctx context.Context, g Gap) error {
	return s.update(ctx, func(c conn) error {
		_, err := c.exec(ctx, "INSERT INTO gap (at, kind, query, ticket) VALUES (?, ?, ?, ?)", g.At.UnixMicro(), g.Kind, g.Query, g.Ticket)
		return err
	})
}

// Gaps lists gaps, newest first.
func (s *Store) Gaps(ctx context.Context, f GapFilter) ([]Gap, error) {
	var w where
	if !f.Since.IsZero() {
		w.and("at >= ?", f.Since.UnixMicro())
	}
	if f.Kind != "" {
		w.and("kind = ?", f.Kind)
	}
	return list(ctx, s.read(), func(r scanner) (g Gap, err error) {
		return g, r.Scan(&g.ID, timeTo(&g.At), &g.Kind, &g.Query, &g.Ticket)
	}, "SELECT id, at, kind, query, ticket FROM gap"+w.String()+" ORDER BY id DESC LIMIT ?", append(w.args, limitOf(f.Limit))...)
}
