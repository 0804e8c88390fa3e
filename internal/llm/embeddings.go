package llm

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"

	"github.com/deskbook/deskbook/internal/fault"
)

const (
	// questionTime is how long a request waits for the vector of its text.
	questionTime = time.Second
	// passagesTime is how long the background waits for the vectors of a batch.
	passagesTime = 60 * time.Second
	// embeddingTokens is how many tokens of a text are sent: what models of this kind read at least.
	embeddingTokens = 256
	// tokenRunes is how many characters a token has at least, on average.
	tokenRunes = 3
)

// Embeddings turns texts into vectors of unit length by a model at an OpenAI-compatible endpoint.
// It is safe for concurrent use. Every failure is fault.Unavailable with the reason, or the error
// of the context; an endpoint that keeps failing is not called for a while.
type Embeddings struct{ client *Client }

// NewEmbeddings returns the model; it makes no call. Errors are those of New.
func NewEmbeddings(c Config) (*Embeddings, error) {
	client, err := New(c)
	if err != nil {
		return nil, err
	}
	return &Embeddings{client}, nil
}

// ID identifies the model by its name: a model that is replaced under the same name is noticed
// only where its vectors have another size.
func (e *Embeddings) ID() string { return "endpoint " + e.client.config.Model }

// Limit returns how many tokens of a text count.
func (e *Embeddings) Limit() int { return embeddingTokens }

// Tokens returns about how many tokens a text has, at most limit: the endpoint alone knows.
func (e *Embeddings) Tokens(text string, limit int) int {
	return min(limit, (utf8.RuneCountInString(text)+tokenRunes-1)/tokenRunes)
}

// Query returns the vector of a question.
func (e *Embeddings) Query(ctx context.Context, question string) ([]float32, error) {
	out, err := e.encode(ctx, []string{question}, questionTime)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// Passages returns the vectors of texts that are searched.
func (e *Embeddings) Passages(ctx context.Context, texts []string) ([][]float32, error) {
	return e.encode(ctx, texts, passagesTime)
}

// Close closes idle connections.
func (e *Embeddings) Close() { e.client.Close() }

func (e *Embeddings) encode(ctx context.Context, texts []string, timeout time.Duration) ([][]float32, error) {
	inputs := make([]string, len(texts))
	for i, s := range texts {
		inputs[i] = cut(s, embeddingTokens*tokenRunes)
		if strings.TrimSpace(inputs[i]) == "" {
			inputs[i] = "." // endpoints refuse an empty text
		}
	}
	var out [][]float32
	err := e.client.guarded(ctx, min(timeout, e.client.config.Timeout), func(ctx context.Context) (time.Duration, error) {
		notes := &notes{}
		ctx = withNotes(ctx, notes)
		r, err := e.client.api.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{
			Input: inputs, Model: openai.EmbeddingModel(e.client.config.Model),
		})
		if err == nil {
			out, err = vectorsOf(r, len(texts))
			return -1, err
		}
		var explained *fault.Error
		if errors.As(err, &explained) {
			return -1, err
		}
		return e.client.waitAfter(notes), e.client.unavailable(ctx, err, notes.reason())
	})
	return out, err
}

// cut returns the first characters of a text.
func cut(text string, runes int) string {
	n := 0
	for i := range text {
		if n == runes {
			return text[:i]
		}
		n++
	}
	return text
}

// vectorsOf returns the vectors of a reply in the order of the texts, of unit length.
func vectorsOf(r openai.EmbeddingResponse, n int) ([][]float32, error) {
	out := make([][]float32, n)
	size := 0
	for _, d := range r.Data {
		if d.Index < 0 || d.Index >= n || len(d.Embedding) == 0 || size > 0 && len(d.Embedding) != size {
			return nil, fault.New(fault.Unavailable, "the endpoint's vectors do not fit the texts")
		}
		size = len(d.Embedding)
		out[d.Index] = unit(d.Embedding)
	}
	if slices.ContainsFunc(out, func(v []float32) bool { return v == nil }) {
		return nil, fault.New(fault.Unavailable, "the endpoint returned %d vectors for %d texts", len(r.Data), n)
	}
	return out, nil
}

func unit(v []float32) []float32 {
	var squares float64
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	scale := float32(1 / math.Max(math.Sqrt(squares), 1e-12))
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = x * scale
	}
	return out
}
