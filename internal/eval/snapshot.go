package eval

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// Snapshot is a Source in memory, for evaluations and tests. It is safe for use by several
// goroutines.
type Snapshot struct {
	mu       sync.RWMutex
	articles map[string]kb.Article
	order    []string // article ids, sorted
	tickets  map[string]desk.Ticket
	numbers  []string // ids of tickets ever resolved, in order of number
	opened   []string // ids of the others, in order of number
	changes  []journal.Change
}

// NewSnapshot returns an empty source.
func NewSnapshot() *Snapshot {
	return &Snapshot{articles: map[string]kb.Article{}, tickets: map[string]desk.Ticket{}}
}

// PutArticles adds or replaces articles.
func (s *Snapshot) PutArticles(articles ...kb.Article) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range articles {
		if _, ok := s.articles[a.ID]; !ok {
			s.order = append(s.order, a.ID)
		}
		s.articles[a.ID] = a
		s.note(journal.Article, a.ID)
	}
	slices.Sort(s.order)
}

// RemoveArticle removes an article as if it had never existed.
func (s *Snapshot) RemoveArticle(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.articles, id)
	s.order = slices.DeleteFunc(s.order, func(x string) bool { return x == id })
	s.note(journal.Article, id)
}

// PutTickets adds or replaces tickets.
func (s *Snapshot) PutTickets(tickets ...desk.Ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range tickets {
		old, known := s.tickets[t.ID]
		switch solved := !t.ResolvedAt.IsZero(); {
		case solved && (!known || old.ResolvedAt.IsZero()):
			s.numbers = append(s.numbers, t.ID)
			s.opened = slices.DeleteFunc(s.opened, func(id string) bool { return id == t.ID })
		case !solved && !known:
			s.opened = append(s.opened, t.ID)
		}
		s.tickets[t.ID] = t
		s.note(journal.Ticket, t.ID)
	}
	slices.SortFunc(s.numbers, memory.CompareIDs)
	slices.SortFunc(s.opened, memory.CompareIDs)
}

func (s *Snapshot) note(object, id string) {
	s.changes = append(s.changes, journal.Change{Seq: int64(len(s.changes) + 1), Object: object, ID: id})
}

// LastChange returns the sequence of the newest change.
func (s *Snapshot) LastChange(context.Context) (int64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return int64(len(s.changes)), nil
}

// Changes lists changes after the sequence.
func (s *Snapshot) Changes(_ context.Context, after int64, limit int) ([]journal.Change, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	from := max(0, min(int(after), len(s.changes)))
	return slices.Clone(s.changes[from:min(from+limit, len(s.changes))]), nil
}

// IndexArticles returns these articles.
func (s *Snapshot) IndexArticles(_ context.Context, ids []string) ([]kb.Article, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return pick(s.articles, ids), nil
}

// CurrentRevisions returns the revisions of these articles.
func (s *Snapshot) CurrentRevisions(_ context.Context, ids []string, vis kb.Visibility) (map[string]int, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make(map[string]int, len(ids))
	for _, id := range ids {
		if a, ok := s.articles[id]; ok && vis.Allows(a) {
			out[id] = a.Revision
		}
	}
	return out, nil
}

// IndexTickets returns these tickets.
func (s *Snapshot) IndexTickets(_ context.Context, ids []string) ([]desk.Ticket, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return pick(s.tickets, ids), nil
}

// pick returns those of the ids that exist.
func pick[T any](all map[string]T, ids []string) []T {
	var out []T
	for _, id := range ids {
		if v, ok := all[id]; ok {
			out = append(out, v)
		}
	}
	return out
}

// ArticleIDs lists article ids in order.
func (s *Snapshot) ArticleIDs(_ context.Context, after string, limit int) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return truth.PageOf(s.order, after, limit, strings.Compare), nil
}

// TicketIDs lists the ids of tickets ever resolved in order of number.
func (s *Snapshot) TicketIDs(_ context.Context, after string, limit int) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return truth.PageOf(s.numbers, after, limit, memory.CompareIDs), nil
}

// OpenTicketIDs lists the ids of tickets never resolved in order of number.
func (s *Snapshot) OpenTicketIDs(_ context.Context, after string, limit int) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return truth.PageOf(s.opened, after, limit, memory.CompareIDs), nil
}
