package memory

import (
	"math"
	"time"

	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Query is a ticket that the remembered ones are compared with.
type Query struct {
	Subject, Body string
	Exclude       string    // its own id
	At            time.Time // only what was resolved, or came in, before counts
	Terms         []terms.QueryTerm
	Meaning       *sense.Text // nil for words alone
}

// Recalled is what the memory says about a ticket. The zero value is that of an engine
// without a memory.
type Recalled struct {
	At       time.Time   // the moment of the query
	Known    int         // resolved tickets remembered
	Rarity   []float64   // of the query's terms among tickets
	resolved []neighbour // highest cosine first
	open     []neighbour // the same of open tickets
	meant    []neighbour // resolved tickets by meaning, nearest first
	tally    *tally
}

// Recall compares a ticket with those that came before the moment of the query, but never
// with itself.
func (m *Memory) Recall(q Query) Recalled {
	text := readTicket(q.Subject, q.Body)
	m.mu.RLock()
	defer m.mu.RUnlock()
	r := Recalled{At: q.At, Known: m.resolved, Rarity: m.rarity(q.Terms), tally: m.tally}
	r.resolved, r.open = m.near(text, q)
	r.meant = m.nearMeaning(q)
	return r
}

// meaningCompared is how many resolved tickets are compared by meaning.
const meaningCompared = 60

// nearMeaning finds the resolved tickets that are nearest in meaning.
func (m *Memory) nearMeaning(q Query) []neighbour {
	if q.Meaning == nil {
		return nil
	}
	found := q.Meaning.Tickets(meaningCompared, func(id string) bool {
		i, ok := m.byID[id]
		if !ok || id == q.Exclude || m.past[i].state != counted {
			return false
		}
		t := m.past[i].Ticket
		return !t.Open() && t.ResolvedAt.Before(q.At)
	})
	out := make([]neighbour, len(found))
	for i, x := range found {
		out[i] = neighbour{Ticket: m.past[m.byID[x.ID]].Ticket, cosine: max(0, x.Cosine)}
	}
	return out
}

// rarity returns for each term how rare it is among remembered tickets.
func (m *Memory) rarity(ts []terms.QueryTerm) []float64 {
	out := make([]float64, len(ts))
	for i, t := range ts {
		df := int32(1)
		if slot, ok := m.words.slots[mixed(hashOf(hashStart, t.Term))]; ok {
			df = max(1, m.words.df[slot])
		}
		out[i] = logOf(m.counting+1) - logOf(int(df))
	}
	return out
}

// Damped returns 1+ln of a count; less than 1, as for a filler word, is returned as it is.
func Damped(count float64) float64 {
	if count < 1 {
		return count
	}
	return 1 + math.Log(count)
}

// Standing returns how many tickets an article, given with those merged into it, has
// resolved.
func (r Recalled) Standing(ids []string) Standing { return r.tally.of(ids, r.At) }

// Total returns how many tickets articles have resolved.
func (r Recalled) Total() Standing { return r.tally.total(r.At) }
