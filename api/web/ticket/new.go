package ticket

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// Form is the form of a new ticket, with what was typed and, after the first step,
// with the articles that may make the ticket unnecessary.
type Form struct {
	Subject, Body     string
	Type              desk.Type
	Service, Category string
	Impact, Urgency   int
	Channel           desk.Channel
	Requester         string
	Key               string

	Agent       bool // agents see all fields and skip the first step
	Checked     bool // the suggestions were looked for
	Suggestions desk.Suggestions
	Problem     layout.Problem

	Types      []desk.Type
	Channels   []Channel
	Services   []desk.SupportedService
	Categories []desk.Category
	Levels     []Level
}

// Channel is one way a ticket can come in.
type Channel struct {
	Name     desk.Channel
	SideDoor bool
}

// Level is one choice of impact or urgency.
type Level struct {
	N               int
	Impact, Urgency string
}

var levels = []Level{
	{1, "Many people or a whole site", "Work has stopped"},
	{2, "A team", "Work is hindered"},
	{3, "One person", "It can wait"},
}

func (p *Pages) newForm(c echo.Context) error {
	f := p.blank(route.Actor(c))
	f.Subject, f.Body, f.Key = c.QueryParam("subject"), c.QueryParam("body"), layout.Key()
	return p.form.Render(c, http.StatusOK, "New ticket", f)
}

func (p *Pages) blank(actor access.Actor) Form {
	m := p.Model()
	f := Form{
		Agent: actor.Can(access.WorkTickets), Channel: desk.Portal,
		Types:    []desk.Type{desk.Incident, desk.Request, desk.Question, desk.Change},
		Services: m.Services, Categories: m.Categories, Levels: levels,
	}
	if f.Agent {
		for _, name := range []desk.Channel{desk.Portal, desk.Mail, desk.Phone, desk.Direct, desk.VIP} {
			f.Channels = append(f.Channels, Channel{Name: name, SideDoor: m.Bypasses(name)})
		}
	}
	return f
}

// typed reads the form. Only agents may name channel, requester, impact and urgency
// here; for others the service model's defaults hold.
func (p *Pages) typed(c echo.Context, actor access.Actor) Form {
	f := p.blank(actor)
	f.Subject, f.Body = layout.Line(c, "subject"), layout.Field(c, "body")
	f.Category, f.Key = layout.Line(c, "category"), layout.Line(c, "key")
	if f.Agent {
		f.Type, f.Service = desk.Type(layout.Line(c, "type")), layout.Line(c, "service")
		f.Channel, f.Requester = desk.Channel(layout.Line(c, "channel")), layout.Line(c, "requester")
		f.Impact, _ = strconv.Atoi(layout.Line(c, "impact")) // not a number is 0: the default
		f.Urgency, _ = strconv.Atoi(layout.Line(c, "urgency"))
	}
	if f.Key == "" {
		f.Key = layout.Key()
	}
	return f
}

// check is the first step: articles that may answer the question come before the
// ticket. Where there is nothing to offer, the ticket is opened at once.
func (p *Pages) check(c echo.Context) error {
	actor := route.Actor(c)
	f := p.typed(c, actor)
	if f.Subject == "" || f.Body == "" || f.Agent || !p.Model().Boundary(f.Category, desk.ActionSuggest).Allows() {
		return p.openTyped(c, actor, f)
	}
	ctx := c.Request().Context()
	got, err := p.Suggester.Suggest(ctx, desk.SuggestRequest{Subject: f.Subject, Body: f.Body, Visibility: kb.VisibleTo(actor)})
	if err != nil {
		p.Log.WarnContext(ctx, "new ticket without suggestions", "error", err)
	}
	if len(got.Articles)+len(got.KnownErrors) == 0 {
		return p.openTyped(c, actor, f)
	}
	f.Checked, f.Suggestions = true, got
	return p.form.Render(c, http.StatusOK, "Do these answer it?", f)
}

func (p *Pages) open(c echo.Context) error {
	actor := route.Actor(c)
	return p.openTyped(c, actor, p.typed(c, actor))
}

func (p *Pages) openTyped(c echo.Context, actor access.Actor, f Form) error {
	t, err := p.Desk.OpenTicket(c.Request().Context(), actor, desk.NewTicket{
		Subject: f.Subject, Body: f.Body, Type: f.Type, Service: f.Service, Category: f.Category,
		Impact: f.Impact, Urgency: f.Urgency, Channel: f.Channel, Requester: f.Requester,
		Idempotency: layout.Once(actor, "open ticket", f.Key, f.Subject, f.Body, f.Requester),
	})
	var again *journal.Replay
	if errors.As(err, &again) && again.Same {
		return layout.SeeOther(c, "/tickets/"+again.Object, "opened")
	}
	if err != nil {
		problem, status, ok := layout.FormProblem(err)
		if !ok {
			return err
		}
		f.Problem = problem
		return p.form.Render(c, status, "New ticket", f)
	}
	done := "opened"
	if f.Agent {
		done = "recorded"
	}
	return layout.SeeOther(c, "/tickets/"+t.ID, done)
}
