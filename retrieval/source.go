package retrieval

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// Source is the truth that the index and the memory of resolved tickets project.
// The store implements it. Every method reads one consistent snapshot.
type Source interface {
	// LastChange returns the sequence of the newest change, 0 when there is none.
	LastChange(ctx context.Context) (int64, error)
	// Changes lists changes after the sequence, oldest first, at most limit.
	Changes(ctx context.Context, after int64, limit int) ([]journal.Change, error)
	// IndexArticles returns the current revisions of these articles whatever their
	// state; ids that do not exist are left out.
	IndexArticles(ctx context.Context, ids []string) ([]kb.Article, error)
	// IndexTickets returns these tickets with their threads; ids that do not exist are left out.
	IndexTickets(ctx context.Context, ids []string) ([]desk.Ticket, error)
	// ArticleIDs lists all article ids in order, TicketIDs those of all tickets ever
	// resolved, in order of number: what a rebuild reads. after is the last id of the
	// page before ("" first).
	ArticleIDs(ctx context.Context, after string, limit int) ([]string, error)
	TicketIDs(ctx context.Context, after string, limit int) ([]string, error)
}

// OpenTickets is what a Source adds that also knows the tickets never resolved yet:
// with it, a memory read anew notices their duplicates.
type OpenTickets interface {
	// OpenTicketIDs lists the ids of tickets that were never resolved and not merged
	// into another, in order of number.
	OpenTicketIDs(ctx context.Context, after string, limit int) ([]string, error)
}

// PageOf returns the ids after one of a list, at most limit: what a Source in memory lists
// its ids with. The list is in the order of compare.
func PageOf(ids []string, after string, limit int, compare func(a, b string) int) []string {
	from := 0
	if after != "" {
		i, found := slices.BinarySearchFunc(ids, after, compare)
		from = i
		if found {
			from++
		}
	}
	return slices.Clone(ids[from:min(from+limit, len(ids))])
}
