package topk_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/retrieval/topk"
)

func TestKeepsTheBest(t *testing.T) {
	var l topk.List[int]
	rapid.Check(t, func(rt *rapid.T) {
		offered := rapid.SliceOf(rapid.Int()).Draw(rt, "offered")
		limit := rapid.IntRange(0, 20).Draw(rt, "limit")
		l.Reset(limit, func(a, b int) bool { return a < b })
		for _, x := range offered {
			l.Offer(x)
		}
		want := slices.Sorted(slices.Values(offered))
		want = want[max(0, len(want)-limit):]
		got := slices.Sorted(slices.Values(l.Items()))
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			rt.Fatalf("kept (-want +got):\n%s", diff)
		}
		if l.Full() != (len(offered) >= limit) {
			rt.Fatalf("full is %v with %d of %d", l.Full(), len(l.Items()), limit)
		}
		if len(want) > 0 && l.Worst() != want[0] {
			rt.Fatalf("worst is %d, want %d", l.Worst(), want[0])
		}
	})
}
