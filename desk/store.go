package desk

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
)

// Store stores tickets. Every method is one transaction. Missing tickets, and tickets
// outside the scope, are fault.NotFound; a lost race is fault.Conflict; a repeated
// idempotency key is *journal.Replay.
type Store interface {
	// CreateTicket assigns the next number, calls build with it as the ticket's id, and
	// writes what build returns.
	CreateTicket(ctx context.Context, build func(id string) (Ticket, journal.Entry)) (Ticket, error)
	// Ticket returns the ticket with its whole thread.
	Ticket(ctx context.Context, id string, scope Scope) (Ticket, error)
	// Tickets lists tickets without threads, newest first unless the filter says otherwise.
	Tickets(ctx context.Context, f Filter) (Page, error)
	// SaveTickets writes the tickets (one, or the two of a merge), all or none. Each Version
	// must be one more than the stored one, otherwise it is fault.Conflict. Stored messages
	// never change; new ones are appended.
	SaveTickets(ctx context.Context, tickets []Ticket, entry journal.Entry) error
	// TicketEvents lists a ticket's events in order.
	TicketEvents(ctx context.Context, id string, scope Scope) ([]journal.Event, error)
	// CountTickets counts tickets by status, by group, and those that bypassed the intake.
	CountTickets(ctx context.Context, scope Scope) (Counts, error)
}

// Scope says whose tickets may be seen: everybody's, or those of one requester. The zero
// Scope sees none.
type Scope struct {
	All       bool
	Requester string // user id
}

// Filter selects tickets. Zero fields do not filter, but a zero Scope selects nothing.
type Filter struct {
	Scope      Scope
	IDs        []string // nil for all
	Statuses   []Status
	Group      string
	Assignee   string
	Unassigned bool // only tickets without an assignee
	Type       Type
	Bypass     bool // only tickets that bypassed the intake
	// Overdue selects tickets of which this target is due before now: first_response,
	// resolution or update.
	Overdue    model.TargetKind
	Now        time.Time // for Overdue
	Text       string    // words that must appear in the subject
	ByPriority bool      // orders by priority, then oldest first: the work queue
	After      string    // cursor: Page.Next of the page before
	Limit      int       // 1..500
}

// Page is one page of tickets; Next is "" on the last.
type Page struct {
	Tickets []Ticket
	Next    string
}

// Counts counts tickets. Merged tickets are not counted.
type Counts struct {
	ByStatus map[Status]int `json:"by_status"`
	ByGroup  map[string]int `json:"by_group"` // not resolved or closed
	Bypassed int            `json:"bypassed"`
	Total    int            `json:"total"`
}
