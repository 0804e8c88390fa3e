package main

import (
	"fmt"
	"time"

	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/meaning"
	"github.com/deskbook/deskbook/retrieval/rerank"
	"github.com/deskbook/deskbook/summarize/thread"
)

const rerankerUsage = "folder of a cross-encoder that reads a question together with the best passages"

// openReranker returns the cross-encoder in a folder; nil when dir is "".
func openReranker(dir string) (*meaning.Reranker, error) {
	if dir == "" {
		return nil, nil
	}
	m, err := meaning.OpenReranker(dir)
	if err != nil {
		return nil, fmt.Errorf("--reranker: %w", err)
	}
	return m, nil
}

// setReader sets the engine's reader of passages, if there is a cross-encoder.
func (a *app) setReader(o *retrieval.Options, budget time.Duration) error {
	m, err := openReranker(a.cfg.reranker)
	if m == nil || err != nil {
		return err
	}
	o.Reader, o.Gist = rerank.New(m, budget, a.log), thread.Gist
	return nil
}
