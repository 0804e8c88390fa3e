package nn

// Granularity is what the sizes of vectors and heads must be multiples of.
const Granularity = tileCols

// A Layer multiplies integers where there is assembly for that, which is twice as fast and takes
// half of the memory: rows are rounded to rowLevels, columns of the matrix to matrixLevels, each
// with a scale of its own. The sum of deepest products fits into 32 bits. What is lost is far
// below the precision that vectors need (see the tests).
const (
	rowLevels    = 2600
	matrixLevels = 2047
)

// deepest is how many numbers of a row are multiplied at once: a panel of that depth fits into
// the first level of the cache.
const deepest = 384

// Padded returns the number of rows of which a buffer must have room for so many rows: products
// are computed six rows at a time.
func Padded(rows int) int { return (rows + tileRows - 1) / tileRows * tileRows }

// Layer is an affine map, x·Wᵀ + b, with the matrix laid out for multiplication: in panels of
// 16 outputs.
type Layer struct {
	In, Out  int
	bias     []float32
	panels   []float32 // where there is no assembly
	integers []int16   // elsewhere, with the scale of each output
	scales   []float32
}

// Rounded is the buffer of a Layer for one goroutine: the rows in integers.
type Rounded struct {
	rows   []int16
	scales []float32
}

// NewLayer lays out a matrix of out rows of in numbers, as models store it. Both are multiples
// of Granularity.
func NewLayer(matrix, bias []float32, in, out int) Layer {
	l := Layer{In: in, Out: out, bias: bias}
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

// Apply sets dst to the map of the first rows of x. Both have Padded(rows) rows.
func (l *Layer) Apply(dst, x []float32, rows int, buffer *Rounded) {
	rows = Padded(rows)
	for r := range rows {
		copy(dst[r*l.Out:(r+1)*l.Out], l.bias)
	}
	if l.integers == nil {
		multiply(dst, l.Out, x, l.In, rows, l.panels, l.In, l.Out)
		return
	}
	buffer.rows, buffer.scales = grown(buffer.rows, rows*l.In), grown(buffer.scales, rows)
	for r := range rows {
		buffer.scales[r] = quantize(x[r*l.In:(r+1)*l.In], buffer.rows[r*l.In:], rowLevels)
	}
	for from := 0; from < l.In; from += deepest {
		depth := min(deepest, l.In-from)
		for c := 0; c < l.Out; c += tileCols {
			panel := l.integers[c*l.In+from*tileCols:]
			for r := 0; r < rows; r += tileRows {
				tileIntegers(depth, buffer.rows[r*l.In+from:], l.In, panel, dst[r*l.Out+c:], l.Out,
					buffer.scales[r:], l.scales[c:])
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
