package posting

import "math/bits"

// Fields is how many fields of a document are scored. Their counts are stored together, in so
// many bits each: a higher count counts as the highest.
const Fields = 4

var (
	countBits  = [Fields]uint{14, 5, 7, 6}
	countShift = [Fields]uint{0, 14, 19, 26}
)

// Counts says how often each field of a document contains a term.
type Counts uint32

// Of returns how often a field contains the term.
func (c Counts) Of(field int) uint32 {
	return uint32(c) >> countShift[field] & (1<<countBits[field] - 1)
}

// with returns the counts with that of a field added.
func (c Counts) with(field int, n uint32) Counts {
	return c | Counts(min(n, 1<<countBits[field]-1)<<countShift[field])
}

// Posting is one document of a field's list with the count of the term.
type Posting struct{ Doc, Count uint32 }

// Raw is the documents of one segment that contain a term, in ascending order, deleted ones
// included.
type Raw struct {
	Docs   []uint32
	Counts []Counts
}

// Merge joins the lists of the fields, each in ascending order of documents.
func Merge(fields *[Fields][]Posting) *Raw {
	n := 0
	for _, list := range fields {
		n = max(n, len(list))
	}
	out := &Raw{make([]uint32, 0, n), make([]Counts, 0, n)}
	for {
		next, found := uint32(0), false
		for _, list := range fields {
			if len(list) > 0 && (!found || list[0].Doc < next) {
				next, found = list[0].Doc, true
			}
		}
		if !found {
			return out
		}
		var c Counts
		for f, list := range fields {
			if len(list) > 0 && list[0].Doc == next {
				c = c.with(f, list[0].Count)
				fields[f] = list[1:]
			}
		}
		out.Docs, out.Counts = append(out.Docs, next), append(out.Counts, c)
	}
}

// Bitset is a set of document numbers.
type Bitset []uint64

// NewBitset returns an empty set for n documents.
func NewBitset(n int) Bitset { return make(Bitset, (n+63)/64) }

// Set adds a document.
func (b Bitset) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Has reports whether a document is in the set.
func (b Bitset) Has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// Len returns how many documents are in the set.
func (b Bitset) Len() (n int) {
	for _, x := range b {
		n += bits.OnesCount64(x)
	}
	return n
}
