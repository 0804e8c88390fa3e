package meaning

import (
	"context"
	"errors"
	"math"
)

// Reranker reads a question and a passage together and says how well the passage answers it. It
// is safe for use by several goroutines.
type Reranker struct {
	tokenizer *Tokenizer
	model     *model
	pooler    []float32 // Size rows of Size numbers
	bias      []float32
	head      []float32 // of the one output
	shift     float32
	id        string
}

// OpenReranker reads the cross-encoder in a folder: a BERT with a head of one output. A folder
// that is none is an ErrModel that says why.
func OpenReranker(dir string) (*Reranker, error) {
	c, err := readConfig(dir)
	if err != nil {
		return nil, err
	}
	if c.Types < 2 {
		return nil, refused("%s cannot read a question and a passage together", dir)
	}
	r := &Reranker{}
	if r.tokenizer, err = readTokenizer(dir, c); err != nil {
		return nil, err
	}
	w, done, err := openWeights(dir)
	if err != nil {
		return nil, err
	}
	r.model, err = newModel(c, w)
	if err == nil {
		err = r.readHead(&loader{weights: w})
	}
	if err = errors.Join(err, done()); err != nil {
		return nil, err
	}
	r.id, err = identify(dir)
	return r, err
}

// readHead reads what follows the model: a map of the first token, and of that to one number.
func (r *Reranker) readHead(l *loader) error {
	size := r.model.Size
	r.pooler = l.matrix("pooler.dense.weight", size, size).InNumbers().Numbers
	r.bias = l.numbers("pooler.dense.bias", size)
	r.head = l.matrix("classifier.weight", 1, size).InNumbers().Numbers
	if shift := l.numbers("classifier.bias", 1); l.err == nil {
		r.shift = shift[0]
	}
	return l.err
}

// ID identifies the model: scores of different models cannot be compared.
func (r *Reranker) ID() string { return r.id }

// Limit returns how many tokens of a question and a passage count together.
func (r *Reranker) Limit() int { return r.model.Positions - 3 }

// Tokens returns how many tokens a text has, at most limit.
func (r *Reranker) Tokens(text string, limit int) int { return len(r.tokenizer.Tokens(text, limit)) }

// Scores returns how well each passage answers the question, as log odds, with all processors.
// At most limit tokens of a pair are read, and at most half as many of the question.
func (r *Reranker) Scores(ctx context.Context, question string, passages []string, limit int) ([]float32, error) {
	limit = min(limit, r.Limit())
	first := append([]int32{r.tokenizer.first}, r.tokenizer.Tokens(question, limit/2)...)
	first = append(first, r.tokenizer.between)
	out := make([]float32, 0, len(passages))
	var batch []text
	tokens := 0
	run := func() error {
		err := r.model.forward(ctx, batch, processors(), func(rows []float32, starts []int) {
			for i := range batch {
				out = append(out, r.score(rows[starts[i]*r.model.Size:][:r.model.Size]))
			}
		})
		batch, tokens = batch[:0], 0
		return err
	}
	for _, p := range passages {
		t := append([]int32{}, first...)
		t = append(append(t, r.tokenizer.Tokens(p, limit-len(first)+2)...), r.tokenizer.between)
		if len(batch) > 0 && tokens+len(t) > largestBatch {
			if err := run(); err != nil {
				return nil, err
			}
		}
		batch = append(batch, text{tokens: t, second: len(first)})
		tokens += len(t)
	}
	if len(batch) == 0 {
		return out, nil
	}
	return out, run()
}

// score returns the output of the head for the first token of a pair.
func (r *Reranker) score(token []float32) float32 {
	z := float64(r.shift)
	for o, b := range r.bias {
		for i, v := range r.pooler[o*len(token) : (o+1)*len(token)] {
			b += v * token[i]
		}
		z += float64(r.head[o]) * math.Tanh(float64(b))
	}
	return float32(z)
}
