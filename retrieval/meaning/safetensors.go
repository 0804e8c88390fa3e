package meaning

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskbook/deskbook/retrieval/meaning/nn"
)

// largestHeader bounds what is read before anything of a file was checked.
const largestHeader = 16 << 20

// tensors are the weights in a safetensors file, read one by one.
type tensors struct {
	file   *os.File
	start  int64 // of the numbers
	size   int64 // of all numbers
	header map[string]tensor
	prefix string // of the names, such as "bert."
}

type tensor struct {
	Type    string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// openTensors reads the header; see https://huggingface.co/docs/safetensors.
func openTensors(dir string) (t *tensors, err error) {
	path := filepath.Join(dir, "model.safetensors")
	f, err := os.Open(path)
	if err != nil {
		return nil, refused("no weights: %v", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	var size [8]byte
	if _, err := io.ReadFull(f, size[:]); err != nil {
		return nil, refused("%s: %v", path, err)
	}
	n := binary.LittleEndian.Uint64(size[:])
	if n > largestHeader || int64(n)+8 > info.Size() {
		return nil, refused("%s: its header would have %d bytes", path, n)
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(f, raw); err != nil {
		return nil, refused("%s: %v", path, err)
	}
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(raw, &entries); err != nil {
		return nil, refused("%s: %v", path, err)
	}
	t = &tensors{file: f, start: int64(n) + 8, size: info.Size() - int64(n) - 8, header: map[string]tensor{}}
	for name, entry := range entries {
		if name == "__metadata__" {
			continue
		}
		var x tensor
		if err := json.Unmarshal(entry, &x); err != nil {
			return nil, refused("%s: %s: %v", path, name, err)
		}
		if x.Offsets[1] > t.size {
			return nil, refused("%s: %s lies outside of the file", path, name)
		}
		t.header[name] = x
		if strings.HasSuffix(name, wordEmbeddings) {
			t.prefix = strings.TrimSuffix(name, wordEmbeddings)
		}
	}
	return t, nil
}

func (t *tensors) close() error { return t.file.Close() }

// get returns a tensor of the given shape as numbers.
func (t *tensors) get(name string, shape ...int) ([]float32, error) {
	x, ok := t.header[t.prefix+name]
	if !ok {
		x, ok = t.header[name] // a head, which is not part of the encoder
	}
	if !ok {
		return nil, refused("the weights have no %s", name)
	}
	count := 1
	for i, n := range shape {
		if len(x.Shape) != len(shape) || x.Shape[i] != n {
			return nil, refused("%s has the shape %v, not %v", name, x.Shape, shape)
		}
		count *= n
	}
	width := map[string]int{"F32": 4, "F16": 2, "BF16": 2}[x.Type]
	switch {
	case width == 0:
		return nil, refused("%s holds numbers of the type %s", name, x.Type)
	case x.Offsets[0] < 0 || x.Offsets[1] > t.size || x.Offsets[1]-x.Offsets[0] != int64(count*width):
		return nil, refused("%s lies outside of its file", name)
	}
	raw := make([]byte, count*width)
	if _, err := t.file.ReadAt(raw, t.start+x.Offsets[0]); err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	out := make([]float32, count)
	for i := range out {
		switch x.Type {
		case "F32":
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[i*4:]))
		case "BF16":
			out[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[i*2:])) << 16)
		case "F16":
			out[i] = fromHalf(binary.LittleEndian.Uint16(raw[i*2:]))
		}
	}
	return out, nil
}

func (t *tensors) matrix(name string, out, in int) (nn.Matrix, error) {
	return asMatrix(t.get(name, out, in))
}

// fromHalf returns the value of a number of 16 bits, as IEEE 754 has it.
func fromHalf(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15), int(h>>10&31), uint32(h&1023)
	v := math.Ldexp(float64(fraction), -24)
	switch {
	case exponent == 31 && fraction == 0:
		v = math.Inf(1)
	case exponent == 31:
		v = math.NaN()
	case exponent > 0:
		v = math.Ldexp(float64(fraction|1024), exponent-25)
	}
	if sign > 0 {
		v = -v
	}
	return float32(v)
}
