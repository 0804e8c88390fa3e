package learning

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// outcome is how one engine ranked a ticket.
type outcome struct {
	ndcg    float64
	rank    int // of the best right article, 0 where none is among the first historyDepth
	shown   bool
	right   bool // shown, and the first one is right
	first   string
	p       float64 // of the first
	wantedP float64 // of the best right one
}

// rank ranks some tickets in order.
func (h *backtest) rank(ctx context.Context, cases []pastTicket) error {
	for part := range slices.Chunk(cases, ticketsAhead) {
		ids := make([]string, len(part))
		for i, c := range part {
			ids[i] = c.id
		}
		found, err := h.o.Source.IndexTickets(ctx, ids)
		if err != nil {
			return fmt.Errorf("evaluate history: read tickets: %w", err)
		}
		texts := make(map[string]desk.Ticket, len(found))
		for _, t := range found {
			texts[t.ID] = t
		}
		for _, c := range part {
			if err := h.rankOne(ctx, c, texts[c.id]); err != nil {
				return fmt.Errorf("evaluate history: ticket %s: %w", c.id, err)
			}
		}
	}
	return nil
}

// rankOne ranks one ticket with what was known before it.
func (h *backtest) rankOne(ctx context.Context, c pastTicket, t desk.Ticket) error {
	start := time.Now()
	if err := h.reveal(ctx, c.created); err != nil {
		return err
	}
	if month := monthOf(c.created); h.sums.Months[month] == nil {
		m := group(h.sums.Months, month)
		m.Known, m.Articles = len(h.past.tickets), len(h.past.articles)
	}
	right := map[string]int{}
	for _, id := range c.right {
		if h.past.articles[id] {
			right[id] = 1
		}
	}
	learned, err := outcomeOf(ctx, h.learned, c, t, right)
	if err != nil {
		return err
	}
	if len(right) == 0 {
		h.sums.addLater(c, learned)
	} else {
		text, err := outcomeOf(ctx, h.text, c, t, right)
		if err != nil {
			return err
		}
		h.sums.addJudged(c, languageOf(t.Subject, t.Body()), learned, text)
	}
	h.after = historyPosition{Created: c.created, ID: c.id, Done: h.after.Done + 1}
	return h.rest(ctx, time.Since(start))
}

// languageOf returns the language that a ticket shows, "" where that is unclear.
func languageOf(subject, body string) string {
	l, sure := terms.TicketLanguage(terms.Own(subject, body))
	if !sure || l == terms.Plain {
		return ""
	}
	return string(l)
}

// outcomeOf ranks a past ticket with an engine.
func outcomeOf(
	ctx context.Context, e *retrieval.Engine, c pastTicket, t desk.Ticket, right map[string]int,
) (outcome, error) {
	s, ranked, err := e.Rank(ctx, desk.SuggestRequest{
		Subject: t.Subject, Body: t.Body(), Exclude: c.id, At: c.created, Visibility: retrieval.AllVisible(),
	}, 1, historyDepth)
	if err != nil {
		return outcome{}, err
	}
	var o outcome
	ids := make([]string, len(ranked))
	for i, x := range ranked {
		ids[i] = x.ID
		if o.rank == 0 && right[x.ID] > 0 {
			o.rank, o.wantedP = i+1, x.P
		}
	}
	o.ndcg = measure.Of(ids, right).NDCG10
	if len(ids) > 0 {
		o.first, o.p = ids[0], ranked[0].P
	}
	shown := slices.Concat(s.KnownErrors, s.Articles)
	if o.shown = len(shown) > 0; o.shown {
		o.right = right[shown[0].Article.ID] > 0
	}
	return o, nil
}

// rest pauses in proportion to the work done.
func (h *backtest) rest(ctx context.Context, worked time.Duration) error {
	h.restOwed += time.Duration(float64(worked) * h.o.Rest)
	if h.restOwed < restsAtLeast {
		return ctx.Err()
	}
	timer := time.NewTimer(h.restOwed)
	defer timer.Stop()
	h.restOwed = 0
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// reveal reveals what existed before the moment.
func (h *backtest) reveal(ctx context.Context, at time.Time) error {
	articles := leading(h.articles[len(h.past.articles):], func(a pastArticle) (string, bool) {
		return a.id, a.since.Before(at)
	})
	tickets := leading(h.byKnown[len(h.past.tickets):], func(c pastTicket) (string, bool) {
		return c.id, c.known.Before(at)
	})
	first := len(h.past.changes) == 0
	h.past.reveal(articles, tickets)
	if len(articles) > 0 || first {
		if err := h.text.CatchUp(ctx); err != nil {
			return err
		}
	}
	if len(articles)+len(tickets) > 0 || first {
		return h.learned.CatchUp(ctx)
	}
	return nil
}

// leading returns the ids at the beginning of a list up to the first one that is not wanted.
func leading[T any](list []T, of func(T) (id string, wanted bool)) []string {
	var out []string
	for _, x := range list {
		id, wanted := of(x)
		if !wanted {
			break
		}
		out = append(out, id)
	}
	return out
}
