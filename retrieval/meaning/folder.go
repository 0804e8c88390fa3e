package meaning

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskbook/deskbook/retrieval/meaning/nn"
)

// ErrModel is the kind of all errors that say why a folder cannot be used as a model.
var ErrModel = errors.New("not a model that can be run")

func refused(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrModel, fmt.Sprintf(format, a...))
}

// config is what config.json says of a BERT.
type config struct {
	Type         string  `json:"model_type"`
	Size         int     `json:"hidden_size"`
	Inner        int     `json:"intermediate_size"`
	Heads        int     `json:"num_attention_heads"`
	Layers       int     `json:"num_hidden_layers"`
	Positions    int     `json:"max_position_embeddings"`
	PositionKind string  `json:"position_embedding_type"`
	Vocabulary   int     `json:"vocab_size"`
	Types        int     `json:"type_vocab_size"`
	Activation   string  `json:"hidden_act"`
	Epsilon      float32 `json:"layer_norm_eps"`
}

// read fills v from a JSON file of the folder and reports whether there is one.
func read(dir, name string, v any) (bool, error) {
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read model: %w", err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return false, refused("%s: %v", filepath.Join(dir, name), err)
	}
	return true, nil
}

func readConfig(dir string) (config, error) {
	var c config
	ok, err := read(dir, "config.json", &c)
	switch {
	case err != nil:
		return c, err
	case !ok:
		return c, refused("%s has no config.json", dir)
	case c.Type != "bert":
		return c, refused("%s is of the type %q; only bert can be run", dir, c.Type)
	case c.Activation != "gelu":
		return c, refused("%s has the activation %q; only gelu can be run", dir, c.Activation)
	case c.PositionKind != "" && c.PositionKind != "absolute":
		return c, refused("%s has positions of the type %q; only absolute ones can be run", dir, c.PositionKind)
	case c.Size < 1 || c.Inner < 1 || c.Heads < 1 || c.Layers < 1 || c.Positions < 3 || c.Vocabulary < 1 || c.Types < 1:
		return c, refused("%s: config.json has no sizes", dir)
	case c.Size%(c.Heads*nn.Granularity) != 0 || c.Inner%nn.Granularity != 0:
		return c, refused("%s: sizes of heads and layers must be multiples of %d", dir, nn.Granularity)
	}
	return c, nil
}

// usage is what the files of sentence-transformers say about how a model is used.
type usage struct {
	first  bool   // the vector is that of the first token, else the mean of all
	limit  int    // tokens of a text, special ones included
	prefix string // of a query
}

func readUsage(dir string, c config) (usage, error) {
	var pooling struct {
		First bool `json:"pooling_mode_cls_token"`
		Mean  bool `json:"pooling_mode_mean_tokens"`
	}
	pooling.Mean = true
	var length struct {
		Limit int `json:"max_seq_length"`
	}
	var prompts struct {
		Prompts map[string]string `json:"prompts"`
	}
	for name, v := range map[string]any{
		filepath.Join("1_Pooling", "config.json"): &pooling,
		"sentence_bert_config.json":               &length,
		"config_sentence_transformers.json":       &prompts,
	} {
		if _, err := read(dir, name, v); err != nil {
			return usage{}, err
		}
	}
	if pooling.First == pooling.Mean {
		return usage{}, refused("%s: only the mean and the first token can be pooled", dir)
	}
	u := usage{first: pooling.First, limit: c.Positions, prefix: prompts.Prompts["query"]}
	if length.Limit > 2 {
		u.limit = min(u.limit, length.Limit)
	}
	return u, nil
}

// readTokenizer prefers tokenizer.json, which says everything, to vocab.txt.
func readTokenizer(dir string, c config) (*Tokenizer, error) {
	var full struct {
		Normalizer struct {
			Fold  bool  `json:"lowercase"`
			Strip *bool `json:"strip_accents"`
			Split bool  `json:"handle_chinese_chars"`
		} `json:"normalizer"`
		Model struct {
			Type       string           `json:"type"`
			Prefix     string           `json:"continuing_subword_prefix"`
			Vocabulary map[string]int32 `json:"vocab"`
		} `json:"model"`
	}
	t := &Tokenizer{fold: true, split: true}
	ok, err := read(dir, "tokenizer.json", &full)
	if err != nil {
		return nil, err
	}
	strip := full.Normalizer.Strip
	if ok {
		if full.Model.Type != "WordPiece" || full.Model.Prefix != "##" {
			return nil, refused("%s: tokenizer.json is of the type %q; only WordPiece can be run", dir, full.Model.Type)
		}
		t.pieces, t.fold, t.split = full.Model.Vocabulary, full.Normalizer.Fold, full.Normalizer.Split
	} else {
		simple := struct {
			Fold  *bool `json:"do_lower_case"`
			Strip *bool `json:"strip_accents"`
		}{}
		if _, err := read(dir, "tokenizer_config.json", &simple); err != nil {
			return nil, err
		}
		if simple.Fold != nil {
			t.fold = *simple.Fold
		}
		strip = simple.Strip
		if t.pieces, err = readVocabulary(filepath.Join(dir, "vocab.txt")); err != nil {
			return nil, err
		}
	}
	t.strip = t.fold
	if strip != nil {
		t.strip = *strip
	}
	return t, t.check(dir, c)
}

// check finds the special tokens, and that every piece has an embedding.
func (t *Tokenizer) check(dir string, c config) error {
	for name, at := range map[string]*int32{"[UNK]": &t.unknown, "[CLS]": &t.first, "[SEP]": &t.between} {
		id, ok := t.pieces[name]
		if !ok {
			return refused("%s: the vocabulary has no %s", dir, name)
		}
		*at = id
	}
	for piece, id := range t.pieces {
		if id < 0 || int(id) >= c.Vocabulary {
			return refused("%s: the vocabulary has %q as number %d of %d", dir, piece, id, c.Vocabulary)
		}
	}
	return nil
}

func readVocabulary(path string) (map[string]int32, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, refused("no tokenizer.json and no vocab.txt: %v", err)
	}
	pieces := map[string]int32{}
	lines := bufio.NewScanner(f)
	for n := int32(0); lines.Scan(); n++ {
		pieces[strings.TrimSuffix(lines.Text(), "\r")] = n
	}
	if err := errors.Join(lines.Err(), f.Close()); err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	return pieces, nil
}
