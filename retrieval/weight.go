package retrieval

import (
	"context"
	"fmt"
	"math"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Weights returns for each word how rare it is among the visible articles: its inverse
// document frequency in their texts, 0 for a function word. A word of several terms has the
// weight of its rarest term.
func (e *Engine) Weights(ctx context.Context, words []string, vis kb.Visibility) (out []float64, err error) {
	v, done, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis)
	if err != nil {
		return nil, err
	}
	out = make([]float64, len(words))
	for i, w := range words {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("weigh words: %w", err)
		}
		for _, t := range terms.Of(terms.Valid(w)) {
			l, err := v.list(t.Term, f.scope)
			if err != nil {
				return nil, err
			}
			out[i] = math.Max(out[i], posting.Inverse(f.n, l.Frequency[bodyPlace]))
		}
	}
	return out, nil
}
