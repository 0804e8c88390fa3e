package store

import (
	"context"
	"database/sql"

	"github.com/deskbook/deskbook/kb"
)

// revisionColumns are the columns of a revision except those of its text, in the order of
// scanRevision and revisionArgs.
const revisionColumns = `r.article_id, r.revision, r.slug, r.title, r.kind, r.confidence, r.audience, r.governance,
	r.owner, r.review_by, r.service, r.categories, r.tags, r.locale, r.source_tickets, r.superseded_by,
	r.path, r.hash, r.author, r.created_at, r.updated_at, r.next_passage, r.origin, r.validated_at`

// textColumns are the columns of its text.
const textColumns = `, r.front, r.passages, r.headings, r.files, r.markdown`

// fromCurrent joins every article with its current revision.
const fromCurrent = ` FROM article a JOIN article_revision r ON r.article_id = a.id AND r.revision = a.revision`

// fromAll joins every article with all its revisions.
const fromAll = ` FROM article a JOIN article_revision r ON r.article_id = a.id`

func revisionDest(a *kb.Article) []any {
	return []any{
		&a.ID, &a.Revision, &a.Slug, &a.Title, &a.Kind, &a.Confidence, &a.Audience, &a.Governance,
		&a.Owner, timeTo(&a.ReviewBy), &a.Service, jsonTo(&a.Categories), jsonTo(&a.Tags), &a.Locale,
		jsonTo(&a.SourceTickets), &a.SupersededBy, &a.Path, &a.Hash, &a.Author,
		timeTo(&a.CreatedAt), timeTo(&a.UpdatedAt), &a.NextPassage, jsonTo(&a.Origin),
		timeTo(&a.ValidatedAt),
	}
}

func scanRevision(r scanner) (a kb.Article, err error) {
	return a, r.Scan(revisionDest(&a)...)
}

func scanArticle(r scanner) (a kb.Article, err error) {
	text := []any{&a.Front, jsonTo(&a.Passages), jsonTo(&a.Headings), jsonTo(&a.Files), &a.Markdown}
	return a, r.Scan(append(revisionDest(&a), text...)...)
}

func revisionArgs(a kb.Article) []any {
	return []any{
		a.ID, a.Revision, a.Slug, a.Title, a.Kind, a.Confidence, a.Audience, a.Governance,
		a.Owner, micros(a.ReviewBy), a.Service, toJSON(a.Categories), toJSON(a.Tags), a.Locale,
		toJSON(a.SourceTickets), a.SupersededBy, a.Path, a.Hash, a.Author,
		micros(a.CreatedAt), micros(a.UpdatedAt), a.NextPassage, toJSON(a.Origin), micros(a.ValidatedAt),
		a.Front, toJSON(a.Passages), toJSON(a.Headings), toJSON(a.Files), a.Markdown,
	}
}

// visible requires the states in table t ("a": the current ones, "r": those of a revision)
// to be visible.
func visible(w *where, t string, vis kb.Visibility) {
	among(w, t+".audience", vis.Audiences)
	among(w, t+".confidence", vis.Confidences)
}

// Article returns the current revision of the article with this id or slug.
func (s *Store) Article(ctx context.Context, ref string, vis kb.Visibility) (kb.Article, error) {
	var w where
	w.and("a.id = ? OR a.slug = ?", ref, ref)
	visible(&w, "a", vis)
	// An id wins over the slug of another article that looks like it.
	a, err := one(ctx, s.read(), scanArticle, "SELECT "+revisionColumns+textColumns+fromCurrent+w.String()+
		" ORDER BY CASE WHEN a.id = ? THEN 0 ELSE 1 END LIMIT 1", append(w.args, ref)...)
	return a, missing(err, "article %q", ref)
}

// Articles lists current revisions ordered by id, or the last changed first.
func (s *Store) Articles(ctx context.Context, f kb.ArticleFilter) (kb.ArticlePage, error) {
	var w where
	visible(&w, "a", f.Visibility)
	if f.Kind != "" {
		w.and("a.kind = ?", f.Kind)
	}
	if f.Service != "" {
		w.and("a.service = ?", f.Service)
	}
	if f.Owner != "" {
		w.and("a.owner = ?", f.Owner)
	}
	if f.Tag != "" {
		w.and("a.id IN (SELECT t.article_id FROM article_tag t WHERE t.tag = ?)", f.Tag)
	}
	order := " ORDER BY a.id"
	if f.Newest {
		order = " ORDER BY a.changed_at DESC, a.id DESC"
	} else if f.After != "" {
		w.and("a.id > ?", f.After)
	}
	limit := limitOf(f.Limit)
	found, err := list(ctx, s.read(), scanArticle, "SELECT "+revisionColumns+textColumns+fromCurrent+w.String()+
		order+" LIMIT ?", append(w.args, limit+1)...)
	if err != nil {
		return kb.ArticlePage{}, err
	}
	page := kb.ArticlePage{Articles: found}
	if len(found) > limit {
		page.Articles = found[:limit]
		if !f.Newest {
			page.Next = found[limit-1].ID
		}
	}
	return page, nil
}

// ArticleRevision returns a revision if both it and the current one are visible.
func (s *Store) ArticleRevision(ctx context.Context, id string, revision int, vis kb.Visibility) (kb.Article, error) {
	var w where
	w.and("r.article_id = ? AND r.revision = ?", id, revision)
	visible(&w, "a", vis)
	visible(&w, "r", vis)
	a, err := one(ctx, s.read(), scanArticle, "SELECT "+revisionColumns+textColumns+fromAll+w.String(), w.args...)
	return a, missing(err, "revision %d of article %q", revision, id)
}

// ArticleRevisions lists the visible revisions, newest first, without front matter,
// passages, files and text.
func (s *Store) ArticleRevisions(ctx context.Context, id string, vis kb.Visibility) ([]kb.Article, error) {
	var w where
	w.and("r.article_id = ?", id)
	visible(&w, "a", vis)
	visible(&w, "r", vis)
	found, err := list(ctx, s.read(), scanRevision, "SELECT "+revisionColumns+fromAll+w.String()+
		" ORDER BY r.revision DESC", w.args...)
	if err == nil && len(found) == 0 {
		err = missing(sql.ErrNoRows, "article %q", id)
	}
	return found, err
}

// ImportIndex returns what an import compares its files with, for every article.
func (s *Store) ImportIndex(ctx context.Context) ([]kb.ImportState, error) {
	return list(ctx, s.read(), func(r scanner) (i kb.ImportState, err error) {
		return i, r.Scan(&i.ID, &i.Slug, &i.Path, &i.Hash, &i.Title, &i.Locale, &i.Confidence, &i.Revision, jsonTo(&i.Origin))
	}, "SELECT a.id, a.slug, a.path, a.hash, r.title, r.locale, a.confidence, a.revision, r.origin"+fromCurrent+
		" ORDER BY a.id")
}

func scanText(r scanner) (text string, err error) { return text, r.Scan(&text) }
