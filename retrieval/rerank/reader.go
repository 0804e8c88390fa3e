package rerank

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"time"

	"github.com/deskbook/deskbook/internal/recent"
)

// Model reads a question and passages together.
type Model interface {
	// Scores returns how well each passage answers the question, as log odds. At most limit tokens
	// of a pair count.
	Scores(ctx context.Context, question string, passages []string, limit int) ([]float32, error)
}

const (
	// DefaultBudget is the time that a request may spend on reading.
	DefaultBudget = 150 * time.Millisecond
	// pairTokens is how many tokens of a question and a passage are read.
	pairTokens = 128
	// batchPairs are read at once: the time is looked at between them.
	batchPairs = 2
	// recentBytes bounds the scores that are remembered: a ticket is asked for several times while it
	// comes in.
	recentBytes = 4 << 20
	scoreBytes  = 160
)

// Reader reads passages with a model. It is safe for use by several goroutines.
type Reader struct {
	model  Model
	budget time.Duration
	log    *slog.Logger
	recent *recent.Cache[float64]
}

// New returns a reader that spends at most the budget on a request; 0 is no bound, for
// measurements that must not depend on the machine.
func New(m Model, budget time.Duration, log *slog.Logger) *Reader {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Reader{model: m, budget: budget, log: log, recent: recent.New[float64](recentBytes)}
}

// Read returns how well the passages answer the question, as log odds, in their order. Where the
// time is over, or the model fails, it returns those of the first passages alone.
func (r *Reader) Read(ctx context.Context, question string, passages []string) []float64 {
	start := time.Now()
	if r.budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, start.Add(r.budget))
		defer cancel()
	}
	var out []float64
	var slowest time.Duration // of a batch
	for len(out) < len(passages) {
		keys, known := r.known(question, passages[len(out):])
		if out = append(out, known...); len(keys) == 0 {
			continue
		}
		before := time.Now()
		if r.budget > 0 && before.Sub(start)+slowest > r.budget {
			break
		}
		scores, err := r.model.Scores(ctx, question, passages[len(out):len(out)+len(keys)], pairTokens)
		if err != nil {
			if ctx.Err() == nil {
				r.log.Error("passages are not read, the order stays as it was", "reason", err.Error())
			}
			break
		}
		for i, s := range scores {
			r.recent.Put(keys[i], float64(s), scoreBytes)
			out = append(out, float64(s))
		}
		slowest = max(slowest, time.Since(before))
	}
	return out
}

// known returns the scores of the first passages as far as they are remembered, and the keys of
// the next batch.
func (r *Reader) known(question string, passages []string) (keys []string, scores []float64) {
	for _, p := range passages {
		key := keyOf(question, p)
		v, ok := r.recent.Get(key)
		switch {
		case !ok:
			if keys = append(keys, key); len(keys) == batchPairs {
				return keys, scores
			}
		case len(keys) > 0:
			return keys, scores
		default:
			scores = append(scores, v)
		}
	}
	return keys, scores
}

func keyOf(question, passage string) string {
	h := sha256.New()
	h.Write([]byte(question))
	h.Write([]byte{0})
	h.Write([]byte(passage))
	return string(h.Sum(nil)[:16])
}
