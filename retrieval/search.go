package retrieval

import (
	"cmp"
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	defaultHits = 10
	maxHits     = 50
	maxDepth    = 1000 // hits that pages can reach
	// boxMemoryWeight is memoryWeight for the search box: a reader who types the words of a
	// title wants that article, however often another one resolved tickets.
	boxMemoryWeight = 1.0
)

// Search answers the search box: articles that contain any of the words, best first. The floor
// hides nothing here; the result says whether it would.
func (e *Engine) Search(ctx context.Context, q Query) (out Results, err error) {
	out = Results{Hits: []desk.ArticleHit{}}
	limit, offset, err := pageOf(q)
	if err != nil {
		return out, err
	}
	v, done, err := e.acquire()
	if err != nil {
		return out, err
	}
	defer done(&err)
	f, err := v.filterBy(q.Visibility, narrowing{audience: q.Audience, confidence: q.Confidence})
	if err != nil {
		return out, err
	}
	counted, err := v.newTally(perFacet[string]{q.Kind, q.Service, q.Locale})
	if err != nil {
		return out, err
	}
	find := e.find
	if q.Question && (e.meaning != nil || e.reader != nil) {
		find = e.findAnswer
	}
	qu, r, err := find(ctx, v, f, counted, q, offset+limit+1, &out)
	if err != nil {
		return out, err
	}
	out.Total, out.Unnarrowed, out.Facets = counted.total, counted.unnarrowed, counted.facets()
	out.BelowFloor = len(r.list) == 0 || r.list[0].p < e.Floor()
	if len(r.list) > offset+limit && offset+limit < maxDepth {
		out.Next = cursorAt(offset + limit)
	}
	page := r.list[min(offset, len(r.list)):min(offset+limit, len(r.list))]
	hits, err := e.show(ctx, v, q.Visibility, f, qu, r.idf, page)
	if err != nil {
		return out, err
	}
	out.Hits = hits
	return out, nil
}

// find ranks the articles for the words of a search, and counts them; one with exactly that
// title comes first.
func (e *Engine) find(
	ctx context.Context, v *view, f *filter, counted *tally, q Query, keep int, out *Results,
) (*terms.Query, ranking, error) {
	text := q.Text
	named, err := v.named(text, f)
	if err != nil {
		return nil, ranking{}, err
	}
	if len(named) == 0 { // a title is spelt correctly
		if out.Corrected, err = v.correct(text, f); err != nil {
			return nil, ranking{}, err
		}
		text = cmp.Or(out.Corrected, text)
	}
	qu := terms.SearchQuery(text, f.queryLanguages(text)...)
	if err := v.addCompounds(qu, text, f); err != nil {
		return nil, ranking{}, err
	}
	r := ranking{n: f.n}
	named = counted.add(named)
	if len(qu.Terms) > 0 {
		w := e.weightsFor(ranker.Setting{})
		rec := e.recall(qu, qu.Title, "", "", e.now(), nil)
		o := rankOptions{
			keep: keep, weight: boxMemoryWeight, textOnly: true, plain: true, weights: w, relevant: true, tally: counted,
		}
		if r, err = v.rank(ctx, qu, rec, f, o); err != nil {
			return nil, ranking{}, err
		}
		r.setProbabilities(w.Calibrator)
	}
	r.putFirst(named)
	if counted.unnarrowed == 0 {
		if r.list, err = v.titled(text, f); err != nil {
			return nil, ranking{}, err
		}
		r.list = counted.add(r.list)
	}
	return qu, r, nil
}

// pageOf returns the limit and the offset of a query.
func pageOf(q Query) (limit, offset int, err error) {
	limit = q.Limit
	if limit == 0 {
		limit = defaultHits
	}
	if limit < 1 || limit > maxHits {
		return 0, 0, fault.InvalidField("limit", "must be 1 to %d", maxHits)
	}
	if q.Cursor == "" {
		return limit, 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err == nil {
		offset, err = strconv.Atoi(strings.TrimPrefix(string(raw), "from:"))
	}
	if err != nil || offset < 0 || offset >= maxDepth {
		return 0, 0, fault.InvalidField("cursor", "was not issued by this server, or goes beyond %d results", maxDepth)
	}
	return min(limit, maxDepth-offset), offset, nil
}

func cursorAt(offset int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("from:" + strconv.Itoa(offset)))
}

// recall queries the memory, where the engine learns.
func (e *Engine) recall(
	q *terms.Query, subject, body, exclude string, at time.Time, text *sense.Text,
) memory.Recalled {
	if !e.learns {
		return memory.Recalled{}
	}
	return e.memory.Recall(memory.Query{
		Subject: subject, Body: body, Exclude: exclude, At: at, Terms: q.Terms, Meaning: text,
	})
}

// show turns candidates into hits with their best passages. A candidate that the truth no
// longer shows is left out.
func (e *Engine) show(
	ctx context.Context, v *view, vis kb.Visibility, f *filter, q *terms.Query, idf []float64, list []candidate,
) ([]desk.ArticleHit, error) {
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.meta.ID
	}
	room := newRoom()
	defer rooms.Put(room)
	articles, err := e.fetch(ctx, v, vis, f, ids, room)
	if err != nil {
		return nil, err
	}
	s := passage.NewScorer(q, idf)
	hits := make([]desk.ArticleHit, 0, len(list))
	for _, c := range list {
		if a, ok := articles[c.meta.ID]; ok {
			hits = append(hits, desk.ArticleHit{
				Article: a.ref, Passage: s.Excerpt(a.Article), Score: c.p, Why: explain(q, idf, a.Article, c),
				Answers: c.answers(),
			})
		}
	}
	return hits, nil
}
