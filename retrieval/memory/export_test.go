package memory

import (
	"time"

	"github.com/deskbook/deskbook/desk"
)

// Probe is a memory on its own.
type Probe struct{ m *Memory }

// NewProbe makes an empty memory.
func NewProbe() Probe { return Probe{New()} }

// Learn brings a ticket up to date.
func (r Probe) Learn(t desk.Ticket) { r.m.Learn(t) }

// LearnAll brings tickets up to date as a start does.
func (r Probe) LearnAll(tickets []desk.Ticket) {
	for _, l := range PrepareAll(tickets) {
		r.m.Remember(l)
	}
}

// Near gives the ids of the nearest tickets.
func (r Probe) Near(subject, body, exclude string, at time.Time) []string {
	near := r.m.Near(Query{ReadTicket(subject, body), exclude, at}).Solved
	out := make([]string, len(near))
	for i, n := range near {
		out[i] = n.ID
	}
	return out
}

// NearAll gives the ids of the nearest tickets by a comparison with every one.
func (r Probe) NearAll(subject, body string) []string {
	s, places := &nearness{}, []scored{}
	s.weigh(r.m, ReadTicket(subject, body))
	for i := range r.m.past {
		places = append(places, scored{place: uint32(i)})
	}
	var out []string
	for _, n := range s.compare(r.m, places) {
		out = append(out, n.ID)
	}
	return out
}

// Open gives the ids of the nearest tickets still worked on.
func (r Probe) Open(subject, body, exclude string, at time.Time) []string {
	var out []string
	for _, n := range r.m.Near(Query{ReadTicket(subject, body), exclude, at}).open {
		out = append(out, n.ID)
	}
	return out
}

// Drop forgets a ticket.
func (r Probe) Drop(id string) { r.m.Forget(id) }

// Counted counts the tickets that are not muted.
func (r Probe) Counted() int { return r.m.Live }

// Votes gives mem(d) by article.
func (r Probe) Votes(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range r.m.recall(subject, body, exclude, at).Votes(itself) {
		out[id] = v.Mem
	}
	return out
}

// Similar gives the cosines of similar tickets by id.
func (r Probe) Similar(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for _, s := range r.m.recall(subject, body, exclude, at).similar {
		out[s.ID] = s.cosine
	}
	return out
}

// Against gives the cosines of tickets that an article did not help.
func (r Probe) Against(subject, body string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range r.m.recall(subject, body, "", at).Votes(itself) {
		if v.Against > 0 {
			out[id] = v.Against
		}
	}
	return out
}

// Links counts the tickets that an article resolved before the moment, and those of
// late, halved with every sixty days.
func (r Probe) Links(article string, at time.Time) (links, recent float64) {
	s := r.m.tally.Of([]string{article}, at)
	return s.Links, s.Recent
}

// itself is the heir function where every article is in the running.
func itself(id string) (string, bool) { return id, true }
