package learning

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/memory"
)

// replay is a Source that tells a truth's articles and tickets bit by bit, in the
// order in which they came. One goroutine uses it.
type replay struct {
	truth    retrieval.Source
	articles map[string]bool // told
	tickets  map[string]bool
	changes  []journal.Change
	told     int // tickets
}

func newReplay(truth retrieval.Source) *replay {
	return &replay{truth: truth, articles: map[string]bool{}, tickets: map[string]bool{}}
}

// tell makes these articles and tickets known.
func (p *replay) tell(articles, tickets []string) {
	note := func(object, id string) {
		p.changes = append(p.changes, journal.Change{Seq: int64(len(p.changes) + 1), Object: object, ID: id})
	}
	for _, id := range articles {
		p.articles[id] = true
		note(journal.Article, id)
	}
	for _, id := range tickets {
		p.tickets[id] = true
		p.told++
		note(journal.Ticket, id)
	}
}

// LastChange gives how much was told.
func (p *replay) LastChange(context.Context) (int64, error) { return int64(len(p.changes)), nil }

// Changes lists what was told after the sequence.
func (p *replay) Changes(_ context.Context, after int64, limit int) ([]journal.Change, error) {
	from := max(0, min(int(after), len(p.changes)))
	return p.changes[from:min(from+limit, len(p.changes))], nil
}

// IndexArticles gives those of the articles that were told.
func (p *replay) IndexArticles(ctx context.Context, ids []string) ([]kb.Article, error) {
	return p.truth.IndexArticles(ctx, only(ids, p.articles))
}

// IndexTickets gives those of the tickets that were told.
func (p *replay) IndexTickets(ctx context.Context, ids []string) ([]desk.Ticket, error) {
	return p.truth.IndexTickets(ctx, only(ids, p.tickets))
}

// ArticleIDs lists the articles told, in order.
func (p *replay) ArticleIDs(_ context.Context, after string, limit int) ([]string, error) {
	return retrieval.PageOf(slices.Sorted(maps.Keys(p.articles)), after, limit, strings.Compare), nil
}

// TicketIDs lists the tickets told, in order of number.
func (p *replay) TicketIDs(_ context.Context, after string, limit int) ([]string, error) {
	return retrieval.PageOf(slices.SortedFunc(maps.Keys(p.tickets), memory.CompareIDs), after, limit, memory.CompareIDs), nil
}

func only(ids []string, told map[string]bool) []string {
	var out []string
	for _, id := range ids {
		if told[id] {
			out = append(out, id)
		}
	}
	return out
}

// look reads when each article and each ticket was there, without keeping a text.
func (h *historian) look(ctx context.Context) error {
	tickets, err := h.lookAtTickets(ctx)
	if err != nil {
		return err
	}
	heirs, err := h.lookAtArticles(ctx, tickets)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(h.articles))
	for _, a := range h.articles {
		known[a.ID] = true
	}
	for _, c := range tickets {
		h.teachers = append(h.teachers, c)
		had := len(c.right)
		c.right = inherited(c.right, heirs, known)
		switch {
		case len(c.right) > 0:
			h.cases = append(h.cases, c)
		case had == 0:
			h.without++
		}
	}
	slices.SortFunc(h.cases, byCreation)
	slices.SortFunc(h.teachers, func(a, b historyCase) int {
		if c := a.known.Compare(b.known); c != 0 {
			return c
		}
		return memory.CompareIDs(a.ID, b.ID)
	})
	if n := len(h.cases) - h.o.Newest; n > 0 {
		h.cases, h.older = h.cases[n:], n
	}
	return nil
}

// lookAtTickets reads the newest tickets that were resolved.
func (h *historian) lookAtTickets(ctx context.Context) ([]historyCase, error) {
	var ids []string
	for after := ""; ; {
		some, err := h.o.Source.TicketIDs(ctx, after, retrieval.BatchTicket)
		if err != nil {
			return nil, fmt.Errorf("evaluate history: %w", err)
		}
		if len(some) == 0 {
			break
		}
		ids = append(ids, some...)
		if len(ids) > 2*newestKnown {
			ids = append([]string(nil), ids[len(ids)-newestKnown:]...)
		}
		after = some[len(some)-1]
	}
	var out []historyCase
	for part := range slices.Chunk(ids[max(0, len(ids)-newestKnown):], retrieval.BatchTicket) {
		tickets, err := h.o.Source.IndexTickets(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("evaluate history: %w", err)
		}
		for _, t := range tickets {
			if c, ok := caseOf(t); ok && (h.o.Until.IsZero() || c.known.Before(h.o.Until)) {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// caseOf gives what a ticket teaches; ok is false when that is nothing. What resolved
// it counts as known when the last of it was noted.
func caseOf(t desk.Ticket) (historyCase, bool) {
	p, ok := memory.Describe(t)
	if !ok {
		return historyCase{}, false
	}
	noted := []time.Time{t.ResolvedAt}
	for _, l := range t.Links {
		noted = append(noted, l.At)
	}
	for _, d := range t.Dismissed {
		noted = append(noted, d.At)
	}
	known := slices.MaxFunc(noted, time.Time.Compare)
	return historyCase{ID: t.ID, created: t.CreatedAt, known: known, service: t.Service, right: p.Articles}, true
}

// lookAtArticles reads from when on each article was there, and gives the heirs of
// merged ones.
func (h *historian) lookAtArticles(ctx context.Context, tickets []historyCase) (map[string]string, error) {
	used := map[string]time.Time{}
	for _, c := range tickets {
		for _, id := range c.right {
			if at, ok := used[id]; !ok || c.known.Before(at) {
				used[id] = c.known
			}
		}
	}
	heirs := map[string]string{}
	since := map[string]time.Time{}
	for after := ""; ; {
		ids, err := h.o.Source.ArticleIDs(ctx, after, retrieval.BatchArticle)
		if err != nil {
			return nil, fmt.Errorf("evaluate history: %w", err)
		}
		if len(ids) == 0 {
			break
		}
		articles, err := h.o.Source.IndexArticles(ctx, ids)
		if err != nil {
			return nil, fmt.Errorf("evaluate history: %w", err)
		}
		for _, a := range articles {
			at := a.CreatedAt
			if first, ok := used[a.ID]; ok && first.Before(at) {
				at = first
			}
			since[a.ID] = at
			if a.SupersededBy != "" {
				heirs[a.ID] = a.SupersededBy
			}
			if a.Confidence == kb.Archived {
				continue
			}
			h.articles = append(h.articles, pastArticle{ID: a.ID})
		}
		after = ids[len(ids)-1]
	}
	for from := range heirs { // the heir stands for what went into it
		if to := retrieval.MergeTarget(from, heirs); since[from].Before(since[to]) {
			since[to] = since[from]
		}
	}
	for i := range h.articles {
		h.articles[i].since = since[h.articles[i].ID]
	}
	slices.SortFunc(h.articles, func(a, b pastArticle) int {
		if c := a.since.Compare(b.since); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return heirs, nil
}

// inherited puts heirs in the place of merged articles and leaves out what is gone.
func inherited(ids []string, heirs map[string]string, known map[string]bool) []string {
	var out []string
	for _, id := range ids {
		if id = retrieval.MergeTarget(id, heirs); known[id] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
