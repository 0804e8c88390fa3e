package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
)

// Tickets is the service desk. *desk.Service implements it.
type Tickets interface {
	port.Desk
	// Replied returns the ticket and the message that a repeated Reply refers to.
	Replied(ctx context.Context, actor access.Actor, object string) (desk.Ticket, desk.Message, error)
	File(ctx context.Context, actor access.Actor, id string) (blob.File, error)
}

func (s *Server) openTicket(c echo.Context) error {
	var in struct {
		Subject   string       `json:"subject"`
		Body      string       `json:"body"`
		Type      desk.Type    `json:"type"`
		Service   string       `json:"service"`
		Category  string       `json:"category"`
		Impact    int          `json:"impact"`
		Urgency   int          `json:"urgency"`
		Channel   desk.Channel `json:"channel"`
		Requester string       `json:"requester"`

		Request string            `json:"request"`
		Fields  map[string]string `json:"fields"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	key, err := idempotency(c)
	if err != nil {
		return err
	}
	if in.Channel == "" {
		in.Channel = desk.API
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	reply := s.openedReply
	t, err := once(s, c, key, func() (desk.Ticket, error) {
		return s.deps.Tickets.OpenTicket(ctx, actor, desk.NewTicket{
			Subject: in.Subject, Body: in.Body, Type: in.Type, Service: in.Service, Category: in.Category,
			Impact: in.Impact, Urgency: in.Urgency, Channel: in.Channel, Requester: in.Requester, Idempotency: key,
			Request: in.Request, Fields: in.Fields,
		})
	}, func(id string) (desk.Ticket, error) {
		reply = func(c echo.Context, t desk.Ticket) error { return s.ticketReply(c, http.StatusCreated, t) }
		return s.deps.Tickets.Ticket(ctx, actor, id)
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/tickets/"+t.ID)
	return reply(c, t)
}

func (s *Server) getTicket(c echo.Context) error {
	t, err := s.deps.Tickets.Ticket(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.ticketReply(c, http.StatusOK, t)
}

func (s *Server) listTickets(c echo.Context) error {
	f, err := ticketFilter(c)
	if err != nil {
		return err
	}
	found, err := s.deps.Tickets.Tickets(c.Request().Context(), route.Actor(c), f)
	if err != nil {
		return err
	}
	rows := make([]ticketRow, len(found.Tickets))
	for i, t := range found.Tickets {
		rows[i] = rowOf(t)
	}
	return c.JSON(http.StatusOK, map[string]any{"tickets": rows, "next": found.Next})
}

// ticketFilter parses the query of a list. The desk limits it to what the actor may see.
func ticketFilter(c echo.Context) (f desk.Filter, err error) {
	p, err := paging(c)
	if err != nil {
		return f, err
	}
	f = desk.Filter{Group: c.QueryParam("group"), Assignee: c.QueryParam("assignee"), After: p.Cursor, Limit: p.Limit}
	for _, name := range c.QueryParams()["status"] {
		for one := range strings.SplitSeq(name, ",") {
			st, err := oneOf("status", one, desk.New, desk.Open, desk.Pending, desk.OnHold, desk.Resolved, desk.Closed)
			if err != nil {
				return f, err
			}
			f.Statuses = append(f.Statuses, st)
		}
	}
	f.Type, err = choice(c, "type", desk.Incident, desk.Request, desk.Question, desk.Change)
	if err != nil {
		return f, err
	}
	if f.Text, err = textParam(c, "q"); err != nil {
		return f, err
	}
	if f.Bypass, err = boolParam(c, "bypass"); err != nil {
		return f, err
	}
	f.Overdue, err = choice(c, "overdue", model.FirstResponse, model.Resolution, model.UpdateTarget)
	if err != nil {
		return f, err
	}
	mine, err := boolParam(c, "mine")
	if err != nil {
		return f, err
	}
	if actor := route.Actor(c); mine && route.SeesAllTickets(actor) {
		f.Assignee = actor.ID
	}
	order, err := choice[string](c, "order", "newest", "priority")
	f.ByPriority = order == "priority"
	return f, err
}

// changeTicket decodes the body, changes the ticket in the path and responds with it.
func changeTicket[T any](
	s *Server, c echo.Context, code int,
	change func(ctx context.Context, actor access.Actor, id string, in T) (desk.Ticket, error),
) error {
	var in T
	if err := decode(c, &in); err != nil {
		return err
	}
	t, err := change(c.Request().Context(), route.Actor(c), c.Param("id"), in)
	if err != nil {
		return err
	}
	return s.ticketReply(c, code, t)
}

type ticketPatch struct {
	Status   *desk.Status `json:"status"`
	Supplier *string      `json:"supplier"`
	Assignee *string      `json:"assignee"`
	Group    *string      `json:"group"`
	Type     *desk.Type   `json:"type"`
	Impact   *int         `json:"impact"`
	Urgency  *int         `json:"urgency"`
	Service  *string      `json:"service"`
	Category *string      `json:"category"`
	Subject  *string      `json:"subject"`
	Version  int          `json:"version"`
}

func (s *Server) patchTicket(c echo.Context) error {
	return changeTicket(s, c, http.StatusOK,
		func(ctx context.Context, actor access.Actor, id string, in ticketPatch) (desk.Ticket, error) {
			return s.deps.Tickets.Update(ctx, actor, id, desk.Patch(in))
		})
}

// approveTicket approves what a ticket orders.
func (s *Server) approveTicket(c echo.Context) error {
	t, err := s.deps.Tickets.Approve(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.ticketReply(c, http.StatusOK, t)
}

func (s *Server) mergeTicket(c echo.Context) error {
	return changeTicket(s, c, http.StatusOK,
		func(ctx context.Context, actor access.Actor, id string, in mergeInput) (desk.Ticket, error) {
			if in.Into == "" {
				return desk.Ticket{}, fault.InvalidField("into", "is empty")
			}
			return s.deps.Tickets.Merge(ctx, actor, id, in.Into)
		})
}

type resolution struct {
	Code     desk.ResolutionCode `json:"code"`
	Note     string              `json:"note"`
	Articles []string            `json:"articles"`
}

func (s *Server) resolve(c echo.Context) error {
	return changeTicket(s, c, http.StatusOK,
		func(ctx context.Context, actor access.Actor, id string, in resolution) (desk.Ticket, error) {
			return s.deps.Tickets.Resolve(ctx, actor, id, desk.ResolveInput(in))
		})
}

type reopening struct {
	Reason string `json:"reason"`
}

func (s *Server) reopen(c echo.Context) error {
	return changeTicket(s, c, http.StatusOK,
		func(ctx context.Context, actor access.Actor, id string, in reopening) (desk.Ticket, error) {
			return s.deps.Tickets.Reopen(ctx, actor, id, in.Reason)
		})
}

func (s *Server) ticketEvents(c echo.Context) error {
	events, err := s.deps.Tickets.Events(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"events": list(events)})
}

func (s *Server) countTickets(c echo.Context) error {
	counts, err := s.deps.Tickets.Counts(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	if !route.SeesAllTickets(route.Actor(c)) {
		counts.ByGroup, counts.Bypassed = nil, 0
	}
	if counts.ByGroup == nil {
		counts.ByGroup = map[string]int{}
	}
	if counts.ByStatus == nil {
		counts.ByStatus = map[desk.Status]int{}
	}
	return c.JSON(http.StatusOK, counts)
}
