package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
)

// ticketRow is a ticket in a list.
type ticketRow struct {
	ID            string       `json:"id"`
	ExternalID    string       `json:"external_id,omitempty"` // in the tool that it came from
	Version       int          `json:"version,omitempty"`     // counts changes; staff only
	Subject       string       `json:"subject"`
	Status        desk.Status  `json:"status"`
	Type          desk.Type    `json:"type"`
	Priority      int          `json:"priority"`
	Group         string       `json:"group"`
	Assignee      string       `json:"assignee"`
	Requester     string       `json:"requester"`
	RequesterName string       `json:"requester_name"`
	Service       string       `json:"service"`
	Category      string       `json:"category"`
	Impact        int          `json:"impact"`
	Urgency       int          `json:"urgency"`
	Channel       desk.Channel `json:"channel"`
	Bypass        bool         `json:"bypass"`
	MergedInto    string       `json:"merged_into"`
	Order         *desk.Order  `json:"order,omitempty"`
	Supplier      string       `json:"supplier,omitempty"` // that it is on hold at; staff only
	Due           *dueJSON     `json:"due,omitempty"`      // staff only
	Reopens       int          `json:"reopens"`
	CreatedAt     time.Time    `json:"created_at"`
	UpdatedAt     time.Time    `json:"updated_at"`
	FirstReplyAt  *time.Time   `json:"first_reply_at"`
	ResolvedAt    *time.Time   `json:"resolved_at"`
	ClosedAt      *time.Time   `json:"closed_at"`
}

// ticketJSON is a ticket including its thread and suggestions.
type ticketJSON struct {
	ticketRow
	Messages    []messageJSON    `json:"messages"`
	Suggestions desk.Suggestions `json:"suggestions"`
	Links       []linkJSON       `json:"links"`
	Resolution  *desk.Resolution `json:"resolution"`
	Knowledge   *knowledgeJSON   `json:"knowledge"`
}

type messageJSON struct {
	N          int                    `json:"n"`
	Kind       desk.MessageKind       `json:"kind"`
	Author     string                 `json:"author"`
	AuthorName string                 `json:"author_name"`
	FromDesk   bool                   `json:"from_desk"`
	Automatic  bool                   `json:"automatic"`
	Visibility desk.MessageVisibility `json:"visibility"`
	Channel    desk.Channel           `json:"channel"`
	At         time.Time              `json:"at"`
	Text       string                 `json:"text"`
	Files      []fileJSON             `json:"files"`
}

// fileJSON is a file that a message or an article names.
type fileJSON struct {
	blob.Info
	Name string `json:"name"`
	URL  string `json:"url"`
}

type linkJSON struct {
	desk.Link
	Article string `json:"article,omitempty"` // the target, if it is an article
}

type knowledgeJSON struct {
	Decision string `json:"decision"`
	Reason   string `json:"reason"`
	Article  string `json:"article"`
	Review   string `json:"review"`
}

func rowOf(t desk.Ticket) ticketRow {
	return ticketRow{
		ID: t.ID, ExternalID: t.ExternalID, Version: t.Version, Subject: t.Subject, Status: t.Status, Type: t.Type,
		Priority: t.Priority,
		Group:    t.Group, Assignee: t.Assignee, Requester: t.Requester, RequesterName: t.RequesterName,
		Service: t.Service, Category: t.Category, Impact: t.Impact, Urgency: t.Urgency,
		Channel: t.Channel, Bypass: t.Bypass, MergedInto: t.MergedInto, Order: t.Order, Supplier: t.Supplier,
		Due: dueView(t.Timing), Reopens: t.Reopens,
		CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
		FirstReplyAt: timeOrNull(t.FirstReplyAt), ResolvedAt: timeOrNull(t.ResolvedAt), ClosedAt: timeOrNull(t.ClosedAt),
	}
}

func messageViews(messages []desk.Message) []messageJSON {
	views := make([]messageJSON, len(messages))
	for i, m := range messages {
		views[i] = messageView(m)
	}
	return views
}

func messageView(m desk.Message) messageJSON {
	v := messageJSON{
		N: m.N, Kind: m.Kind, Author: m.Author, AuthorName: m.AuthorName, FromDesk: m.FromDesk, Automatic: m.Automatic,
		Visibility: m.Visibility, Channel: m.Channel, At: m.At, Text: m.Text, Files: make([]fileJSON, len(m.Files)),
	}
	for i, f := range m.Files {
		v.Files[i] = fileJSON{Info: f.Info, Name: f.Name, URL: prefix + "/files/" + f.ID}
	}
	return v
}

func linkViews(links []desk.Link) []linkJSON {
	views := make([]linkJSON, len(links))
	for i, l := range links {
		views[i] = linkJSON{Link: l}
		if l.Kind == desk.ArticleLink {
			views[i].Article = l.Target
		}
	}
	return views
}

// ticketView returns a ticket, already reduced to what the actor may see, with its
// suggestions: current ones while it is active, those of its intake once it has ended.
func (s *Server) ticketView(ctx context.Context, actor access.Actor, t desk.Ticket) (ticketJSON, error) {
	got, err := s.suggestionsFor(ctx, actor, t)
	if err != nil {
		return ticketJSON{}, err
	}
	return viewOf(t, got), nil
}

// viewOf returns a ticket with these suggestions.
func viewOf(t desk.Ticket, got desk.Suggestions) ticketJSON {
	v := ticketJSON{
		ticketRow: rowOf(t), Messages: messageViews(t.Messages), Links: linkViews(t.Links), Resolution: t.Resolution,
	}
	if t.Resolution != nil {
		r := *t.Resolution
		r.Articles = list(r.Articles)
		v.Resolution = &r
	}
	if t.Knowledge != nil {
		k := knowledgeJSON(*t.Knowledge)
		v.Knowledge = &k
	}
	v.Suggestions = suggestions(got)
	return v
}

// suggestionsFor returns the suggestions for a ticket. If the search fails, the ticket
// is shown without them.
func (s *Server) suggestionsFor(ctx context.Context, actor access.Actor, t desk.Ticket) (desk.Suggestions, error) {
	if t.Status.Ended() {
		if t.Intake == nil {
			return desk.Suggestions{At: t.CreatedAt}, nil
		}
		return *t.Intake, nil
	}
	got, err := s.deps.Tickets.Suggest(ctx, actor, t.ID)
	if err == nil {
		return got, nil
	}
	if ctx.Err() != nil {
		return desk.Suggestions{}, ctx.Err()
	}
	s.log.WarnContext(ctx, "ticket without suggestions", "ticket", t.ID, "error", err)
	return desk.Suggestions{At: s.deps.Now().UTC()}, nil
}

func (s *Server) ticketReply(c echo.Context, code int, t desk.Ticket) error {
	v, err := s.ticketView(c.Request().Context(), route.Actor(c), t)
	if err != nil {
		return err
	}
	return c.JSON(code, v)
}

// openedReply answers with a ticket that was opened a moment ago. What was suggested at its intake
// is current; staff see all of it, others get what they may see.
func (s *Server) openedReply(c echo.Context, t desk.Ticket) error {
	if actor := route.Actor(c); t.Intake == nil || !actor.Staff() || !actor.ReadsAllTickets() {
		return s.ticketReply(c, http.StatusCreated, t)
	}
	return c.JSON(http.StatusCreated, viewOf(t, *t.Intake))
}
