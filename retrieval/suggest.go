package retrieval

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	defaultSuggestions = 5
	maxKnownErrors     = 5
	rankedForSuggest   = 50 // candidates ranked beyond those shown
)

// Suggest finds what will probably resolve a ticket: articles above the floor, active known
// errors that match, and similar resolved tickets.
func (e *Engine) Suggest(ctx context.Context, r desk.SuggestRequest) (desk.Suggestions, error) {
	limit := r.Limit
	if limit == 0 {
		limit = defaultSuggestions
	}
	if limit < 1 || limit > maxHits {
		return desk.Suggestions{}, fault.InvalidField("limit", "must be 1 to %d", maxHits)
	}
	out, _, err := e.suggest(ctx, r, limit, limit+rankedForSuggest)
	return out, err
}

// Ranked is an article of a ranking with the probability that it resolves the ticket.
type Ranked struct {
	ID string
	P  float64
}

// Rank returns the suggestions for a ticket, at most limit, and, regardless of the floor, the
// depth best articles, best first.
func (e *Engine) Rank(
	ctx context.Context, r desk.SuggestRequest, limit, depth int,
) (desk.Suggestions, []Ranked, error) {
	out, ranked, err := e.suggest(ctx, r, limit, depth)
	list := make([]Ranked, len(ranked.list))
	for i, c := range ranked.list {
		list[i] = Ranked{ID: c.meta.ID, P: c.p}
	}
	return out, list, err
}

// RankText returns the articles with the highest text scores for a ticket, without what earlier
// tickets say and without probabilities. It is for measuring: suggestions contain more.
func (e *Engine) RankText(
	ctx context.Context, subject, body string, vis kb.Visibility, limit int,
) (out []Ranked, err error) {
	v, done, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis)
	if err != nil {
		return nil, err
	}
	t, err := v.scoreBest(ctx, terms.TicketQuery(subject, body, f.queryLanguages(subject+"\n"+body)...), f, limit, nil)
	if err != nil {
		return nil, err
	}
	for _, c := range v.candidates(t, nil, nil, rankOptions{keep: limit})[:min(limit, len(t.matches))] {
		out = append(out, Ranked{ID: c.meta.ID})
	}
	return out, nil
}

// suggest also returns the ranking from which the suggestions were taken, of length keep.
func (e *Engine) suggest(
	ctx context.Context, r desk.SuggestRequest, limit, keep int,
) (out desk.Suggestions, ranked ranking, err error) {
	at := r.At
	if at.IsZero() {
		at = e.now()
	}
	out = desk.Suggestions{
		Articles: []desk.ArticleHit{}, KnownErrors: []desk.ArticleHit{},
		Tickets: []desk.TicketHit{}, Duplicates: []desk.DuplicateHit{}, At: at,
	}
	v, done, err := e.acquire()
	if err != nil {
		return out, ranking{}, err
	}
	defer done(&err)
	f, err := v.filterFor(r.Visibility)
	if err != nil {
		return out, ranking{}, err
	}
	q := terms.TicketQuery(r.Subject, r.Body, f.queryLanguages(r.Subject+"\n"+r.Body)...)
	text := e.readMeaning(ctx, r.Subject, r.Body)
	w := e.weightsFor(ranker.Setting{Sensed: text != nil, Reads: e.reader != nil})
	rec := e.recall(q, r.Subject, r.Body, r.Exclude, at, text)
	o := rankOptions{keep: keep, weight: memoryWeight, weights: w, text: text}
	ranked, err = v.rank(ctx, q, rec, f, o)
	if err != nil {
		return out, ranked, err
	}
	if err := ranked.read(ctx, e.readingOf(v, r.Visibility, f, q, r.Subject, r.Body), w); err != nil {
		return out, ranked, err
	}
	ranked.setProbabilities(w.Calibrator)
	known, err := v.knownErrors(q, r.Visibility, ranked, e.Floor())
	if err != nil {
		return out, ranked, err
	}
	articles := e.aboveFloor(ranked, known, limit)
	if out.KnownErrors, err = e.show(ctx, v, r.Visibility, f, q, ranked.idf, known); err != nil {
		return out, ranked, err
	}
	if out.Articles, err = e.show(ctx, v, r.Visibility, f, q, ranked.idf, articles); err != nil {
		return out, ranked, err
	}
	out.BelowFloor = len(out.Articles)+len(out.KnownErrors) == 0
	if r.Tickets {
		ranked.nameTickets(out.Articles)
		ranked.nameTickets(out.KnownErrors)
		request := memory.Request{Requester: r.Requester, Service: r.Service, Created: r.Created, Query: q}
		if request.Created.IsZero() {
			request.Created = at
		}
		out.Tickets, out.Duplicates = rec.Similar(request, limit), rec.Duplicates(request, limit)
	}
	return out, ranked, nil
}

// nameTickets adds the similar tickets that the articles resolved.
func (r *ranking) nameTickets(hits []desk.ArticleHit) {
	for i := range hits {
		for _, c := range r.list {
			if c.meta.ID == hits[i].Article.ID {
				hits[i].Tickets = c.vote.TicketIDs
				break
			}
		}
	}
}

// aboveFloor returns the candidates to suggest, without those shown as known errors.
func (e *Engine) aboveFloor(r ranking, known []candidate, limit int) []candidate {
	var out []candidate
	for _, c := range r.list {
		if c.p < e.Floor() || len(out) == limit {
			break
		}
		if !slices.ContainsFunc(known, func(k candidate) bool { return k.doc == c.doc }) {
			out = append(out, c)
		}
	}
	return out
}

// knownErrors returns the active known errors that contain an error signature of the ticket, then
// those above the floor.
func (v *view) knownErrors(q *terms.Query, vis kb.Visibility, r ranking, floor float64) ([]candidate, error) {
	f, err := v.filterBy(vis, narrowing{kind: string(kb.KnownError), confidence: validatedKeyword})
	if err != nil {
		return nil, err
	}
	docs := make([]uint32, len(r.list))
	for i, c := range r.list {
		docs[i] = uint32(c.doc)
	}
	slices.Sort(docs)
	signed := map[int]bool{}
	for _, x := range q.Signatures {
		l, err := v.list(x.Term, f.scope)
		if err != nil {
			return nil, err
		}
		l.Counts(docs, func(i int, _ posting.Counts) { signed[int(docs[i])] = true })
	}
	var out, likely []candidate
	for _, c := range r.list {
		switch {
		case !f.wants(c.doc):
		case signed[c.doc]:
			out = append(out, c)
		case c.p >= floor:
			likely = append(likely, c)
		}
	}
	out = append(out, likely...)
	return out[:min(len(out), maxKnownErrors)], nil
}
