package retrieval

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topk"
)

// memoryWeight is the weight of mem(d) relative to the whole range of the text score:
// M(d) = S(d)/max S + memoryWeight·mem(d). It was chosen on the development half of a set of
// real tickets, among 4, 5, 6 and 8.
const memoryWeight = 5.0

// candidate is an article that may be a hit.
type candidate struct {
	doc          int
	meta         *docMeta
	text         float64 // S / max S
	ideal        float64 // S as a share of the highest possible
	cover        float64 // share of the query's weight that the article contains
	subjectCover float64 // the same over the words of the query's title
	titleCover   float64 // share of the article's title that the query contains
	vote         memory.Vote
	links        float64 // tickets that it resolved
	overdue      bool    // its review is overdue
	named        bool    // its title is what was searched for
	m            float64
	x            []float64 // its features, nil beyond ranker.Depth
	z            float64   // its score
	read         float64   // how well it answers, by the reader
	wasRead      bool
	share        float64 // of the total probability, by the scores
	p            float64 // probability that it resolves the ticket
}

// ranking is the result of one request.
type ranking struct {
	list  []candidate // best first
	idf   []float64   // of the query's terms
	n     int         // visible articles
	known int         // tickets remembered
	meant *meant      // nil where words alone are compared
	reads bool        // the first candidates are read
	short float64     // to what degree the text is a short question
}

// rankOptions says how to rank.
type rankOptions struct {
	keep     int
	weight   float64 // of the memory in M
	textOnly bool    // candidates must hold a term of the query
	plain    bool    // ordered by M
	relevant bool    // hits that match far less of the query than the best are left out
	tally    *tally  // counts the hits and says which are within the narrowings; nil keeps all
	weights  *ranker.Weights
	text     *sense.Text // to compare meanings with, nil for words alone
}

// rank fuses the text ranking with the memory's votes. Candidates are the articles within
// the filter that contain a term of the query or that earlier tickets vote for. The best by M
// are ordered by the ranker.
func (v *view) rank(
	ctx context.Context, q *terms.Query, rec memory.Recalled, f *filter, o rankOptions,
) (ranking, error) {
	votes := map[uint32]memory.Vote{}
	for id, vt := range rec.Votes(func(id string) (string, bool) { return v.mergeTarget(id, f) }) {
		if d, ok := v.find(id); ok {
			votes[uint32(d)] = *vt
		}
	}
	r := ranking{n: f.n, known: rec.Known, meant: v.findMeant(o.text, f)}
	pinned := slices.Collect(maps.Keys(votes))
	if r.meant != nil {
		for d := range r.meant.near {
			pinned = append(pinned, uint32(d))
		}
	}
	slices.Sort(pinned)
	var t *textScores
	var err error
	if o.textOnly {
		t, err = v.scoreAll(ctx, q, f)
	} else {
		t, err = v.scoreBest(ctx, q, f, max(o.keep, ranker.Depth), slices.Compact(pinned))
	}
	if err != nil {
		return ranking{}, err
	}
	if o.relevant {
		t.cut()
	}
	if o.tally != nil {
		t.matches = slices.DeleteFunc(t.matches, func(m match) bool { return !o.tally.count(int(m.doc)) })
	}
	r.idf = t.idf
	r.list = v.candidates(t, votes, r.meant, o)
	r.rerank(v, q, rec, f, t, o)
	r.list = r.list[:min(o.keep, len(r.list))]
	return r, nil
}

// candidates returns the best matches by M, best first.
func (v *view) candidates(t *textScores, votes map[uint32]memory.Vote, near *meant, o rankOptions) []candidate {
	type placed struct {
		m float64
		i int
	}
	compare := func(a, b placed) int { // the best first
		if a.m != b.m {
			return cmp.Compare(b.m, a.m)
		}
		return cmp.Compare(v.meta(int(t.matches[a.i].doc)).ID, v.meta(int(t.matches[b.i].doc)).ID)
	}
	text := func(m match) float64 { return measure.Ratio(m.s, t.maximum) }
	var top topk.List[placed]
	top.Reset(max(o.keep, ranker.Depth), func(a, b placed) bool { return compare(a, b) > 0 })
	for i, m := range t.matches {
		x := placed{text(m), i}
		if len(votes) > 0 {
			x.m += o.weight * votes[m.doc].Top
		}
		if near != nil {
			_, deviation := near.place(int(m.doc))
			x.m += meaningWeight * deviation
		}
		top.Offer(x)
	}
	best := top.Items()
	slices.SortFunc(best, compare)
	list := make([]candidate, len(best))
	for k, x := range best {
		m := t.matches[x.i]
		list[k] = candidate{
			doc: int(m.doc), meta: v.meta(int(m.doc)), vote: votes[m.doc], m: x.m,
			text: text(m), ideal: measure.Ratio(m.s, t.ideal),
		}
	}
	return list
}

// rerank computes the features of the best candidates and orders them by the ranker.
func (r *ranking) rerank(
	v *view, q *terms.Query, rec memory.Recalled, f *filter, t *textScores, o rankOptions,
) {
	depth := min(ranker.Depth, len(r.list))
	top, rest := r.list[:depth], r.list[depth:]
	for i := range r.list {
		c := &r.list[i]
		c.overdue = c.meta.Review != 0 && !rec.At.IsZero() && c.meta.Review < memory.DayOf(rec.At)
	}
	v.computeFeatures(r.list, depth, q, rec, f, t, r.meant)
	scores := make([]float64, depth)
	for i := range top {
		c := &top[i]
		c.z = o.weights.Mix(c.x, c.m, r.known) - c.cost()
		scores[i] = c.z
	}
	for i, share := range ranker.Shares(scores) {
		top[i].share = share
	}
	if !o.plain {
		slices.SortFunc(top, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.z, a.z), better(a, b))
		})
	}
	for i := range rest { // below all that were reranked
		rest[i].z = top[len(top)-1].z - 1
	}
}

// better orders candidates by M, best first, ties by id.
func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.m, a.m), cmp.Compare(a.meta.ID, b.meta.ID))
}

// setProbabilities sets each candidate's probability. It never rises from one rank to the
// next, so that the order by probability is that of the ranking.
func (r *ranking) setProbabilities(c ranker.Calibrator) {
	limit := 1.0
	figures := r.figures()
	for i := range r.list {
		p := c.Probability(figures.Features(i))
		p = min(p, limit)
		r.list[i].p = p
		limit = math.Nextafter(p*(1-1e-9), 0)
	}
}
