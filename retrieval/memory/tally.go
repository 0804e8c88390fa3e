package memory

import (
	"math"
	"slices"
	"sync"
	"time"
)

const (
	recentHalf   = 60  // days: half-life of what resolved tickets of late
	recentWithin = 300 // days that are looked back at for it
)

// tally counts which article resolved how many tickets, and when.
type tally struct {
	mu    sync.RWMutex
	times map[string][]int64 // by article, days since 1970 in order
	all   []int64            // of every ticket that an article resolved
}

func newTally() *tally { return &tally{times: map[string][]int64{}} }

// Tally gives the tally of what is remembered now.
func (m *Memory) Tally() *tally {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.tally
}

// note counts a ticket (by 1) or no longer (by -1).
func (t *tally) note(p *Ticket, by int) {
	if p.Worked() || len(p.Articles) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	day := DayOf(p.At)
	t.all = moved(t.all, day, by)
	for _, id := range p.Articles {
		if t.times[id] = moved(t.times[id], day, by); len(t.times[id]) == 0 {
			delete(t.times, id)
		}
	}
}

func DayOf(at time.Time) int64 { return at.Unix() / (24 * 60 * 60) }

// moved adds a day to an ordered list, or takes it out.
func moved(days []int64, day int64, by int) []int64 {
	i, found := slices.BinarySearch(days, day)
	switch {
	case by > 0:
		return slices.Insert(days, i, day)
	case found:
		return slices.Delete(days, i, i+1)
	}
	return days
}

// Standing is what the tally says of an article at a moment.
type Standing struct {
	Links  float64 // tickets that it resolved
	Recent float64 // the same, halved with every 60 days
}

// Of adds up several articles: one and those that it replaces.
func (t *tally) Of(ids []string, at time.Time) Standing {
	var s Standing
	if t == nil {
		return s
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, id := range ids {
		s.add(t.times[id], DayOf(at))
	}
	return s
}

// Total adds up all tickets.
func (t *tally) Total(at time.Time) Standing {
	var s Standing
	if t == nil {
		return s
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	s.add(t.all, DayOf(at))
	return s
}

func (s *Standing) add(days []int64, today int64) {
	known, found := slices.BinarySearch(days, today)
	for found && known < len(days) && days[known] == today {
		known++
	}
	s.Links += float64(known)
	for i := known - 1; i >= 0 && today-days[i] <= recentWithin; {
		j := i
		for j >= 0 && days[j] == days[i] {
			j--
		}
		s.Recent += float64(i-j) * math.Exp2(-float64(today-days[i])/recentHalf)
		i = j
	}
}
