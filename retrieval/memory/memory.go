package memory

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
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	maxNoteRunes  = 400 // of a resolution note
	deadBeforeNew = 64  // forgotten tickets that are kept before the memory is compacted
	// floodPerDay bounds what one requester adds on one day: what comes after it says
	// nothing new, and a flood must not decide what others are told.
	floodPerDay = 30
)

// Memory remembers tickets: the resolved ones with what resolved them, and those
// still worked on, so that a duplicate is noticed.
//
//	v(ticket) = stems and adjacent pairs of title+text+title, (1+ln tf)·ln((n+1)/df), unit length
//
// Frequencies are those of the remembered tickets alone. What is remembered, and every
// figure made from it, depends on the tickets only, never on the order in which they
// came: what is added up is added in an order that the texts give, and nothing is
// stored that another ticket's coming would change.
type Memory struct {
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
	Live   int                 // tickets that count
	solved int                 // of these, the resolved ones
	open   int                 // of these, those still worked on
	size   int64               // words of the tickets that count
	dead   int                 // places in past that were given up
	tally  *tally              // of the tickets that count

	scratch sync.Pool // of *nearness
}

// remembered is a place in the memory.
type remembered struct {
	*Ticket
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

// Ticket is one remembered ticket; it is never changed once remembered.
type Ticket struct {
	ID        string
	subject   string
	note      string
	requester string // user id
	service   string
	code      desk.ResolutionCode // "" while it is worked on
	reopens   int
	Labels
	signs   []string // terms of its error signatures
	created time.Time
	At      time.Time // when its resolution was known; zero while it is worked on
	digest  [16]byte  // of the text
}

// day gives the number of the day on which the ticket came in.
func (p *Ticket) day() int64 { return p.created.Unix() / (24 * 60 * 60) }

// Worked reports whether somebody still works on the ticket.
func (p *Ticket) Worked() bool { return p.code == "" }

func New() *Memory {
	return &Memory{
		words: newLexicon(), pairs: newLexicon(), byID: map[string]uint32{}, byDay: map[dayKey][]uint32{}, logs: []float64{0, 0}, tally: newTally(),
	}
}

// Replace replaces what is remembered by what other remembers; other is not used after.
func (m *Memory) Replace(other *Memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.words, m.pairs, m.posts, m.past, m.scale, m.logs = other.words, other.pairs, other.posts, other.past, other.scale, other.logs
	m.byID, m.byDay = other.byID, other.byDay
	m.Live, m.solved, m.open, m.size, m.dead, m.tally = other.Live, other.solved, other.open, other.size, other.dead, other.tally
}

// Describe describes a ticket as the memory keeps it; ok is false when it teaches
// nothing: withdrawn, not reproducible, or part of another ticket.
func Describe(t desk.Ticket) (p Ticket, ok bool) {
	if t.MergedInto != "" || t.Status.Ended() && t.Resolution == nil {
		return p, false
	}
	p = Ticket{
		ID: t.ID, subject: t.Subject, requester: t.Requester, service: t.Service, reopens: t.Reopens, created: t.CreatedAt,
	}
	text := sha256.Sum256([]byte(t.Subject + "\x00" + t.Body()))
	copy(p.digest[:], text[:])
	if !t.Status.Ended() {
		return p, true
	}
	if t.Resolution.Code == desk.Withdrawn || t.Resolution.Code == desk.NotReproducible {
		return p, false
	}
	p.code, p.At = cmp.Or(t.Resolution.Code, desk.Answered), t.ResolvedAt
	p.note = shorten(t.Resolution.Note, maxNoteRunes)
	p.Labels = LessonsOf(t)
	return p, true
}

// Prepared is a ticket made ready to be remembered: all that costs time is done, and
// the memory need not be held for it.
type Prepared struct {
	ID   string
	Past *Ticket
	Ok   bool // it is to be remembered; otherwise forgotten
	text ticketText
}

// Prepare reads a ticket.
func Prepare(t desk.Ticket) Prepared {
	l := Prepared{ID: t.ID}
	if p, ok := Describe(t); ok {
		l.Past, l.Ok = &p, true
		l.text = ReadTicket(t.Subject, t.Body())
		for _, s := range terms.SignaturesIn(signLines(t.Subject + "\n" + t.Body())) {
			l.Past.signs = append(l.Past.signs, s.Term)
		}
	}
	return l
}

// Learn brings one ticket up to date: remembered when it teaches something,
// forgotten otherwise.
func (m *Memory) Learn(t desk.Ticket) { m.Remember(Prepare(t)) }

func (m *Memory) Remember(l Prepared) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, known := m.byID[l.ID]
	if known && l.Ok && m.sameText(i, l.Past) {
		was := m.past[i].state
		m.count(i, -1)
		m.past[i].Ticket = l.Past
		if was == counts {
			m.count(i, 1)
		}
		return
	}
	if known {
		m.forget(i)
	}
	if l.Ok {
		m.remember(l)
	}
}

// sameText reports whether only what became of the ticket differs.
func (m *Memory) sameText(i uint32, p *Ticket) bool {
	old := m.past[i].Ticket
	return old.digest == p.digest && old.requester == p.requester && old.day() == p.day()
}

// Forget forgets a ticket that no longer exists.
func (m *Memory) Forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i, ok := m.byID[id]; ok {
		m.forget(i)
	}
}

func (m *Memory) remember(l Prepared) {
	n := uint32(len(m.past))
	v := m.vectorise(l.text)
	m.past = append(m.past, remembered{l.Past, v, muted})
	m.scale = append(m.scale, 0)
	for i, w := range v.wordSlots() {
		m.posts[w] = append(m.posts[w], packed(n, v.tf[i]))
	}
	m.byID[l.ID] = n
	key := dayKey{l.Past.requester, l.Past.day()}
	if key.requester == "" {
		m.count(n, 1)
		return
	}
	at, _ := slices.BinarySearchFunc(m.byDay[key], l.ID, func(x uint32, id string) int { return CompareIDs(m.past[x].ID, id) })
	m.byDay[key] = slices.Insert(m.byDay[key], at, n)
	m.mute(key)
}

func (m *Memory) forget(i uint32) {
	p := m.past[i].Ticket
	m.count(i, -1)
	m.past[i].state = gone
	delete(m.byID, p.ID)
	m.dead++
	if p.requester != "" {
		key := dayKey{p.requester, p.day()}
		m.byDay[key] = slices.DeleteFunc(m.byDay[key], func(x uint32) bool { return x == i })
		if len(m.byDay[key]) == 0 {
			delete(m.byDay, key)
		}
		m.mute(key)
	}
	if m.dead > deadBeforeNew && m.dead > m.Live/4 {
		m.compact()
	}
}

// mute lets the first tickets of a requester's day count and no others.
func (m *Memory) mute(key dayKey) {
	for n, i := range m.byDay[key] {
		if n < floodPerDay {
			m.count(i, 1)
		} else {
			m.count(i, -1)
		}
	}
}

// count makes a remembered ticket count (by 1) or not (by -1); again to no effect.
func (m *Memory) count(i uint32, by int) {
	r := &m.past[i]
	if (r.state == counts) == (by > 0) {
		return
	}
	r.state, m.scale[i] = muted, 0
	if by > 0 {
		r.state, m.scale[i] = counts, r.vector.scale
		if r.Worked() {
			m.scale[i] = -r.vector.scale
		}
	}
	for _, s := range r.vector.wordSlots() {
		m.words.df[s] += int32(by)
	}
	for _, s := range r.vector.pairSlots() {
		m.pairs.df[s] += int32(by)
	}
	m.tally.note(r.Ticket, by)
	m.Live += by
	m.size += int64(by) * int64(r.vector.size)
	if r.Worked() {
		m.open += by
	} else {
		m.solved += by
	}
	for len(m.logs) < m.Live+2 {
		m.logs = append(m.logs, logOf(len(m.logs)))
	}
}

// compact lays the memory out anew without forgotten tickets.
func (m *Memory) compact() {
	fresh := New()
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
		fresh.byID[r.ID] = n
		if r.requester != "" {
			key := dayKey{r.requester, r.day()}
			fresh.byDay[key] = append(fresh.byDay[key], n)
		}
		if was == counts {
			fresh.count(n, 1)
		}
	}
	for _, day := range fresh.byDay {
		slices.SortFunc(day, func(a, b uint32) int { return CompareIDs(fresh.past[a].ID, fresh.past[b].ID) })
	}
	m.words, m.pairs, m.posts, m.past, m.scale, m.logs = fresh.words, fresh.pairs, fresh.posts, fresh.past, fresh.scale, fresh.logs
	m.byID, m.byDay, m.dead, m.tally = fresh.byID, fresh.byDay, 0, fresh.tally
}

// Tickets counts the resolved tickets that count.
func (m *Memory) Tickets() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.solved
}

// CompareIDs orders decimal ticket numbers by value, other ids by text.
func CompareIDs(a, b string) int {
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
func (m *Memory) rarity(ts []terms.QueryTerm) []float64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make([]float64, len(ts))
	for i, t := range ts {
		df := int32(1)
		if slot, ok := m.words.slots[mixed(hashOf(hashStart, t.Term))]; ok {
			df = max(1, m.words.df[slot])
		}
		out[i] = logOf(m.Live+1) - logOf(int(df))
	}
	return out
}

// Damped is 1+ln of a count; a word of the telling counts less than once.
func Damped(count float64) float64 {
	if count < 1 {
		return count
	}
	return 1 + math.Log(count)
}

// PrepareAll reads tickets with all processors, in their order.
func PrepareAll(tickets []desk.Ticket) []Prepared {
	out := make([]Prepared, len(tickets))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tickets)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(tickets)); i = next.Add(1) - 1 {
				out[i] = Prepare(tickets[i])
			}
		})
	}
	wg.Wait()
	return out
}
