package eval

import (
	"context"
	"path/filepath"
	"time"

	"github.com/deskbook/deskbook/retrieval/sense"
)

// encodingEvery is how often the progress of encoding is reported.
const encodingEvery = 500 * time.Millisecond

// openMeaning computes the vectors of the corpus.
func (b *rankingBench) openMeaning(ctx context.Context) (err error) {
	if b.o.Encoder == nil {
		return nil
	}
	file := b.o.Vectors
	if file == "" {
		file = filepath.Join(b.dir, "vectors")
	}
	b.meaning, err = sense.Open(sense.Options{File: file, Encoder: b.o.Encoder, Source: b.source, KeepQueries: true})
	if err != nil {
		return err
	}
	return b.encode(ctx)
}

// encode computes the vectors that are missing and reports how many are left.
func (b *rankingBench) encode(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- b.meaning.CatchUp(ctx) }()
	ticker := time.NewTicker(encodingEvery)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ticker.C:
			if b.o.Encoding != nil {
				b.o.Encoding(b.meaning.Pending())
			}
		}
	}
}
