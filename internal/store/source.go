package store

import (
	"context"
	"strconv"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

// What the index and the memory of resolved tickets are built from; the change log that
// they follow is in changes.go.

// IndexArticles returns the current revisions of these articles in any state, ordered by
// id.
func (s *Store) IndexArticles(ctx context.Context, ids []string) ([]kb.Article, error) {
	var out []kb.Article
	err := s.view(ctx, func(c conn) error {
		for _, part := range chunks(ids) {
			var w where
			among(&w, "a.id", part)
			found, err := list(ctx, c, scanArticle,
				"SELECT "+revisionColumns+textColumns+fromCurrent+w.String()+" ORDER BY a.id", w.args...)
			if err != nil {
				return err
			}
			if err := addRatings(ctx, c, found, w); err != nil {
				return err
			}
			out = append(out, found...)
		}
		return nil
	})
	return out, err
}

// CurrentRevisions returns the numbers of the current revisions of those of the articles that are
// within the visibility.
func (s *Store) CurrentRevisions(ctx context.Context, ids []string, vis kb.Visibility) (map[string]int, error) {
	out := make(map[string]int, len(ids))
	for _, part := range chunks(ids) {
		var w where
		among(&w, "a.id", part)
		visible(&w, "a", vis)
		_, err := list(ctx, s.read(), func(r scanner) (struct{}, error) {
			var id string
			var revision int
			err := r.Scan(&id, &revision)
			out[id] = revision
			return struct{}{}, err
		}, "SELECT a.id, a.revision FROM article a"+w.String(), w.args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ArticleIDs lists all article ids in order.
func (s *Store) ArticleIDs(ctx context.Context, after string, limit int) ([]string, error) {
	return list(ctx, s.read(), scanText, "SELECT id FROM article WHERE id > ? ORDER BY id LIMIT ?", after, limit)
}

// IndexTickets returns these tickets as far as the memory and the training read them, ordered
// by number: with links, dismissals and the message that each was opened with, which is a
// fraction of a thread.
func (s *Store) IndexTickets(ctx context.Context, ids []string) ([]desk.Ticket, error) {
	var numbers []int64
	for _, id := range ids {
		if n, err := number(id); err == nil {
			numbers = append(numbers, n)
		}
	}
	var out []desk.Ticket
	err := s.view(ctx, func(c conn) error {
		for _, part := range chunks(numbers) {
			var w where
			among(&w, "number", part)
			found, err := taughtTickets(ctx, c, w)
			if err != nil {
				return err
			}
			out = append(out, found...)
		}
		return nil
	})
	return out, err
}

// TicketIDs lists the ids of all tickets ever resolved, ordered by number.
func (s *Store) TicketIDs(ctx context.Context, after string, limit int) ([]string, error) {
	return s.ticketIDs(ctx, "resolved_at IS NOT NULL AND ", after, limit)
}

// OpenTicketIDs lists the ids of tickets that were never resolved and not merged into
// another, ordered by number.
func (s *Store) OpenTicketIDs(ctx context.Context, after string, limit int) ([]string, error) {
	return s.ticketIDs(ctx, "resolved_at IS NULL AND merged_into = '' AND ", after, limit)
}

func (s *Store) ticketIDs(ctx context.Context, which, after string, limit int) ([]string, error) {
	var n int64
	if after != "" {
		var err error
		if n, err = number(after); err != nil {
			return nil, err
		}
	}
	numbers, err := list(ctx, s.read(), func(r scanner) (n int64, err error) { return n, r.Scan(&n) },
		"SELECT number FROM ticket WHERE "+which+"number > ? ORDER BY number LIMIT ?", n, limit)
	ids := make([]string, len(numbers))
	for i, n := range numbers {
		ids[i] = strconv.FormatInt(n, 10)
	}
	return ids, err
}
