package retrieval

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskbook/deskbook/desk"
)

const (
	voters        = 3   // highest cosines that count for an article
	maxNoteRunes  = 400 // of a resolution note
	maxPastTerms  = 2000
	deadBeforeNew = 64 // forgotten tickets that are kept before the memory is compacted
)

// memory remembers resolved tickets and what resolved them.
//
//	v(ticket) = stems and adjacent pairs of title+text+title, (1+ln tf)·ln((n+1)/df), unit length
//	mem(d)    = sum of the highest cosines between a ticket and earlier tickets linked to d
//
// Frequencies are those of the remembered tickets alone. What is remembered depends
// on the tickets only, never on the order in which they came.
type memory struct {
	mu    sync.RWMutex
	terms map[string]uint32
	posts [][]pastPosting // by term
	df    []int32         // by term, of live tickets
	past  []pastTicket
	byID  map[string]int
	live  int
	dead  int
	stale bool // lengths must be computed anew
}

type pastPosting struct {
	ticket uint32
	weight float32 // 1+ln tf
}

// pastTicket is one resolved ticket.
type pastTicket struct {
	id       string
	subject  string
	note     string
	articles []string
	at       time.Time // when its resolution was known
	text     string    // digest source: subject and body as vectorised
	vector   []pastTerm
	length   float64
	live     bool
}

type pastTerm struct {
	term   uint32
	weight float32
}

func newMemory() *memory {
	return &memory{terms: map[string]uint32{}, byID: map[string]int{}}
}

// take replaces what is remembered by what other remembers; other is not used after.
func (m *memory) take(other *memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.terms, m.posts, m.df, m.past, m.byID = other.terms, other.posts, other.df, other.past, other.byID
	m.live, m.dead, m.stale = other.live, other.dead, other.stale
}

// past describes a ticket as the memory keeps it; ok is false when it teaches
// nothing: not resolved, withdrawn, or part of another ticket.
func past(t desk.Ticket) (p pastTicket, ok bool) {
	if !t.Status.Ended() || t.Resolution == nil || t.MergedInto != "" {
		return p, false
	}
	if t.Resolution.Code == desk.Withdrawn || t.Resolution.Code == desk.NotReproducible {
		return p, false
	}
	p = pastTicket{id: t.ID, subject: t.Subject, note: shorten(t.Resolution.Note, maxNoteRunes), at: t.ResolvedAt, live: true}
	p.articles = t.Applied()
	if len(p.articles) == 0 {
		p.articles = t.Linked()
	}
	if len(p.articles) == 0 && t.Knowledge != nil && t.Knowledge.Article != "" {
		p.articles = []string{t.Knowledge.Article}
	}
	slices.Sort(p.articles)
	p.articles = slices.Compact(p.articles)
	p.text = t.Subject + "\x00" + t.Body()
	return p, true
}

// learn brings one ticket up to date: remembered when it teaches something,
// forgotten otherwise.
func (m *memory) learn(t desk.Ticket) {
	p, ok := past(t)
	var grams map[string]int
	if ok {
		grams = ticketGrams(t.Subject, t.Body())
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i, known := m.byID[t.ID]
	if known && ok && m.past[i].text == p.text {
		old := &m.past[i]
		p.vector, p.length = old.vector, old.length
		*old = p
		return
	}
	if known {
		m.forget(i)
	}
	if ok {
		m.remember(p, grams)
	}
}

// drop forgets a ticket that no longer exists.
func (m *memory) drop(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i, ok := m.byID[id]; ok {
		m.forget(i)
	}
}

func (m *memory) remember(p pastTicket, grams map[string]int) {
	n := uint32(len(m.past))
	keys := sortedKeys(grams)
	p.vector = make([]pastTerm, 0, len(keys))
	for _, g := range keys {
		id, ok := m.terms[g]
		if !ok {
			id = uint32(len(m.posts))
			m.terms[g] = id
			m.posts = append(m.posts, nil)
			m.df = append(m.df, 0)
		}
		w := float32(1 + math.Log(float64(grams[g])))
		p.vector = append(p.vector, pastTerm{id, w})
		m.posts[id] = append(m.posts[id], pastPosting{n, w})
		m.df[id]++
	}
	m.past = append(m.past, p)
	m.byID[p.id] = int(n)
	m.live++
	m.stale = true
}

func (m *memory) forget(i int) {
	p := &m.past[i]
	for _, t := range p.vector {
		m.df[t.term]--
	}
	delete(m.byID, p.id)
	p.live = false
	m.live--
	m.dead++
	m.stale = true
	if m.dead > deadBeforeNew && m.dead > m.live/4 {
		m.compact()
	}
}

// compact lays the memory out anew without forgotten tickets.
func (m *memory) compact() {
	old := m.past
	names := make([]string, len(m.posts))
	for name, id := range m.terms {
		names[id] = name
	}
	m.terms, m.byID = map[string]uint32{}, map[string]int{}
	m.posts, m.df, m.past = nil, nil, nil
	m.dead = 0
	for _, p := range old {
		if !p.live {
			continue
		}
		n := uint32(len(m.past))
		for i, t := range p.vector {
			id, ok := m.terms[names[t.term]]
			if !ok {
				id = uint32(len(m.posts))
				m.terms[names[t.term]] = id
				m.posts = append(m.posts, nil)
				m.df = append(m.df, 0)
			}
			p.vector[i].term = id
			m.posts[id] = append(m.posts[id], pastPosting{n, t.weight})
			m.df[id]++
		}
		m.past = append(m.past, p)
		m.byID[p.id] = int(n)
	}
	m.stale = true
}

// settle computes the lengths of all vectors: they change with every document
// frequency. The one who changed the memory calls it, so that requests need not.
func (m *memory) settle() {
	m.mu.RLock()
	stale := m.stale
	m.mu.RUnlock()
	if !stale {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.stale {
		return
	}
	logs := make([]float64, m.live+2)
	for i := 1; i < len(logs); i++ {
		logs[i] = math.Log(float64(i))
	}
	for i := range m.past {
		p := &m.past[i]
		if !p.live {
			continue
		}
		var sum float64
		for _, t := range p.vector {
			w := float64(t.weight) * (logs[m.live+1] - logs[m.df[t.term]])
			sum += w * w
		}
		p.length = math.Sqrt(sum)
	}
	m.stale = false
}

// recalled is what the memory says about a ticket.
type recalled struct {
	votes   map[string]vote
	similar []similarTicket // highest cosine first, at most maxSimilar
	known   int             // tickets remembered
}

// vote is what earlier tickets say for one article.
type vote struct {
	mem     float64 // sum of the highest cosines
	best    float64 // the highest of them
	tickets int     // how many similar ones were resolved with it
}

// similarTicket is one remembered ticket with its cosine.
type similarTicket struct {
	past   pastTicket
	cosine float64
}

const (
	similarFrom = 0.15 // cosine from which a ticket is called similar
	maxSimilar  = 50
)

// recall compares a ticket with those resolved before the moment of asking, but
// never with itself.
func (m *memory) recall(subject, body, exclude string, at time.Time) recalled {
	grams := ticketGrams(subject, body)
	m.settle()
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := recalled{votes: map[string]vote{}, known: m.live}
	dots, length := m.dots(grams)
	if length == 0 {
		return out
	}
	type near struct {
		n      int
		cosine float64
	}
	var all []near
	for n, dot := range dots {
		p := &m.past[n]
		if dot > 0 && p.live && p.length > 0 && p.id != exclude && p.at.Before(at) {
			all = append(all, near{n, dot / (length * p.length)})
		}
	}
	slices.SortFunc(all, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.cosine, a.cosine), compareIDs(m.past[a.n].id, m.past[b.n].id))
	})
	counted := map[string]int{}
	for _, s := range all {
		p := &m.past[s.n]
		if len(out.similar) < maxSimilar && s.cosine >= similarFrom {
			out.similar = append(out.similar, similarTicket{*p, s.cosine})
		}
		for _, a := range p.articles {
			v := out.votes[a]
			if counted[a] < voters {
				counted[a]++
				v.mem += s.cosine
			}
			v.best = max(v.best, s.cosine)
			if s.cosine >= similarFrom {
				v.tickets++
			}
			out.votes[a] = v
		}
	}
	return out
}

// dots gives the product of the query's vector with every remembered one, and the
// query's length. A word that no remembered ticket holds weighs as one that a single
// ticket holds: were it left out, a ticket that shares three words with the only
// one remembered would look much like it.
func (m *memory) dots(grams map[string]int) ([]float64, float64) {
	dots := make([]float64, len(m.past))
	var sum float64
	all := math.Log(float64(m.live) + 1)
	for _, g := range sortedKeys(grams) {
		id, ok := m.terms[g]
		df := int32(1)
		if ok {
			df = max(df, m.df[id])
		}
		idf := all - math.Log(float64(df))
		w := (1 + math.Log(float64(grams[g]))) * idf
		sum += w * w
		if !ok {
			continue
		}
		for _, p := range m.posts[id] {
			dots[p.ticket] += w * float64(p.weight) * idf
		}
	}
	return dots, math.Sqrt(sum)
}

// ticketGrams counts the stems and adjacent pairs of title+text+title.
func ticketGrams(subject, body string) map[string]int {
	title := cut(valid(subject), maxTitleBytes)
	text := unquoted(cut(valid(body), maxQueryBytes))
	out := map[string]int{}
	count := func(gram string) {
		if _, ok := out[gram]; ok || len(out) < maxPastTerms {
			out[gram]++
		}
	}
	for _, part := range []string{title, text, title} {
		before := ""
		for _, t := range terms(part) {
			count(t.term)
			if before != "" {
				count(before + " " + t.term)
			}
			before = t.term
		}
	}
	return out
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
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
