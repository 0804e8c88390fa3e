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
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// Show is a ticket with everything its reader may see and do.
type Show struct {
	Ticket   desk.Ticket
	Assignee string // name, "" when nobody is assigned
	Inside   bool   // the reader sees notes, suggestions for the desk and history
	CanWork  bool
	CanDraft bool // may open drafts of articles
	CanReply bool
	CanEnd   bool // may be resolved, escalated and merged
	// CanReopen says whether the reader may take an ended ticket up again.
	CanReopen bool
	Mine      bool // assigned to the reader

	Suggestions desk.Suggestions
	NoSuggest   bool // suggestions could not be made
	// SuggestProblem is why a suggestion could not be dismissed.
	SuggestProblem layout.Problem
	Linked         map[string]bool
	Triage         Triage

	Summary   *handoff.Summary // nil until asked for
	NoSummary bool             // it was asked for and could not be made
	Kept      handoff.Stored   // what the summary is made of
	// SummaryDiff leads from the text as made to the last edit.
	SummaryDiff []kb.DiffLine
	SummaryForm SummaryForm
	Sent        []Sent    // summaries that went with escalations
	Due         *desk.Due // nil where the service model promises nothing
	// Stream is where the version of a language model comes from, "" where none does.
	Stream string
	Events []Event

	Agents      []access.Actor    // who can be assigned
	GroupTitles map[string]string // by name
	Statuses    []desk.Status     // that can be set by hand
	Types       []desk.Type
	Groups      []desk.Group
	Services    []desk.SupportedService
	Categories  []desk.Category
	Levels      []Level

	Reply    ReplyForm
	Escalate EscalateForm
	Resolve  ResolveForm
	Reopen   ReopenForm
	Merge    MergeForm
	Link     LinkForm
	Change   ChangeForm
}

// ReplyForm is what was typed as a reply or note.
type ReplyForm struct {
	Text    string
	Note    bool
	Key     string
	Problem layout.Problem
}

// EscalateForm is what was typed for an escalation.
type EscalateForm struct {
	Group, Reason string
	Groups        []desk.Group // other than the ticket's own
	Problem       layout.Problem
}

// ResolveForm is what was typed for a resolution.
type ResolveForm struct {
	Code     desk.ResolutionCode
	Note     string
	Codes    []desk.ResolutionCode
	Articles []Choice
	Other    string // a further article, by address or id
	Problem  layout.Problem
}

// Choice is an article that may have been applied.
type Choice struct {
	ID, Title string
	Linked    bool
	Checked   bool
}

// ReopenForm is what was typed for a reopening.
type ReopenForm struct {
	Reason  string
	Problem layout.Problem
}

// MergeForm is what was typed for a merge.
type MergeForm struct {
	Into    string
	Problem layout.Problem
}

// LinkForm is what was typed for a link.
type LinkForm struct {
	Article string
	Problem layout.Problem
}

// ChangeForm is what was chosen for the ticket's details. It stands apart from the
// ticket: after a lost race the page shows both.
type ChangeForm struct {
	Status                             desk.Status // "" leaves it
	Type                               desk.Type
	Impact, Urgency                    int
	Service, Category, Group, Assignee string
	Open                               bool
	Problem                            layout.Problem
}

// Event is one line of a ticket's history.
type Event struct {
	At     time.Time
	Actor  string
	Verb   string
	Detail string
}

var codes = []desk.ResolutionCode{
	desk.Fixed, desk.Workaround, desk.Answered, desk.Duplicate, desk.NotReproducible, desk.Withdrawn,
}

// byHand are the statuses that an agent can set without a verb of their own.
var byHand = []desk.Status{desk.Open, desk.Pending, desk.OnHold}

func (p *Pages) view(c echo.Context) error { return p.render(c, http.StatusOK, nil) }

// render shows the ticket of the address. fill puts a form's text and problem into
// the page; nil shows empty forms.
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
	if asked := c.QueryParam("summary"); s.Inside && (asked == "1" || asked == "model") {
		p.summarise(ctx, t, &s, asked == "1")
	}
	if fill != nil {
		fill(&s)
	}
	return p.show.Render(c, status, "#"+t.ID+" "+t.Subject, s)
}

func (p *Pages) compose(ctx context.Context, actor access.Actor, t desk.Ticket) (Show, error) {
	m := p.Model()
	ended := t.Status.Ended()
	s := Show{
		Ticket: t, Inside: actor.ReadsAllTickets(), CanWork: actor.Can(access.WorkTickets), CanDraft: actor.Can(access.WriteArticles),
		Mine:   t.Assignee != "" && t.Assignee == actor.ID,
		Types:  []desk.Type{desk.Incident, desk.Request, desk.Question, desk.Change},
		Groups: m.Groups, Services: m.Services, Categories: m.Categories, Levels: levels,
		Linked: make(map[string]bool), GroupTitles: titles(m),
	}
	own := t.Requester == actor.ID
	s.CanReply = (s.CanWork || own) && t.Status != desk.Closed
	s.CanEnd = s.CanWork && !ended
	s.CanReopen = (s.CanWork || own) && ended && t.MergedInto == "" && !t.Merged
	for _, id := range t.Linked() {
		s.Linked[id] = true
	}
	for _, status := range byHand {
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

// suggest adds what may resolve the ticket; without it the page still works.
func (p *Pages) suggest(ctx context.Context, actor access.Actor, s *Show) {
	got, err := p.Desk.Suggest(ctx, actor, s.Ticket.ID)
	if err != nil {
		p.Log.WarnContext(ctx, "ticket page without suggestions", "ticket", s.Ticket.ID, "error", err)
		s.NoSuggest = true
		return
	}
	s.Suggestions = got
}

// people fills in names and, for the desk, the history.
func (p *Pages) people(ctx context.Context, actor access.Actor, s *Show) error {
	ids := []string{s.Ticket.Assignee}
	var events []journal.Event
	if s.Inside {
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

// forms makes the empty forms.
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
	for _, h := range slices.Concat(s.Suggestions.KnownErrors, s.Suggestions.Articles) {
		add(h.Article.ID, h.Article.Title, false, false)
	}
	for _, g := range s.Groups {
		if g.Name != s.Ticket.Group {
			s.Escalate.Groups = append(s.Escalate.Groups, g)
		}
	}
}

// detail makes an event's data readable without knowing its verb: every event says
// in small named values what happened.
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
