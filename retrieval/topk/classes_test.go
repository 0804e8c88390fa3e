package topk_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/retrieval/topk"
)

func TestLeastIsReachedByAsManyAsAsked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		scores := rapid.SliceOf(rapid.Float32Range(1e-20, 1e20)).Draw(rt, "scores")
		n := rapid.IntRange(1, 50).Draw(rt, "n")
		var c topk.Classes
		for _, x := range scores {
			c.Add(x)
		}
		slices.SortFunc(scores, func(a, b float32) int { return cmp.Compare(b, a) })
		least := c.Least(n)
		switch {
		case len(scores) < n:
			if least != 0 {
				rt.Fatalf("%v is reached by %d of %d", least, n, len(scores))
			}
		case scores[n-1] < least || scores[n-1] > least*1.07:
			rt.Fatalf("%v for place %d of %v", least, n, scores)
		}
	})
}
