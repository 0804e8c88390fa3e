package retrieval

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// FieldText gives the text of an article that is indexed as the n-th scored field.
func FieldText(a kb.Article, n int) string { return readText(a).field(scoredFields[n].name) }

// FieldSetting gives the settings of the n-th scored field.
func FieldSetting(n int) (weight, k1, b float64) {
	f := scoredFields[n]
	return f.weight, f.k1, f.b
}

// RankedParts is one entry of a ranking with its parts.
type RankedParts struct {
	ID          string
	S           float64 // as a share of the highest
	Mem, M, P   float64
	Cover, Lead float64
}

// RankParts gives the whole ranking of a ticket, the floor not applied.
func (e *Engine) RankParts(ctx context.Context, r desk.SuggestRequest) ([]RankedParts, error) {
	_, ranked, err := e.suggest(ctx, r, defaultSuggestions, maxDepth)
	var out []RankedParts
	for _, c := range ranked.list {
		out = append(out, RankedParts{c.meta.ID, c.text, c.vote.Top, c.m, c.p, c.cover, c.lead})
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
	q := terms.TicketQuery(subject, body, f.languages(subject+"\n"+body)...)
	t := e.scratch.take(v.docs, len(q.Terms))
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

// The settings that the brute-force test repeats.
const (
	Fields       = len(scoredFields)
	QueryPower   = terms.QueryPower
	QueryTerms   = terms.MaxQueryTerms
	MemoryWeight = memoryWeight
)

// SlipsBetween gives the distance between two words.
func SlipsBetween(a, b string) uint8 { return slipsBetween(a, b) }

// Topics gives how many topics the visible articles are sorted into.
func Topics(e *Engine, vis kb.Visibility) (n int) {
	v, done, err := e.look()
	if err != nil {
		return -1
	}
	defer done(&err)
	f, err := v.filterFor(vis, "", "", "")
	if err != nil || f.topics == nil {
		return 0
	}
	return len(f.topics.size)
}

// FitChoices fits a conditional logit to tickets whose first candidate is the right one.
func FitChoices(rows [][][]float32, near []float64) []float64 {
	var all []choice
	for _, r := range rows {
		gains := make([]float64, len(r))
		gains[0] = 1
		all = append(all, choice{rows: r, gains: gains})
	}
	return fitLogit(all, len(rows[0][0]), near).linear()
}

// SwitchFor says whether weights that give the tickets these figures replace others.
func SwitchFor(now, then []float64) (measure.Difference, bool) { return switchFor(now, then) }

// TermsInLanguage gives the terms of a text in a language.
func TermsInLanguage(l, text string) []string { return texts(terms.In(terms.Language(l), text)) }

// LanguageOfArticle gives the language that an article is read in.
func LanguageOfArticle(a kb.Article) string { return string(terms.LanguageOf(a)) }

// TermTexts gives the stemmed terms of a text.
func TermTexts(text string) []string { return texts(terms.Of(text)) }

func texts(ts []terms.Token) []string {
	out := []string{}
	for _, t := range ts {
		out = append(out, t.Term)
	}
	return out
}

// QueryWeights gives the weights of a ticket's terms.
func QueryWeights(subject, body string) map[string]float64 {
	out := map[string]float64{}
	for _, t := range terms.TicketQuery(subject, body).Terms {
		out[t.Term] = t.Weight
	}
	return out
}
