package retrieval

import (
	"cmp"
	"crypto/sha256"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/desk"
)

const (
	maxNoteRunes  = 400 // of a resolution note
	deadBeforeNew = 64  // forgotten tickets that are kept before the memory is compacted
	// floodPerDay bounds what one requester adds on one day: what comes after it says
	// nothing new, and a flood must not decide what others are told.
	floodPerDay = 30
)

// memory remembers tickets: the resolved ones with what resolved them, and those
// still worked on, so that a duplicate is noticed.
//
//	v(ticket) = stems and adjacent pairs of title+text+title, (1+ln tf)·ln((n+1)/df), unit length
//
// Frequencies are those of the remembered tickets alone. What is remembered, and every
// figure made from it, depends on the tickets only, never on the order in which they
// came: what is added up is added in an order that the texts give, and nothing is
// stored that another ticket's coming would change.
type memory struct {
	mu    sync.RWMutex
	words lexicon
	pairs lexicon
	posts [][]uint32 // by word: places in past and counts, see packed
	past  []remembered
	// scale, by place: one over the length of the counts of the ticket's words;
	// negative for tickets still worked on, 0 for those that do not count.
	scale []float32
	logs  []float64 // natural logarithms, for every document frequency there can be

	byID   map[string]uint32
	byDay  map[dayKey][]uint32 // of each requester, in order of id
	live   int                 // tickets that count
	solved int                 // of these, the resolved ones
	open   int                 // of these, those still worked on
	size   int64               // words of the tickets that count
	dead   int                 // places in past that were given up
	tally  *tally              // of the tickets that count

	scratch sync.Pool // of *nearness
}

// remembered is a place in the memory.
type remembered struct {
	*pastTicket
	vector vector
	state  state
}

// state says whether what stands at a place of the memory counts.
type state uint8

const (
	gone  state = iota // forgotten
	muted              // one of a flood
	counts
)

// dayKey names what one requester sent on one day.
type dayKey struct {
	requester string
	day       int64
}

// pastTicket is one remembered ticket; it is never changed once remembered.
type pastTicket struct {
	id        string
	subject   string
	note      string
	requester string // user id
	service   string
	code      desk.ResolutionCode // "" while it is worked on
	reopens   int
	lessons
	signs   []string // terms of its error signatures
	created time.Time
	at      time.Time // when its resolution was known; zero while it is worked on
	digest  [16]byte  // of the text
}

// day gives the number of the day on which the ticket came in.
func (p *pastTicket) day() int64 { return p.created.Unix() / (24 * 60 * 60) }

// worked reports whether somebody still works on the ticket.
func (p *pastTicket) worked() bool { return p.code == "" }

func newMemory() *memory {
	return &memory{
		words: newLexicon(), pairs: newLexicon(), byID: map[string]uint32{}, byDay: map[dayKey][]uint32{}, logs: []float64{0, 0}, tally: newTally(),
	}
}

// take replaces what is remembered by what other remembers; other is not used after.
func (m *memory) take(other *memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.words, m.pairs, m.posts, m.past, m.scale, m.logs = other.words, other.pairs, other.posts, other.past, other.scale, other.logs
	m.byID, m.byDay = other.byID, other.byDay
	m.live, m.solved, m.open, m.size, m.dead, m.tally = other.live, other.solved, other.open, other.size, other.dead, other.tally
}

// past describes a ticket as the memory keeps it; ok is false when it teaches
// nothing: withdrawn, not reproducible, or part of another ticket.
func past(t desk.Ticket) (p pastTicket, ok bool) {
	if t.MergedInto != "" || t.Status.Ended() && t.Resolution == nil {
		return p, false
	}
	p = pastTicket{
		id: t.ID, subject: t.Subject, requester: t.Requester, service: t.Service, reopens: t.Reopens, created: t.CreatedAt,
	}
	text := sha256.Sum256([]byte(t.Subject + "\x00" + t.Body()))
	copy(p.digest[:], text[:])
	if !t.Status.Ended() {
		return p, true
	}
	if t.Resolution.Code == desk.Withdrawn || t.Resolution.Code == desk.NotReproducible {
		return p, false
	}
	p.code, p.at = cmp.Or(t.Resolution.Code, desk.Answered), t.ResolvedAt
	p.note = shorten(t.Resolution.Note, maxNoteRunes)
	p.lessons = lessonsOf(t)
	return p, true
}

// lesson is a ticket made ready to be remembered: all that costs time is done, and
// the memory need not be held for it.
type lesson struct {
	id   string
	past *pastTicket
	ok   bool // it is to be remembered; otherwise forgotten
	text ticketText
}

// prepare reads a ticket.
func prepare(t desk.Ticket) lesson {
	l := lesson{id: t.ID}
	if p, ok := past(t); ok {
		l.past, l.ok = &p, true
		l.text = readTicket(t.Subject, t.Body())
		for _, s := range signaturesIn(signLines(t.Subject + "\n" + t.Body())) {
			l.past.signs = append(l.past.signs, s.term)
		}
	}
	return l
}

// learn brings one ticket up to date: remembered when it teaches something,
// forgotten otherwise.
func (m *memory) learn(t desk.Ticket) { m.keep(prepare(t)) }

func (m *memory) keep(l lesson) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, known := m.byID[l.id]
	if known && l.ok && m.sameText(i, l.past) {
		was := m.past[i].state
		m.count(i, -1)
		m.past[i].pastTicket = l.past
		if was == counts {
			m.count(i, 1)
		}
		return
	}
	if known {
		m.forget(i)
	}
	if l.ok {
		m.remember(l)
	}
}

// sameText reports whether only what became of the ticket differs.
func (m *memory) sameText(i uint32, p *pastTicket) bool {
	old := m.past[i].pastTicket
	return old.digest == p.digest && old.requester == p.requester && old.day() == p.day()
}

// drop forgets a ticket that no longer exists.
func (m *memory) drop(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i, ok := m.byID[id]; ok {
		m.forget(i)
	}
}

func (m *memory) remember(l lesson) {
	n := uint32(len(m.past))
	v := m.vectorise(l.text)
	m.past = append(m.past, remembered{l.past, v, muted})
	m.scale = append(m.scale, 0)
	for i, w := range v.wordSlots() {
		m.posts[w] = append(m.posts[w], packed(n, v.tf[i]))
	}
	m.byID[l.id] = n
	key := dayKey{l.past.requester, l.past.day()}
	if key.requester == "" {
		m.count(n, 1)
		return
	}
	at, _ := slices.BinarySearchFunc(m.byDay[key], l.id, func(x uint32, id string) int { return compareIDs(m.past[x].id, id) })
	m.byDay[key] = slices.Insert(m.byDay[key], at, n)
	m.mute(key)
}

func (m *memory) forget(i uint32) {
	p := m.past[i].pastTicket
	m.count(i, -1)
	m.past[i].state = gone
	delete(m.byID, p.id)
	m.dead++
	if p.requester != "" {
		key := dayKey{p.requester, p.day()}
		m.byDay[key] = slices.DeleteFunc(m.byDay[key], func(x uint32) bool { return x == i })
		if len(m.byDay[key]) == 0 {
			delete(m.byDay, key)
		}
		m.mute(key)
	}
	if m.dead > deadBeforeNew && m.dead > m.live/4 {
		m.compact()
	}
}

// mute lets the first tickets of a requester's day count and no others.
func (m *memory) mute(key dayKey) {
	for n, i := range m.byDay[key] {
		if n < floodPerDay {
			m.count(i, 1)
		} else {
			m.count(i, -1)
		}
	}
}

// count makes a remembered ticket count (by 1) or not (by -1); again to no effect.
func (m *memory) count(i uint32, by int) {
	r := &m.past[i]
	if (r.state == counts) == (by > 0) {
		return
	}
	r.state, m.scale[i] = muted, 0
	if by > 0 {
		r.state, m.scale[i] = counts, r.vector.scale
		if r.worked() {
			m.scale[i] = -r.vector.scale
		}
	}
	for _, s := range r.vector.wordSlots() {
		m.words.df[s] += int32(by)
	}
	for _, s := range r.vector.pairSlots() {
		m.pairs.df[s] += int32(by)
	}
	m.tally.note(r.pastTicket, by)
	m.live += by
	m.size += int64(by) * int64(r.vector.size)
	if r.worked() {
		m.open += by
	} else {
		m.solved += by
	}
	for len(m.logs) < m.live+2 {
		m.logs = append(m.logs, logOf(len(m.logs)))
	}
}

// compact lays the memory out anew without forgotten tickets.
func (m *memory) compact() {
	fresh := newMemory()
	words, pairs := m.renumber(fresh)
	for _, r := range m.past {
		if r.state == gone {
			continue
		}
		n := uint32(len(fresh.past))
		r.vector = r.vector.moved(words, pairs)
		for i, w := range r.vector.wordSlots() {
			fresh.posts[w] = append(fresh.posts[w], packed(n, r.vector.tf[i]))
		}
		was := r.state
		r.state = muted
		fresh.past, fresh.scale = append(fresh.past, r), append(fresh.scale, 0)
		fresh.byID[r.id] = n
		if r.requester != "" {
			key := dayKey{r.requester, r.day()}
			fresh.byDay[key] = append(fresh.byDay[key], n)
		}
		if was == counts {
			fresh.count(n, 1)
		}
	}
	for _, day := range fresh.byDay {
		slices.SortFunc(day, func(a, b uint32) int { return compareIDs(fresh.past[a].id, fresh.past[b].id) })
	}
	m.words, m.pairs, m.posts, m.past, m.scale, m.logs = fresh.words, fresh.pairs, fresh.posts, fresh.past, fresh.scale, fresh.logs
	m.byID, m.byDay, m.dead, m.tally = fresh.byID, fresh.byDay, 0, fresh.tally
}

// tickets counts the resolved tickets that count.
func (m *memory) tickets() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.solved
}

// compareIDs orders decimal ticket numbers by value, other ids by text.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// shorten cuts a text to so many runes at a word's end.
func shorten(s string, n int) string {
	s = strings.TrimSpace(s)
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	end := n
	for end > n/2 && r[end] != ' ' && r[end] != '\n' {
		end--
	}
	return strings.TrimSpace(string(r[:end])) + " …"
}

// rarity gives for each term how rare it is among remembered tickets.
func (m *memory) rarity(ts []queryTerm) []float64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]float64, len(ts))
	for i, t := range ts {
		df := int32(1)
		if slot, ok := m.words.slots[mixed(hashOf(hashStart, t.term))]; ok {
			df = max(1, m.words.df[slot])
		}
		out[i] = logOf(m.live+1) - logOf(int(df))
	}
	return out
}

// damped is 1+ln of a count; a word of the telling counts less than once.
func damped(count float64) float64 {
	if count < 1 {
		return count
	}
	return 1 + math.Log(count)
}

// prepareAll reads tickets with all processors, in their order.
func prepareAll(tickets []desk.Ticket) []lesson {
	out := make([]lesson, len(tickets))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tickets)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(tickets)); i = next.Add(1) - 1 {
				out[i] = prepare(tickets[i])
			}
		})
	}
	wg.Wait()
	return out
}
