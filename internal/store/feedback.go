package store

import (
	"context"
	"slices"
	"strings"
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

// addRatings adds what readers who were signed in said of the current revisions of the
// articles, in order of id.
func addRatings(ctx context.Context, c conn, articles []kb.Article, w where) error {
	type rated struct {
		id string
		kb.Ratings
	}
	all, err := list(ctx, c, func(row scanner) (r rated, err error) {
		err = row.Scan(&r.id, &r.Helped, &r.DidNot)
		return r, err
	}, `SELECT a.id, sum(f.helpful), sum(1 - f.helpful) FROM article a
		JOIN feedback f ON f.article_id = a.id AND f.revision = a.revision AND f.actor <> ''`+w.String()+" GROUP BY a.id", w.args...)
	if err != nil {
		return err
	}
	for _, r := range all {
		if i, ok := slices.BinarySearchFunc(articles, r.id, func(a kb.Article, id string) int { return strings.Compare(a.ID, id) }); ok {
			articles[i].Ratings = r.Ratings
		}
	}
	return nil
}

// Ratings counts what readers said of an article, over all its revisions.
func (s *Store) Ratings(ctx context.Context, article string) (kb.Ratings, error) {
	var r kb.Ratings
	err := s.read().row(ctx, []any{&r.Helped, &r.DidNot}, `SELECT coalesce(sum(CASE WHEN helpful = ? THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN helpful = ? THEN 1 ELSE 0 END), 0) FROM feedback WHERE article_id = ?`, true, false, article)
	return r, err
}
