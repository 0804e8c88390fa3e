package main

import (
	"fmt"

	"github.com/deskbook/deskbook/retrieval/meaning"
	"github.com/deskbook/deskbook/retrieval/sense"
)

const vectorsUsage = "folder of an encoder to compare texts by meaning with; without one, words alone count"

// openEncoder returns the encoder in a folder; nil when dir is "".
func openEncoder(dir string) (sense.Encoder, error) {
	if dir == "" {
		return nil, nil
	}
	e, err := meaning.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("--vectors: %w", err)
	}
	return e, nil
}

// openMeaning opens the vectors of the data folder; nil without an encoder.
func (a *app) openMeaning() (*sense.Index, error) {
	e, err := openEncoder(a.cfg.vectors)
	if e == nil || err != nil {
		return nil, err
	}
	x, err := sense.Open(sense.Options{File: a.cfg.path(vectorsFile), Encoder: e, Source: a.store, Log: a.log})
	if err != nil {
		return nil, fmt.Errorf("--vectors: %w", err)
	}
	return x, nil
}

// encoding shows how many texts have no vector yet.
func (e evaluation) encoding() func(pending int) {
	show, most := e.progress("encoding"), 0
	return func(pending int) {
		most = max(most, pending)
		show(most-pending, most)
	}
}
