package memory

import (
	"math"
	"slices"
	"sync"
	"time"
)

const (
	recentHalfLife = 60  // days, of what resolved tickets recently
	recentWithin   = 300 // days that are looked back at for it
)

// tally counts how many tickets each article resolved, and when.
type tally struct {
	mu        sync.RWMutex
	byArticle map[string][]int64 // days since 1970, in order
	all       []int64            // of every ticket that an article resolved
}

func newTally() *tally { return &tally{byArticle: map[string][]int64{}} }

// add counts a ticket (by is 1), or no longer (by is -1).
func (t *tally) add(p *Ticket, by int) {
	if p.Open() || len(p.Articles) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	day := DayOf(p.ResolvedAt)
	t.all = updated(t.all, day, by)
	for _, id := range p.Articles {
		if t.byArticle[id] = updated(t.byArticle[id], day, by); len(t.byArticle[id]) == 0 {
			delete(t.byArticle, id)
		}
	}
}

// DayOf returns the number of days from 1970 to a moment.
func DayOf(at time.Time) int64 { return at.Unix() / (24 * 60 * 60) }

// updated returns an ordered list of days with one more of a day, or one less.
func updated(days []int64, day int64, by int) []int64 {
	i, found := slices.BinarySearch(days, day)
	switch {
	case by > 0:
		return slices.Insert(days, i, day)
	case found:
		return slices.Delete(days, i, i+1)
	}
	return days
}

// Standing is how often an article had been of use up to a moment.
type Standing struct {
	Links  float64 // tickets that it resolved
	Recent float64 // the same, halved with every 60 days
}

// of adds up several articles; nil has none.
func (t *tally) of(ids []string, at time.Time) Standing {
	var s Standing
	if t == nil {
		return s
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, id := range ids {
		s.add(t.byArticle[id], DayOf(at))
	}
	return s
}

// total adds up all tickets.
func (t *tally) total(at time.Time) Standing {
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
		s.Recent += float64(i-j) * math.Exp2(-float64(today-days[i])/recentHalfLife)
		i = j
	}
}
