package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// RateArticle stores a reader's rating of a revision; a signed-in reader's later rating
// replaces the earlier one. fault.NotFound when there is no such article.
func (s *Store) RateArticle(
	ctx context.Context, article, reader string, f kb.Feedback, at time.Time, entry journal.Entry,
) error {
	return s.write(ctx, entry, func(c conn) error {
		_, err := c.exec(ctx, insertInto("feedback", "article_id, revision, actor, helpful, at")+
			` ON CONFLICT (article_id, revision, actor) WHERE actor <> ''
			DO UPDATE SET helpful = excluded.helpful, at = excluded.at`,
			article, f.Revision, reader, f.Helped, at.UnixMicro())
		return err
	})
}

// addRatings adds the ratings of the current revisions by signed-in readers to the
// articles, which are ordered by id.
func addRatings(ctx context.Context, c conn, articles []kb.Article, w where) error {
	type rated struct {
		id string
		kb.Ratings
	}
	all, err := list(ctx, c, func(row scanner) (r rated, err error) {
		err = row.Scan(&r.id, &r.Helped, &r.DidNot)
		return r, err
	}, `SELECT a.id, sum(f.helpful), sum(1 - f.helpful) FROM article a
		JOIN feedback f ON f.article_id = a.id AND f.revision = a.revision AND f.actor <> ''`+
		w.String()+" GROUP BY a.id", w.args...)
	if err != nil {
		return err
	}
	byID := func(a kb.Article, id string) int { return strings.Compare(a.ID, id) }
	for _, r := range all {
		if i, ok := slices.BinarySearchFunc(articles, r.id, byID); ok {
			articles[i].Ratings = r.Ratings
		}
	}
	return nil
}

// Ratings counts the ratings of an article, over all its revisions.
func (s *Store) Ratings(ctx context.Context, article string) (kb.Ratings, error) {
	var r kb.Ratings
	err := s.read().row(ctx, []any{&r.Helped, &r.DidNot},
		"SELECT coalesce(sum(helpful), 0), coalesce(sum(1 - helpful), 0) FROM feedback WHERE article_id = ?", article)
	return r, err
}
