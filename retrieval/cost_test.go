package retrieval_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/retrieval"
)

// crowd makes n articles whose words follow a long-tailed distribution.
func crowd(n int) *eval.Snapshot {
	rng := rand.New(rand.NewPCG(1, 1))
	zipf := rand.NewZipf(rng, 1.1, 4, 30_000)
	s := eval.NewSnapshot()
	for i := range n {
		var b strings.Builder
		for range 300 {
			fmt.Fprintf(&b, "w%dx ", zipf.Uint64())
		}
		s.PutArticles(article(fmt.Sprintf("a%05d", i), fmt.Sprintf("w%dx w%dx", zipf.Uint64(), zipf.Uint64()), b.String()))
	}
	return s
}

func crowdTicket(words int) string {
	rng := rand.New(rand.NewPCG(2, 2))
	zipf := rand.NewZipf(rng, 1.1, 4, 30_000)
	var b strings.Builder
	for range words {
		fmt.Fprintf(&b, "w%dx ", zipf.Uint64())
	}
	return b.String()
}

func BenchmarkSuggest(b *testing.B) {
	e := open(b, crowd(5000))
	for _, n := range []int{3, 150, 100_000} {
		body := crowdTicket(n)
		b.Run(fmt.Sprintf("%d words", n), func(b *testing.B) {
			request := desk.SuggestRequest{Subject: "w3x w700x", Body: body, Visibility: visitor}
			for b.Loop() {
				if _, err := e.Suggest(b.Context(), request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	e := open(b, crowd(5000))
	for b.Loop() {
		if _, err := e.Search(b.Context(), retrieval.Query{Text: "w3x w70x w700x", Visibility: visitor}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkComplete(b *testing.B) {
	e := open(b, crowd(5000))
	for b.Loop() {
		if _, err := e.Complete(b.Context(), "w1", visitor, 0); err != nil {
			b.Fatal(err)
		}
	}
}
