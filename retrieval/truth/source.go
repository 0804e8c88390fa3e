// Package truth reads the truth as it changes: what an index, a memory or vectors project, and
// how they stay up to date with it.
//
// It promises that a change is passed on after its write was committed, in order, and again after
// an error. It never imports SQL or what follows.
package truth

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// Source is the truth that the index and the memory of resolved tickets project. The store
// implements it. Every method reads one consistent snapshot.
type Source interface {
	// LastChange returns the sequence of the newest change, 0 when there is none.
	LastChange(ctx context.Context) (int64, error)
	// Changes lists changes after the sequence, oldest first, at most limit.
	Changes(ctx context.Context, after int64, limit int) ([]journal.Change, error)
	// IndexArticles returns the current revisions of these articles whatever their
	// state; ids that do not exist are left out.
	IndexArticles(ctx context.Context, ids []string) ([]kb.Article, error)
	// CurrentRevisions returns the numbers of the current revisions of those of the articles that
	// are within the visibility.
	CurrentRevisions(ctx context.Context, ids []string, vis kb.Visibility) (map[string]int, error)
	// IndexTickets returns these tickets with at least the first message of their threads; ids
	// that do not exist are left out.
	IndexTickets(ctx context.Context, ids []string) ([]desk.Ticket, error)
	// ArticleIDs lists all article ids in order, TicketIDs those of all tickets ever resolved,
	// in order of number: what a rebuild reads. after is the last id of the previous page, ""
	// for the first.
	ArticleIDs(ctx context.Context, after string, limit int) ([]string, error)
	TicketIDs(ctx context.Context, after string, limit int) ([]string, error)
}

// OpenTickets is implemented by a Source that can also list tickets that were never resolved,
// so that a memory that is rebuilt recognises their duplicates.
type OpenTickets interface {
	// OpenTicketIDs lists the ids of tickets that were never resolved and not merged into
	// another, in order of number.
	OpenTicketIDs(ctx context.Context, after string, limit int) ([]string, error)
}

// PageOf returns the ids that follow one of a list in the order of compare, at most limit. It
// is for a Source that is held in memory.
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
