package retrieval

import (
	"container/list"
	"context"
	"fmt"
	"net/url"
	"sync"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// maxCacheCost bounds, in bytes, the articles that are prepared for showing.
const maxCacheCost = 64 << 20

// articleCache holds prepared articles by the content hash that the index has for them, so
// that it never returns an article as it was before a change.
type articleCache struct {
	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // most recent first
	cost  int
}

type cached struct {
	key string
	a   *passage.Article
}

func newArticleCache() *articleCache {
	return &articleCache{byKey: map[string]*list.Element{}, order: list.New()}
}

func (c *articleCache) get(key string) *passage.Article {
	c.mu.Lock()
	defer c.mu.Unlock()
	x, ok := c.byKey[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(x)
	return entry(x).a
}

func (c *articleCache) put(key string, a *passage.Article) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok || a.Cost() > maxCacheCost/4 {
		return
	}
	c.byKey[key] = c.order.PushFront(cached{key, a})
	c.cost += a.Cost()
	for c.cost > maxCacheCost {
		last := c.order.Back()
		old := entry(last)
		c.order.Remove(last)
		delete(c.byKey, old.key)
		c.cost -= old.a.Cost()
	}
}

func entry(x *list.Element) cached {
	c, ok := x.Value.(cached)
	if !ok {
		return cached{}
	}
	return c
}

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
		if a := e.articles.get(key); a != nil {
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
			e.articles.put(keys[x.ID], out[x.ID])
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
