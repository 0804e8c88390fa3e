package memory

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topk"
)

const (
	// compared is how many remembered tickets are compared exactly; the others are told
	// apart by their common words alone.
	compared = 400
	// comparedOpen is the same for tickets still worked on.
	comparedOpen = 60
	// perDay is how many tickets of one requester and day are among the neighbours.
	perDay = 5

	// The text score of one ticket for another: as that of an article's body, with the
	// title counted twice on both sides.
	ticketK1, ticketB = 5.0, 0.65

	// strangers are tickets that are taken to be remembered beside those that are, and
	// to hold none of their words, where it matters how alike two tickets are: among
	// the first three tickets of a desk, a word that all three hold is no common word.
	strangers = 30
)

// neighbour is one remembered ticket near the one asked about.
type neighbour struct {
	*Ticket
	cosine float64
	alike  float64 // the cosine among strangers
	text   float64 // the text score, among strangers, as a share of the highest there could be
}

// Query is a ticket that others are compared with.
type Query struct {
	Text    ticketText
	Exclude string    // its own id
	At      time.Time // only what was resolved, or came in, before counts
}

// found are the neighbours of a ticket, nearest first.
type found struct {
	Solved []neighbour
	open   []neighbour // tickets still worked on
	known  int         // resolved tickets remembered
}

// Near finds the neighbours of a ticket: first by common words, from the postings;
// the best of these are then compared word by word and pair by pair. All of it
// follows from what is remembered now.
func (m *Memory) Near(a Query) found {
	m.mu.RLock()
	defer m.mu.RUnlock()
	f := found{known: m.solved}
	if m.Live == 0 || len(a.Text.Words) == 0 {
		return f
	}
	s, _ := m.scratch.Get().(*nearness)
	if s == nil {
		s = &nearness{}
	}
	defer m.scratch.Put(s)
	s.weigh(m, a.Text)
	if s.among == 0 {
		return f
	}
	s.gather(m)
	s.choose(m, a)
	f.Solved = s.compare(m, s.solved.Items())
	f.open = s.compare(m, s.open.Items())
	return f
}

// nearness is the working space of one comparison.
type nearness struct {
	words, pairs probe
	terms        []term // of the ticket asked about: words, then pairs, in order of hash
	common       int    // how many of them are words
	length       float64
	among        float64   // the length among strangers
	self         float64   // the ticket's text score for itself
	average      float64   // words of a remembered ticket
	dots         []float32 // by place, over words
	solved, open topk.List[scored]
}

// term is a word of the ticket asked about.
type term struct {
	slot   uint32
	cosine float64 // weight in the vector
	alike  float64 // the same among strangers
	text   float64 // weight in the text score
}

// weigh gives the ticket's grams their weights. A gram that no remembered ticket holds
// weighs as one that a single ticket holds: were it left out, a ticket that shares
// three words with the only one remembered would look much like it.
func (s *nearness) weigh(m *Memory, t ticketText) {
	s.words.reset(len(t.Words))
	s.pairs.reset(len(t.pairs))
	s.terms = s.terms[:0]
	s.length, s.among, s.self = 0, 0, 0
	more := math.Log(float64(m.Live+1+strangers)) - m.logs[m.Live+1]
	s.average = float64(m.size) / float64(m.Live)
	n, all := float64(m.Live+strangers), m.logs[m.Live+1]
	size := 0
	for _, g := range t.Words {
		size += int(g.count)
	}
	for _, g := range t.Words {
		slot, ok := m.words.slots[g.hash]
		df := 0.0
		if ok {
			df = float64(m.words.df[slot])
		}
		x := term{slot: slot, cosine: countWeight[g.count] * (all - m.logs[max(1, int(df))])}
		x.text = math.Pow(float64(g.count), terms.QueryPower) * math.Log(1+(n-df+.5)/(df+.5))
		x.alike = x.cosine + countWeight[g.count]*more
		s.length += x.cosine * x.cosine
		s.among += x.alike * x.alike
		s.self += x.text * saturated(g.count, float64(size)/s.average)
		if df > 0 {
			s.words.put(slot, len(s.terms))
			s.terms = append(s.terms, x)
		}
	}
	s.common = len(s.terms)
	for _, g := range t.pairs {
		slot, ok := m.pairs.slots[g.hash]
		df := int32(1)
		if ok {
			df = max(1, m.pairs.df[slot])
		}
		w := countWeight[g.count] * (all - m.logs[df])
		alike := w + countWeight[g.count]*more
		s.length += w * w
		s.among += alike * alike
		if ok && m.pairs.df[slot] > 0 {
			s.pairs.put(slot, len(s.terms))
			s.terms = append(s.terms, term{slot: slot, cosine: w, alike: alike})
		}
	}
	s.length, s.among = math.Sqrt(s.length), math.Sqrt(s.among)
}

// saturated damps a count by the length of the text that it was counted in.
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
	for _, t := range s.terms[:s.common] {
		idf := m.logs[m.Live+1] - m.logs[m.words.df[t.slot]]
		for c := range weights {
			weights[c] = float32(t.cosine * idf * countWeight[c])
		}
		dots := s.dots
		for _, p := range m.posts[t.slot] {
			dots[p>>8] += weights[p&maxCount]
		}
	}
}

// choose takes the places to compare exactly.
func (s *nearness) choose(m *Memory, a Query) {
	s.solved.Reset(compared, m.worse)
	s.open.Reset(comparedOpen, m.worse)
	scale := m.scale[:len(s.dots)]
	for i, dot := range s.dots {
		score := dot * scale[i]
		list := &s.solved
		if score < 0 {
			list, score = &s.open, -score
		}
		if score == 0 || list.Full() && score < list.Worst().score || m.past[i].ID == a.Exclude {
			continue
		}
		r := m.past[i]
		before := r.At
		if r.Worked() {
			before = r.created
		}
		if before.Before(a.At) {
			list.Offer(scored{uint32(i), score})
		}
	}
}

// compare gives these places with their exact figures, nearest first, and of one
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

// measure compares the ticket with a remembered one, word by word and pair by pair;
// false when they share nothing.
func (s *nearness) measure(m *Memory, v *vector, n *neighbour) bool {
	all, more := m.logs[m.Live+1], math.Log(float64(m.Live+1+strangers))
	length := float64(v.size) / s.average
	var dot, sum, alike, among, text float64
	add := func(tf uint8, df int32, at int32) {
		w, x := countWeight[tf]*(all-m.logs[df]), countWeight[tf]*(more-m.logs[df])
		sum += w * w
		among += x * x
		if at >= 0 {
			dot += w * s.terms[at].cosine
			alike += x * s.terms[at].alike
		}
	}
	for k, slot := range v.slots[:v.words] {
		at := s.words.get(slot)
		add(v.tf[k], m.words.df[slot], at)
		if at >= 0 {
			text += s.terms[at].text * saturated(v.tf[k], length)
		}
	}
	for k, slot := range v.slots[v.words:] {
		add(v.tf[int(v.words)+k], m.pairs.df[slot], s.pairs.get(slot))
	}
	if alike == 0 {
		return false
	}
	n.cosine = measure.Ratio(dot, s.length*math.Sqrt(sum))
	n.alike, n.text = alike/(s.among*math.Sqrt(among)), min(1, measure.Ratio(text, s.self))
	return true
}

// probe finds the slots of the ticket asked about.
type probe struct {
	keys []uint32 // slot+1, 0 for none
	vals []int32
	mask uint32
}

func (p *probe) reset(n int) {
	size := 16
	for size < 4*n {
		size *= 2
	}
	if cap(p.keys) < size {
		p.keys, p.vals = make([]uint32, size), make([]int32, size)
	}
	p.keys, p.vals = p.keys[:size], p.vals[:size]
	clear(p.keys)
	p.mask = uint32(size - 1)
}

func (p *probe) put(slot uint32, val int) {
	i := slot * 2654435769 & p.mask
	for p.keys[i] != 0 {
		i = (i + 1) & p.mask
	}
	p.keys[i], p.vals[i] = slot+1, int32(val)
}

func (p *probe) get(slot uint32) int32 {
	i := slot * 2654435769 & p.mask
	for p.keys[i] != 0 {
		if p.keys[i] == slot+1 {
			return p.vals[i]
		}
		i = (i + 1) & p.mask
	}
	return -1
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
