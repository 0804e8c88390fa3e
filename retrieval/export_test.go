package retrieval

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// FieldText returns the text of an article that is indexed as the n-th scored field.
func FieldText(a kb.Article, n int) string { return readText(a).field(scoredFields[n].name) }

// FieldSetting returns the settings of the n-th scored field.
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

// RankParts returns the whole ranking of a ticket, the floor not applied.
func (e *Engine) RankParts(ctx context.Context, r desk.SuggestRequest) ([]RankedParts, error) {
	_, ranked, err := e.suggest(ctx, r, defaultSuggestions, maxDepth)
	var out []RankedParts
	for _, c := range ranked.list {
		out = append(out, RankedParts{c.meta.ID, c.text, c.vote.Top, c.m, c.p, c.cover, c.subjectCover})
	}
	return out, err
}

// TextScores returns S of every article that contains a word of the ticket.
func (e *Engine) TextScores(
	ctx context.Context, subject, body string, vis kb.Visibility,
) (scores map[string]float64, err error) {
	v, done, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis)
	if err != nil {
		return nil, err
	}
	q := terms.TicketQuery(subject, body, f.queryLanguages(subject+"\n"+body)...)
	t, err := v.scoreAll(ctx, q, f)
	if err != nil {
		return nil, err
	}
	scores = map[string]float64{}
	for _, m := range t.matches {
		scores[v.meta(int(m.doc)).ID] = m.s
	}
	return scores, nil
}

// The settings that the brute-force test repeats.
const (
	Fields       = len(scoredFields)
	MemoryWeight = memoryWeight
)

// SlipsBetween returns the distance between two words.
func EditDistance(a, b string) uint8 { return editDistance(a, b) }

// Topics returns how many topics the visible articles are sorted into.
func Topics(e *Engine, vis kb.Visibility) (n int) {
	v, done, err := e.acquire()
	if err != nil {
		return -1
	}
	defer done(&err)
	f, err := v.filterFor(vis)
	if err != nil {
		return 0
	}
	return len(f.statistics.Sizes)
}

// Settle waits until topics are found that articles changed since.
func Settle(e *Engine) { e.disk.topics.running.Wait() }

// Derived identifies what is derived from the documents of the newest view, and returns the sequence
// that is on disk.
func Derived(e *Engine) (content uint64, stored int64) {
	v, done, err := e.acquire()
	if err != nil {
		return 0, 0
	}
	defer done(&err)
	return v.id, e.disk.stored
}
