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
//	passages                                             their number
//	id, heading, anchor, text, terms                     of each passage; terms is a number
//	hashes                                               their number
//	hash                                                 of each distinct term of title and passages, in order
//	occurrences, then (passages skipped, count) of each  of each hash in that order
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
	hash    uint32
	passage int // -1 for the title
}

// Record returns the record of an article, given the terms of its title and its passages: body
// holds the terms of a text in their order, in which spans are the passages.
func Record(passages []kb.Passage, text string, spans [][2]int, title, body []terms.Token) []byte {
	out := binary.AppendUvarint(make([]byte, 0, len(text)+hashBytes*len(body)), uint64(len(passages)))
	all := make([]occurrence, 0, len(title)+len(body))
	for _, t := range title {
		all = append(all, occurrence{hashOf(t.Term), -1})
	}
	for i, p := range passages {
		for len(body) > 0 && body[0].Start < spans[i][0] {
			body = body[1:]
		}
		n := 0
		for ; n < len(body) && body[n].Start < spans[i][1]; n++ {
			all = append(all, occurrence{hashOf(body[n].Term), i})
		}
		body = body[n:]
		for _, x := range []string{p.ID, p.Heading, p.Anchor, text[spans[i][0]:spans[i][1]]} {
			out = append(binary.AppendUvarint(out, uint64(len(x))), x...)
		}
		out = binary.AppendUvarint(out, uint64(n))
	}
	slices.SortFunc(all, func(a, b occurrence) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.passage, b.passage))
	})
	return appendTable(out, all)
}

// appendTable appends the hashes with their occurrences, which are in order.
func appendTable(out []byte, all []occurrence) []byte {
	var hashes, table []byte
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].hash == all[0].hash {
			n++
		}
		hashes = binary.LittleEndian.AppendUint32(hashes, all[0].hash)
		table = appendOccurrences(table, all[:n])
		all = all[n:]
	}
	out = binary.AppendUvarint(out, uint64(len(hashes)/hashBytes))
	return append(append(out, hashes...), table...)
}

func appendOccurrences(table []byte, all []occurrence) []byte {
	for len(all) > 0 && all[0].passage < 0 {
		all = all[1:]
	}
	distinct := 0
	for i := range all {
		if i == 0 || all[i].passage != all[i-1].passage {
			distinct++
		}
	}
	table = binary.AppendUvarint(table, uint64(distinct))
	for next := 0; len(all) > 0; {
		n := 1
		for n < len(all) && all[n].passage == all[0].passage {
			n++
		}
		table = binary.AppendUvarint(table, uint64(all[0].passage-next))
		table = binary.AppendUvarint(table, uint64(n))
		next = all[0].passage + 1
		all = all[n:]
	}
	return table
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
