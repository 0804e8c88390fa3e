package store

import (
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

// freeSlugs parks the slugs that the articles of one write give up, so that
// another article of the same write can take them whatever their order.
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
		return fault.New(fault.Invalid, "an article's revisions begin with 1, not %d", a.Revision)
	}
	current := []any{a.Slug, a.Revision, a.Kind, a.Confidence, a.Audience, a.Owner, a.Service, a.Path, a.Hash, a.UpdatedAt.UnixMicro()}
	const columns = "slug, revision, kind, confidence, audience, owner, service, path, hash, changed_at"
	if err := slugFree(ctx, c, a); err != nil {
		return err
	}
	var (
		n   int64
		err error
	)
	if a.Revision == 1 {
		n, err = c.exec(ctx, "INSERT INTO article (id, "+columns+") VALUES ("+marks(len(current)+1)+") ON CONFLICT (id) DO NOTHING",
			append([]any{a.ID}, current...)...)
	} else {
		n, err = c.exec(ctx, "UPDATE article SET ("+columns+") = ("+marks(len(current))+") WHERE id = ? AND revision = ?",
			append(current, a.ID, a.Revision-1)...)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return staleArticle(ctx, c, a)
	}
	return saveRevision(ctx, c, a)
}

func saveRevision(ctx context.Context, c conn, a kb.Article) error {
	args := revisionArgs(a)
	if _, err := c.exec(ctx, "INSERT INTO article_revision ("+strings.ReplaceAll(revisionColumns+textColumns, "r.", "")+
		") VALUES ("+marks(len(args))+")", args...); err != nil {
		return err
	}
	if err := saveNames(ctx, c, a); err != nil {
		return err
	}
	if _, err := c.exec(ctx, "DELETE FROM article_tag WHERE article_id = ?", a.ID); err != nil {
		return err
	}
	for _, tag := range a.Tags {
		if _, err := c.exec(ctx, "INSERT INTO article_tag (article_id, tag) VALUES (?, ?) ON CONFLICT (tag, article_id) DO NOTHING",
			a.ID, tag); err != nil {
			return err
		}
	}
	return nil
}

// slugFree fails when another article has the slug.
func slugFree(ctx context.Context, c conn, a kb.Article) error {
	var other string
	err := c.row(ctx, []any{&other}, "SELECT id FROM article WHERE slug = ? AND id <> ?", a.Slug, a.ID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return fault.New(fault.Conflict, "the slug %q belongs to article %s already; choose another", a.Slug, other)
}

// staleArticle says why the revision could not follow the stored one.
func staleArticle(ctx context.Context, c conn, a kb.Article) error {
	var (
		revision    int
		title, slug string
		author      string
		at          time.Time
	)
	err := c.row(ctx, []any{&revision, &slug, &title, &author, timeTo(&at)},
		"SELECT r.revision, r.slug, r.title, r.author, r.updated_at"+fromCurrent+" WHERE a.id = ?", a.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return noArticle(err, a.ID)
	}
	if err != nil {
		return err
	}
	if a.Revision == 1 {
		return fault.New(fault.Conflict, "there is an article %s already (%q, revision %d)", a.ID, title, revision)
	}
	return fault.New(fault.Conflict, "article %q changed meanwhile: revision %d was saved by %s on %s, your change starts from revision %d; load it again and repeat your change",
		slug, revision, who(author), at.Format(time.RFC3339), a.Revision-1)
}

// who names an author in a message.
func who(author string) string {
	if author == "" {
		return "an unknown author"
	}
	return author
}
