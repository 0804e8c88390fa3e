package port

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// Ticket looks up a ticket that the actor may read.
type Ticket interface {
	Ticket(ctx context.Context, actor access.Actor, id string) (desk.Ticket, error)
}

// TicketReader reads tickets on behalf of the actor.
type TicketReader interface {
	Ticket
	Tickets(ctx context.Context, actor access.Actor, f desk.Filter) (desk.Page, error)
	Events(ctx context.Context, actor access.Actor, id string) ([]journal.Event, error)
	Counts(ctx context.Context, actor access.Actor) (desk.Counts, error)
	Suggest(ctx context.Context, actor access.Actor, id string) (desk.Suggestions, error)
	// Clocks returns the clocks of a ticket's targets as they are now.
	Clocks(ctx context.Context, actor access.Actor, id string) ([]clock.Clock, error)
}

// TicketEditor opens and changes tickets.
type TicketEditor interface {
	OpenTicket(ctx context.Context, actor access.Actor, in desk.NewTicket) (desk.Ticket, error)
	// KeepFiles stores the files of a form for a new ticket until it is sent again.
	KeepFiles(ctx context.Context, actor access.Actor, files []desk.NewFile, kept []string) ([]desk.File, error)
	Reply(ctx context.Context, actor access.Actor, id string, in desk.NewMessage) (desk.Ticket, desk.Message, error)
	Update(ctx context.Context, actor access.Actor, id string, p desk.Patch) (desk.Ticket, error)
	Link(ctx context.Context, actor access.Actor, id, article string) (desk.Ticket, error)
	Dismiss(ctx context.Context, actor access.Actor, id, article, reason string) (desk.Ticket, error)
}

// TicketFlow escalates, ends, reopens and merges tickets.
type TicketFlow interface {
	// EscalateWith calls summary with the escalated ticket for the summary to store.
	EscalateWith(ctx context.Context, actor access.Actor, id, group, reason string,
		summary func(after desk.Ticket) (string, error)) (desk.Ticket, error)
	Resolve(ctx context.Context, actor access.Actor, id string, in desk.ResolveInput) (desk.Ticket, error)
	Reopen(ctx context.Context, actor access.Actor, id, reason string) (desk.Ticket, error)
	// Approve approves what a ticket orders.
	Approve(ctx context.Context, actor access.Actor, id string) (desk.Ticket, error)
	Merge(ctx context.Context, actor access.Actor, id, into string) (desk.Ticket, error)
}

// TicketTriage proposes values for a ticket's fields, and accepts proposals.
type TicketTriage interface {
	Triage(ctx context.Context, actor access.Actor, id string) (desk.Triage, error)
	TakeProposals(ctx context.Context, actor access.Actor, id string, values map[desk.Field]string) (desk.Ticket, error)
}

// Desk is the service desk. *desk.Service implements it.
type Desk interface {
	TicketReader
	TicketEditor
	TicketFlow
	TicketTriage
}
