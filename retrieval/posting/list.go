package posting

import (
	"math"
	"slices"
)

// Field is the settings of a field's BM25, with the average length of its documents.
type Field struct{ Weight, K1, B, Average float64 }

// Statistics are what scores depend on besides the postings: the visible documents, and how
// they are divided into groups that have document frequencies of their own.
type Statistics struct {
	Visible Bitset
	N       int // visible documents
	Fields  [Fields]Field
	Share   float64 // of the group's idf
	Groups  []uint8 // of each document; nil for a single group
	Sizes   []int   // visible documents of each group
	// Logs returns what List.Logs holds, given the document frequency of the term's main field
	// and the same for each group.
	Logs func(df int, within []int) []float32
}

// group returns the group of a visible document.
func (s *Statistics) group(doc int) uint8 {
	if len(s.Sizes) == 0 {
		return 0
	}
	return s.Groups[doc]
}

// Piece is one segment's postings of a term.
type Piece struct {
	Raw     *Raw
	Base    int              // number of the segment's first document
	Lengths [][Fields]uint32 // of the fields, by document
}

// List is one term's postings of all segments, as one group of readers sees them.
type List struct {
	Frequency [Fields]int // visible documents that contain the term in a field
	Main      int         // the frequency in the first field that contains the term at all
	Logs      []float32
	raws      []Piece
	parts     []part
}

// part is documents in ascending order with what the term adds to their scores, for a weight
// of 1 in the query.
type part struct {
	docs    []uint32
	impacts []float32
	most    float32
}

// A list is divided by impact, so that the few high ones do not hide how low the others are.
const (
	maxParts  = 3
	splitFrom = 128 // postings: shorter lists are one part
)

// Inverse returns the inverse document frequency of BM25, in the form that is never negative.
func Inverse(n, df int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+.5)/(float64(df)+.5))
}

// Build returns the list of a term from its postings.
func Build(pieces []Piece, s *Statistics) *List {
	l := &List{raws: pieces}
	within := l.count(s)
	main := 0
	for f, df := range l.Frequency {
		if df > 0 {
			l.Main, main = df, f
			break
		}
	}
	if l.Main == 0 {
		return l
	}
	if len(s.Sizes) > 0 {
		l.Logs = s.Logs(l.Main, within[main])
	}
	docs, impacts := l.impacts(s, weights(l, s, within))
	l.divide(docs, impacts)
	return l
}

// visit visits the visible documents of the list, each by its number in its piece.
func (l *List) visit(s *Statistics, f func(p *Piece, doc uint32, c Counts, group uint8)) {
	for k := range l.raws {
		p := &l.raws[k]
		for i, d := range p.Raw.Docs {
			if doc := p.Base + int(d); s.Visible.Has(doc) {
				f(p, d, p.Raw.Counts[i], s.group(doc))
			}
		}
	}
}

// count counts the visible documents, also by group.
func (l *List) count(s *Statistics) (within [Fields][]int) {
	for f := range within {
		within[f] = make([]int, max(1, len(s.Sizes)))
	}
	l.visit(s, func(_ *Piece, _ uint32, c Counts, g uint8) {
		for f := range Fields {
			if c.Of(f) > 0 {
				l.Frequency[f]++
				within[f][g]++
			}
		}
	})
	return within
}

// weights returns weight·idf·(k1+1) of each field by group.
func weights(l *List, s *Statistics, within [Fields][]int) (out [Fields][]float64) {
	for f := range out {
		whole, scale := Inverse(s.N, l.Frequency[f]), s.Fields[f].Weight*(s.Fields[f].K1+1)
		out[f] = []float64{whole * scale}
		if len(s.Sizes) == 0 {
			continue
		}
		out[f] = make([]float64, len(s.Sizes))
		for g, df := range within[f] {
			if df > 0 { // the others are not read
				out[f][g] = scale * ((1-s.Share)*whole + s.Share*Inverse(s.Sizes[g], df))
			}
		}
	}
	return out
}

// impacts returns the visible documents with weight·tf·(k1+1)/(tf+k1·(1−b+b·len/avg)) summed
// over the fields.
func (l *List) impacts(s *Statistics, w [Fields][]float64) (docs []uint32, impacts []float32) {
	n := 0
	for _, p := range l.raws {
		n += len(p.Raw.Docs)
	}
	docs, impacts = make([]uint32, 0, n), make([]float32, 0, n)
	var fixed, slope [Fields]float64
	for f, x := range s.Fields {
		fixed[f], slope[f] = x.K1*(1-x.B), x.K1*x.B/x.Average
	}
	l.visit(s, func(p *Piece, d uint32, c Counts, g uint8) {
		sum := 0.0
		for f := range Fields {
			if tf := c.Of(f); tf > 0 {
				x := float64(tf)
				sum += w[f][g] * x / (x + fixed[f] + slope[f]*float64(p.Lengths[d][f]))
			}
		}
		docs, impacts = append(docs, uint32(p.Base)+d), append(impacts, float32(sum))
	})
	return docs, impacts
}

// divide sorts the postings into parts of falling impact.
func (l *List) divide(docs []uint32, impacts []float32) {
	most := slices.Max(impacts)
	if len(docs) < splitFrom {
		l.parts = []part{{docs, impacts, most}}
		return
	}
	level := func(x float32) int {
		switch {
		case x > most/2:
			return 0
		case x > most/4:
			return 1
		}
		return maxParts - 1
	}
	var sizes [maxParts]int
	for _, x := range impacts {
		sizes[level(x)]++
	}
	var parts [maxParts]part
	for i, n := range sizes {
		parts[i] = part{docs: make([]uint32, 0, n), impacts: make([]float32, 0, n)}
	}
	for i, x := range impacts {
		p := &parts[level(x)]
		p.docs, p.impacts = append(p.docs, docs[i]), append(p.impacts, x)
		p.most = max(p.most, x)
	}
	for _, p := range parts {
		if len(p.docs) > 0 {
			l.parts = append(l.parts, p)
		}
	}
}

// postings returns how many postings the list has, hidden ones included.
func (l *List) postings() (n int) {
	for _, p := range l.raws {
		n += len(p.Raw.Docs)
	}
	return n
}

// Counts visits those of the documents, given in ascending order, that contain the term; i is
// the document's place among those given.
func (l *List) Counts(docs []uint32, visit func(i int, c Counts)) {
	if l.Main == 0 {
		return
	}
	from := 0
	for _, p := range l.raws {
		at := 0
		for from < len(docs) && int(docs[from]) < p.Base {
			from++
		}
		for ; from < len(docs) && int(docs[from]) < p.Base+len(p.Lengths); from++ {
			want := docs[from] - uint32(p.Base)
			if at = seek(p.Raw.Docs, at, want); at == len(p.Raw.Docs) {
				continue
			}
			if p.Raw.Docs[at] == want {
				visit(from, p.Raw.Counts[at])
			}
		}
	}
}

// seek returns the first place from at on whose document is not below want.
func seek(docs []uint32, at int, want uint32) int {
	step := 1
	for at+step < len(docs) && docs[at+step] < want {
		at += step
		step *= 2
	}
	low, high := at, min(at+step, len(docs))
	for low < high {
		mid := int(uint(low+high) >> 1)
		if docs[mid] < want {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
