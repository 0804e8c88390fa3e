package memory

import (
	"slices"
	"sync"

	"github.com/deskbook/deskbook/desk"
)

const (
	compactFrom = 64 // forgotten tickets that are left in place before the memory is compacted
	// floodPerDay bounds how many tickets of one requester and day count: more of them say
	// nothing new, and a flood must not decide what others are shown.
	floodPerDay = 30
)

// Memory remembers tickets: the resolved ones with what resolved them, and the open ones,
// so that duplicates are noticed. It is safe for use by several goroutines.
//
//	v(ticket) = stems and adjacent pairs of title+text+title, (1+ln tf)·ln((n+1)/df), unit length
//
// Frequencies are those of the remembered tickets alone. Everything that is returned
// depends on the tickets only, never on the order in which they came: sums are added up in
// an order that the texts determine, and nothing is stored that another ticket would
// change.
type Memory struct {
	mu    sync.RWMutex
	words lexicon
	pairs lexicon
	posts [][]uint32 // by word: places in past and counts, see packed
	past  []remembered
	// scale, by place: one over the length of the counts of the ticket's words; negative
	// for open tickets, 0 for those that do not count.
	scale []float32
	logs  []float64 // natural logarithms, for every possible document frequency

	byID     map[string]uint32
	byDay    map[dayKey][]uint32 // in order of id
	counting int                 // tickets that count
	resolved int                 // of these, the resolved ones
	size     int64               // words of the tickets that count
	dead     int                 // places in past that were given up
	tally    *tally              // of the tickets that count

	scratch sync.Pool // of *nearness
}

// remembered is a place in the memory.
type remembered struct {
	*Ticket
	vector vector
	state  state
}

// state says whether the ticket at a place of the memory counts.
type state uint8

const (
	forgotten state = iota
	muted           // one of a flood
	counted
)

// dayKey identifies what one requester sent on one day.
type dayKey struct {
	requester string
	day       int64
}

// New returns an empty memory.
func New() *Memory {
	return &Memory{
		words: newLexicon(), pairs: newLexicon(), logs: []float64{0, 0},
		byID: map[string]uint32{}, byDay: map[dayKey][]uint32{}, tally: newTally(),
	}
}

// Replace replaces the content of the memory by that of other, which must not be used
// afterwards.
func (m *Memory) Replace(other *Memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.take(other)
}

// take takes over the content of other.
func (m *Memory) take(other *Memory) {
	m.words, m.pairs, m.posts, m.past = other.words, other.pairs, other.posts, other.past
	m.scale, m.logs, m.byID, m.byDay = other.scale, other.logs, other.byID, other.byDay
	m.counting, m.resolved, m.size, m.dead = other.counting, other.resolved, other.size, other.dead
	m.tally = other.tally
}

// Learn brings one ticket up to date: it is remembered when something can be learned from
// it, and forgotten otherwise.
func (m *Memory) Learn(t desk.Ticket) { m.Add(Prepare(t)) }

// Add is Learn for a ticket that was prepared before.
func (m *Memory) Add(p Prepared) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, known := m.byID[p.id]
	if known && p.Ticket != nil && m.sameText(i, p.Ticket) {
		before := m.past[i].state
		m.count(i, -1)
		m.past[i].Ticket = p.Ticket
		if before == counted {
			m.count(i, 1)
		}
		return
	}
	if known {
		m.forget(i)
	}
	if p.Ticket != nil {
		m.remember(p)
	}
}

// sameText reports whether a ticket differs only in what became of it.
func (m *Memory) sameText(i uint32, t *Ticket) bool {
	old := m.past[i].Ticket
	return old.digest == t.digest && old.requester == t.requester && old.day() == t.day()
}

// Forget forgets a ticket that no longer exists.
func (m *Memory) Forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i, ok := m.byID[id]; ok {
		m.forget(i)
	}
}

// Len returns how many tickets count, resolved and open ones.
func (m *Memory) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.counting
}

// Resolved returns how many resolved tickets count.
func (m *Memory) Resolved() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.resolved
}

func (m *Memory) remember(p Prepared) {
	n := uint32(len(m.past))
	v := m.vectorise(p.text)
	m.past = append(m.past, remembered{p.Ticket, v, muted})
	m.scale = append(m.scale, 0)
	for i, w := range v.wordSlots() {
		m.posts[w] = append(m.posts[w], packed(n, v.tf[i]))
	}
	m.byID[p.id] = n
	key := dayKey{p.Ticket.requester, p.Ticket.day()}
	if key.requester == "" {
		m.count(n, 1)
		return
	}
	byID := func(place uint32, id string) int { return CompareIDs(m.past[place].ID, id) }
	at, _ := slices.BinarySearchFunc(m.byDay[key], p.id, byID)
	m.byDay[key] = slices.Insert(m.byDay[key], at, n)
	m.mute(key)
}

func (m *Memory) forget(i uint32) {
	t := m.past[i].Ticket
	m.count(i, -1)
	m.past[i].state = forgotten
	delete(m.byID, t.ID)
	m.dead++
	if t.requester != "" {
		key := dayKey{t.requester, t.day()}
		m.byDay[key] = slices.DeleteFunc(m.byDay[key], func(x uint32) bool { return x == i })
		if len(m.byDay[key]) == 0 {
			delete(m.byDay, key)
		}
		m.mute(key)
	}
	if m.dead > compactFrom && m.dead > m.counting/4 {
		m.compact()
	}
}

// mute makes the first tickets of a requester's day count, and no others.
func (m *Memory) mute(key dayKey) {
	for n, i := range m.byDay[key] {
		if n < floodPerDay {
			m.count(i, 1)
		} else {
			m.count(i, -1)
		}
	}
}

// count makes a remembered ticket count (by is 1) or not (by is -1); repeating it has no
// effect.
func (m *Memory) count(i uint32, by int) {
	r := &m.past[i]
	if (r.state == counted) == (by > 0) {
		return
	}
	r.state, m.scale[i] = muted, 0
	if by > 0 {
		r.state, m.scale[i] = counted, r.vector.scale
		if r.Open() {
			m.scale[i] = -r.vector.scale
		}
	}
	for _, s := range r.vector.wordSlots() {
		m.words.df[s] += int32(by)
	}
	for _, s := range r.vector.pairSlots() {
		m.pairs.df[s] += int32(by)
	}
	m.tally.add(r.Ticket, by)
	m.counting += by
	m.size += int64(by) * int64(r.vector.size)
	if !r.Open() {
		m.resolved += by
	}
	for len(m.logs) < m.counting+2 {
		m.logs = append(m.logs, logOf(len(m.logs)))
	}
}

// compact rebuilds the memory without the forgotten tickets.
func (m *Memory) compact() {
	fresh := New()
	words, pairs := m.renumber(fresh)
	for _, r := range m.past {
		if r.state == forgotten {
			continue
		}
		n := uint32(len(fresh.past))
		r.vector = r.vector.renumbered(words, pairs)
		for i, w := range r.vector.wordSlots() {
			fresh.posts[w] = append(fresh.posts[w], packed(n, r.vector.tf[i]))
		}
		before := r.state
		r.state = muted
		fresh.past, fresh.scale = append(fresh.past, r), append(fresh.scale, 0)
		fresh.byID[r.ID] = n
		if r.requester != "" {
			key := dayKey{r.requester, r.day()}
			fresh.byDay[key] = append(fresh.byDay[key], n)
		}
		if before == counted {
			fresh.count(n, 1)
		}
	}
	for _, day := range fresh.byDay {
		slices.SortFunc(day, func(a, b uint32) int { return CompareIDs(fresh.past[a].ID, fresh.past[b].ID) })
	}
	m.take(fresh)
}
