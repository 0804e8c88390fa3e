package retrieval

import (
	"context"
	"maps"
	"slices"

	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topic"
	"github.com/deskbook/deskbook/retrieval/topk"
)

// scoredField is one field of an article's text with the settings of its BM25.
type scoredField struct {
	name          string
	weight, k1, b float64
}

// scoredFields are the settings of the text ranking: S(d) is the weighted sum of the fields'
// BM25. They were chosen on tickets: a ticket is long and repeats what matters, hence the
// high k1 for bodies and the damped counts of terms.QueryPower. Words in a heading or at the
// beginning of an article count again.
var scoredFields = [posting.Fields]scoredField{
	{fieldBody, 1, 5, 0.65},
	{fieldTitle, 1, 1.2, 0.75},
	{fieldHeading, 0.4, 1.2, 0.75},
	{fieldLead, 0.3, 1.2, 0.75},
}

// The places of fields in scoredFields.
const (
	bodyPlace  = 0
	titlePlace = 1
)

// bodyIdeal is the most that a term can contribute in a body with its headings and lead.
var bodyIdeal = func() (sum float64) {
	for _, f := range scoredFields {
		if f.name != fieldTitle {
			sum += f.weight * (f.k1 + 1)
		}
	}
	return sum
}()

// match is an article that the query's words or earlier tickets lead to.
type match struct {
	doc uint32
	s   float64 // S
}

// textScores is the outcome of a text ranking.
type textScores struct {
	matches    []match   // in ascending order of documents
	idf        []float64 // of each query term
	ideal      float64   // the limit of S in a body that repeats every term
	coverAll   float64
	subjectAll float64
	maximum    float64
	lists      []*posting.List // of each query term
}

// A search lists documents that score at least relevantShare of what the relevantBest best ones
// score on average, those that are missing counted as 0, and at least relevantFloor of the
// highest score. Fitted on the titles of tickets: docs/adr/028-where-a-search-ends.md.
const (
	relevantBest  = 20
	relevantShare = 0.65
	relevantFloor = 0.3
)

// cut drops the documents that are not relevant enough to be listed.
func (t *textScores) cut() {
	var best topk.List[float64]
	best.Reset(relevantBest, func(a, b float64) bool { return a < b })
	for _, m := range t.matches {
		best.Offer(m.s)
	}
	sum := 0.0
	for _, s := range best.Items() {
		sum += s
	}
	least := max(relevantShare*sum/relevantBest, relevantFloor*t.maximum)
	t.matches = slices.DeleteFunc(t.matches, func(m match) bool { return m.s < least })
}

// prepare looks up the lists of a query's terms, and what the query weighs.
func (v *view) prepare(ctx context.Context, q *terms.Query, f *filter) (*textScores, posting.Query, error) {
	t := &textScores{idf: make([]float64, len(q.Terms)), lists: make([]*posting.List, len(q.Terms))}
	pq := posting.Query{
		Docs: v.docs, Terms: make([]posting.Term, len(q.Terms)), Wanted: f.wanted, Groups: f.statistics.Groups,
	}
	var fit topic.Fit
	held := wordWeights{}
	for i, qt := range q.Terms {
		if i%32 == 0 && ctx.Err() != nil {
			return nil, pq, ctx.Err()
		}
		l, err := v.list(qt.Term, f.scope)
		if err != nil {
			return nil, pq, err
		}
		t.lists[i], pq.Terms[i] = l, posting.Term{List: l, Weight: qt.Weight}
		if l.Main > 0 {
			fit.Add(l.Logs, qt.Weight)
		}
		t.idf[i] = posting.Inverse(f.n, max(l.Main, 1))
		held.note(qt, qt.Weight*t.idf[i], l.Main > 0)
	}
	held.sum(t)
	pq.Factors = fit.Factors()
	return t, pq, nil
}

// scoreBest computes S for the k best documents that the filter wants and for those that are
// pinned, given in ascending order.
func (v *view) scoreBest(
	ctx context.Context, q *terms.Query, f *filter, k int, pinned []uint32,
) (*textScores, error) {
	t, pq, err := v.prepare(ctx, q, f)
	if err != nil {
		return nil, err
	}
	pq.Pinned = pinned
	v.finish(t, f, posting.Top(pq, max(k, topic.CohereReach)))
	return t, nil
}

// scoreAll computes S for every document that the filter wants and that contains a term of the
// query.
func (v *view) scoreAll(ctx context.Context, q *terms.Query, f *filter) (*textScores, error) {
	t, pq, err := v.prepare(ctx, q, f)
	if err != nil {
		return nil, err
	}
	v.finish(t, f, posting.All(pq))
	return t, nil
}

// finish sets the matches from their scores, and raises those of articles that are similar to
// the best ones.
func (v *view) finish(t *textScores, f *filter, found []posting.Scored) {
	t.matches = make([]match, len(found))
	for i, x := range found {
		t.matches[i] = match{doc: x.Doc, s: float64(x.Score)}
	}
	if f.space != nil {
		v.cohere(t, f.space)
	}
	for _, m := range t.matches {
		t.maximum = max(t.maximum, m.s)
	}
}

// cohere raises the scores of matches that are similar to the best ones.
func (v *view) cohere(t *textScores, space *topic.Space) {
	worse := func(a, b int) bool {
		x, y := t.matches[a], t.matches[b]
		if x.s != y.s {
			return x.s < y.s
		}
		return v.meta(int(x.doc)).ID > v.meta(int(y.doc)).ID
	}
	var top topk.List[int]
	top.Reset(topic.CohereReach, worse)
	for i := range t.matches {
		top.Offer(i)
	}
	order := top.Items()
	slices.SortFunc(order, func(a, b int) int { return cmpBool(worse(a, b), worse(b, a)) })
	sketches, scores := make([]topic.Sketch, len(order)), make([]float64, len(order))
	for i, k := range order {
		sketches[i], scores[i] = v.meta(int(t.matches[k].doc)).Sketch, t.matches[k].s
	}
	for i, more := range space.Cohere(sketches, scores) {
		t.matches[order[i]].s += more
	}
}

// wordWeights holds the weight of each word of the query: that of its heaviest reading that
// articles contain, or else that of its heaviest reading.
type wordWeights map[int]wordWeight

type wordWeight struct {
	weight           float64
	known, inSubject bool
}

func (w wordWeights) note(qt terms.QueryTerm, weight float64, known bool) {
	x, ok := w[qt.WordNumber]
	if !ok || known && !x.known || known == x.known && weight > x.weight {
		x.weight, x.known = weight, known
	}
	x.inSubject = x.inSubject || qt.InTitle
	w[qt.WordNumber] = x
}

// sum adds up the weights of all words, in their order: a sum must not depend on that of a
// map.
func (w wordWeights) sum(t *textScores) {
	for _, n := range slices.Sorted(maps.Keys(w)) {
		x := w[n]
		t.coverAll += x.weight
		t.ideal += x.weight * bodyIdeal
		if x.inSubject {
			t.subjectAll += x.weight
		}
	}
}

// evidence says which terms of a query some documents contain.
type evidence struct {
	cover, subjectCover []float64
	title               []float64 // how many words of the title the query contains
	last                []int32   // the word that was counted last
}

func newEvidence(n int) *evidence {
	return &evidence{make([]float64, n), make([]float64, n), make([]float64, n), make([]int32, n)}
}

// note records which of the documents, given in ascending order, contain a term of the query,
// and reports each of them with its counts to visit, unless that is nil.
func (e *evidence) note(t *textScores, i int, qt terms.QueryTerm, docs []uint32, visit func(k int, c posting.Counts)) {
	weight, word := qt.Weight*t.idf[i], int32(qt.WordNumber+1)
	t.lists[i].Counts(docs, func(k int, c posting.Counts) {
		e.title[k] += float64(c.Of(titlePlace))
		if e.last[k] != word {
			e.last[k] = word
			e.cover[k] += weight
			if qt.InTitle {
				e.subjectCover[k] += weight
			}
		}
		if visit != nil {
			visit(k, c)
		}
	})
}
