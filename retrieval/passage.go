package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	windowRunes   = 400 // of a passage as it is shown
	maxPassageHit = 20
	passageK1     = 1.2
	passageB      = 0.5
	// markFrom is the share of the highest weight in a passage from which a word is marked: in
	// a long ticket nearly every word occurs somewhere.
	markFrom = 0.2
)

// article is an article prepared for showing: its passages with the positions of their
// terms.
type article struct {
	kb.Article
	passages []readPassage
	title    []terms.Token
	avg      float64 // terms of a passage
	cost     int
}

// readPassage is a passage with its terms.
type readPassage struct {
	text  string // valid UTF-8
	spots []spot
}

// spot is a term at its position. The term is stored as a hash, since a long article has tens
// of thousands.
type spot struct {
	hash       uint64
	start, end uint32 // bytes
}

// readArticle prepares an article.
func readArticle(a kb.Article, seed maphash.Seed) *article {
	in := terms.LanguageOf(a)
	out := &article{Article: a, title: terms.In(in, terms.Valid(a.Title)), cost: len(a.Markdown) + 1024}
	total := 0
	for _, p := range a.Passages {
		r := readPassage{text: terms.Valid(p.Text)}
		for _, t := range terms.In(in, r.text) {
			r.spots = append(r.spots, spot{maphash.String(seed, t.Term), uint32(t.Start), uint32(t.End)})
		}
		total += len(r.spots)
		out.cost += len(r.text) + 16*len(r.spots)
		out.passages = append(out.passages, r)
	}
	out.avg = max(1, float64(total)/float64(max(1, len(out.passages))))
	return out
}

// passageScorer holds the weights of a query's terms by hash.
type passageScorer struct {
	seed    maphash.Seed
	weights map[uint64]float64
	order   []uint64 // the terms in the query's order
	all     float64
}

func newPassageScorer(seed maphash.Seed, q *terms.Query, idf []float64) *passageScorer {
	s := &passageScorer{seed: seed, weights: make(map[uint64]float64, len(q.Terms))}
	for i, t := range q.Terms {
		w := t.Weight * idf[i]
		h := maphash.String(seed, t.Term)
		s.weights[h] = w
		s.order = append(s.order, h)
		s.all += w
	}
	return s
}

// score returns the score of a passage for the query, and the share of the query's weight that
// it holds.
func (s *passageScorer) score(p readPassage, avg float64) (score, share float64) {
	counts := map[uint64]int{}
	for _, sp := range p.spots {
		if _, ok := s.weights[sp.hash]; ok {
			counts[sp.hash]++
		}
	}
	norm := passageK1 * (1 - passageB + passageB*float64(len(p.spots))/avg)
	// In the order of the query's terms: a sum must not depend on the order of a map.
	for _, h := range s.order {
		if n := float64(counts[h]); n > 0 {
			share += s.weights[h]
			score += s.weights[h] * n * (passageK1 + 1) / (n + norm)
		}
	}
	return score, min(1, measure.Ratio(share, s.all))
}

// best returns the index of the passage that is most relevant to the query: the first of
// equals, and the first with text when none holds a word of the query.
func (s *passageScorer) best(a *article) int {
	at, high := -1, 0.0
	for i, p := range a.passages {
		score, _ := s.score(p, a.avg)
		if score > high || at < 0 && p.text != "" {
			at, high = i, score
		}
	}
	return at
}

// excerpt returns a passage as it is shown: a window around its best part, and the words that
// match.
func (s *passageScorer) excerpt(a *article, i int) desk.PassageRef {
	if i < 0 {
		return desk.PassageRef{Marks: [][2]int{}}
	}
	p := a.passages[i]
	from, to := s.window(p)
	return desk.PassageRef{
		ID: a.Passages[i].ID, Heading: a.Passages[i].Heading, Text: p.text[from:to], Marks: s.marks(p, from, to),
		CutBefore: strings.TrimSpace(p.text[:from]) != "", CutAfter: strings.TrimSpace(p.text[to:]) != "",
	}
}

// window returns the byte range of at most windowRunes runes whose distinct words have the
// most weight, cut at white space.
func (s *passageScorer) window(p readPassage) (from, to int) {
	if utf8.RuneCountInString(p.text) <= windowRunes {
		return 0, len(p.text)
	}
	var hits []spot
	for _, sp := range p.spots {
		if s.weights[sp.hash] > 0 {
			hits = append(hits, sp)
		}
	}
	start := 0
	if len(hits) > 0 {
		start = int(hits[s.densest(hits)].start)
	}
	return fit(p.text, start)
}

// densest returns the hit from which windowRunes bytes hold the most weight. Bytes stand for
// runes here: the window is cut to runes later.
func (s *passageScorer) densest(hits []spot) int {
	counts := map[uint64]int{}
	best, at, sum, last := 0.0, 0, 0.0, 0
	for first := range hits {
		for last < len(hits) && int(hits[last].end-hits[first].start) <= windowRunes*3/4 {
			if counts[hits[last].hash]++; counts[hits[last].hash] == 1 {
				sum += s.weights[hits[last].hash]
			}
			last++
		}
		if sum > best+1e-12 {
			best, at = sum, first
		}
		if last == first { // a single term longer than the window
			last++
			continue
		}
		if counts[hits[first].hash]--; counts[hits[first].hash] == 0 {
			sum -= s.weights[hits[first].hash]
		}
	}
	return at
}

// fit returns a window that starts a little before the position, at a line, a sentence or a
// word, and ends at a word.
func fit(text string, start int) (from, to int) {
	from = start
	for n := 0; from > 0 && n < windowRunes/4; n++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
		if sentenceStart(text, from) {
			break
		}
	}
	if !sentenceStart(text, from) {
		from = start
		for n := 0; from > 0 && n < windowRunes/8; n++ {
			_, size := utf8.DecodeLastRuneInString(text[:from])
			from -= size
		}
		for from > 0 && from < start && text[from] != ' ' && text[from] != '\n' {
			from++
		}
	}
	to = from
	for n := 0; to < len(text) && n < windowRunes; n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	if to < len(text) {
		to = endBefore(text, from, to)
	}
	for from < to && (text[from] == ' ' || text[from] == '\n') {
		from++
	}
	return from, to
}

// endBefore returns where a line or a sentence ends in the last third of the range, or else a
// word in its last half.
func endBefore(text string, from, to int) int {
	for end := to; end > to-(to-from)/3; end-- {
		if sentenceStart(text, end) {
			return from + len(strings.TrimRight(text[from:end], " \n"))
		}
	}
	for end := to; end > to-(to-from)/2; end-- {
		if text[end] == ' ' || text[end] == '\n' {
			return end
		}
	}
	return to
}

// sentenceStart reports whether a line or a sentence starts at the position.
func sentenceStart(text string, at int) bool {
	if at == 0 || text[at-1] == '\n' {
		return true
	}
	if text[at-1] == ' ' && at > 1 {
		return strings.IndexByte(".!?", text[at-2]) >= 0
	}
	return strings.HasSuffix(text[:at], "。")
}

// marks returns the rune ranges of the words inside text[from:to] that matter for the match,
// in order and without overlap.
func (s *passageScorer) marks(p readPassage, from, to int) [][2]int {
	inside := func(sp spot) bool { return int(sp.start) >= from && int(sp.end) <= to }
	high := 0.0
	for _, sp := range p.spots {
		if inside(sp) {
			high = max(high, s.weights[sp.hash])
		}
	}
	var ranges [][2]int
	for _, sp := range p.spots {
		if w := s.weights[sp.hash]; inside(sp) && w > 0 && w >= markFrom*high {
			ranges = append(ranges, wholeWord(p.text, int(sp.start), int(sp.end), from, to))
		}
	}
	slices.SortFunc(ranges, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], b[1]-a[1]) })
	out := [][2]int{}
	at, runes := from, 0
	end := from
	for _, r := range ranges {
		if r[0] < end {
			continue // a part of an identifier that is marked whole
		}
		runes += utf8.RuneCountInString(p.text[at:r[0]])
		width := utf8.RuneCountInString(p.text[r[0]:r[1]])
		out = append(out, [2]int{runes, runes + width})
		runes += width
		at, end = r[1], r[1]
	}
	return out
}

// wholeWord widens a range that is part of a word, such as a part of a name, to the whole
// word. In scripts without spaces between words there is nothing to widen.
func wholeWord(text string, start, end, from, to int) [2]int {
	if r, _ := utf8.DecodeRuneInString(text[start:]); terms.IsUnspaced(r) {
		return [2]int{start, end}
	}
	inWord := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)) && !terms.IsUnspaced(r)
	}
	for start > from {
		r, n := utf8.DecodeLastRuneInString(text[from:start])
		if !inWord(r) {
			break
		}
		start -= n
	}
	for end < to {
		r, n := utf8.DecodeRuneInString(text[end:to])
		if !inWord(r) {
			break
		}
		end += n
	}
	return [2]int{start, end}
}

// Passages returns the n passages of these articles that are most relevant to the text, best
// first. Articles outside the visibility are left out.
func (e *Engine) Passages(
	ctx context.Context, text string, vis kb.Visibility, articleIDs []string, n int,
) (hits []PassageHit, err error) {
	v, done, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis, "", "", "")
	if err != nil {
		return nil, err
	}
	q := terms.TicketQuery("", text, f.queryLanguages(text)...)
	idf, err := v.weights(q, f)
	if err != nil {
		return nil, err
	}
	articles, err := e.fetch(ctx, v, vis, f, articleIDs)
	if err != nil {
		return nil, fmt.Errorf("read passages: %w", err)
	}
	s := newPassageScorer(e.articles.seed, q, idf)
	type rated struct {
		hit   PassageHit
		score float64
	}
	var all []rated
	for _, id := range articleIDs {
		a := articles[id]
		if a == nil {
			continue
		}
		for i, p := range a.passages {
			score, share := s.score(p, a.avg)
			if score > 0 {
				passage := a.Passages[i]
				passage.Text = p.text
				all = append(all, rated{PassageHit{ref(a.Article), passage, share, s.marks(p, 0, len(p.text))}, score})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b rated) int { return cmp.Compare(b.score, a.score) })
	for _, r := range all[:min(len(all), max(0, min(n, maxPassageHit)))] {
		hits = append(hits, r.hit)
	}
	return hits, nil
}

// weights returns the inverse document frequencies of the query's terms.
func (v *view) weights(q *terms.Query, f *filter) ([]float64, error) {
	idf := make([]float64, len(q.Terms))
	for i, t := range q.Terms {
		g, err := v.gather(fieldBody, t.Term, f)
		if err != nil {
			return nil, err
		}
		idf[i] = math.Max(0, inverse(f.n, g.df))
	}
	return idf, nil
}
