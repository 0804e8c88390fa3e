package ticket

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// Form is the form for a new ticket with its input and, after the first step, with
// articles that may make the ticket unnecessary.
type Form struct {
	Subject, Body     string
	Type              desk.Type
	Service, Category string
	Impact, Urgency   int
	Channel           desk.Channel
	Requester         string
	Key               string
	Kept              []desk.File // files that were sent with an earlier step
	Chosen            int         // files that have to be chosen again

	Agent       bool // agents see all fields and skip the first step
	Checked     bool // whether Suggestions have been searched for
	Suggestions desk.Suggestions
	Problem     layout.Problem

	Types      []desk.Type
	Channels   []Channel
	Services   []model.SupportedService
	Categories []model.Category
	Levels     []Level
	Catalogue  []model.RequestType

	Ordered *model.RequestType // what is ordered, nil for a ticket that orders nothing
	Order   []OrderField
}

// Files returns the field for the ticket's files.
func (f Form) Files() layout.FileInput {
	return layout.FileInput{ID: "file", Chosen: f.Chosen, Problem: f.Problem}
}

// Channel is a channel through which a ticket can come in.
type Channel struct {
	Name   desk.Channel
	Bypass bool
}

// Level is a level of impact and urgency.
type Level struct {
	N               int
	Impact, Urgency string
}

var levels = []Level{
	{1, "Many people or a whole site", "Work has stopped"},
	{2, "A team", "Work is impaired"},
	{3, "One person", "It can wait"},
}

func (p *Pages) newForm(c echo.Context) error {
	f := p.emptyForm(route.Actor(c))
	f.Subject, f.Body, f.Key = c.QueryParam("subject"), c.QueryParam("body"), layout.Key()
	p.order(&f, c.QueryParam("request"), func(string) string { return "" })
	if f.Ordered != nil && f.Subject == "" {
		f.Subject = f.Ordered.Title
	}
	return p.form.Render(c, http.StatusOK, "New ticket", f)
}

func (p *Pages) emptyForm(actor access.Actor) Form {
	m := p.ServiceModel()
	f := Form{
		Agent: actor.Can(access.WorkTickets), Channel: desk.Portal,
		Types:    []desk.Type{desk.Incident, desk.Request, desk.Question, desk.Change},
		Services: m.Services, Categories: m.Categories, Levels: levels, Catalogue: m.Catalogue,
	}
	if f.Agent {
		for _, name := range []desk.Channel{desk.Portal, desk.Mail, desk.Phone, desk.Direct, desk.VIP} {
			f.Channels = append(f.Channels, Channel{Name: name, Bypass: m.Bypasses(name)})
		}
	}
	return f
}

// OrderField is a field of a request type with its input.
type OrderField struct {
	model.RequestField
	Value string
}

// order adds a request type of the catalogue with its fields to the form.
func (p *Pages) order(f *Form, name string, value func(name string) string) {
	r, ok := p.ServiceModel().RequestType(name)
	if !ok {
		return
	}
	f.Ordered = &r
	for _, field := range r.Fields {
		f.Order = append(f.Order, OrderField{field, value(field.Name)})
	}
}

// ordered returns the name of the request type, "" for none.
func (f Form) ordered() string {
	if f.Ordered == nil {
		return ""
	}
	return f.Ordered.Name
}

// values returns the input of the fields of the request.
func (f Form) values() map[string]string {
	out := map[string]string{}
	for _, field := range f.Order {
		if field.Value != "" {
			out[field.Name] = field.Value
		}
	}
	return out
}

// parseForm parses the form. Only agents may set type, service, channel, requester,
// impact and urgency; for others the service model's defaults apply.
func (p *Pages) parseForm(c echo.Context, actor access.Actor) Form {
	f := p.emptyForm(actor)
	f.Subject, f.Body = layout.Line(c, "subject"), layout.Field(c, "body")
	f.Category, f.Key = layout.Line(c, "category"), layout.Line(c, "key")
	p.order(&f, layout.Line(c, "request"), func(name string) string { return layout.Line(c, "field_"+name) })
	if f.Agent {
		f.Type, f.Service = desk.Type(layout.Line(c, "type")), layout.Line(c, "service")
		f.Channel, f.Requester = desk.Channel(layout.Line(c, "channel")), layout.Line(c, "requester")
		f.Impact, _ = strconv.Atoi(layout.Line(c, "impact")) // 0 if not a number, which means the default
		f.Urgency, _ = strconv.Atoi(layout.Line(c, "urgency"))
	}
	if f.Key == "" {
		f.Key = layout.Key()
	}
	return f
}

// sent is the form as it was sent, with its files.
type sent struct {
	Form
	files []desk.NewFile
	kept  []string // paths of the files that an earlier step has stored
	said  []string // what identifies the files
}

// receive parses the form with its files; release frees them.
func (p *Pages) receive(c echo.Context, actor access.Actor) (in sent, release func(), err error) {
	files, release, err := route.FormFiles(c, "file")
	if err != nil {
		return sent{}, nil, err
	}
	in = sent{Form: p.parseForm(c, actor), kept: layout.Checked(c, "kept")}
	in.said = slices.Clone(in.kept)
	for _, f := range files {
		digest, err := f.Digest()
		if err != nil {
			release()
			return sent{}, nil, err
		}
		in.files = append(in.files, desk.NewFile{Name: f.Name, Content: f})
		in.said = append(in.said, f.Name, digest)
	}
	return in, release, nil
}

// check is the first step: it shows articles that may answer the question. If there are
// none, it opens the ticket immediately.
func (p *Pages) check(c echo.Context) error {
	actor := route.Actor(c)
	f, release, err := p.receive(c, actor)
	if err != nil {
		return err
	}
	defer release()
	if f.Subject == "" || f.Body == "" || f.Agent || !p.ServiceModel().Boundary(f.Category, model.ActionSuggest).Allows() {
		return p.openTicket(c, actor, f)
	}
	ctx := c.Request().Context()
	got, err := p.Suggester.Suggest(ctx,
		desk.SuggestRequest{Subject: f.Subject, Body: f.Body, Visibility: kb.VisibleTo(actor)})
	if err != nil {
		p.Log.WarnContext(ctx, "new ticket page without suggestions", "error", err)
	}
	if len(got.Articles)+len(got.KnownErrors) == 0 {
		return p.openTicket(c, actor, f)
	}
	if f.Kept, err = p.Desk.KeepFiles(ctx, actor, f.files, f.kept); err != nil {
		return p.rejected(c, actor, f, err)
	}
	f.Checked, f.Suggestions = true, got
	return p.form.Render(c, http.StatusOK, "Do these articles help?", f.Form)
}

func (p *Pages) open(c echo.Context) error {
	actor := route.Actor(c)
	f, release, err := p.receive(c, actor)
	if err != nil {
		return err
	}
	defer release()
	return p.openTicket(c, actor, f)
}

func (p *Pages) openTicket(c echo.Context, actor access.Actor, f sent) error {
	t, err := p.Desk.OpenTicket(c.Request().Context(), actor, desk.NewTicket{
		Subject: f.Subject, Body: f.Body, Type: f.Type, Service: f.Service, Category: f.Category,
		Impact: f.Impact, Urgency: f.Urgency, Channel: f.Channel, Requester: f.Requester,
		Files: f.files, Kept: f.kept, Request: f.ordered(), Fields: f.values(),
		Idempotency: layout.Once(actor, "open ticket", f.Key,
			append([]string{f.Subject, f.Body, f.Requester, fmt.Sprint(f.Order)}, f.said...)...),
	})
	var repeated *journal.Replay
	if errors.As(err, &repeated) && repeated.Same {
		return layout.SeeOther(c, "/tickets/"+repeated.Object, "opened")
	}
	if err != nil {
		return p.rejected(c, actor, f, err)
	}
	done := "opened"
	if f.Agent {
		done = "recorded"
	}
	return layout.SeeOther(c, "/tickets/"+t.ID, done)
}

// rejected shows the form again with its input, and keeps its files. Where they cannot be
// kept, because one of them is the reason, the form asks for them again.
func (p *Pages) rejected(c echo.Context, actor access.Actor, f sent, cause error) error {
	problem, status, ok := layout.FormProblem(cause)
	if !ok {
		return cause
	}
	f.Problem = problem
	ctx := c.Request().Context()
	kept, err := p.Desk.KeepFiles(ctx, actor, f.files, f.kept)
	if err != nil {
		f.Chosen = len(f.files)
		if kept, err = p.Desk.KeepFiles(ctx, actor, nil, f.kept); err != nil {
			f.Chosen += len(f.kept)
		}
	}
	f.Kept = kept
	return p.form.Render(c, status, "New ticket", f.Form)
}
