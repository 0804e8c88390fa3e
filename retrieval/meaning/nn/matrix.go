package nn

// Granularity is what the sizes of vectors and heads must be multiples of.
const Granularity = tileCols

// deepest is how many numbers of a row are multiplied at once: a panel of that depth fits into
// the first level of the cache.
const deepest = 384

// Padded returns the number of rows of which a buffer must have room for so many rows: products
// are computed six rows at a time.
func Padded(rows int) int { return (rows + tileRows - 1) / tileRows * tileRows }

// Layer is an affine map, x·Wᵀ + b, with the matrix laid out for multiplication: in panels of
// 16 outputs.
type Layer struct {
	In, Out int
	panels  []float32
	bias    []float32
}

// NewLayer lays out a matrix of out rows of in numbers, as models store it. Both are multiples
// of Granularity.
func NewLayer(matrix, bias []float32, in, out int) Layer {
	l := Layer{In: in, Out: out, panels: make([]float32, in*out), bias: bias}
	packRows(l.panels, matrix, out, in, in)
	return l
}

// Apply sets dst to the map of the first rows of x. Both have Padded(rows) rows.
func (l *Layer) Apply(dst, x []float32, rows int) {
	rows = Padded(rows)
	for r := range rows {
		copy(dst[r*l.Out:(r+1)*l.Out], l.bias)
	}
	multiply(dst, l.Out, x, l.In, rows, l.panels, l.In, l.Out)
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
