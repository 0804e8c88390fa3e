// Package ticket serves the pages for tickets: the queue, a requester's own tickets, the
// form for a new ticket, and a ticket with its thread, suggestions and actions.
//
// It promises that requesters see no internal notes, no history, no suggestions beyond
// their audience and no other person's tickets; that a form that fails is shown again
// with its input; and that sending a form twice has no further effect. It imports no
// store, and leaves all decisions to desk.
package ticket

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/summarize/handoff"
)

//go:embed *.html
var files embed.FS

// Writer writes summaries without a language model.
type Writer interface {
	port.LanguageModel
	ExtractiveSummary(ctx context.Context, t desk.Ticket) (handoff.Summary, error)
}

// People returns names of users and lists agents.
type People interface {
	port.People
	// Agents returns the users to whom tickets can be assigned, by name.
	Agents(ctx context.Context) ([]access.Actor, error)
}

// Deps holds the pages' dependencies.
type Deps struct {
	Desk         port.Desk
	Suggester    desk.Suggester // for tickets that are not open yet
	Writer       Writer
	Handoffs     *handoff.Service
	Articles     port.Article
	People       People
	ServiceModel func() *model.Service
	Now          func() time.Time
	Log          *slog.Logger
}

// Pages serves the pages under /tickets.
type Pages struct {
	Deps
	list layout.View[List]
	form layout.View[Form]
	show layout.View[Show]
}

// New parses the pages' templates.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	return p, errors.Join(
		layout.Load(site, files, &p.list, "list.html"),
		layout.Load(site, files, &p.form, "new.html"),
		layout.Load(site, files, &p.show, "show.html", "side.html", "act.html", "triage.html", "stream.html", "summary.html"),
	)
}

// Routes returns the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/tickets", access.OpenTickets, p.index, "Queue or own tickets"),
		route.New(http.MethodGet, "/tickets/new", access.OpenTickets, p.newForm, "Form for a new ticket"),
		route.Large(http.MethodPost, "/tickets/new", access.OpenTickets, p.check, "Articles that may answer a new ticket").
			Costs(route.Ranking),
		route.Large(http.MethodPost, "/tickets", access.OpenTickets, p.open, "Open a ticket").Costs(route.Ranking),
		route.New(http.MethodGet, "/tickets/:id", access.OpenTickets, p.view, "A ticket").
			Costs(route.Ranking).WaitsWith("summary"),
		route.Large(http.MethodPost, "/tickets/:id/messages", access.OpenTickets, p.reply, "Add a reply or an internal note"),
		route.New(http.MethodPost, "/tickets/:id/links", access.WorkTickets, p.link, "Link an article"),
		route.New(http.MethodPost, "/tickets/:id/dismissals", access.WorkTickets, p.dismiss, "Dismiss a suggested article"),
		route.New(http.MethodPost, "/tickets/:id/assign", access.WorkTickets, p.assign, "Assign a ticket"),
		route.New(http.MethodPost, "/tickets/:id/update", access.WorkTickets, p.update, "Update a ticket's fields"),
		route.New(http.MethodPost, "/tickets/:id/triage", access.WorkTickets, p.acceptProposals,
			"Accept or confirm triage proposals"),
		route.New(http.MethodPost, "/tickets/:id/escalate", access.WorkTickets, p.escalate,
			"Escalate a ticket to another group").Costs(route.Writing),
		route.New(http.MethodPost, "/tickets/:id/summary", access.WorkTickets, p.changeSummary,
			"Regenerate or edit the hand-off summary").Costs(route.Writing),
		route.New(http.MethodPost, "/tickets/:id/resolve", access.WorkTickets, p.resolve, "Resolve a ticket"),
		route.New(http.MethodPost, "/tickets/:id/reopen", access.OpenTickets, p.reopen, "Reopen a ticket"),
		route.New(http.MethodPost, "/tickets/:id/approve", access.OpenTickets, p.approve, "Approve what a ticket orders"),
		route.New(http.MethodPost, "/tickets/:id/merge", access.WorkTickets, p.merge, "Merge a ticket into another"),
		route.New(http.MethodGet, "/tickets/:id/:action", access.OpenTickets, layout.BackTo("/tickets/:id"),
			"Redirect from a form to the ticket"),
	}
}
