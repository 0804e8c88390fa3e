package ticket

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// Show is a ticket with everything that the reader may see and do.
type Show struct {
	Ticket       desk.Ticket
	Assignee     string // name, "" if unassigned
	SeesInternal bool   // may see internal notes, all suggestions and the history
	CanWork      bool
	CanDraft     bool // may open article drafts
	CanReply     bool
	ReplyReopens bool // a reply of the reader reopens the ticket, unless it only says thanks
	CanEnd       bool // may resolve, escalate and merge it
	// CanReopen reports whether the reader may reopen the ticket.
	CanReopen bool
	Mine      bool // whether it is assigned to the reader

	Suggestions desk.Suggestions
	Suggested   []Suggested // its known errors and articles
	NoSuggest   bool        // whether suggestions failed
	// SuggestProblem is why dismissing a suggestion failed.
	SuggestProblem layout.Problem
	Triage         Triage

	Summary   *handoff.Summary // nil until requested
	NoSummary bool             // whether generating the requested summary failed
	Stored    handoff.Stored   // the stored form of the summary
	// SummaryDiff is the diff from the generated text to the last edit.
	SummaryDiff []kb.DiffLine
	SummaryForm SummaryForm
	Sent        []Sent // summaries sent with escalations
	Targets     []Target
	Suppliers   []model.Supplier
	// Stream is the URL that streams a language model's summary, "" if there is none.
	Stream string
	Events []Event
	Files  []desk.File // of all messages that the reader sees

	Agents      []access.Actor    // who can be assigned
	GroupTitles map[string]string // by name
	Statuses    []desk.Status     // that can be set manually
	Types       []desk.Type
	Groups      []model.Group
	Services    []model.SupportedService
	Categories  []model.Category
	Levels      []Level

	Reply    ReplyForm
	Escalate EscalateForm
	Resolve  ResolveForm
	Reopen   ReopenForm
	Merge    MergeForm
	Link     LinkForm
	Change   ChangeForm
}

// Suggested is a suggested article.
type Suggested struct {
	desk.ArticleHit
	Known  bool // whether it is a known error
	Linked bool // whether it is linked to the ticket
}

// ReplyForm is the form for a reply or internal note, with its input.
type ReplyForm struct {
	Text    string
	Note    bool
	Key     string
	Chosen  int // files that were sent with it, which must be chosen again
	Problem layout.Problem
}

// Files returns the field for the reply's files.
func (f ReplyForm) Files() layout.FileInput {
	return layout.FileInput{ID: "reply-file", Chosen: f.Chosen, Problem: f.Problem}
}

// EscalateForm is the form for an escalation, with its input.
type EscalateForm struct {
	Group, Reason string
	Groups        []model.Group // other than the ticket's own
	Problem       layout.Problem
}

// ResolveForm is the form for a resolution, with its input.
type ResolveForm struct {
	Code     desk.ResolutionCode
	Note     string
	Codes    []desk.ResolutionCode
	Articles []Choice
	Other    string // another article, by address or ID
	Problem  layout.Problem
}

// Choice is an article that may have been applied.
type Choice struct {
	ID, Title string
	Linked    bool
	Checked   bool
}

// ReopenForm is the form to reopen the ticket, with its input.
type ReopenForm struct {
	Reason  string
	Problem layout.Problem
}

// MergeForm is the form to merge the ticket, with its input.
type MergeForm struct {
	Into    string
	Problem layout.Problem
}

// LinkForm is the form to link an article, with its input.
type LinkForm struct {
	Article string
	Problem layout.Problem
}

// ChangeForm is the form for the ticket's details, with its input. After a conflict the
// page shows the input as well as the ticket's current details.
type ChangeForm struct {
	Status                             desk.Status // "" for no change
	Type                               desk.Type
	Impact, Urgency                    int
	Service, Category, Group, Assignee string
	Open                               bool
	Problem                            layout.Problem
}

// Event is an entry in a ticket's history.
type Event struct {
	At     time.Time
	Actor  string
	Verb   string
	Detail string
}

var codes = []desk.ResolutionCode{
	desk.Fixed, desk.Workaround, desk.Answered, desk.Duplicate, desk.NotReproducible, desk.Withdrawn,
}

// manualStatuses are the statuses that agents set directly.
var manualStatuses = []desk.Status{desk.Open, desk.Pending, desk.OnHold}

func (p *Pages) view(c echo.Context) error { return p.render(c, http.StatusOK, nil) }

// render shows the requested ticket. fill adds a form's input and problem; if nil, the
// forms are empty.
func (p *Pages) render(c echo.Context, status int, fill func(*Show)) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	t, err := p.Desk.Ticket(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	s, err := p.compose(ctx, actor, t)
	if err != nil {
		return err
	}
	if mode := c.QueryParam("summary"); s.SeesInternal && (mode == "1" || mode == "model") {
		p.summarise(ctx, t, &s, mode == "1")
	}
	if fill != nil {
		fill(&s)
	}
	return p.show.Render(c, status, "#"+t.ID+" "+t.Subject, s)
}

func (p *Pages) compose(ctx context.Context, actor access.Actor, t desk.Ticket) (Show, error) {
	m := p.ServiceModel()
	ended := t.Status.Ended()
	s := Show{
		Ticket: t, SeesInternal: route.SeesAllTickets(actor), CanWork: actor.Can(access.WorkTickets),
		CanDraft: actor.Can(access.WriteArticles), Mine: t.Assignee != "" && t.Assignee == actor.ID,
		Types: []desk.Type{desk.Incident, desk.Request, desk.Question, desk.Change}, Groups: m.Groups, Services: m.Services,
		Categories: m.Categories, Levels: levels, GroupTitles: titles(m), Suppliers: m.Suppliers,
	}
	if s.SeesInternal {
		s.Targets = p.targets(ctx, actor, t)
	}
	for _, m := range t.Messages {
		s.Files = append(s.Files, m.Files...)
	}
	own := t.Requester == actor.ID
	s.CanReply = (s.CanWork || own) && t.Status != desk.Closed
	s.ReplyReopens = own && t.Status == desk.Resolved
	s.CanEnd = s.CanWork && !ended
	s.CanReopen = (s.CanWork || own) && ended && t.MergedInto == "" && !t.Merged
	for _, status := range manualStatuses {
		if !ended && status != t.Status {
			s.Statuses = append(s.Statuses, status)
		}
	}
	if t.Status == desk.Resolved {
		s.Statuses = []desk.Status{desk.Closed}
	}
	if !ended {
		p.suggest(ctx, actor, &s)
	}
	p.triage(ctx, actor, &s)
	if err := p.people(ctx, actor, &s); err != nil {
		return Show{}, err
	}
	s.forms()
	return s, nil
}

// suggest adds the suggestions. If that fails, the page is shown without them.
func (p *Pages) suggest(ctx context.Context, actor access.Actor, s *Show) {
	got, err := p.Desk.Suggest(ctx, actor, s.Ticket.ID)
	if err != nil {
		p.Log.WarnContext(ctx, "ticket page without suggestions", "ticket", s.Ticket.ID, "error", err)
		s.NoSuggest = true
		return
	}
	s.Suggestions = got
	add := func(hits []desk.ArticleHit, known bool) {
		for _, h := range hits {
			s.Suggested = append(s.Suggested, Suggested{
				ArticleHit: h, Known: known, Linked: slices.Contains(s.Ticket.Linked(), h.Article.ID),
			})
		}
	}
	add(got.KnownErrors, true)
	add(got.Articles, false)
}

// people adds names and, for staff, the history.
func (p *Pages) people(ctx context.Context, actor access.Actor, s *Show) error {
	ids := []string{s.Ticket.Assignee}
	var events []journal.Event
	if s.SeesInternal {
		var err error
		if events, err = p.Desk.Events(ctx, actor, s.Ticket.ID); err != nil {
			return err
		}
		for _, e := range events {
			ids = append(ids, e.Actor)
		}
	}
	slices.Sort(ids)
	names, err := p.People.Names(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	if s.CanWork {
		if s.Agents, err = p.People.Agents(ctx); err != nil {
			return err
		}
	}
	s.Assignee = names[s.Ticket.Assignee]
	for _, e := range events {
		by := names[e.Actor]
		if e.Actor == access.System().ID {
			by = access.System().Name
		}
		s.Events = append(s.Events, Event{At: e.At, Actor: by, Verb: layout.Words(e.Verb), Detail: detail(e.Data)})
	}
	return nil
}

// forms fills in the empty forms.
func (s *Show) forms() {
	s.Reply.Key = layout.Key()
	t := s.Ticket
	s.Change = ChangeForm{
		Type: t.Type, Impact: t.Impact, Urgency: t.Urgency,
		Service: t.Service, Category: t.Category, Group: t.Group, Assignee: t.Assignee,
	}
	s.Resolve = ResolveForm{Code: desk.Fixed, Codes: codes}
	seen := make(map[string]bool)
	add := func(id, title string, linked, checked bool) {
		if !seen[id] {
			seen[id] = true
			s.Resolve.Articles = append(s.Resolve.Articles, Choice{ID: id, Title: title, Linked: linked, Checked: checked})
		}
	}
	for _, l := range s.Ticket.Links {
		if l.Kind == desk.ArticleLink {
			add(l.Target, l.Title, true, l.Applied)
		}
	}
	for _, h := range s.Suggested {
		add(h.Article.ID, h.Article.Title, false, false)
	}
	for _, g := range s.Groups {
		if g.Name != s.Ticket.Group {
			s.Escalate.Groups = append(s.Escalate.Groups, g)
		}
	}
}

// detail formats an event's data. All events describe what happened in named values, so
// the format does not depend on the verb.
func detail(data json.RawMessage) string {
	var values map[string]any
	if len(data) == 0 || json.Unmarshal(data, &values) != nil {
		return ""
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var parts []string
	for _, name := range names {
		if text := value(values[name]); text != "" {
			parts = append(parts, strings.ReplaceAll(name, "_", " ")+": "+text)
		}
	}
	return strings.Join(parts, "; ")
}

func value(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		if len(v) == 0 {
			return ""
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}
