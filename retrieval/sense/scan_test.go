package sense_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/deskbook/deskbook/retrieval/sense"
)

func unit(r *rand.Rand, size int) []float32 {
	v, length := make([]float32, size), 0.0
	for i := range v {
		x := r.NormFloat64()
		v[i] = float32(x)
		length += x * x
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(length))
	}
	return v
}

func inner(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestCosines(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		a, b := unit(r, 384), unit(r, 384)
		for i := range b { // from far to near
			b[i] = .5*b[i] + float32(r.Float64())*a[i]
		}
		length := float32(math.Sqrt(inner(b, b)))
		for i := range b {
			b[i] /= length
		}
		want := inner(a, b)
		rough, exact := sense.Cosines(a, b)
		if math.Abs(rough-want) > .003 || math.Abs(exact-want) > .002 {
			t.Fatalf("cosine %.5f: %.5f in the scan, %.5f after it", want, rough, exact)
		}
	}
	if rough, exact := sense.Cosines(make([]float32, 384), unit(r, 384)); rough != 0 || exact != 0 {
		t.Errorf("nothing has the cosine %v, %v", rough, exact)
	}
}

// TestScan finds the same as comparing all numbers.
func TestScan(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	vectors, s := make([][]float32, 3000), sense.NewShelf(384)
	for i := range vectors {
		vectors[i] = unit(r, 384)
		s.Put(strconv.Itoa(i), vectors[i])
	}
	for range 20 {
		q := unit(r, 384)
		order := make([]int, len(vectors))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(inner(vectors[b], q), inner(vectors[a], q)) })
		found, same := s.Nearest(q, 10), 0
		for _, x := range found {
			i, err := strconv.Atoi(x.ID)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(order[:10], i) {
				same++
			}
		}
		if len(found) != 10 || same < 9 {
			t.Errorf("%d of the nearest ten are found", same)
		}
	}
}

// TestShelf replaces and removes vectors at random and compares with a plain map.
func TestShelf(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	s, want := sense.NewShelf(16), map[string][][]float32{}
	for range 20_000 {
		id := strconv.Itoa(r.IntN(300))
		delete(want, id)
		var vectors [][]float32
		for range r.IntN(4) {
			vectors = append(vectors, unit(r, 16))
		}
		if s.Put(id, vectors...); vectors != nil {
			want[id] = vectors
		}
	}
	if n := s.Held(); n > 2*1024+600 {
		t.Errorf("%d vectors are held for %d owners", n, len(want))
	}
	q := unit(r, 16)
	found := s.Nearest(q, 1000)
	if len(found) != len(want) {
		t.Fatalf("%d owners, want %d", len(found), len(want))
	}
	for _, x := range found {
		best := -1.0
		for _, v := range want[x.ID] {
			best = max(best, inner(v, q))
		}
		if math.Abs(x.Cosine-best) > .02 {
			t.Errorf("%s has the cosine %.3f, want %.3f", x.ID, x.Cosine, best)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	s, q := sense.NewShelf(384), unit(r, 384)
	for i := range 100_000 {
		s.Put(strconv.Itoa(i), unit(r, 384))
	}
	for b.Loop() {
		s.Nearest(q, 100)
	}
}
