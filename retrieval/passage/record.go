package passage

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// A record holds what finding and showing the passages of an article needs:
//
//	passages                          their number
//	id, heading, anchor, text, terms  of each passage; terms is a number
//	hashes                            their number
//	hash                              of each distinct term of title and passages, in order
//	bytes, occurrences                of each hash in that order
//
// The occurrences of a term are, for each passage that contains it, how many passages were skipped,
// how often it occurs, and each time how far it starts after the time before, and its length.
//
// A text is its length followed by its bytes, a hash is four bytes, and all other numbers are
// uvarints.

// hashBytes is the size of a hash.
const hashBytes = 4

var errRecord = errors.New("the passages of an article cannot be read")

// hashOf returns a hash of a term (FNV-1a). It is stored, so that it must never change without
// the format of the index.
func hashOf(term string) uint32 {
	h := uint32(2166136261)
	for i := range len(term) {
		h = (h ^ uint32(term[i])) * 16777619
	}
	return h
}

// occurrence is a term in a passage.
type occurrence struct {
	hash       uint32
	passage    int32 // -1 for the title
	start, end int32 // bytes in the passage's text
}

// Record returns the record of an article, given the terms of its title and its passages: body
// holds the terms of a text in their order, in which spans are the passages.
func Record(passages []kb.Passage, text string, spans [][2]int, title, body []terms.Token) []byte {
	out := binary.AppendUvarint(make([]byte, 0, len(text)+hashBytes*len(body)), uint64(len(passages)))
	all := make([]occurrence, 0, len(title)+len(body))
	for _, t := range title {
		all = append(all, occurrence{hash: hashOf(t.Term), passage: -1})
	}
	for i, p := range passages {
		for len(body) > 0 && body[0].Start < spans[i][0] {
			body = body[1:]
		}
		n := 0
		for ; n < len(body) && body[n].Start < spans[i][1]; n++ {
			t := body[n]
			all = append(all, occurrence{
				hashOf(t.Term), int32(i), int32(t.Start - spans[i][0]), int32(t.End - spans[i][0]),
			})
		}
		body = body[n:]
		for _, x := range []string{p.ID, p.Heading, p.Anchor, text[spans[i][0]:spans[i][1]]} {
			out = append(binary.AppendUvarint(out, uint64(len(x))), x...)
		}
		out = binary.AppendUvarint(out, uint64(n))
	}
	slices.SortFunc(all, func(a, b occurrence) int {
		return cmp.Or(
			cmp.Compare(a.hash, b.hash), cmp.Compare(a.passage, b.passage), cmp.Compare(a.start, b.start),
			cmp.Compare(a.end, b.end),
		)
	})
	return appendTable(out, all)
}

// appendTable appends the hashes with their occurrences, which are in order.
func appendTable(out []byte, all []occurrence) []byte {
	var hashes, table, own []byte
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].hash == all[0].hash {
			n++
		}
		hashes = binary.LittleEndian.AppendUint32(hashes, all[0].hash)
		own = appendOccurrences(own[:0], all[:n])
		table = append(binary.AppendUvarint(table, uint64(len(own))), own...)
		all = all[n:]
	}
	out = binary.AppendUvarint(out, uint64(len(hashes)/hashBytes))
	return append(append(out, hashes...), table...)
}

// appendOccurrences appends the occurrences of one term, which are in order.
func appendOccurrences(out []byte, all []occurrence) []byte {
	for next := int32(0); len(all) > 0; {
		n := 1
		for n < len(all) && all[n].passage == all[0].passage {
			n++
		}
		if all[0].passage >= 0 {
			out = binary.AppendUvarint(out, uint64(all[0].passage-next))
			out = binary.AppendUvarint(out, uint64(n))
			last := int32(0)
			for _, x := range all[:n] {
				out = binary.AppendUvarint(out, uint64(x.start-last))
				out = binary.AppendUvarint(out, uint64(x.end-x.start))
				last = x.start
			}
			next = all[0].passage + 1
		}
		all = all[n:]
	}
	return out
}

// reader reads a record. After bad is set, what it returns means nothing.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > 1<<31 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

// skip skips n numbers.
func (r *reader) skip(n int) {
	i := 0
	for ; n > 0 && i < len(r.rest); i++ {
		if r.rest[i] < 0x80 {
			n--
		}
	}
	r.rest, r.bad = r.rest[i:], r.bad || n > 0
}

func (r *reader) bytes(n int) []byte {
	if r.bad || n < 0 || n > len(r.rest) {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) text() []byte { return r.bytes(r.number()) }
