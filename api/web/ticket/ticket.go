// Package ticket is the pages around a ticket: the queue, a requester's own list,
// opening one, and the ticket with its thread, its suggestions and every action.
//
// It promises that whoever is not of the desk sees no note, no suggestion beyond
// their audience, no history and no other person's ticket; that a form that fails
// comes back with what was typed; and that sending a form twice acts once. It
// imports no store and decides nothing: desk does.
package ticket

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"time"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/handoff"
)

//go:embed *.html
var files embed.FS

// Reader reads tickets as far as the actor may see them.
type Reader interface {
	Ticket(ctx context.Context, actor access.Actor, id string) (desk.Ticket, error)
	Tickets(ctx context.Context, actor access.Actor, f desk.Filter) (desk.Page, error)
	Events(ctx context.Context, actor access.Actor, id string) ([]journal.Event, error)
	Counts(ctx context.Context, actor access.Actor) (desk.Counts, error)
	Suggest(ctx context.Context, actor access.Actor, id string) (desk.Suggestions, error)
}

// Worker changes tickets.
type Worker interface {
	OpenTicket(ctx context.Context, actor access.Actor, in desk.NewTicket) (desk.Ticket, error)
	Reply(ctx context.Context, actor access.Actor, id string, in desk.NewMessage) (desk.Ticket, desk.Message, error)
	Link(ctx context.Context, actor access.Actor, id, article string) (desk.Ticket, error)
	Dismiss(ctx context.Context, actor access.Actor, id, article, reason string) (desk.Ticket, error)
	Update(ctx context.Context, actor access.Actor, id string, p desk.Patch) (desk.Ticket, error)
	Merge(ctx context.Context, actor access.Actor, id, into string) (desk.Ticket, error)
}

// Ender escalates, resolves and reopens tickets.
type Ender interface {
	EscalateWith(ctx context.Context, actor access.Actor, id, group, reason string, summary func(after desk.Ticket) (string, error)) (desk.Ticket, error)
	Resolve(ctx context.Context, actor access.Actor, id string, in desk.ResolveInput) (desk.Ticket, error)
	Reopen(ctx context.Context, actor access.Actor, id, reason string) (desk.Ticket, error)
}

// Desk is all that the pages ask of the desk.
type Desk interface {
	Reader
	Worker
	Ender
	Triager
}

// Streams tells whether a language model would write a summary, and gives the one that
// needs none.
type Streams interface {
	UsesModel(action, category string) bool
	ExtractiveSummary(ctx context.Context, t desk.Ticket) (handoff.Summary, error)
}

// People names people.
type People interface {
	Names(ctx context.Context, ids []string) (map[string]string, error)
	// Agents lists those who can be assigned, by name.
	Agents(ctx context.Context) ([]access.Actor, error)
}

// Articles looks up an article that the actor may read.
type Articles interface {
	Article(ctx context.Context, actor access.Actor, ref string) (kb.Article, error)
}

// Deps is what the pages need.
type Deps struct {
	Desk      Desk
	Suggester desk.Suggester // for a ticket that is not open yet
	Streams   Streams        // nil: summaries are shown once they are written
	Handoffs  *handoff.Service
	Articles  Articles
	People    People
	Model     func() *desk.ServiceModel
	Now       func() time.Time
	Log       *slog.Logger
}

// Pages handles everything below /tickets.
type Pages struct {
	Deps
	list layout.View[List]
	form layout.View[Form]
	show layout.View[Show]
}

// inside reports whether the actor reads every ticket with its notes: agents, and
// the staff who review knowledge or read reports. It decides what is laid out; the
// desk decides what there is to lay out.
func inside(a access.Actor) bool {
	return a.Can(access.WorkTickets) || a.Can(access.ReadReports) || a.Can(access.ReviewArticles)
}

// New parses the pages.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	var err error
	if p.list, err = layout.Load[List](site, files, "list.html"); err != nil {
		return nil, err
	}
	if p.form, err = layout.Load[Form](site, files, "new.html"); err != nil {
		return nil, err
	}
	p.show, err = layout.Load[Show](site, files, "show.html", "side.html", "act.html", "triage.html", "stream.html", "summary.html")
	return p, err
}

// Routes lists the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/tickets", access.OpenTickets, p.index, "Queue, or one's own tickets"),
		route.New(http.MethodGet, "/tickets/new", access.OpenTickets, p.newForm, "Form for a new ticket"),
		route.New(http.MethodPost, "/tickets/new", access.OpenTickets, p.check, "Articles that may answer a new ticket"),
		route.New(http.MethodPost, "/tickets", access.OpenTickets, p.open, "Open a ticket"),
		route.New(http.MethodGet, "/tickets/:id", access.OpenTickets, p.view, "A ticket"),
		route.New(http.MethodPost, "/tickets/:id/messages", access.OpenTickets, p.reply, "Reply or add a note"),
		route.New(http.MethodPost, "/tickets/:id/links", access.WorkTickets, p.link, "Link an article"),
		route.New(http.MethodPost, "/tickets/:id/dismissals", access.WorkTickets, p.dismiss, "Say that a suggestion does not help"),
		route.New(http.MethodPost, "/tickets/:id/assign", access.WorkTickets, p.assign, "Assign"),
		route.New(http.MethodPost, "/tickets/:id/update", access.WorkTickets, p.update, "Change fields"),
		route.New(http.MethodPost, "/tickets/:id/triage", access.WorkTickets, p.take, "Take or confirm what triage proposes"),
		route.New(http.MethodPost, "/tickets/:id/escalate", access.WorkTickets, p.escalate, "Escalate to another group"),
		route.New(http.MethodPost, "/tickets/:id/summary", access.WorkTickets, p.changeSummary, "Renew or edit the hand-off summary"),
		route.New(http.MethodPost, "/tickets/:id/resolve", access.WorkTickets, p.resolve, "Resolve"),
		route.New(http.MethodPost, "/tickets/:id/reopen", access.OpenTickets, p.reopen, "Reopen"),
		route.New(http.MethodPost, "/tickets/:id/merge", access.WorkTickets, p.merge, "Merge into another ticket"),
		route.New(http.MethodGet, "/tickets/:id/:action", access.OpenTickets, layout.BackTo("/tickets/:id"), "Back from a form to the ticket"),
	}
}
