package passage_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// words are such as texts have: several forms of one word, names, identifiers, other scripts,
// words that are no terms, and bytes that are no text.
var words = strings.Fields("printer printers Printing vpn VPN the of not Get-ADUser NullPointerException KB5034441 " +
	"0x80070057 caf\u00e9 cafe 接続できない 接続 مرحبا Wi-Fi a 7 queue queues router. (screen) \xff\xfe")

func sentence(t *rapid.T, name string, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, most).Draw(t, name), " ")
}

// markdown returns a body of several sections, some of them long, some empty.
func markdown(t *rapid.T) string {
	var b strings.Builder
	for range rapid.IntRange(0, 5).Draw(t, "sections") {
		b.WriteString(sentence(t, "text", rapid.SampledFrom([]int{0, 5, 30, 200}).Draw(t, "length")) + "\n\n")
		b.WriteString(rapid.SampledFrom([]string{"## Symptoms", "## Resolution", "### " + sentence(t, "heading", 3)}).
			Draw(t, "head") + "\n\n")
	}
	return b.String() + sentence(t, "end", 10)
}

// TestFoundAsByReading compares what is found in the record of an article with what reading all
// its passages finds.
func TestFoundAsByReading(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := read(t, markdown(rt))
		q := terms.SearchQuery(sentence(rt, "query", 8), a.language)
		idf := rapid.SliceOfN(rapid.Float64Range(0.1, 9), len(q.Terms), len(q.Terms)).Draw(rt, "idf")
		s := passage.NewScorer(q, idf)
		want := scores(a, q, idf)

		at := map[string]int{}
		for i, p := range a.kb.Passages {
			at[p.ID] = i
		}
		found := map[string]passage.Match{}
		for _, m := range s.Matches(a.Article) {
			p, _ := s.Read(a.Article, m)
			if whole := a.kb.Passages[at[p.ID]]; p.Heading != whole.Heading || p.Text != terms.Valid(whole.Text) {
				rt.Fatalf("passage %+v, want %+v", p, whole)
			}
			found[p.ID] = m
		}
		best, high := -1, 0.0
		for i, p := range a.kb.Passages {
			if math.Abs(found[p.ID].Score-want[i]) > 1e-9 {
				rt.Fatalf("passage %d has score %v, want %v", i, found[p.ID].Score, want[i])
			}
			if want[i] > high+1e-9 || best < 0 && p.Text != "" {
				best, high = i, want[i]
			}
		}
		got := s.Excerpt(a.Article)
		if best < 0 {
			if got.ID != "" || got.Text != "" {
				rt.Fatalf("an article without text shows %+v", got)
			}
			return
		}
		if i, ok := at[got.ID]; !ok || math.Abs(want[i]-high) > 1e-9 {
			rt.Fatalf("shows passage %s, the best is %d of %v", got.ID, best, want)
		}
		checkMarks(rt, a, q, got.Text, got.Marks)
		for _, x := range q.Terms {
			in := terms.In(a.language, a.kb.Title)
			for _, p := range a.kb.Passages {
				in = append(in, terms.In(a.language, terms.Valid(p.Text))...)
			}
			holds := slices.ContainsFunc(in, func(k terms.Token) bool { return k.Term == x.Term })
			if a.Contains(x.Term) != holds {
				rt.Fatalf("contains %s: %v", x.Term, !holds)
			}
		}
	})
}

// scores returns the BM25 of each passage, by reading its text.
func scores(a reading, q *terms.Query, idf []float64) []float64 {
	found := make([][]terms.Token, len(a.kb.Passages))
	total := 0
	for i, p := range a.kb.Passages {
		found[i] = terms.In(a.language, terms.Valid(p.Text))
		total += len(found[i])
	}
	average := max(1, float64(total)/float64(max(1, len(found))))
	out := make([]float64, len(found))
	for i := range found {
		for k, x := range q.Terms {
			n := 0.0
			for _, f := range found[i] {
				if f.Term == x.Term {
					n++
				}
			}
			if n > 0 {
				out[i] += x.Weight * idf[k] * n * 2.2 / (n + 1.2*(0.5+0.5*float64(len(found[i]))/average))
			}
		}
	}
	return out
}

// checkMarks fails where a mark holds no term of the query, or marks are not in order within the
// text.
func checkMarks(rt *rapid.T, a reading, q *terms.Query, text string, marks [][2]int) {
	runes, last := []rune(text), 0
	for _, m := range marks {
		if m[0] < last || m[1] <= m[0] || m[1] > utf8.RuneCountInString(text) {
			rt.Fatalf("marks %v of %q", marks, text)
		}
		last = m[1]
		word := string(runes[m[0]:m[1]])
		if !slices.ContainsFunc(terms.In(a.language, word), func(t terms.Token) bool {
			return slices.ContainsFunc(q.Terms, func(x terms.QueryTerm) bool { return x.Term == t.Term })
		}) {
			rt.Fatalf("%q is marked in %q", word, text)
		}
	}
}

// FuzzOpen reads bytes that are no record: nothing but an error may come of it.
func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2})
	f.Add(passage.Record([]kb.Passage{{ID: "a.1", Text: "vpn"}}, "vpn", [][2]int{{0, 3}}, nil, terms.Of("vpn")))
	q := terms.SearchQuery("vpn token")
	f.Fuzz(func(t *testing.T, record []byte) {
		a, err := passage.Open("Title", terms.English, record)
		if err != nil {
			return
		}
		s := passage.NewScorer(q, make([]float64, len(q.Terms)))
		s.Excerpt(a)
		for _, m := range s.Matches(a) {
			s.Read(a, m)
		}
		a.Contains("vpn")
	})
}
