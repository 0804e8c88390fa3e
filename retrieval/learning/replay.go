package learning

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// replay is a Source that reveals the articles and tickets of another one bit by bit, in
// the order in which they came. It is for one goroutine.
type replay struct {
	truth    truth.Source
	articles map[string]bool // revealed
	tickets  map[string]bool
	changes  []journal.Change
}

func newReplay(source truth.Source) *replay {
	return &replay{truth: source, articles: map[string]bool{}, tickets: map[string]bool{}}
}

// reveal makes these articles and tickets known.
func (p *replay) reveal(articles, tickets []string) {
	note := func(object, id string) {
		p.changes = append(p.changes, journal.Change{Seq: int64(len(p.changes) + 1), Object: object, ID: id})
	}
	for _, id := range articles {
		p.articles[id] = true
		note(journal.Article, id)
	}
	for _, id := range tickets {
		p.tickets[id] = true
		note(journal.Ticket, id)
	}
}

// LastChange returns the sequence of what was revealed last.
func (p *replay) LastChange(context.Context) (int64, error) { return int64(len(p.changes)), nil }

// Changes lists what was revealed after the sequence.
func (p *replay) Changes(_ context.Context, after int64, limit int) ([]journal.Change, error) {
	from := max(0, min(int(after), len(p.changes)))
	return p.changes[from:min(from+limit, len(p.changes))], nil
}

// IndexArticles returns those of the articles that were revealed.
func (p *replay) IndexArticles(ctx context.Context, ids []string) ([]kb.Article, error) {
	return p.truth.IndexArticles(ctx, only(ids, p.articles))
}

// CurrentRevisions returns the current revisions of those of the articles that were revealed.
func (p *replay) CurrentRevisions(
	ctx context.Context, ids []string, vis kb.Visibility,
) (map[string]int, error) {
	return p.truth.CurrentRevisions(ctx, only(ids, p.articles), vis)
}

// IndexTickets returns those of the tickets that were revealed.
func (p *replay) IndexTickets(ctx context.Context, ids []string) ([]desk.Ticket, error) {
	return p.truth.IndexTickets(ctx, only(ids, p.tickets))
}

// ArticleIDs lists the revealed articles, in order.
func (p *replay) ArticleIDs(_ context.Context, after string, limit int) ([]string, error) {
	return truth.PageOf(slices.Sorted(maps.Keys(p.articles)), after, limit, strings.Compare), nil
}

// TicketIDs lists the revealed tickets, in order of number.
func (p *replay) TicketIDs(_ context.Context, after string, limit int) ([]string, error) {
	ids := slices.SortedFunc(maps.Keys(p.tickets), memory.CompareIDs)
	return truth.PageOf(ids, after, limit, memory.CompareIDs), nil
}

func only(ids []string, revealed map[string]bool) []string {
	var out []string
	for _, id := range ids {
		if revealed[id] {
			out = append(out, id)
		}
	}
	return out
}
