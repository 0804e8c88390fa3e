package meaning_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/retrieval/meaning"
)

// pair is one question and passage of testdata/reference.py.
type pair struct {
	Question string  `json:"question"`
	Passage  string  `json:"passage"`
	Limit    int     `json:"limit"`
	Score    float64 `json:"score"`
}

func openReranker(t testing.TB, dir string) *meaning.Reranker {
	t.Helper()
	r, err := meaning.OpenReranker(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRerankerReference(t *testing.T) {
	all := []comparison{
		{filepath.Join("testdata", "tiny"), "tiny-pairs.json", 1e-2},
		{filepath.Join("testdata", "tiny-int8"), "tiny-int8-pairs.json", .08},
	}
	if dir := os.Getenv("DESKBOOK_MODELS"); dir != "" { // of log odds between -12 and 12
		all = append(all, comparison{filepath.Join(dir, "ms-marco-minilm-l12"), "ms-marco-minilm-l12.json", .4})
	}
	for _, m := range all {
		raw, err := os.ReadFile(filepath.Join("testdata", m.name))
		if err != nil {
			t.Fatal(err)
		}
		var pairs []pair
		if err := json.Unmarshal(raw, &pairs); err != nil {
			t.Fatal(err)
		}
		r := openReranker(t, m.dir)
		worst := 0.0
		for _, p := range pairs {
			got, err := r.Scores(context.Background(), p.Question, []string{p.Passage, "other", p.Passage}, p.Limit)
			if err != nil {
				t.Fatal(err)
			}
			worst = max(worst, math.Abs(float64(got[0])-p.Score), math.Abs(float64(got[2]-got[0])))
			if d := math.Abs(float64(got[0]) - p.Score); d > m.least {
				t.Errorf("%s: %.40q and %.40q score %.3f, the reference %.3f", m.name, p.Question, p.Passage, got[0], p.Score)
			}
		}
		t.Logf("%s: at most %.4f apart", m.name, worst)
	}
}

func TestRerankerRefused(t *testing.T) {
	for _, c := range []struct{ name, file, from, to, want string }{
		{"one type of token", "config.json", `"type_vocab_size": 2`, `"type_vocab_size": 1`, "together"},
		{"no head", "model.safetensors", "classifier.weight", "classified.weight", "no classifier.weight"},
		{"architecture", "config.json", `"bert"`, `"mpnet"`, `type "mpnet"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyModel(t)
			replace(t, dir, c.file, c.from, c.to)
			_, err := meaning.OpenReranker(dir)
			if !errors.Is(err, meaning.ErrModel) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an ErrModel with %q", err, c.want)
			}
		})
	}
}

func TestRerankerCancel(t *testing.T) {
	r := openReranker(t, filepath.Join("testdata", "tiny"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Scores(ctx, "printer", []string{"disk"}, 40); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the call was cancelled", err)
	}
}

// BenchmarkScores measures ten pairs of 128 tokens with the model that make models installed into
// the folder DESKBOOK_MODELS, or the small one with random weights.
func BenchmarkScores(b *testing.B) {
	dir := filepath.Join("testdata", "tiny")
	if models := os.Getenv("DESKBOOK_MODELS"); models != "" {
		dir = filepath.Join(models, "ms-marco-minilm-l12")
	}
	r := openReranker(b, dir)
	passages := make([]string, 10)
	for i := range passages {
		passages[i] = strings.Repeat("the printer is offline ", 40)
	}
	question := strings.Repeat("why can nobody print ", 10)
	least := time.Hour
	for b.Loop() {
		start := time.Now()
		if _, err := r.Scores(context.Background(), question, passages, 125); err != nil {
			b.Fatal(err)
		}
		least = min(least, time.Since(start))
	}
	b.ReportMetric(float64(least.Microseconds())/1000, "least-ms")
}
