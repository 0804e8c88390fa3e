package eval_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/testkit"
)

// wordReranker likes passages that share a word with the question or mean the same.
type wordReranker struct{ pairs int }

func (r *wordReranker) ID() string { return "words" }

func (r *wordReranker) Scores(_ context.Context, question string, passages []string, _ int) ([]float32, error) {
	var out []float32
	for _, p := range passages {
		r.pairs++
		odds := float32(-8)
		if strings.Contains(question, "gizmo") && strings.Contains(p, "Disk") {
			odds = 8
		}
		out = append(out, odds)
	}
	return out, nil
}

func TestRankLayers(t *testing.T) {
	kept := filepath.Join(t.TempDir(), "scores")
	reranker := &wordReranker{}
	encoder := &testkit.WordEncoder{Name: "words", Same: map[string]string{"gizmo": "disk", "blinks": "full"}}
	o := eval.RankingOptions{
		Set: load(t, smallSet(t), ""), NoLearning: true, Encoder: encoder, Reranker: reranker, Scores: kept,
	}
	l, err := eval.RankLayers(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(l) != 4 || l[0].Name != "words" || l[3].Name != "+ both" {
		t.Fatalf("layers %+v", l)
	}
	words, both := l[0].Report, l[3].Report
	if words.Queries != 3 || both.Queries != 3 || both.Hit1 <= words.Hit1 {
		t.Errorf("right first: words %v, both %v", words.Hit1, both.Hit1)
	}
	if words.RefusedAtTenth == nil || both.RefusedAtTenth == nil {
		t.Error("the share of unanswerable queries that are refused is missing")
	}
	if table := l.String(); strings.Count(table, "\n") != 5 || !strings.Contains(table, "| + reranker | ") {
		t.Errorf("table:\n%s", table)
	}
	before := reranker.pairs
	if before == 0 {
		t.Fatal("nothing was read")
	}
	o.Encoder = nil
	if l, err = eval.RankLayers(t.Context(), o); err != nil || len(l) != 2 || reranker.pairs != before {
		t.Errorf("%d layers, %d pairs were read again, %v", len(l), reranker.pairs-before, err)
	}
}
