package memory

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topk"
)

const (
	// compared is how many resolved tickets are compared exactly; all others are judged by
	// their common words alone. comparedOpen is the same for open tickets.
	compared     = 400
	comparedOpen = 60
	// perDay is how many tickets of one requester and day are among the neighbours.
	perDay = 5

	// The text score of one ticket for another is computed as that of an article's body,
	// with the title counted twice on both sides.
	ticketK1, ticketB = 5.0, 0.65

	// padding is how many tickets are assumed to be remembered besides those that are, and
	// to hold none of their words, where it matters how alike two tickets are: among the
	// first three tickets of a desk, a word that all three contain is not yet a common one.
	padding = 30
)

// neighbour is one remembered ticket near that of a query.
type neighbour struct {
	*Ticket
	cosine float64
	padded float64 // the cosine with padding
	text   float64 // the text score with padding, as a share of the highest possible
}

// near finds the neighbours of a ticket, nearest first: candidates by common words, from
// the postings; the best of these are then compared word by word and pair by pair.
func (m *Memory) near(text ticketText, q Query) (resolved, open []neighbour) {
	if m.counting == 0 || len(text.words) == 0 {
		return nil, nil
	}
	s, _ := m.scratch.Get().(*nearness)
	if s == nil {
		s = &nearness{}
	}
	defer m.scratch.Put(s)
	s.weigh(m, text)
	if s.paddedLength == 0 {
		return nil, nil
	}
	s.gather(m)
	s.choose(m, q)
	return s.compare(m, s.resolved.Items()), s.compare(m, s.open.Items())
}

// nearness is the scratch space of one comparison.
type nearness struct {
	wordTerms, pairTerms slotTable
	terms                []term // of the query: words, then pairs, in order of hash
	words                int    // how many of the terms are words
	length               float64
	paddedLength         float64
	self                 float64   // the query's text score for itself
	average              float64   // words of a remembered ticket
	dots                 []float32 // by place, over words
	resolved, open       topk.List[scored]
}

// term is a word or a pair of the query that remembered tickets contain.
type term struct {
	slot   uint32
	cosine float64 // weight in the vector
	padded float64 // the same with padding
	text   float64 // weight in the text score
}

// weigh sets the weights of the query's grams. A gram that no remembered ticket has weighs
// as much as one that a single ticket has: otherwise a ticket that shares three words with
// the only one remembered would seem very similar to it.
func (s *nearness) weigh(m *Memory, t ticketText) {
	s.wordTerms.reset(len(t.words))
	s.pairTerms.reset(len(t.pairs))
	s.terms = s.terms[:0]
	s.length, s.paddedLength, s.self = 0, 0, 0
	more := math.Log(float64(m.counting+1+padding)) - m.logs[m.counting+1]
	s.average = float64(m.size) / float64(m.counting)
	n, all := float64(m.counting+padding), m.logs[m.counting+1]
	size := 0
	for _, g := range t.words {
		size += int(g.count)
	}
	for _, g := range t.words {
		slot, ok := m.words.slots[g.hash]
		df := 0.0
		if ok {
			df = float64(m.words.df[slot])
		}
		x := term{slot: slot, cosine: countWeight[g.count] * (all - m.logs[max(1, int(df))])}
		x.text = math.Pow(float64(g.count), terms.QueryPower) * math.Log(1+(n-df+.5)/(df+.5))
		x.padded = x.cosine + countWeight[g.count]*more
		s.length += x.cosine * x.cosine
		s.paddedLength += x.padded * x.padded
		s.self += x.text * saturated(g.count, float64(size)/s.average)
		if df > 0 {
			s.wordTerms.put(slot, len(s.terms))
			s.terms = append(s.terms, x)
		}
	}
	s.words = len(s.terms)
	for _, g := range t.pairs {
		slot, ok := m.pairs.slots[g.hash]
		df := int32(1)
		if ok {
			df = max(1, m.pairs.df[slot])
		}
		w := countWeight[g.count] * (all - m.logs[df])
		padded := w + countWeight[g.count]*more
		s.length += w * w
		s.paddedLength += padded * padded
		if ok && m.pairs.df[slot] > 0 {
			s.pairTerms.put(slot, len(s.terms))
			s.terms = append(s.terms, term{slot: slot, cosine: w, padded: padded})
		}
	}
	s.length, s.paddedLength = math.Sqrt(s.length), math.Sqrt(s.paddedLength)
}

// saturated damps a count by the length of the text, in average lengths.
func saturated(tf uint8, length float64) float64 {
	f := float64(tf)
	return f * (ticketK1 + 1) / (f + ticketK1*(1-ticketB+ticketB*length))
}

// gather adds up the products over common words for every remembered ticket.
func (s *nearness) gather(m *Memory) {
	if cap(s.dots) < len(m.past) {
		s.dots = make([]float32, len(m.past)+len(m.past)/4)
	}
	s.dots = s.dots[:len(m.past)]
	clear(s.dots)
	var weights [maxCount + 1]float32
	for _, t := range s.terms[:s.words] {
		idf := m.logs[m.counting+1] - m.logs[m.words.df[t.slot]]
		for c := range weights {
			weights[c] = float32(t.cosine * idf * countWeight[c])
		}
		dots := s.dots
		for _, p := range m.posts[t.slot] {
			dots[p>>8] += weights[p&maxCount]
		}
	}
}

// scored is a place in the memory with its score over common words.
type scored struct {
	place uint32
	score float32
}

// worse reports whether a has the lower score or, of equal ones, the higher id.
func (m *Memory) worse(a, b scored) bool {
	if a.score != b.score {
		return a.score < b.score
	}
	return CompareIDs(m.past[a.place].ID, m.past[b.place].ID) > 0
}

// choose selects the places to compare exactly. The scores are counted in classes first, so that
// few of many thousand are put in order.
func (s *nearness) choose(m *Memory, q Query) {
	s.resolved.Reset(compared, m.worse)
	s.open.Reset(comparedOpen, m.worse)
	var resolved, open topk.Classes
	for i, x := range m.scale[:len(s.dots)] { // negative for open tickets
		score := s.dots[i] * x
		s.dots[i] = score
		if score > 0 {
			resolved.Add(score)
		} else if score < 0 {
			open.Add(-score)
		}
	}
	if s.offer(m, q, resolved.Least(compared), -open.Least(comparedOpen)) {
		return
	}
	// Some of the best may not be known at the time of the query.
	s.resolved.Reset(compared, m.worse)
	s.open.Reset(comparedOpen, m.worse)
	s.offer(m, q, 0, 0)
}

// offer offers the places whose scores are at least from, or at most to, which is negative, and
// reports whether all of them were known at the time of the query.
func (s *nearness) offer(m *Memory, q Query, from, to float32) bool {
	all := true
	for i, score := range s.dots {
		if score < from && score > to || score == 0 {
			continue
		}
		r, list := &m.past[i], &s.resolved
		since := r.ResolvedAt
		if score < 0 {
			list, since, score = &s.open, r.created, -score
		}
		if r.ID == q.Exclude || !since.Before(q.At) {
			all = false
			continue
		}
		if !list.Full() || score >= list.Worst().score {
			list.Offer(scored{uint32(i), score})
		}
	}
	return all
}

// compare returns these places with their exact figures, nearest first, and of one
// requester's day no more than a few.
func (s *nearness) compare(m *Memory, places []scored) []neighbour {
	near := make([]neighbour, 0, len(places))
	for _, p := range places {
		n := neighbour{Ticket: m.past[p.place].Ticket}
		if s.measure(m, &m.past[p.place].vector, &n) {
			near = append(near, n)
		}
	}
	slices.SortFunc(near, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(b.cosine, a.cosine), CompareIDs(a.ID, b.ID))
	})
	sent := map[dayKey]int{}
	return slices.DeleteFunc(near, func(n neighbour) bool {
		key := dayKey{n.requester, n.day()}
		sent[key]++
		return n.requester != "" && sent[key] > perDay
	})
}

// measure compares the query with a remembered ticket, word by word and pair by pair, and
// reports whether they have anything in common.
func (s *nearness) measure(m *Memory, v *vector, n *neighbour) bool {
	all, more := m.logs[m.counting+1], math.Log(float64(m.counting+1+padding))
	length := float64(v.size) / s.average
	var dot, sum, paddedDot, paddedSum, text float64
	add := func(tf uint8, df int32, at int32) {
		w, x := countWeight[tf]*(all-m.logs[df]), countWeight[tf]*(more-m.logs[df])
		sum += w * w
		paddedSum += x * x
		if at >= 0 {
			dot += w * s.terms[at].cosine
			paddedDot += x * s.terms[at].padded
		}
	}
	for k, slot := range v.wordSlots() {
		at := s.wordTerms.get(slot)
		add(v.tf[k], m.words.df[slot], at)
		if at >= 0 {
			text += s.terms[at].text * saturated(v.tf[k], length)
		}
	}
	for k, slot := range v.pairSlots() {
		add(v.tf[int(v.words)+k], m.pairs.df[slot], s.pairTerms.get(slot))
	}
	if paddedDot == 0 {
		return false
	}
	n.cosine = measure.Ratio(dot, s.length*math.Sqrt(sum))
	n.padded, n.text = paddedDot/(s.paddedLength*math.Sqrt(paddedSum)), min(1, measure.Ratio(text, s.self))
	return true
}

// slotTable is a hash table from the slots of a query's terms to their places in the list
// of terms. It is several times as fast as a map.
type slotTable struct {
	keys []uint32 // slot+1, 0 for none
	vals []int32
	mask uint32
}

func (t *slotTable) reset(n int) {
	size := 16
	for size < 4*n {
		size *= 2
	}
	if cap(t.keys) < size {
		t.keys, t.vals = make([]uint32, size), make([]int32, size)
	}
	t.keys, t.vals = t.keys[:size], t.vals[:size]
	clear(t.keys)
	t.mask = uint32(size - 1)
}

func (t *slotTable) put(slot uint32, val int) {
	i := slot * 2654435769 & t.mask
	for t.keys[i] != 0 {
		i = (i + 1) & t.mask
	}
	t.keys[i], t.vals[i] = slot+1, int32(val)
}

// get returns the place of a slot's term, -1 where the query does not have it.
func (t *slotTable) get(slot uint32) int32 {
	i := slot * 2654435769 & t.mask
	for t.keys[i] != 0 {
		if t.keys[i] == slot+1 {
			return t.vals[i]
		}
		i = (i + 1) & t.mask
	}
	return -1
}
