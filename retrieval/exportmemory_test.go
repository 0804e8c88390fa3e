package retrieval

import (
	"time"

	"github.com/deskbook/deskbook/desk"
)

// Remembered is a memory on its own.
type Remembered struct{ m *memory }

// Remember makes an empty memory.
func Remember() Remembered { return Remembered{newMemory()} }

// Learn brings a ticket up to date.
func (r Remembered) Learn(t desk.Ticket) { r.m.learn(t) }

// LearnAll brings tickets up to date as a start does.
func (r Remembered) LearnAll(tickets []desk.Ticket) {
	for _, l := range prepareAll(tickets) {
		r.m.keep(l)
	}
}

// Near gives the ids of the nearest tickets.
func (r Remembered) Near(subject, body, exclude string, at time.Time) []string {
	near := r.m.near(asked{readTicket(subject, body), exclude, at}).solved
	out := make([]string, len(near))
	for i, n := range near {
		out[i] = n.id
	}
	return out
}

// NearAll gives the ids of the nearest tickets by a comparison with every one.
func (r Remembered) NearAll(subject, body string) []string {
	s, places := &nearness{}, []uint32{}
	s.weigh(r.m, readTicket(subject, body))
	for i := range r.m.past {
		places = append(places, uint32(i))
	}
	var out []string
	for _, n := range s.compare(r.m, places) {
		out = append(out, n.id)
	}
	return out
}

// Open gives the ids of the nearest tickets still worked on.
func (r Remembered) Open(subject, body, exclude string, at time.Time) []string {
	var out []string
	for _, n := range r.m.near(asked{readTicket(subject, body), exclude, at}).open {
		out = append(out, n.id)
	}
	return out
}

// Drop forgets a ticket.
func (r Remembered) Drop(id string) { r.m.drop(id) }

// Counted counts the tickets that are not muted.
func (r Remembered) Counted() int { return r.m.live }

// Votes gives mem(d) by article.
func (r Remembered) Votes(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range r.m.recall(subject, body, exclude, at).votes(itself) {
		out[id] = v.mem
	}
	return out
}

// Similar gives the cosines of similar tickets by id.
func (r Remembered) Similar(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for _, s := range r.m.recall(subject, body, exclude, at).similar {
		out[s.id] = s.cosine
	}
	return out
}

// Against gives the cosines of tickets that an article did not help.
func (r Remembered) Against(subject, body string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range r.m.recall(subject, body, "", at).votes(itself) {
		if v.against > 0 {
			out[id] = v.against
		}
	}
	return out
}

// Links counts the tickets that an article resolved before the moment, and those of
// late, halved with every sixty days.
func (r Remembered) Links(article string, at time.Time) (links, recent float64) {
	s := r.m.tally.of([]string{article}, at)
	return s.links, s.recent
}

// itself is the heir function where every article is in the running.
func itself(id string) (string, bool) { return id, true }
