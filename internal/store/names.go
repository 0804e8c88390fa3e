package store

import (
	"context"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
)

// namesAtOnce is how many names one query looks up.
const namesAtOnce = 400

// Named returns the articles that bear these names, by name.
func (s *Store) Named(ctx context.Context, names []string, vis kb.Visibility) (map[string][]kb.Target, error) {
	out := map[string][]kb.Target{}
	for chunk := range slices.Chunk(names, namesAtOnce) {
		var w where
		among(&w, "n.name", chunk)
		visible(&w, "a", vis)
		type row struct {
			name string
			kb.Target
		}
		found, err := list(ctx, s.read(), func(r scanner) (t row, err error) {
			var headings []kb.Heading
			err = r.Scan(&t.name, &t.Former, &t.ID, &t.Slug, &t.Title, &t.Path, &t.Locale, &t.Audience,
				&t.Confidence, &t.SupersededBy, jsonTo(&headings))
			t.Headings, t.Unread = headings, headings == nil
			return t, err
		}, `SELECT n.name, n.former, a.id, a.slug, r.title, a.path, r.locale, a.audience, a.confidence,
			r.superseded_by, r.headings FROM article_name n JOIN article a ON a.id = n.article_id
			JOIN article_revision r ON r.article_id = a.id AND r.revision = a.revision`+w.String()+
			" ORDER BY n.name, a.id", w.args...)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			out[f.name] = append(out[f.name], f.Target)
		}
	}
	return out, nil
}

// Targets returns the articles with these ids or slugs as links see them.
func (s *Store) Targets(ctx context.Context, refs []string, vis kb.Visibility) ([]kb.Target, error) {
	var out []kb.Target
	for chunk := range slices.Chunk(refs, namesAtOnce) {
		ids := where{}
		among(&ids, "a.id", chunk)
		among(&ids, "a.slug", chunk)
		var w where
		w.and(strings.Join(ids.conds, " OR "), ids.args...)
		visible(&w, "a", vis)
		found, err := list(ctx, s.read(), func(r scanner) (t kb.Target, err error) {
			err = r.Scan(&t.ID, &t.Slug, &t.Title, &t.Path, &t.Locale, &t.Audience, &t.Confidence, &t.SupersededBy,
				jsonTo(&t.Headings))
			t.Unread = t.Headings == nil
			return t, err
		}, `SELECT a.id, a.slug, r.title, a.path, r.locale, a.audience, a.confidence, r.superseded_by, r.headings`+
			fromCurrent+w.String(), w.args...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Links returns what links between all articles need.
func (s *Store) Links(ctx context.Context) (kb.Links, error) {
	articles, err := list(ctx, s.read(), func(r scanner) (a kb.Article, err error) {
		return a, r.Scan(&a.ID, &a.Slug, &a.Path, &a.Locale, &a.Audience, &a.Confidence, &a.SupersededBy, &a.Front,
			jsonTo(&a.Headings), jsonTo(&a.References), jsonTo(&a.Files))
	}, `SELECT a.id, a.slug, a.path, r.locale, a.audience, a.confidence, r.superseded_by, r.front,
		r.headings, r.refs, r.files`+fromCurrent+" ORDER BY a.id")
	if err != nil {
		return kb.Links{}, err
	}
	names, err := list(ctx, s.read(), func(r scanner) (n kb.ArticleName, err error) {
		return n, r.Scan(&n.Name, &n.Article, &n.Former)
	}, "SELECT name, article_id, former FROM article_name ORDER BY name, article_id")
	return kb.Links{Articles: articles, Names: names}, err
}

// saveNames stores the names of an article's new revision; those of earlier ones remain.
func saveNames(ctx context.Context, c conn, a kb.Article) error {
	if _, err := c.exec(ctx, "UPDATE article_name SET former = 1 WHERE article_id = ?", a.ID); err != nil {
		return err
	}
	for _, name := range a.Names() {
		if _, err := c.exec(ctx, `INSERT INTO article_name (name, article_id, former) VALUES (?, ?, 0)
			ON CONFLICT (name, article_id) DO UPDATE SET former = 0`, name, a.ID); err != nil {
			return err
		}
	}
	return nil
}
