package passage

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Article is an article whose passages can be found and shown. It reads its record where that
// lies: nothing of it is parsed but what is asked for.
type Article struct {
	title    string
	language terms.Language
	passages []entry
	average  float64 // terms of a passage
	hashes   []byte  // of the distinct terms of title and passages, in order
	table    []byte  // where each of them occurs
}

// entry is a passage in a record.
type entry struct {
	id, heading, anchor, text []byte
	terms                     int
}

// Open returns an article written in a language from its title and its record, which must not
// change afterwards.
func Open(title string, in terms.Language, record []byte) (*Article, error) {
	a := &Article{title: terms.Valid(title), language: in}
	r := &reader{rest: record}
	n, total := r.number(), 0
	if n > len(record) {
		return nil, errRecord
	}
	a.passages = make([]entry, n)
	for i := range a.passages {
		a.passages[i] = entry{id: r.text(), heading: r.text(), anchor: r.text(), text: r.text(), terms: r.number()}
		total += a.passages[i].terms
	}
	a.hashes = r.bytes(hashBytes * r.number())
	a.table = r.rest
	if r.bad {
		return nil, errRecord
	}
	a.average = max(1, measure.Ratio(total, max(1, n)))
	return a, nil
}

func (a *Article) hash(i int) uint32 { return binary.LittleEndian.Uint32(a.hashes[hashBytes*i:]) }

// Contains reports whether a term occurs in the article's title or passages.
func (a *Article) Contains(term string) bool {
	h := hashOf(term)
	low, high := 0, len(a.hashes)/hashBytes
	for low < high {
		mid := (low + high) / 2
		switch x := a.hash(mid); {
		case x == h:
			return true
		case x < h:
			low = mid + 1
		default:
			high = mid
		}
	}
	return false
}

// passage returns a passage as the knowledge base has it.
func (a *Article) passage(i int) kb.Passage {
	p := a.passages[i]
	return kb.Passage{ID: string(p.id), Heading: string(p.heading), Anchor: string(p.anchor), Text: string(p.text)}
}

// TitleWords returns the words of the article's title that the query contains too, at most
// limit of them.
func (a *Article) TitleWords(q *terms.Query, limit int) []string {
	var out []string
	end := 0
	for _, t := range terms.In(a.language, a.title) {
		if t.Start < end || len(out) == limit {
			continue // a part of a name that is returned whole
		}
		if slices.ContainsFunc(q.Terms, func(x terms.QueryTerm) bool { return x.Term == t.Term }) {
			word := strings.ToLower(a.title[t.Start:t.End])
			if !slices.Contains(out, word) {
				out = append(out, word)
			}
			end = t.End
		}
	}
	return out
}
