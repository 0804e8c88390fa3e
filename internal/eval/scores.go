package eval

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"sync"

	"github.com/deskbook/deskbook/retrieval/rerank"
)

// Reranker is a model that reads a question and passages together.
type Reranker interface {
	rerank.Model
	ID() string // another one for other scores
}

// scores keeps what a model said for the next evaluation, which then takes seconds instead of
// minutes.
type scores struct {
	model Reranker
	path  string // "" for none

	mu    sync.Mutex
	known map[uint64]float32
	added bool
}

// openScores reads the file, if there is one.
func openScores(m Reranker, path string) (s *scores, err error) {
	s = &scores{model: m, path: path, known: map[uint64]float32{}}
	if path == "" {
		return s, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = errors.Join(gob.NewDecoder(f).Decode(&s.known), f.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("read scores: %w", err)
	}
	return s, nil
}

// Scores returns what is kept, and asks the model for the rest.
func (s *scores) Scores(ctx context.Context, question string, passages []string, limit int) ([]float32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]float32, len(passages))
	var missing []string
	var places []int
	for i, p := range passages {
		v, ok := s.known[s.key(question, p, limit)]
		if !ok {
			missing, places = append(missing, p), append(places, i)
		}
		out[i] = v
	}
	found, err := s.model.Scores(ctx, question, missing, limit)
	if err != nil {
		return nil, err
	}
	for i, v := range found {
		s.known[s.key(question, missing[i], limit)], s.added = v, true
		out[places[i]] = v
	}
	return out, nil
}

func (s *scores) key(question, passage string, limit int) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s\x00%d\x00%s\x00%s", s.model.ID(), limit, question, passage) // a hash takes everything
	return h.Sum64()
}

// close writes the file.
func (s *scores) close() error {
	if s.path == "" || !s.added {
		return nil
	}
	f, err := os.Create(s.path)
	if err == nil {
		err = errors.Join(gob.NewEncoder(f).Encode(s.known), f.Close())
	}
	if err != nil {
		return fmt.Errorf("keep scores: %w", err)
	}
	return nil
}
