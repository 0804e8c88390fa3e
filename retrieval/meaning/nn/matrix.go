package nn

// Granularity is what the sizes of vectors and heads must be multiples of.
const Granularity = tileCols

// A Layer multiplies integers where there is assembly for that, which is twice as fast and takes
// half of the memory: rows are rounded to rowLevels, columns of the matrix to matrixLevels, each
// with a scale of its own. The sum of deepest products fits into 32 bits. What is lost is far
// below the precision that vectors need (see the tests). A matrix that the model has in bytes
// stays as it is where the processor multiplies bytes; rows are then rounded to bytes, which is
// what such a model was made for.
const (
	rowLevels    = 2600
	matrixLevels = 2047
)

// deepest is how many numbers of a row are multiplied at once, and deepestBytes how many bytes: a
// panel of that depth fits into the first level of the cache.
const (
	deepest      = 384
	deepestBytes = 768
)

// Padded returns the number of rows of which a buffer must have room for so many rows: products
// are computed six rows at a time.
func Padded(rows int) int { return (rows + tileRows - 1) / tileRows * tileRows }

// Matrix is a matrix of out rows of in numbers, as models store it.
type Matrix struct {
	Numbers []float32 // nil where it is stored in bytes
	Bytes   []int8
	Scales  []float32 // of each row of bytes
}

// Scale multiplies all numbers.
func (m Matrix) Scale(by float32) {
	for _, x := range [][]float32{m.Numbers, m.Scales} {
		for i := range x {
			x[i] *= by
		}
	}
}

// Append returns the rows of m, then those of other.
func (m Matrix) Append(other Matrix) Matrix {
	if len(m.Bytes)+len(m.Numbers) > 0 && (m.Numbers == nil) != (other.Numbers == nil) {
		m, other = m.InNumbers(), other.InNumbers()
	}
	return Matrix{
		append(m.Numbers, other.Numbers...), append(m.Bytes, other.Bytes...), append(m.Scales, other.Scales...),
	}
}

// InNumbers returns the matrix in numbers, however it is stored.
func (m Matrix) InNumbers() Matrix {
	if m.Numbers != nil {
		return m
	}
	out := make([]float32, len(m.Bytes))
	in := len(m.Bytes) / max(1, len(m.Scales))
	for i, v := range m.Bytes {
		out[i] = float32(v) * m.Scales[i/in]
	}
	return Matrix{Numbers: out}
}

// Layer is an affine map, x·Wᵀ + b, with the matrix laid out for multiplication: in panels of
// 16 outputs.
type Layer struct {
	In, Out  int
	bias     []float32
	panels   []float32 // where there is no assembly
	integers []int16   // elsewhere, with the scale of each output
	bytes    []int8    // instead, where the model has bytes and the processor is made for them
	sums     []int32   // of the bytes of each output, for each part of the depth
	scales   []float32
}

// Rounded is the buffer of a Layer for one goroutine: the rows in integers.
type Rounded struct {
	rows   []int16
	bytes  []uint8
	zeros  []int32
	scales []float32
}

// NewLayer lays out a matrix of out rows of in numbers. Both are multiples of Granularity.
func NewLayer(m Matrix, bias []float32, in, out int) Layer {
	l := Layer{In: in, Out: out, bias: bias}
	if m.Numbers == nil && fourfold {
		l.layBytes(m)
		return l
	}
	matrix := m.InNumbers().Numbers
	if !assembly {
		l.panels = make([]float32, in*out)
		packRows(l.panels, matrix, out, in, in)
		return l
	}
	l.integers, l.scales = make([]int16, in*out), make([]float32, out)
	row := make([]int16, in)
	for o := range out {
		l.scales[o] = quantize(matrix[o*in:(o+1)*in], row, matrixLevels)
		panel := l.integers[o/tileCols*tileCols*in:]
		for i, v := range row { // two numbers of each column side by side
			panel[i/2*2*tileCols+o%tileCols*2+i%2] = v
		}
	}
	return l
}

// layBytes lays out a matrix of bytes, four of each column side by side.
func (l *Layer) layBytes(m Matrix) {
	l.bytes, l.scales = make([]int8, l.In*l.Out), m.Scales
	l.sums = make([]int32, (l.In+deepestBytes-1)/deepestBytes*l.Out)
	for o := range l.Out {
		panel := l.bytes[o/tileCols*tileCols*l.In:]
		for i, v := range m.Bytes[o*l.In : (o+1)*l.In] {
			panel[i/4*4*tileCols+o%tileCols*4+i%4] = v
			l.sums[i/deepestBytes*l.Out+o] += int32(v)
		}
	}
}

// Apply sets dst to the map of the first rows of x. Both have Padded(rows) rows.
func (l *Layer) Apply(dst, x []float32, rows int, buffer *Rounded) {
	rows = Padded(rows)
	for r := range rows {
		copy(dst[r*l.Out:(r+1)*l.Out], l.bias)
	}
	switch {
	case l.bytes != nil:
		l.applyBytes(dst, x, rows, buffer)
	case l.integers != nil:
		l.applyIntegers(dst, x, rows, buffer)
	default:
		multiply(dst, l.Out, x, l.In, rows, l.panels, l.In, l.Out)
	}
}

func (l *Layer) applyIntegers(dst, x []float32, rows int, b *Rounded) {
	b.rows, b.scales = grown(b.rows, rows*l.In), grown(b.scales, rows)
	for r := range rows {
		b.scales[r] = quantize(x[r*l.In:(r+1)*l.In], b.rows[r*l.In:], rowLevels)
	}
	for from := 0; from < l.In; from += deepest {
		depth := min(deepest, l.In-from)
		for c := 0; c < l.Out; c += tileCols {
			panel := l.integers[c*l.In+from*tileCols:]
			for r := 0; r < rows; r += tileRows {
				tileIntegers(depth, b.rows[r*l.In+from:], l.In, panel, dst[r*l.Out+c:], l.Out, b.scales[r:], l.scales[c:])
			}
		}
	}
}

func (l *Layer) applyBytes(dst, x []float32, rows int, b *Rounded) {
	b.bytes, b.scales, b.zeros = grown(b.bytes, rows*l.In), grown(b.scales, rows), grown(b.zeros, rows)
	for r := range rows {
		b.scales[r], b.zeros[r] = quantizeBytes(x[r*l.In:(r+1)*l.In], b.bytes[r*l.In:])
	}
	for from := 0; from < l.In; from += deepestBytes {
		depth, sums := min(deepestBytes, l.In-from), l.sums[from/deepestBytes*l.Out:]
		for c := 0; c < l.Out; c += tileCols {
			panel := l.bytes[c*l.In+from*tileCols:]
			for r := 0; r < rows; r += tileRows {
				tileBytes(depth, b.bytes[r*l.In+from:], l.In, panel, dst[r*l.Out+c:], l.Out,
					b.scales[r:], b.zeros[r:], l.scales[c:], sums[c:])
			}
		}
	}
}

// multiply adds the product of x, which has rows of length ldx, and a matrix in panels to dst.
func multiply(dst []float32, ldd int, x []float32, ldx, rows int, panels []float32, in, out int) {
	for from := 0; from < in; from += deepest {
		depth := min(deepest, in-from)
		for c := 0; c < out; c += tileCols {
			panel := panels[c*in+from*tileCols:]
			for r := 0; r < rows; r += tileRows {
				tile(depth, x[r*ldx+from:], ldx, panel, dst[r*ldd+c:], ldd)
			}
		}
	}
}

// packRows lays out the transpose of src, whose rows begin ld apart: rows become columns. Rows
// that are missing in the last panel are zero.
func packRows(panels, src []float32, rows, cols, ld int) {
	for p := 0; p < rows; p += tileCols {
		panel := panels[p*cols : (p+tileCols)*cols]
		if rows-p < tileCols {
			clear(panel)
		}
		for j := range min(tileCols, rows-p) {
			for i, v := range src[(p+j)*ld : (p+j)*ld+cols] {
				panel[i*tileCols+j] = v
			}
		}
	}
}

// packColumns lays out src, whose rows begin ld apart.
func packColumns(panels, src []float32, rows, cols, ld int) {
	for p := 0; p < cols; p += tileCols {
		panel := panels[p*rows : (p+tileCols)*rows]
		for i := range rows {
			copy(panel[i*tileCols:(i+1)*tileCols], src[i*ld+p:i*ld+p+tileCols])
		}
	}
}
