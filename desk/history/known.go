package history

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
)

// Names are the outside names in some lines.
type Names struct {
	Tickets  []string // external ids, also of the tickets that others are merged into
	People   []Person
	Articles []string // slugs
}

// Person is somebody in a line.
type Person struct {
	ID    string // the user id that they get if nobody has the address yet
	Email string // lower case
}

// Known is what the desk knows of Names.
type Known struct {
	Tickets  map[string]Stored  // by external id; every one has a number
	People   map[string]string  // user ids by address; everybody has one
	Articles map[string]Article // by slug; unknown ones are left out
}

// Stored is what is stored of a ticket that came in.
type Stored struct {
	Number   string
	Version  int    // of the ticket, 0 if only the number was given out
	Imported int    // the version that was imported; another one means that the ticket was changed here
	Hash     string // of what was imported
}

// Article is an article of this desk.
type Article struct{ ID, Title string }

// Record is a ticket to be written.
type Record struct {
	Ticket   desk.Ticket // with its number; Version is what it becomes
	Events   []journal.Event
	Hash     string
	Replaces int // version of the ticket that it replaces, 0 for a new one
}

// Batch is what is written in one transaction.
type Batch struct {
	Records []Record
	Jobs    []journal.Job
}

// Past is a ticket of this desk with its events in the order of time.
type Past struct {
	Ticket desk.Ticket
	Events []journal.Event
}

// Aliases are the outside names of what a Past refers to.
type Aliases struct {
	People   map[string]string // addresses by user id
	Articles map[string]string // slugs by article id
	Tickets  map[string]string // external ids by number, of tickets that have one
}

// Store stores tickets in bulk. Every method is one transaction.
type Store interface {
	// Introduce assigns a number to every external id and a user without a login to every
	// address that is new, and returns all that is known.
	Introduce(ctx context.Context, n Names) (Known, error)
	// SaveHistory writes the batch. It returns the numbers of the tickets that it left alone
	// because they no longer have the version that the record replaces.
	SaveHistory(ctx context.Context, b Batch) (stale []string, err error)
	// MergedInto returns, for those of the tickets that were merged, what into.
	MergedInto(ctx context.Context, numbers []string) (map[string]string, error)
	// Awaited lists external ids that others refer to and that never came, at most limit.
	Awaited(ctx context.Context, limit int) ([]string, error)
	// TicketNumbers lists the numbers of all tickets in order, at most limit.
	TicketNumbers(ctx context.Context, after string, limit int) ([]string, error)
	// Past returns those of the tickets that exist, in order.
	Past(ctx context.Context, numbers []string) ([]Past, error)
	// Aliases returns the outside names of users, articles and tickets.
	Aliases(ctx context.Context, users, articles, tickets []string) (Aliases, error)
}

// names collects the outside names in a line. newID returns the id for a person who has none.
func (l *Line) names(n *Names, seen map[string]bool, newID func() string) {
	once := func(kind, name string) bool {
		if name == "" || seen[kind+name] {
			return false
		}
		seen[kind+name] = true
		return true
	}
	person := func(email string) {
		if once("@", email) {
			n.People = append(n.People, Person{ID: newID(), Email: email})
		}
	}
	ticket := func(id string) {
		if once("#", id) {
			n.Tickets = append(n.Tickets, id)
		}
	}
	article := func(slug string) {
		if once("/", slug) {
			n.Articles = append(n.Articles, slug)
		}
	}
	ticket(l.ID)
	person(l.Requester)
	for _, m := range l.Messages {
		person(m.By)
	}
	for _, e := range l.Events {
		person(e.By)
		switch e.Do {
		case DoAssign:
			person(e.To)
		case DoMerge:
			ticket(e.To)
		case DoLink:
			article(e.Article)
		case DoResolve:
			for _, slug := range e.Articles {
				article(slug)
			}
		default: // names nobody else
		}
	}
}
