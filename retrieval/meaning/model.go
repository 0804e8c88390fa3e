package meaning

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/deskbook/deskbook/retrieval/meaning/nn"
)

const wordEmbeddings = "embeddings.word_embeddings.weight"

// model is a BERT: embeddings and layers of attention. It is safe for use by several goroutines.
type model struct {
	config
	words, positions, types []float32
	norm                    nn.Normalization // of the embeddings
	layers                  []layer
	buffers                 sync.Pool // of *buffers
}

// layer is one layer: attention over the text, then two affine maps of each token.
type layer struct {
	attention, out nn.Layer // attention computes queries, keys and values side by side
	outNorm        nn.Normalization
	up, down       nn.Layer
	downNorm       nn.Normalization
}

// weights is where a model's numbers come from.
type weights interface {
	get(name string, shape ...int) ([]float32, error)
	// matrix returns a matrix of out rows of in numbers.
	matrix(name string, out, in int) (nn.Matrix, error)
}

// loader reads weights until the first error.
type loader struct {
	weights
	err error
}

func (l *loader) numbers(name string, shape ...int) []float32 {
	if l.err != nil {
		return nil
	}
	x, err := l.get(name, shape...)
	l.err = err
	return x
}

func (l *loader) norm(name string, c config) nn.Normalization {
	return nn.Normalization{
		Gamma: l.numbers(name+".weight", c.Size), Beta: l.numbers(name+".bias", c.Size), Epsilon: c.Epsilon,
	}
}

func (l *loader) matrix(name string, out, in int) nn.Matrix {
	if l.err != nil {
		return nn.Matrix{}
	}
	m, err := l.weights.matrix(name, out, in)
	l.err = err
	return m
}

func (l *loader) layer(name string, in, out int) nn.Layer {
	matrix, bias := l.matrix(name+".weight", out, in), l.numbers(name+".bias", out)
	if l.err != nil {
		return nn.Layer{}
	}
	return nn.NewLayer(matrix, bias, in, out)
}

// attention joins the three maps, the first scaled so that its products need no scaling.
func (l *loader) attention(name string, c config) nn.Layer {
	var matrix nn.Matrix
	var bias []float32
	scale := float32(1 / math.Sqrt(float64(c.Size/c.Heads)))
	for i, part := range []string{"query", "key", "value"} {
		m, b := l.matrix(name+"."+part+".weight", c.Size, c.Size), l.numbers(name+"."+part+".bias", c.Size)
		if i == 0 {
			m.Scale(scale)
			for k := range b {
				b[k] *= scale
			}
		}
		matrix, bias = matrix.Append(m), append(bias, b...)
	}
	if l.err != nil {
		return nn.Layer{}
	}
	return nn.NewLayer(matrix, bias, c.Size, 3*c.Size)
}

func newModel(c config, w weights) (*model, error) {
	l := &loader{weights: w}
	m := &model{
		config: c, words: l.numbers(wordEmbeddings, c.Vocabulary, c.Size),
		positions: l.numbers("embeddings.position_embeddings.weight", c.Positions, c.Size),
		types:     l.numbers("embeddings.token_type_embeddings.weight", c.Types, c.Size),
		norm:      l.norm("embeddings.LayerNorm", c),
	}
	for i := range c.Layers {
		at := fmt.Sprintf("encoder.layer.%d.", i)
		m.layers = append(m.layers, layer{
			attention: l.attention(at+"attention.self", c),
			out:       l.layer(at+"attention.output.dense", c.Size, c.Size),
			outNorm:   l.norm(at+"attention.output.LayerNorm", c),
			up:        l.layer(at+"intermediate.dense", c.Size, c.Inner),
			down:      l.layer(at+"output.dense", c.Inner, c.Size),
			downNorm:  l.norm(at+"output.LayerNorm", c),
		})
	}
	if l.err != nil {
		return nil, l.err
	}
	m.buffers.New = func() any { return &buffers{} }
	return m, nil
}

// text is one input: its tokens, and from where on they are of the second type.
type text struct {
	tokens []int32
	second int
}

// blockRows is how many tokens one goroutine takes through the maps of a layer at a time: their
// numbers stay in the second level of the cache.
const blockRows = 48

// buffers are the numbers of one forward pass.
type buffers struct {
	rows, mixed, attended []float32 // of all tokens: hidden state; queries, keys, values; attention
	starts                []int     // of each text, in tokens; the last is the end
	workers               []workspace
}

// workspace is what one goroutine needs.
type workspace struct {
	attention nn.Attention
	rounded   nn.Rounded
	row, wide []float32
}

func grown(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// forward computes the last hidden state of the texts on so many goroutines, and hands its rows
// to use, with where each text begins. It ends between two layers when ctx does.
func (m *model) forward(ctx context.Context, texts []text, workers int, use func(rows []float32, starts []int)) error {
	b, ok := m.buffers.Get().(*buffers)
	if !ok {
		return errors.New("encode: no buffers")
	}
	defer m.buffers.Put(b)
	b.starts = append(b.starts[:0], 0)
	total := 0
	for _, t := range texts {
		total += len(t.tokens)
		b.starts = append(b.starts, total)
	}
	tall := total + blockRows // the last block is read whole
	b.rows, b.attended = grown(b.rows, tall*m.Size), grown(b.attended, tall*m.Size)
	b.mixed = grown(b.mixed, tall*3*m.Size)
	for len(b.workers) < workers {
		b.workers = append(b.workers, workspace{
			row: make([]float32, blockRows*m.Size), wide: make([]float32, blockRows*m.Inner),
		})
	}
	m.embed(b, texts)
	for i := range m.layers {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		m.pass(b, &m.layers[i], total, workers)
	}
	use(b.rows, b.starts)
	return nil
}

// embed sets the rows to the normalised sums of the embeddings.
func (m *model) embed(b *buffers, texts []text) {
	at := 0
	for _, t := range texts {
		for p, id := range t.tokens {
			kind := 0
			if p >= t.second {
				kind = 1
			}
			row := b.rows[at*m.Size : (at+1)*m.Size]
			word, position := m.words[int(id)*m.Size:], m.positions[p*m.Size:]
			for k, v := range m.types[kind*m.Size : (kind+1)*m.Size] {
				row[k] = word[k] + v
			}
			m.norm.Apply(row, position[:m.Size], 1)
			at++
		}
	}
	clear(b.rows[at*m.Size:])
	clear(b.attended[at*m.Size:])
}

// pass applies one layer to all tokens.
func (m *model) pass(b *buffers, l *layer, total, workers int) {
	parts := min((total+blockRows*workers-1)/(blockRows*workers)*workers, nn.Padded(total)/nn.Padded(1))
	spread(workers, parts, func(worker, i int) {
		from, n := part(total, parts, i)
		l.attention.Apply(b.mixed[from*3*m.Size:], b.rows[from*m.Size:], n, &b.workers[worker].rounded)
	})
	head := m.Size / m.Heads
	spread(workers, (len(b.starts)-1)*m.Heads, func(worker, i int) {
		from, h := b.starts[i/m.Heads], i%m.Heads
		q := b.mixed[from*3*m.Size+h*head:]
		n := b.starts[i/m.Heads+1] - from
		b.workers[worker].attention.Apply(
			b.attended[from*m.Size+h*head:], m.Size, q, q[m.Size:], q[2*m.Size:], n, head, 3*m.Size)
	})
	spread(workers, parts, func(worker, i int) {
		from, n := part(total, parts, i)
		w, rows := &b.workers[worker], b.rows[from*m.Size:]
		l.out.Apply(w.row, b.attended[from*m.Size:], n, &w.rounded)
		l.outNorm.Apply(w.row, rows, n)
		l.up.Apply(w.wide, w.row, n, &w.rounded)
		nn.GELU(w.wide[:n*m.Inner])
		l.down.Apply(rows, w.wide, n, &w.rounded)
		l.downNorm.Apply(rows, w.row, n)
	})
}

// part returns where the i-th of equal parts of the tokens begins, and its size. Parts begin at
// multiples of the rows that are multiplied at once.
func part(total, parts, i int) (from, n int) {
	groups, rows := nn.Padded(total)/nn.Padded(1), nn.Padded(1)
	from, end := groups*i/parts*rows, groups*(i+1)/parts*rows
	return from, max(0, min(end, total)-from)
}

// spread calls do for each of n parts of the work on so many goroutines.
func spread(workers, n int, do func(worker, i int)) {
	workers = min(workers, n)
	if workers <= 1 {
		for i := range n {
			do(0, i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(w, i)
			}
		})
	}
	all.Wait()
}

// processors is how many goroutines a request uses.
func processors() int { return runtime.GOMAXPROCS(0) }
