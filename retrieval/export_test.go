package retrieval

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

// Terms gives the stemmed terms of a text.
func Terms(text string) []string { return texts(terms(text)) }

// Words gives the unstemmed terms of a text.
func Words(text string) []string { return texts(words(text)) }

func texts(ts []token) []string {
	out := []string{}
	for _, t := range ts {
		out = append(out, t.term)
	}
	return out
}

// TermRanges gives the byte ranges of the stemmed terms.
func TermRanges(text string) [][2]int {
	var out [][2]int
	for _, t := range terms(text) {
		out = append(out, [2]int{t.start, t.end})
	}
	return out
}

// QueryWeights gives the weights of a ticket's terms.
func QueryWeights(subject, body string) map[string]float64 {
	out := map[string]float64{}
	for _, t := range ticketQuery(subject, body).terms {
		out[t.term] = t.weight
	}
	return out
}

// Unquoted gives what its author wrote.
func Unquoted(text string) string { return unquoted(text) }

// Signatures gives the error signatures of a text.
func Signatures(text string) []string {
	var out []string
	for _, s := range signaturesIn(text) {
		out = append(out, s.shown)
	}
	return out
}

// BodyText gives the text of an article that is indexed.
func BodyText(a kb.Article) string { return bodyText(a) }

// Ranked is one entry of a ranking with its parts.
type Ranked struct {
	ID          string
	S           float64 // as a share of the highest
	Mem, M, P   float64
	Cover, Lead float64
}

// Rank gives the whole ranking of a ticket, the floor not applied.
func (e *Engine) Rank(ctx context.Context, r desk.SuggestRequest) ([]Ranked, error) {
	_, ranked, err := e.suggest(ctx, r, defaultSuggestions, maxDepth)
	var out []Ranked
	for _, c := range ranked.list {
		out = append(out, Ranked{c.meta.ID, c.text, c.vote.mem, c.m, c.p, c.cover, c.lead})
	}
	return out, err
}

// TextScores gives S of every article that holds a word of the ticket.
func (e *Engine) TextScores(ctx context.Context, subject, body string, vis kb.Visibility) (scores map[string]float64, err error) {
	v, done, err := e.look()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis, "", "", "")
	if err != nil {
		return nil, err
	}
	q := ticketQuery(subject, body)
	t := e.scratch.take(v.docs, len(q.terms))
	defer e.scratch.give(t)
	if err := v.score(ctx, q, f, t); err != nil {
		return nil, err
	}
	scores = map[string]float64{}
	for _, d := range t.touched {
		scores[v.meta(int(d)).ID] = t.s[d]
	}
	return scores, nil
}

// Remembered is a memory on its own.
type Remembered struct{ m *memory }

// Remember makes an empty memory.
func Remember() Remembered { return Remembered{newMemory()} }

// Learn brings a ticket up to date.
func (r Remembered) Learn(t desk.Ticket) { r.m.learn(t) }

// Votes gives mem(d) by article.
func (r Remembered) Votes(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range r.m.recall(subject, body, exclude, at).votes {
		out[id] = v.mem
	}
	return out
}

// Similar gives the cosines of similar tickets by id.
func (r Remembered) Similar(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for _, s := range r.m.recall(subject, body, exclude, at).similar {
		out[s.past.id] = s.cosine
	}
	return out
}

// The settings that the brute-force test repeats.
const (
	BodyK1, BodyB, TitleK1, TitleB = bodyK1, bodyB, titleK1, titleB
	QueryTerms                     = maxQueryTerms
	MemoryWeight                   = memoryWeight
)
