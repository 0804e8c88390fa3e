package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// SaveArticles writes new revisions, all or none.
func (s *Store) SaveArticles(ctx context.Context, articles []kb.Article, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error { return saveArticles(ctx, c, articles) })
}

func saveArticles(ctx context.Context, c conn, articles []kb.Article) error {
	if err := freeSlugs(ctx, c, articles); err != nil {
		return err
	}
	for _, a := range articles {
		if err := saveArticle(ctx, c, a); err != nil {
			return err
		}
	}
	return nil
}

// freeSlugs replaces the slugs that the articles of a write give up, so that other
// articles of the same write can take them in any order.
func freeSlugs(ctx context.Context, c conn, articles []kb.Article) error {
	if len(articles) < 2 {
		return nil
	}
	for _, a := range articles {
		if a.Revision == 1 {
			continue
		}
		if _, err := c.exec(ctx, "UPDATE article SET slug = ? WHERE id = ? AND revision = ? AND slug <> ?",
			"~"+a.ID, a.ID, a.Revision-1, a.Slug); err != nil {
			return err
		}
	}
	return nil
}

func saveArticle(ctx context.Context, c conn, a kb.Article) error {
	if a.Revision < 1 {
		return fault.New(fault.Invalid, "the revisions of an article begin with 1, not %d", a.Revision)
	}
	if err := slugFree(ctx, c, a); err != nil {
		return err
	}
	const columns = "slug, revision, kind, confidence, audience, owner, service, path, hash, changed_at, id"
	query := updateSet("article", columns) + " WHERE id = ? AND revision = ?"
	args := []any{
		a.Slug, a.Revision, a.Kind, a.Confidence, a.Audience, a.Owner, a.Service, a.Path, a.Hash,
		a.UpdatedAt.UnixMicro(), a.ID,
	}
	if a.Revision == 1 {
		query = insertInto("article", columns) + " ON CONFLICT (id) DO NOTHING"
	} else {
		args = append(args, a.ID, a.Revision-1)
	}
	n, err := c.exec(ctx, query, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return staleArticle(ctx, c, a)
	}
	return saveRevision(ctx, c, a)
}

func saveRevision(ctx context.Context, c conn, a kb.Article) error {
	columns := strings.ReplaceAll(revisionColumns+textColumns, "r.", "")
	if _, err := c.exec(ctx, insertInto("article_revision", columns), revisionArgs(a)...); err != nil {
		return err
	}
	if err := nameFiles(ctx, c, "article_file", "article_id, revision", a.Files, a.ID, a.Revision); err != nil {
		return err
	}
	if err := saveNames(ctx, c, a); err != nil {
		return err
	}
	if _, err := c.exec(ctx, "DELETE FROM article_tag WHERE article_id = ?", a.ID); err != nil {
		return err
	}
	insert := insertInto("article_tag", "article_id, tag") + " ON CONFLICT (tag, article_id) DO NOTHING"
	for _, tag := range a.Tags {
		if _, err := c.exec(ctx, insert, a.ID, tag); err != nil {
			return err
		}
	}
	return nil
}

// slugFree returns an error when another article has the slug.
func slugFree(ctx context.Context, c conn, a kb.Article) error {
	var other string
	err := c.row(ctx, []any{&other}, "SELECT id FROM article WHERE slug = ? AND id <> ?", a.Slug, a.ID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return fault.New(fault.Conflict, "the slug %q already belongs to article %s; choose another", a.Slug, other)
}

// staleArticle returns the error of a revision that does not follow the stored one.
func staleArticle(ctx context.Context, c conn, a kb.Article) error {
	var (
		revision    int
		title, slug string
		author      string
		at          time.Time
	)
	err := c.row(ctx, []any{&revision, &slug, &title, &author, timeTo(&at)},
		"SELECT r.revision, r.slug, r.title, r.author, r.updated_at"+fromCurrent+" WHERE a.id = ?", a.ID)
	if err != nil {
		return missing(err, "article %q", a.ID)
	}
	if a.Revision == 1 {
		return fault.New(fault.Conflict, "article %s already exists (%q, revision %d)", a.ID, title, revision)
	}
	return fault.New(fault.Conflict, "article %q has changed: revision %d was saved by %s on %s, "+
		"and your change starts from revision %d; reload it and repeat your change",
		slug, revision, cmp.Or(author, "an unknown author"), at.Format(time.RFC3339), a.Revision-1)
}
