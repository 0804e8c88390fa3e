package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/deskbook/deskbook/internal/llm"
	"github.com/deskbook/deskbook/retrieval/meaning"
	"github.com/deskbook/deskbook/retrieval/sense"
)

const vectorsUsage = "folder of an encoder to compare texts by meaning with; without one, words alone count"

// embeddings is an encoder at an endpoint.
type embeddings struct{ url, model, keyFile string }

// flags defines where the endpoint is.
func (e *embeddings) flags(f *pflag.FlagSet) {
	f.StringVar(&e.url, "embeddings-base-url", "",
		"OpenAI-compatible endpoint whose vectors compare texts by meaning, instead of --vectors")
	f.StringVar(&e.model, "embeddings-model", "", "model of that endpoint")
	f.StringVar(&e.keyFile, "embeddings-api-key-file", "",
		"file that contains that endpoint's key (or set DESKBOOK_EMBEDDINGS_API_KEY)")
}

// key returns the endpoint's key from its file or the environment.
func (e *embeddings) key() (string, error) {
	if e.keyFile == "" {
		return os.Getenv("DESKBOOK_EMBEDDINGS_API_KEY"), nil
	}
	b, err := os.ReadFile(e.keyFile)
	if err != nil {
		return "", fmt.Errorf("read the key of the embeddings endpoint: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// open returns the model of that name at the endpoint.
func (e *embeddings) open(model string) (sense.Encoder, error) {
	key, err := e.key()
	if err != nil {
		return nil, err
	}
	m, err := llm.NewEmbeddings(llm.Config{BaseURL: e.url, Model: model, APIKey: key})
	if err != nil {
		return nil, fmt.Errorf("--embeddings-base-url: %w", err)
	}
	return m, nil
}

// openEncoder returns the encoder in a folder or at an endpoint, nil where there is none, and the
// name under which its vectors are kept.
func openEncoder(dir string, e embeddings) (encoder sense.Encoder, name string, err error) {
	switch {
	case dir != "" && e.url != "":
		return nil, "", usageError{errors.New("name either --vectors or --embeddings-base-url")}
	case e.url != "":
		encoder, err = e.open(e.model)
		return encoder, e.model, err
	case dir == "":
		return nil, "", nil
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, "", fmt.Errorf("--vectors: %w", err)
	}
	encoder, err = openFolder(dir)
	return encoder, dir, err
}

func openFolder(dir string) (sense.Encoder, error) {
	m, err := meaning.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("--vectors: %w", err)
	}
	return m, nil
}

// openMeaning opens the vectors of the data folder; nil without an encoder.
func (a *app) openMeaning() (*sense.Index, error) {
	encoder, name, err := openEncoder(a.cfg.vectors, a.cfg.embeddings)
	if encoder == nil || err != nil {
		return nil, err
	}
	file := a.cfg.path(vectorsFile)
	x, err := sense.Open(sense.Options{
		File: file, Encoder: encoder, Name: name, Former: a.formerEncoder(file, encoder.ID()), Source: a.store, Log: a.log,
	})
	if err != nil {
		return nil, fmt.Errorf("open the vectors: %w", err)
	}
	return x, nil
}

// formerEncoder returns the encoder of which there are vectors, where it can still be opened: they
// serve until those of the new one are whole.
func (a *app) formerEncoder(file, id string) sense.Encoder {
	for kept, name := range sense.Kept(file) {
		for _, open := range []func(string) (sense.Encoder, error){openFolder, a.cfg.embeddings.open} {
			if e, err := open(name); err == nil && e.ID() == kept && kept != id {
				a.log.Info("the former encoder serves until the vectors of the new one are whole", "encoder", name)
				return e
			}
		}
	}
	return nil
}

// encoding shows how many texts have no vector yet.
func (e evaluation) encoding() func(pending int) {
	show, most := e.progress("encoding"), 0
	return func(pending int) {
		most = max(most, pending)
		show(most-pending, most)
	}
}
