package nn_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deskbook/deskbook/retrieval/meaning/nn"
)

func numbers(r *rand.Rand, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	return out
}

// near fails unless got is within tolerance of want, in units of the size of want.
func near(t *testing.T, what string, got float32, want, tolerance float64) {
	t.Helper()
	if d := math.Abs(float64(got) - want); !(d <= tolerance*(1+math.Abs(want))) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func TestLayer(t *testing.T) {
	nn.Kernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, size := range []struct{ rows, in, out int }{{1, 16, 16}, {5, 48, 32}, {7, 400, 64}, {13, 1536, 48}} {
			w, b := numbers(r, size.in*size.out), numbers(r, size.out)
			x := numbers(r, nn.Padded(size.rows)*size.in)
			dst := make([]float32, nn.Padded(size.rows)*size.out)
			l := nn.NewLayer(nn.Matrix{Numbers: w}, b, size.in, size.out)
			var buffer nn.Rounded
			l.Apply(dst, x, size.rows, &buffer)
			root := float32(math.Sqrt(float64(size.in)))
			for i := range size.rows {
				for o := range size.out {
					want := float64(b[o])
					for k := range size.in {
						want += float64(x[i*size.in+k]) * float64(w[o*size.in+k])
					}
					// A sum of so many random products is about as large as the root of their number.
					near(t, "product", dst[i*size.out+o]/root, want/float64(root), 2e-3)
				}
			}
		}
	})
}

// TestLayerOfBytes multiplies a matrix that is stored in bytes; rows may be rounded to bytes, too.
func TestLayerOfBytes(t *testing.T) {
	nn.Kernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 8))
		for _, size := range []struct{ rows, in, out int }{{1, 16, 16}, {5, 48, 32}, {7, 400, 64}, {13, 1536, 48}} {
			w := nn.Matrix{Bytes: make([]int8, size.in*size.out), Scales: numbers(r, size.out)}
			for i := range w.Bytes {
				w.Bytes[i] = int8(r.IntN(256) - 128)
			}
			b, x := numbers(r, size.out), numbers(r, nn.Padded(size.rows)*size.in)
			for i := range x {
				x[i] = max(x[i], -.2) // as after a GELU
			}
			dst := make([]float32, nn.Padded(size.rows)*size.out)
			l := nn.NewLayer(w, b, size.in, size.out)
			var buffer nn.Rounded
			l.Apply(dst, x, size.rows, &buffer)
			for i := range size.rows {
				for o := range size.out {
					want, unit := float64(b[o]), math.Abs(float64(w.Scales[o]))*74*math.Sqrt(float64(size.in))
					for k := range size.in {
						want += float64(x[i*size.in+k]) * float64(w.Bytes[o*size.in+k]) * float64(w.Scales[o])
					}
					near(t, "product", float32(float64(dst[i*size.out+o])/unit), want/unit, 1.5e-2)
				}
			}
		}
	})
}

func TestMatrix(t *testing.T) {
	m := nn.Matrix{Bytes: []int8{1, -2, 3, 4}, Scales: []float32{1, 2}}
	m = m.Append(nn.Matrix{Bytes: []int8{5, -6}, Scales: []float32{.5}})
	m = m.Append(nn.Matrix{Numbers: []float32{.25, 7}})
	m.Scale(2)
	want := []float32{2, -4, 12, 16, 5, -6, .5, 14}
	for i, v := range m.InNumbers().Numbers {
		near(t, "number", v, float64(want[i]), 1e-6)
	}
}

func TestGELU(t *testing.T) {
	nn.Kernels(t, func(t *testing.T) {
		x := make([]float32, 2048)
		for i := range x {
			x[i] = float32(i-1024) / 100
		}
		got := append([]float32{}, x...)
		nn.GELU(got)
		for i, v := range x {
			want := float64(v) / 2 * (1 + math.Erf(float64(v)/math.Sqrt2))
			near(t, "GELU", got[i], want, 2e-6)
		}
	})
}

func TestNormalization(t *testing.T) {
	nn.Kernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		const rows, size = 3, 48
		n := nn.Normalization{Gamma: numbers(r, size), Beta: numbers(r, size), Epsilon: 1e-5}
		x, residual := numbers(r, rows*size), numbers(r, rows*size)
		got := append([]float32{}, x...)
		n.Apply(got, residual, rows)
		for i := range rows {
			var mean, variance float64
			for j := range size {
				mean += float64(x[i*size+j]+residual[i*size+j]) / size
			}
			for j := range size {
				d := float64(x[i*size+j]+residual[i*size+j]) - mean
				variance += d * d / size
			}
			for j := range size {
				d := float64(x[i*size+j]+residual[i*size+j]) - mean
				want := d/math.Sqrt(variance+1e-5)*float64(n.Gamma[j]) + float64(n.Beta[j])
				near(t, "norm", got[i*size+j], want, 1e-5)
			}
		}
	})
}

// TestAttention also uses the same buffers for texts of several lengths, and leaves the rows
// after a text alone.
func TestAttention(t *testing.T) {
	nn.Kernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		const size, ld = 16, 48
		var a nn.Attention
		for _, rows := range []int{20, 1, 33, 16, 6} {
			x := numbers(r, nn.Padded(rows)*ld)
			dst := make([]float32, (rows+1)*size)
			a.Apply(dst, size, x, x[size:], x[2*size:], rows, size, ld)
			for i := range rows {
				want := attend(x, rows, size, ld, i)
				for j := range size {
					near(t, "attention", dst[i*size+j], want[j], 1e-5)
				}
			}
			for j := range size {
				if dst[rows*size+j] != 0 {
					t.Fatalf("attention over %d rows wrote to the next", rows)
				}
			}
		}
	})
}

// attend returns row i of the attention, by its definition.
func attend(x []float32, rows, size, ld, i int) []float64 {
	weights, total := make([]float64, rows), 0.0
	for k := range rows {
		s := 0.0
		for j := range size {
			s += float64(x[i*ld+j]) * float64(x[k*ld+size+j])
		}
		weights[k] = math.Exp(s)
		total += weights[k]
	}
	out := make([]float64, size)
	for k := range rows {
		for j := range size {
			out[j] += weights[k] / total * float64(x[k*ld+2*size+j])
		}
	}
	return out
}

func TestDot(t *testing.T) {
	nn.Kernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 8))
		a, b := make([]int8, 384), make([]int8, 384)
		want := int32(0)
		for i := range a {
			a[i], b[i] = int8(r.IntN(255)-127), int8(r.IntN(255)-127)
			want += int32(a[i]) * int32(b[i])
		}
		if got := nn.Dot(a, b); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	})
}

func BenchmarkLayer(b *testing.B) {
	const rows, in, out = 48, 384, 1536
	r := rand.New(rand.NewPCG(1, 2))
	bytes := nn.Matrix{Bytes: make([]int8, in*out), Scales: numbers(r, out)}
	for i := range bytes.Bytes {
		bytes.Bytes[i] = int8(r.IntN(256) - 128)
	}
	for name, m := range map[string]nn.Matrix{"numbers": {Numbers: numbers(r, in*out)}, "bytes": bytes} {
		b.Run(name, func(b *testing.B) {
			l := nn.NewLayer(m, make([]float32, out), in, out)
			x, dst := numbers(r, rows*in), make([]float32, rows*out)
			var buffer nn.Rounded
			for b.Loop() {
				l.Apply(dst, x, rows, &buffer)
			}
			b.ReportMetric(2*rows*in*out*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
