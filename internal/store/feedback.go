package store

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// RateArticle keeps what a reader said of a revision; a known reader's later word
// replaces the earlier one. fault.NotFound when there is no such article.
func (s *Store) RateArticle(ctx context.Context, article, reader string, f kb.Feedback, at time.Time, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		_, err := c.exec(ctx, `INSERT INTO feedback (article_id, revision, actor, helpful, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (article_id, revision, actor) WHERE actor <> '' DO UPDATE SET helpful = excluded.helpful, at = excluded.at`,
			article, f.Revision, reader, f.Helped, at.UnixMicro())
		return err
	})
}

// Ratings counts what readers said of an article, over all its revisions.
func (s *Store) Ratings(ctx context.Context, article string) (kb.Ratings, error) {
	var r kb.Ratings
	err := s.read().row(ctx, []any{&r.Helped, &r.DidNot}, `SELECT coalesce(sum(CASE WHEN helpful = ? THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN helpful = ? THEN 1 ELSE 0 END), 0) FROM feedback WHERE article_id = ?`, true, false, article)
	return r, err
}
