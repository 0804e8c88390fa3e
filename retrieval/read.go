package retrieval

import (
	"context"
	"fmt"
	"net/url"
	"sync"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// shown is an article that is shown.
type shown struct {
	ref desk.ArticleRef
	*passage.Article
}

// fetch returns these articles prepared for showing, by id. Articles that the filter hides
// or that the source no longer shows are left out. What the index holds is shown only of a
// revision that is still the current one. The articles lie in room, which must not be used again
// before they are no longer needed.
func (e *Engine) fetch(
	ctx context.Context, v *view, vis kb.Visibility, f *filter, ids []string, room *[]byte,
) (map[string]shown, error) {
	out := make(map[string]shown, len(ids))
	var wanted []string
	for _, id := range ids {
		if d, ok := v.find(id); ok && f.visible.Has(d) {
			wanted = append(wanted, id)
		}
	}
	if len(wanted) == 0 {
		return out, nil
	}
	now, err := e.source.CurrentRevisions(ctx, wanted, vis)
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	var changed []string
	for _, id := range wanted {
		d, _ := v.find(id)
		m := v.meta(d)
		if now[id] != m.Revision {
			if now[id] != 0 {
				changed = append(changed, id)
			}
			continue
		}
		a, err := v.open(d, room)
		if err != nil {
			return nil, err
		}
		out[id] = shown{refTo(m.ID, m.Slug, m.Title, m.Revision), a}
	}
	if len(changed) > 0 {
		err = e.fetchChanged(ctx, vis, changed, out)
	}
	return out, err
}

// fetchChanged adds articles that were changed in the meantime, which the index does not hold yet.
func (e *Engine) fetchChanged(ctx context.Context, vis kb.Visibility, ids []string, out map[string]shown) error {
	articles, err := e.source.IndexArticles(ctx, ids)
	if err != nil {
		return fmt.Errorf("read articles: %w", err)
	}
	for _, x := range articles {
		if !vis.Allows(x) || !indexed(x) {
			continue
		}
		a, err := openArticle(x)
		if err != nil {
			return err
		}
		out[x.ID] = shown{refTo(x.ID, x.Slug, x.Title, x.Revision), a}
	}
	return nil
}

// openArticle prepares an article as the index would.
func openArticle(a kb.Article) (*passage.Article, error) {
	in, r := terms.LanguageOf(a), readText(a)
	record := passage.Record(a.Passages, r.body, r.passages, terms.In(in, r.title), terms.In(in, r.body))
	return passage.Open(a.Title, in, record)
}

// rooms pools what the records of shown articles are copied to.
var rooms sync.Pool

// newRoom returns room for the articles of a request; put it back into rooms.
func newRoom() *[]byte {
	room, ok := rooms.Get().(*[]byte)
	if !ok {
		return new([]byte)
	}
	*room = (*room)[:0]
	return room
}

// open prepares the article of a document, whose record is copied to room.
func (v *view) open(doc int, room *[]byte) (*passage.Article, error) {
	var record []byte
	s := v.segment(doc)
	err := s.seg.VisitStoredFields(uint64(doc-s.base), func(field string, _ byte, value []byte, _ []uint64) bool {
		if field == fieldPassages {
			start := len(*room)
			*room = append(*room, value...)
			record = (*room)[start:]
		}
		return record == nil
	})
	m := &s.metas[doc-s.base]
	if err == nil {
		var a *passage.Article
		if a, err = passage.Open(m.Title, m.Language, record); err == nil {
			return a, nil
		}
	}
	return nil, fmt.Errorf("read passages of %s: %w: %w", m.ID, errDamaged, err)
}

func refTo(id, slug, title string, revision int) desk.ArticleRef {
	return desk.ArticleRef{ID: id, Slug: slug, Title: title, Revision: revision, URL: articleURL(slug)}
}

func articleURL(slug string) string { return "/articles/" + url.PathEscape(slug) }
