package retrieval

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Reader reads a question together with passages. rerank.Reader implements it.
type Reader interface {
	// Read returns how well the passages answer the question, as log odds, in their order; where the
	// time is over, of the first of them alone.
	Read(ctx context.Context, question string, passages []string) []float64
}

const (
	// readDepth is how many articles are read, the best by what else is known.
	readDepth = 10
	// readScale brings log odds near the range of the other features.
	readScale = 0.2
)

// reading is what candidates are read for.
type reading struct {
	e             *Engine
	v             *view
	vis           kb.Visibility
	filter        *filter
	query         *terms.Query
	subject, body string // without quotes
}

func (e *Engine) readingOf(
	v *view, vis kb.Visibility, f *filter, q *terms.Query, subject, body string,
) reading {
	subject, body = terms.Own(subject, body)
	return reading{e, v, vis, f, q, subject, body}
}

// gist returns what is read of the text.
func (q reading) gist() string {
	if q.e.gist == nil {
		return strings.TrimSpace(q.subject + "\n" + q.body)
	}
	return q.e.gist(q.subject, q.body)
}

// read has the first candidates read, where the weights are for that, and orders them by it as
// well. Candidates for which no time was left count as much as the worst that was read, so that
// they stay in their order.
func (r *ranking) read(ctx context.Context, q reading, w *ranker.Weights) error {
	if w.Read == nil || q.e.reader == nil {
		return nil
	}
	r.reads, r.short = true, ranker.Shortness(len(strings.Fields(q.subject))+len(strings.Fields(q.body)))
	passages, err := q.passages(ctx, r.idf, r.list[:min(readDepth, len(r.list))])
	if err != nil {
		return err
	}
	odds := q.e.reader.Read(ctx, q.gist(), passages)
	if len(odds) == 0 {
		return nil
	}
	worst := slices.Min(odds)
	scores := make([]float64, len(r.list))
	for i := range r.list {
		c := &r.list[i]
		c.read = readScale * worst
		if i < len(odds) {
			c.read, c.wasRead = readScale*odds[i], true
		}
		c.z += w.Reading(r.short) * c.read
		scores[i] = c.z
	}
	for i, share := range ranker.Shares(scores[:min(ranker.Depth, len(scores))]) {
		r.list[i].share = share
	}
	slices.SortStableFunc(r.list, func(a, b candidate) int { return cmp.Compare(b.z, a.z) })
	return nil
}

// passages returns of each candidate's article what is most relevant to the query, under its title.
func (q reading) passages(ctx context.Context, idf []float64, list []candidate) ([]string, error) {
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.meta.ID
	}
	room := newRoom()
	defer rooms.Put(room)
	articles, err := q.e.fetch(ctx, q.v, q.vis, q.filter, ids, room)
	if err != nil {
		return nil, err
	}
	s := passage.NewScorer(q.query, idf)
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.meta.Title
		if a, ok := articles[c.meta.ID]; ok {
			p := s.Excerpt(a.Article)
			if p.Heading != "" {
				out[i] += " › " + p.Heading
			}
			out[i] += "\n" + p.Text
		}
	}
	return out, nil
}

// answers returns how well the candidate answers, as log odds; nil where it was not read.
func (c *candidate) answers() *float64 {
	if !c.wasRead {
		return nil
	}
	odds := c.read / readScale
	return &odds
}

// findAnswer ranks the articles for a question as for a ticket: by meaning, and by what is read.
func (e *Engine) findAnswer(
	ctx context.Context, v *view, f *filter, counted *tally, q Query, keep int, out *Results,
) (*terms.Query, ranking, error) {
	qu := terms.SearchQuery(q.Text, f.queryLanguages(q.Text)...)
	if err := v.addCompounds(qu, q.Text, f); err != nil {
		return nil, ranking{}, err
	}
	if len(qu.Terms) == 0 {
		return e.find(ctx, v, f, counted, q, keep, out)
	}
	text := e.readMeaning(ctx, "", q.Text)
	w := e.weightsFor(ranker.Setting{Sensed: text != nil, Reads: e.reader != nil})
	rec := e.recall(qu, qu.Title, "", "", e.now(), text)
	r, err := v.rank(ctx, qu, rec, f, rankOptions{
		keep: max(keep, readDepth), weight: boxMemoryWeight, weights: w, text: text, tally: counted,
	})
	if err == nil {
		err = r.read(ctx, e.readingOf(v, q.Visibility, f, qu, "", q.Text), w)
	}
	if err != nil {
		return nil, ranking{}, err
	}
	r.setProbabilities(w.Calibrator)
	r.list = r.list[:min(keep, len(r.list))]
	return qu, r, nil
}
