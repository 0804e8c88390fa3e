package meaning

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/deskbook/deskbook/retrieval/meaning/nn"
)

// onnxFile is the name under which packages carry quantised models.
const onnxFile = "model.onnx"

// onnxWeights are the weights in an ONNX file whose matrices are quantised to integers
// (MatMulInteger), returned as numbers. The graph is never executed: exporters give the matrices
// names of their own, so the nodes are followed from each product to the bias that is added to
// it, whose name says which layer it is.
type onnxWeights struct {
	tensors  map[string]onnxTensor
	matrices map[string]string // by name in the model: name in the file, laid out in × out
	prefix   string
}

// onnxTensor is an initializer of a graph.
type onnxTensor struct {
	dims []int
	kind int64
	raw  []byte
}

// onnxNode is an operation of a graph.
type onnxNode struct {
	kind            string
	inputs, outputs []string
}

// The numbers of the fields and types are those of onnx.proto3.
const (
	modelGraph       = 7
	graphNode        = 1
	graphInitializer = 5
	nodeInput        = 1
	nodeOutput       = 2
	nodeKind         = 4
	tensorDims       = 1
	tensorKind       = 2
	tensorFloats     = 4
	tensorIntegers   = 5
	tensorName       = 8
	tensorRaw        = 9

	onnxFloat = 1
	onnxUint8 = 2
	onnxInt8  = 3
)

const quantized = "_quantized"

// openONNX reads the file; its numbers stay in place until get.
func openONNX(dir string) (*onnxWeights, error) {
	path := filepath.Join(dir, onnxFile)
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	w := &onnxWeights{tensors: map[string]onnxTensor{}, matrices: map[string]string{}}
	var nodes []onnxNode
	err = fields(raw, func(number int32, graph []byte, _ uint64) error {
		if number != modelGraph {
			return nil
		}
		return fields(graph, func(number int32, b []byte, _ uint64) error {
			switch number {
			case graphNode:
				n, err := readNode(b)
				nodes = append(nodes, n)
				return err
			case graphInitializer:
				name, t, err := readTensor(b)
				w.tensors[name] = t
				return err
			}
			return nil
		})
	})
	if err != nil {
		return nil, refused("%s: %v", path, err)
	}
	for name := range w.tensors {
		if p, ok := strings.CutSuffix(strings.TrimSuffix(name, quantized), wordEmbeddings); ok {
			w.prefix = p
		}
	}
	w.nameMatrices(nodes)
	return w, nil
}

// fields calls do for each field of a message: with its bytes, or with its number.
func fields(b []byte, do func(number int32, bytes []byte, value uint64) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		var bytes []byte
		var value uint64
		switch kind {
		case protowire.BytesType:
			bytes, n = protowire.ConsumeBytes(b)
		case protowire.VarintType:
			value, n = protowire.ConsumeVarint(b)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		if err := do(int32(number), bytes, value); err != nil {
			return err
		}
	}
	return nil
}

func readNode(b []byte) (n onnxNode, err error) {
	err = fields(b, func(number int32, bytes []byte, _ uint64) error {
		switch number {
		case nodeInput:
			n.inputs = append(n.inputs, string(bytes))
		case nodeOutput:
			n.outputs = append(n.outputs, string(bytes))
		case nodeKind:
			n.kind = string(bytes)
		}
		return nil
	})
	return n, err
}

func readTensor(b []byte) (name string, t onnxTensor, err error) {
	err = fields(b, func(number int32, bytes []byte, value uint64) error {
		switch number {
		case tensorDims:
			if bytes == nil {
				t.dims = append(t.dims, int(value))
			}
			for len(bytes) > 0 { // packed
				v, n := protowire.ConsumeVarint(bytes)
				if n < 0 {
					return protowire.ParseError(n)
				}
				t.dims, bytes = append(t.dims, int(v)), bytes[n:]
			}
		case tensorKind:
			t.kind = int64(value)
		case tensorName:
			name = string(bytes)
		case tensorRaw, tensorFloats: // a packed float is laid out as a raw one
			t.raw = bytes
		case tensorIntegers: // of one byte, in a form for any
			for len(bytes) > 0 {
				v, n := protowire.ConsumeVarint(bytes)
				if n < 0 {
					return protowire.ParseError(n)
				}
				t.raw, bytes = append(t.raw, byte(v)), bytes[n:]
			}
		}
		return nil
	})
	return name, t, err
}

// nameMatrices follows each product to the bias that is added to it. The product of integers is
// first made a number and scaled.
func (w *onnxWeights) nameMatrices(nodes []onnxNode) {
	users := map[string]onnxNode{}
	for _, n := range nodes {
		for _, in := range n.inputs {
			users[in] = n
		}
	}
	for _, n := range nodes {
		if n.kind != "MatMulInteger" || len(n.inputs) < 2 {
			continue
		}
		matrix := strings.TrimSuffix(n.inputs[1], quantized)
		for _, follows := range []string{"Cast", "Mul", "Add"} {
			if len(n.outputs) == 0 || users[n.outputs[0]].kind != follows {
				break
			}
			n = users[n.outputs[0]]
		}
		for _, in := range n.inputs {
			if _, ok := w.tensors[in]; ok && n.kind == "Add" {
				w.matrices[strings.TrimSuffix(in, ".bias")+".weight"] = matrix
			}
		}
	}
}

// get returns a tensor of the given shape as numbers.
func (w *onnxWeights) get(name string, shape ...int) ([]float32, error) {
	if _, ok := w.tensors[name]; ok { // without a prefix: a head, which is not part of the encoder
		return w.numbers(name, shape...)
	}
	return w.numbers(w.prefix+name, shape...)
}

// matrix returns a matrix of out rows of in numbers, in bytes where it is stored in such.
func (w *onnxWeights) matrix(name string, out, in int) (nn.Matrix, error) {
	full := w.prefix + name
	if _, ok := w.matrices[full]; !ok {
		full = name
	}
	matrix, ok := w.matrices[full]
	if !ok {
		return asMatrix(w.get(name, out, in))
	}
	if m, ok, err := w.bytes(matrix, out, in); ok || err != nil {
		return m, err
	}
	flat, err := w.numbers(matrix, in, out)
	if err != nil {
		return nn.Matrix{}, err
	}
	return nn.Matrix{Numbers: transposed(flat, in, out)}, nil
}

// bytes returns a matrix, laid out in × out, in bytes; ok is false where it is stored otherwise.
func (w *onnxWeights) bytes(name string, out, in int) (m nn.Matrix, ok bool, err error) {
	t, ok := w.tensors[name+quantized]
	if !ok || t.kind != onnxInt8 {
		return m, false, nil
	}
	scales, values, zeros, err := w.parts(name, t, in, out)
	if err != nil || slices.ContainsFunc(zeros, func(z int16) bool { return z != 0 }) {
		return m, false, err
	}
	m = nn.Matrix{Bytes: make([]int8, len(values)), Scales: make([]float32, out)}
	for i, v := range values {
		m.Bytes[i%out*in+i/out] = int8(v)
	}
	for o := range m.Scales {
		m.Scales[o] = scales[o%len(scales)]
	}
	return m, true, nil
}

func asMatrix(x []float32, err error) (nn.Matrix, error) { return nn.Matrix{Numbers: x}, err }

// numbers returns a tensor by its name in the file, quantised or not.
func (w *onnxWeights) numbers(name string, shape ...int) ([]float32, error) {
	t, ok := w.tensors[name]
	small := false
	if !ok {
		t, small = w.tensors[name+quantized]
		if !small {
			return nil, refused("the weights have no %s", name)
		}
	}
	if small {
		return w.scaled(name, t, shape)
	}
	if !slices.Equal(t.dims, shape) {
		return nil, refused("%s has the shape %v, not %v", name, t.dims, shape)
	}
	return t.floats(name)
}

// scaled returns scale·(n - zero) of integers.
func (w *onnxWeights) scaled(name string, t onnxTensor, shape []int) ([]float32, error) {
	scales, values, zeros, err := w.parts(name, t, shape...)
	if err != nil {
		return nil, err
	}
	columns := shape[len(shape)-1]
	out := make([]float32, len(values))
	for i, v := range values {
		k := i % columns % len(scales)
		out[i] = scales[k] * float32(v-zeros[k])
	}
	return out, nil
}

// parts returns the integers of a tensor with scale and zero, those of all or of each column.
func (w *onnxWeights) parts(
	name string, t onnxTensor, shape ...int,
) (scales []float32, values, zeros []int16, err error) {
	if !slices.Equal(t.dims, shape) {
		return nil, nil, nil, refused("%s has the shape %v, not %v", name, t.dims, shape)
	}
	if scales, err = w.tensors[name+"_scale"].floats(name + "_scale"); err != nil {
		return nil, nil, nil, err
	}
	if values, err = t.integers(name); err != nil {
		return nil, nil, nil, err
	}
	if zeros, err = w.tensors[name+"_zero_point"].integers(name + "_zero_point"); err != nil {
		return nil, nil, nil, err
	}
	if n, columns := len(scales), shape[len(shape)-1]; n != len(zeros) || n != 1 && n != columns {
		return nil, nil, nil, refused("%s has %d scales and %d zero points for %d columns", name, n, len(zeros), columns)
	}
	return scales, values, zeros, nil
}

func (t onnxTensor) count() int {
	n := 1
	for _, d := range t.dims {
		n *= d
	}
	return n
}

func (t onnxTensor) floats(name string) ([]float32, error) {
	if t.kind != onnxFloat || len(t.raw) != 4*t.count() {
		return nil, refused("%s is not stored as plain numbers", name)
	}
	out := make([]float32, t.count())
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.raw[i*4:]))
	}
	return out, nil
}

func (t onnxTensor) integers(name string) ([]int16, error) {
	if t.kind != onnxUint8 && t.kind != onnxInt8 || len(t.raw) != t.count() {
		return nil, refused("%s is not stored as integers of one byte", name)
	}
	out := make([]int16, len(t.raw))
	for i, b := range t.raw {
		out[i] = int16(b)
		if t.kind == onnxInt8 {
			out[i] = int16(int8(b))
		}
	}
	return out, nil
}

// transposed returns a matrix of so many rows and columns with both exchanged.
func transposed(x []float32, rows, columns int) []float32 {
	out := make([]float32, len(x))
	for r := range rows {
		for c := range columns {
			out[c*rows+r] = x[r*columns+c]
		}
	}
	return out
}

// openWeights opens the weights of a folder, whichever way they are stored.
func openWeights(dir string) (weights, func() error, error) {
	if _, err := os.Stat(filepath.Join(dir, "model.safetensors")); errors.Is(err, os.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, onnxFile)); err == nil {
			w, err := openONNX(dir)
			return w, func() error { return nil }, err
		}
	}
	t, err := openTensors(dir)
	if err != nil {
		return nil, nil, err
	}
	return t, t.close, nil
}
