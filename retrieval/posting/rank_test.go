package posting_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/retrieval/posting"
)

// shelf is documents as counts of words by field, in segments.
type shelf struct {
	docs     []map[string][posting.Fields]uint32
	lengths  [][posting.Fields]uint32
	segments []int // first document of each
}

var settings = [posting.Fields]posting.Field{
	{Weight: 1, K1: 5, B: .65}, {Weight: 1, K1: 1.2, B: .75}, {Weight: .4, K1: 1.2, B: .75}, {Weight: .3, K1: 1.2, B: .75},
}

// statistics returns those of the documents in visible.
func (s *shelf) statistics(visible posting.Bitset) *posting.Statistics {
	st := &posting.Statistics{Visible: visible, N: visible.Len(), Fields: settings}
	var sum [posting.Fields]int
	for d, l := range s.lengths {
		for f, n := range l {
			if visible.Has(d) {
				sum[f] += int(n)
			}
		}
	}
	for f := range st.Fields {
		st.Fields[f].Average = max(1, float64(sum[f])/float64(max(1, st.N)))
	}
	return st
}

// list returns the list of a word.
func (s *shelf) list(word string, st *posting.Statistics) *posting.List {
	var pieces []posting.Piece
	for i, base := range s.segments {
		pieces = append(pieces, s.piece(word, i, base))
	}
	return posting.Build(pieces, st)
}

// piece returns the postings of a word in the i-th segment.
func (s *shelf) piece(word string, i, base int) posting.Piece {
	end := len(s.docs)
	if i+1 < len(s.segments) {
		end = s.segments[i+1]
	}
	var fields [posting.Fields][]posting.Posting
	for d := base; d < end; d++ {
		for f, n := range s.docs[d][word] {
			if n > 0 {
				fields[f] = append(fields[f], posting.Posting{Doc: uint32(d - base), Count: n})
			}
		}
	}
	return posting.Piece{Raw: posting.Merge(&fields), Base: base, Lengths: s.lengths[base:end]}
}

// score computes the score of a document by its definition.
func (s *shelf) score(doc int, query map[string]float64, st *posting.Statistics) (sum float64) {
	for word, weight := range query {
		for f, x := range st.Fields {
			tf := float64(s.docs[doc][word][f])
			if tf == 0 {
				continue
			}
			df := 0
			for d := range s.docs {
				if st.Visible.Has(d) && s.docs[d][word][f] > 0 {
					df++
				}
			}
			within := posting.Inverse(st.N, df)
			if st.Groups != nil {
				of := 0
				for d := range s.docs {
					if st.Visible.Has(d) && st.Groups[d] == st.Groups[doc] && s.docs[d][word][f] > 0 {
						of++
					}
				}
				within = (1-st.Share)*within + st.Share*posting.Inverse(st.Sizes[st.Groups[doc]], of)
			}
			norm := x.K1 * (1 - x.B + x.B*float64(s.lengths[doc][f])/x.Average)
			sum += weight * x.Weight * within * tf * (x.K1 + 1) / (tf + norm)
		}
	}
	return sum
}

func drawShelf(t *rapid.T, words []string) *shelf {
	s := &shelf{segments: []int{0}}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	n := rapid.IntRange(1, 700).Draw(t, "docs")
	for d := range n {
		if d > 0 && rng.IntN(100) == 0 {
			s.segments = append(s.segments, d)
		}
		doc, lengths := map[string][posting.Fields]uint32{}, [posting.Fields]uint32{}
		for range 1 + rng.IntN(30) {
			w := words[min(rng.IntN(len(words)), rng.IntN(len(words)))]
			c := doc[w]
			f := 0
			if rng.IntN(5) == 0 {
				f = rng.IntN(posting.Fields)
			}
			more := uint32(1 + rng.IntN(1+rng.IntN(8)))
			c[f] += more
			lengths[f] += more
			doc[w] = c
		}
		s.docs, s.lengths = append(s.docs, doc), append(s.lengths, lengths)
	}
	return s
}

// TestTopIsExact compares rankings, with groups, hidden and unwanted documents, with the
// definition of the score.
func TestTopIsExact(t *testing.T) {
	words := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"}
	rapid.Check(t, func(t *rapid.T) {
		s := drawShelf(t, words)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "query"), 2))
		visible, wanted := posting.NewBitset(len(s.docs)), posting.NewBitset(len(s.docs))
		for d := range s.docs {
			if rng.IntN(10) > 0 {
				visible.Set(d)
				if rng.IntN(5) > 0 {
					wanted.Set(d)
				}
			}
		}
		st := s.statistics(visible)
		q := posting.Query{Docs: len(s.docs), Wanted: wanted}
		if rapid.Bool().Draw(t, "groups") {
			st.Share, st.Sizes = .5, make([]int, 3)
			for d := range s.docs {
				g := uint8(rng.IntN(3))
				st.Groups = append(st.Groups, g)
				if visible.Has(d) {
					st.Sizes[g]++
				}
			}
			st.Logs = func(int, []int) []float32 { return nil }
			q.Groups, q.Factors = st.Groups, []float32{1, .3, .7}
		}
		query := map[string]float64{}
		for range 1 + rng.IntN(12) {
			query[words[rng.IntN(len(words))]] = .2 + rng.Float64()
		}
		for w, x := range query {
			q.Terms = append(q.Terms, posting.Term{List: s.list(w, st), Weight: x})
		}
		type scored struct {
			doc   int
			score float64
		}
		var want []scored
		for d := range s.docs {
			x := s.score(d, query, st)
			if q.Factors != nil {
				x *= float64(q.Factors[q.Groups[d]])
			}
			if x > 0 && wanted.Has(d) {
				want = append(want, scored{d, x})
			}
		}
		slices.SortFunc(want, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
		pin := uint32(rng.IntN(len(s.docs)))
		q.Pinned = []uint32{pin}
		k := rapid.IntRange(1, 20).Draw(t, "k")
		got := map[int]float64{}
		for _, x := range posting.Top(q, k) {
			got[int(x.Doc)] = float64(x.Score)
		}
		for i, w := range want {
			x, ok := got[w.doc]
			alone := i < k && (k >= len(want) || w.score > want[k].score*(1+1e-5)) // not a tie with the next one
			if !ok && (alone || w.doc == int(pin)) {
				t.Fatalf("document %d, place %d of %d, is missing", w.doc, i+1, k)
			}
			if ok && math.Abs(x-w.score) > 1e-5*w.score {
				t.Fatalf("document %d scores %v, want %v", w.doc, x, w.score)
			}
			if ok && w.doc != int(pin) && i >= k && w.score < want[k-1].score*(1-1e-5) {
				t.Fatalf("document %d, place %d, is among the first %d", w.doc, i+1, k)
			}
		}
		q.Pinned = nil
		if all := posting.All(q); len(all) != len(want) || !slices.IsSortedFunc(all, byDoc) {
			t.Fatalf("%d documents with a word of the query, want %d", len(all), len(want))
		}
	})
}

func byDoc(a, b posting.Scored) int { return cmp.Compare(a.Doc, b.Doc) }

// processorTime returns the processor time of this process.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkTop ranks 73,000 documents of section size with a long-tailed vocabulary.
func BenchmarkTop(b *testing.B) {
	const docs, perDoc, vocabulary = 73_000, 110, 60_000
	rng := rand.New(rand.NewPCG(1, 1))
	zipf := rand.NewZipf(rng, 1.15, 30, vocabulary-1)
	lists := make([]map[uint32]uint32, vocabulary)
	lengths := make([][posting.Fields]uint32, docs)
	for d := range docs {
		for range perDoc/2 + rng.IntN(perDoc) {
			w := zipf.Uint64()
			if lists[w] == nil {
				lists[w] = map[uint32]uint32{}
			}
			lists[w][uint32(d)]++
			lengths[d][0]++
		}
	}
	s := &shelf{lengths: lengths}
	visible := posting.NewBitset(docs)
	for d := range docs {
		visible.Set(d)
	}
	st := s.statistics(visible)
	built := map[uint64]*posting.List{}
	list := func(w uint64) *posting.List {
		if l := built[w]; l != nil {
			return l
		}
		var fields [posting.Fields][]posting.Posting
		for d, n := range lists[w] {
			fields[0] = append(fields[0], posting.Posting{Doc: d, Count: n})
		}
		slices.SortFunc(fields[0], func(a, b posting.Posting) int { return cmp.Compare(a.Doc, b.Doc) })
		built[w] = posting.Build([]posting.Piece{{Raw: posting.Merge(&fields), Lengths: lengths}}, st)
		return built[w]
	}
	for _, words := range []int{3, 100} {
		var queries []posting.Query
		for range 50 {
			q := posting.Query{Docs: docs}
			seen := map[uint64]bool{}
			for range words {
				if w := zipf.Uint64(); !seen[w] {
					seen[w] = true
					q.Terms = append(q.Terms, posting.Term{List: list(w), Weight: 1})
				}
			}
			queries = append(queries, q)
		}
		for _, k := range []int{10, 250} {
			b.Run(map[int]string{3: "3 words", 100: "100 words"}[words]+map[int]string{10: ", 10 best", 250: ", 250 best"}[k],
				func(b *testing.B) {
					start, n := processorTime(b), 0
					for ; b.Loop(); n++ {
						posting.Top(queries[n%len(queries)], k)
					}
					b.ReportMetric((processorTime(b)-start).Seconds()*1e6/float64(n), "cpu-µs/op")
				})
		}
	}
}

// BenchmarkBuild builds the list of a word that a third of the documents contain.
func BenchmarkBuild(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	s := &shelf{segments: []int{0, 7_000}}
	visible := posting.NewBitset(20_000)
	for d := range 20_000 {
		words := map[string][posting.Fields]uint32{}
		if r.IntN(3) == 0 {
			words["a"] = [posting.Fields]uint32{1 + r.Uint32N(9), r.Uint32N(2), r.Uint32N(2), r.Uint32N(2)}
		}
		s.docs, s.lengths = append(s.docs, words), append(s.lengths, [posting.Fields]uint32{100 + r.Uint32N(400), 5, 9, 60})
		if r.IntN(10) > 0 {
			visible.Set(d)
		}
	}
	st := s.statistics(visible)
	var pieces []posting.Piece
	for i, base := range s.segments {
		pieces = append(pieces, s.piece("a", i, base))
	}
	for b.Loop() {
		posting.Build(pieces, st)
	}
}

// TestTopAgreesWithAll compares rankings with those that score every document, for queries of a few
// rare words, of many frequent ones, and of both, one after the other: sums of one ranking must
// not be left over in the next.
func TestTopAgreesWithAll(t *testing.T) {
	const docs = 3000
	rng := rand.New(rand.NewPCG(7, 3))
	s := &shelf{segments: []int{0, docs / 3}, docs: make([]map[string][posting.Fields]uint32, docs)}
	visible := posting.NewBitset(docs)
	var words []string
	for i := range 40 {
		words = append(words, string(rune('A'+i)))
	}
	for d := range s.docs {
		s.docs[d] = map[string][posting.Fields]uint32{}
		var n uint32
		for i, w := range words {
			if rng.IntN(i*i+2) == 0 { // the first in every second document, the last in every 1500th
				c := uint32(1 + rng.IntN(6))
				s.docs[d][w] = [posting.Fields]uint32{c}
				n += c
			}
		}
		s.lengths = append(s.lengths, [posting.Fields]uint32{n + 1})
		if rng.IntN(20) > 0 {
			visible.Set(d)
		}
	}
	st := s.statistics(visible)
	lists := map[string]*posting.List{}
	for _, w := range words {
		lists[w] = s.list(w, st)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := posting.Query{Docs: docs}
		from := rapid.IntRange(0, len(words)-1).Draw(t, "from")
		for range rapid.IntRange(1, 25).Draw(t, "terms") {
			w := words[rapid.IntRange(from, len(words)-1).Draw(t, "word")]
			q.Terms = append(q.Terms, posting.Term{List: lists[w], Weight: rapid.Float64Range(.1, 3).Draw(t, "weight")})
		}
		want := posting.All(q)
		slices.SortStableFunc(want, func(a, b posting.Scored) int { return cmp.Compare(b.Score, a.Score) })
		k := rapid.IntRange(1, 300).Draw(t, "k")
		got := posting.Top(q, k)
		if !slices.IsSortedFunc(got, byDoc) {
			t.Fatal("documents are not in order")
		}
		slices.SortStableFunc(got, func(a, b posting.Scored) int { return cmp.Compare(b.Score, a.Score) })
		if len(got) < min(k, len(want)) {
			t.Fatalf("%d documents, want %d of %d", len(got), k, len(want))
		}
		for i, x := range got {
			if math.Abs(float64(x.Score-want[i].Score)) > 1e-5*float64(want[i].Score) {
				t.Fatalf("place %d scores %v, want %v", i+1, x.Score, want[i].Score)
			}
		}
	})
}
