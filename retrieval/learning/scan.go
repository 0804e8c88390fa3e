package learning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// scan reads when each article and each ticket became known, without storing their texts.
func (h *backtest) scan(ctx context.Context) error {
	tickets, err := h.scanTickets(ctx)
	if err != nil {
		return err
	}
	merged, err := h.scanArticles(ctx, tickets)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(h.articles))
	for _, a := range h.articles {
		known[a.id] = true
	}
	for _, c := range tickets {
		h.byKnown = append(h.byKnown, c)
		had := len(c.right)
		c.right = mergeTargets(c.right, merged, known)
		switch {
		case len(c.right) > 0:
			h.cases = append(h.cases, c)
		case had == 0:
			h.without++
		}
	}
	slices.SortFunc(h.cases, byCreation)
	slices.SortFunc(h.byKnown, func(a, b pastTicket) int {
		return cmp.Or(a.known.Compare(b.known), memory.CompareIDs(a.id, b.id))
	})
	if n := len(h.cases) - h.o.Newest; n > 0 {
		h.cases, h.older = h.cases[n:], n
	}
	return nil
}

// scanTickets reads the newest tickets that were resolved.
func (h *backtest) scanTickets(ctx context.Context) ([]pastTicket, error) {
	ids, err := truth.Newest(ctx, h.o.Source.TicketIDs, newestScanned)
	if err != nil {
		return nil, fmt.Errorf("evaluate history: %w", err)
	}
	var out []pastTicket
	for part := range slices.Chunk(ids, truth.TicketsPerBatch) {
		tickets, err := h.o.Source.IndexTickets(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("evaluate history: %w", err)
		}
		for _, t := range tickets {
			if c, ok := past(t); ok && (h.o.Until.IsZero() || c.known.Before(h.o.Until)) {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// past returns what there is to learn from a ticket; ok is false if there is nothing.
// What resolved it counts as known when the last link or dismissal was noted.
func past(t desk.Ticket) (pastTicket, bool) {
	described, ok := memory.Describe(t)
	if !ok {
		return pastTicket{}, false
	}
	noted := []time.Time{t.ResolvedAt}
	for _, l := range t.Links {
		noted = append(noted, l.At)
	}
	for _, d := range t.Dismissed {
		noted = append(noted, d.At)
	}
	return pastTicket{
		id: t.ID, created: t.CreatedAt, known: slices.MaxFunc(noted, time.Time.Compare), service: t.Service,
		right: described.Articles,
	}, true
}

// scanArticles reads since when each article has existed, and returns the targets of merged
// ones.
func (h *backtest) scanArticles(ctx context.Context, tickets []pastTicket) (merged map[string]string, err error) {
	since, merged := map[string]time.Time{}, map[string]string{}
	used := firstUses(tickets)
	for ids, err := range truth.Pages(ctx, h.o.Source.ArticleIDs, truth.ArticlesPerBatch) {
		if err != nil {
			return nil, fmt.Errorf("evaluate history: %w", err)
		}
		articles, err := h.o.Source.IndexArticles(ctx, ids)
		if err != nil {
			return nil, fmt.Errorf("evaluate history: %w", err)
		}
		for _, a := range articles {
			since[a.ID] = a.CreatedAt
			if first, ok := used[a.ID]; ok && first.Before(a.CreatedAt) {
				since[a.ID] = first
			}
			if a.SupersededBy != "" {
				merged[a.ID] = a.SupersededBy
			}
			if a.Confidence != kb.Archived {
				h.articles = append(h.articles, pastArticle{id: a.ID})
			}
		}
	}
	for from := range merged { // a merge target stands for what was merged into it
		if to := retrieval.MergeTarget(from, merged); since[from].Before(since[to]) {
			since[to] = since[from]
		}
	}
	for i := range h.articles {
		h.articles[i].since = since[h.articles[i].id]
	}
	slices.SortFunc(h.articles, func(a, b pastArticle) int {
		return cmp.Or(a.since.Compare(b.since), strings.Compare(a.id, b.id))
	})
	return merged, nil
}

// firstUses returns when each article was first known to have resolved a ticket.
func firstUses(tickets []pastTicket) map[string]time.Time {
	used := map[string]time.Time{}
	for _, c := range tickets {
		for _, id := range c.right {
			if at, ok := used[id]; !ok || c.known.Before(at) {
				used[id] = c.known
			}
		}
	}
	return used
}

// mergeTargets replaces merged articles by their targets and leaves out what is not known.
func mergeTargets(ids []string, merged map[string]string, known map[string]bool) []string {
	var out []string
	for _, id := range ids {
		if id = retrieval.MergeTarget(id, merged); known[id] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
