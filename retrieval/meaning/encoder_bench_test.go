package meaning_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/retrieval/meaning"
)

// BenchmarkQuery measures a text of about 150 words with the models that make models installed
// into the folder DESKBOOK_MODELS, or the small one with random weights.
func BenchmarkQuery(b *testing.B) {
	dirs := []string{filepath.Join("testdata", "tiny")}
	if models := os.Getenv("DESKBOOK_MODELS"); models != "" {
		dirs = []string{filepath.Join(models, "minilm-l6"), filepath.Join(models, "bge-small")}
	}
	text := strings.Repeat("The printer on the second floor is offline since this morning, and nobody can print. ", 10)
	if file := os.Getenv("DESKBOOK_TEXT"); file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		text = string(raw)
	}
	for _, dir := range dirs {
		b.Run(filepath.Base(dir), func(b *testing.B) { benchmarkQuery(b, dir, text) })
	}
}

func benchmarkQuery(b *testing.B, dir, text string) {
	e, err := meaning.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	least := time.Hour
	for b.Loop() {
		start := time.Now()
		if _, err := e.Query(context.Background(), text); err != nil {
			b.Fatal(err)
		}
		least = min(least, time.Since(start))
	}
	b.ReportMetric(float64(least.Microseconds())/1000, "least-ms")
	b.ReportMetric(float64(e.Tokens(text, e.Limit())+2), "tokens")
}
