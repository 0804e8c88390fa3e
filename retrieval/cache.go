package retrieval

import (
	"context"
	"fmt"
	"net/url"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// articleBytes bounds the articles that are prepared for showing. They are remembered by the
// content hash that the index has for them, so that no article is shown as it was before a change.
const articleBytes = 64 << 20

// fetch returns these articles prepared for showing, by id. Articles that the filter hides
// or that the source no longer shows are left out.
func (e *Engine) fetch(
	ctx context.Context, v *view, vis kb.Visibility, f *filter, ids []string,
) (map[string]*passage.Article, error) {
	out := make(map[string]*passage.Article, len(ids))
	var missing []string
	keys := map[string]string{}
	for _, id := range ids {
		d, ok := v.find(id)
		if !ok || !f.visible.Has(d) || out[id] != nil || keys[id] != "" {
			continue
		}
		m := v.meta(d)
		key := m.ID + "\x00" + m.Hash
		if a, ok := e.articles.Get(key); ok {
			out[id] = a
			continue
		}
		keys[id] = key
		missing = append(missing, id)
	}
	if len(missing) == 0 {
		return out, nil
	}
	articles, err := e.source.IndexArticles(ctx, missing)
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	for _, x := range articles {
		if !vis.Allows(x) || !indexed(x) {
			continue
		}
		d, _ := v.find(x.ID)
		if m := v.meta(d); m.Hash == indexHash(x) {
			out[x.ID] = passage.Read(x, m.Language)
			e.articles.Put(keys[x.ID], out[x.ID], out[x.ID].Cost())
		} else {
			out[x.ID] = passage.Read(x, terms.LanguageOf(x))
		}
	}
	return out, nil
}

// ref returns a reference to an article.
func ref(a kb.Article) desk.ArticleRef {
	return desk.ArticleRef{ID: a.ID, Slug: a.Slug, Title: a.Title, Revision: a.Revision, URL: articleURL(a.Slug)}
}

func articleURL(slug string) string { return "/articles/" + url.PathEscape(slug) }
