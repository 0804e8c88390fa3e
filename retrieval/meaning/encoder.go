package meaning

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// largestBatch is how many tokens are encoded at once at most: it bounds the memory of a call to
// about 20 MB for a model with vectors of 384 numbers.
const largestBatch = 1024

// Encoder turns texts into vectors of unit length. It is safe for use by several goroutines.
type Encoder struct {
	tokenizer *Tokenizer
	model     *model
	usage     usage
	id        string
}

// Open reads the model in a folder. A folder that is none, or of a kind that cannot be run, is
// an ErrModel that says why.
func Open(dir string) (e *Encoder, err error) {
	c, err := readConfig(dir)
	if err != nil {
		return nil, err
	}
	e = &Encoder{}
	if e.usage, err = readUsage(dir, c); err != nil {
		return nil, err
	}
	if e.tokenizer, err = readTokenizer(dir, c); err != nil {
		return nil, err
	}
	w, done, err := openWeights(dir)
	if err != nil {
		return nil, err
	}
	e.model, err = newModel(c, w)
	if err = errors.Join(err, done()); err != nil {
		return nil, err
	}
	e.id, err = identify(dir)
	return e, err
}

// identify returns a hash of the files that decide on the vectors.
func identify(dir string) (string, error) {
	sum := sha256.New()
	for _, name := range []string{
		"config.json", "model.safetensors", onnxFile, "tokenizer.json", "vocab.txt", "tokenizer_config.json",
		filepath.Join("1_Pooling", "config.json"), "sentence_bert_config.json", "config_sentence_transformers.json",
	} {
		f, err := os.Open(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("read model: %w", err)
		}
		_, _ = fmt.Fprintf(sum, "%s\n", name) // a hash takes everything
		_, err = io.Copy(sum, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return "", fmt.Errorf("read model: %w", err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// ID identifies the model: vectors of different models cannot be compared.
func (e *Encoder) ID() string { return e.id }

// Size returns how many numbers a vector has.
func (e *Encoder) Size() int { return e.model.Size }

// Limit returns how many tokens of a text count; what follows is not read.
func (e *Encoder) Limit() int { return e.usage.limit - 2 }

// Tokens returns how many tokens a text has, at most limit.
func (e *Encoder) Tokens(text string, limit int) int { return len(e.tokenizer.Tokens(text, limit)) }

// Query returns the vector of a question, with all processors.
func (e *Encoder) Query(ctx context.Context, question string) ([]float32, error) {
	out, err := e.encode(ctx, []string{e.usage.prefix + question}, processors())
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// Passages returns the vectors of texts that are searched, with one processor.
func (e *Encoder) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	return e.encode(ctx, texts, 1)
}

// encode runs the texts in batches. Texts of different lengths need no padding.
func (e *Encoder) encode(ctx context.Context, texts []string, workers int) ([][]float32, error) {
	out := make([][]float32, 0, len(texts))
	var batch []text
	tokens := 0
	run := func() error {
		err := e.model.forward(ctx, batch, workers, func(rows []float32, starts []int) {
			for i := range batch {
				out = append(out, e.pool(rows[starts[i]*e.model.Size:starts[i+1]*e.model.Size]))
			}
		})
		batch, tokens = batch[:0], 0
		return err
	}
	for _, s := range texts {
		t := slices.Concat([]int32{e.tokenizer.first}, e.tokenizer.Tokens(s, e.Limit()), []int32{e.tokenizer.between})
		if len(batch) > 0 && tokens+len(t) > largestBatch {
			if err := run(); err != nil {
				return nil, err
			}
		}
		batch = append(batch, text{tokens: t, second: len(t)})
		tokens += len(t)
	}
	if len(batch) > 0 {
		if err := run(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pool returns the vector of a text from the rows of its tokens.
func (e *Encoder) pool(rows []float32) []float32 {
	size := e.model.Size
	out := make([]float32, size)
	copy(out, rows[:size])
	if !e.usage.first {
		for at := size; at < len(rows); at += size {
			for k, v := range rows[at : at+size] {
				out[k] += v
			}
		}
	}
	var squares float64
	for _, v := range out {
		squares += float64(v) * float64(v)
	}
	scale := float32(1 / math.Max(math.Sqrt(squares), 1e-12))
	for k := range out {
		out[k] *= scale
	}
	return out
}
