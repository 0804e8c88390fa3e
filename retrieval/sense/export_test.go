package sense

import (
	"go.etcd.io/bbolt"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/meaning/nn"
)

// Chunks returns the texts of an article that an encoder would be given.
func Chunks(a kb.Article, e Encoder) []string { return chunker{e.Limit(), e.Tokens}.article(a) }

// Cosines returns the cosine of two vectors of unit length as the scan finds it, and as it is
// computed for the best.
func Cosines(a, b []float32) (rough, exact float64) {
	s := newShelf(len(a))
	s.put("a", []small{shrunk(a)})
	v := shrunk(b)
	return float64(s.scales[0] * v.scale * float32(nn.Dot(s.n, v.n))), s.exact(s.places["a"], b)
}

// Shelf is a set of vectors that owners put there.
type Shelf struct{ s *shelf }

// NewShelf returns an empty shelf for vectors of so many numbers.
func NewShelf(size int) Shelf { return Shelf{newShelf(size)} }

// Put replaces the vectors of an owner; none removes it.
func (s Shelf) Put(id string, vectors ...[]float32) {
	var all []small
	for _, v := range vectors {
		all = append(all, shrunk(v))
	}
	if all == nil {
		s.s.remove(id)
		return
	}
	s.s.put(id, all)
}

// Nearest returns the nearest owners.
func (s Shelf) Nearest(q []float32, n int) []Scored {
	return s.s.nearest(q, shrunk(q), n, func(string) bool { return true })
}

// Held returns how many vectors there is room for.
func (s Shelf) Held() int { return len(s.s.owners) }

// HeldBy returns how many vectors of the encoder are in the file.
func HeldBy(x *Index) (n int) {
	_ = x.file.db.View(func(tx *bbolt.Tx) error { // it returns the error of the function, nil
		n = tx.Bucket(x.file.model).Stats().KeyN
		return nil
	})
	return n
}

// KeptBy returns the IDs of the encoders of which the file has vectors.
func KeptBy(x *Index) (ids []string) {
	_ = x.file.db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			if string(name) != string(namesBucket) {
				ids = append(ids, string(name))
			}
			return nil
		})
	})
	return ids
}
