package testkit

import (
	"context"
	"errors"
	"hash/fnv"
	"math"
	"strings"
	"sync/atomic"
)

// WordEncoder is an encoder of texts whose vectors are the words of a text, some of which mean
// the same. It is safe for use by several goroutines.
type WordEncoder struct {
	Name    string
	Same    map[string]string // words by another one with the same meaning
	Calls   atomic.Int32      // texts encoded
	Failing atomic.Bool
	After   func(calls int) // called after each text
}

const vectorSize = 64

// ID returns the name.
func (e *WordEncoder) ID() string { return e.Name }

// Limit returns how many words of a text count.
func (e *WordEncoder) Limit() int { return 40 }

// Tokens returns the number of words, at most limit.
func (e *WordEncoder) Tokens(text string, limit int) int {
	return min(limit, len(strings.Fields(text)))
}

// Query returns the vector of a text, or an error while the encoder is failing.
func (e *WordEncoder) Query(_ context.Context, text string) ([]float32, error) {
	if e.Failing.Load() {
		return nil, errors.New("out of order")
	}
	v, length := make([]float32, vectorSize), 0.0
	for _, w := range strings.Fields(strings.ToLower(text)) {
		w = strings.Trim(w, ".,›")
		if s, ok := e.Same[w]; ok {
			w = s
		}
		h := fnv.New32a()
		h.Write([]byte(w))
		v[h.Sum32()%vectorSize]++
	}
	for _, x := range v {
		length += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(max(1, math.Sqrt(length)))
	}
	n := e.Calls.Add(1)
	if e.After != nil {
		e.After(int(n))
	}
	return v, nil
}

// Passages returns the vectors of several texts; it ends when ctx does.
func (e *WordEncoder) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	var out [][]float32
	for _, s := range texts {
		v, err := e.Query(ctx, s)
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
