package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
)

func (s *Server) addMessage(c echo.Context) error {
	var in struct {
		Text       string                 `json:"text"`
		Visibility desk.MessageVisibility `json:"visibility"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	key, err := idempotency(c)
	if err != nil {
		return err
	}
	return s.reply(c, desk.NewMessage{
		Text: in.Text, Visibility: in.Visibility, Channel: desk.API, Idempotency: key,
	})
}

// reply adds a message to the ticket of the request, once, and answers with it.
func (s *Server) reply(c echo.Context, in desk.NewMessage) error {
	ctx, actor, id := c.Request().Context(), route.Actor(c), c.Param("id")
	m, err := once(s, c, in.Idempotency, func() (desk.Message, error) {
		_, m, err := s.deps.Tickets.Reply(ctx, actor, id, in)
		return m, err
	}, func(object string) (desk.Message, error) {
		_, m, err := s.deps.Tickets.Replied(ctx, actor, object)
		return m, err
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/tickets/"+url.PathEscape(id))
	return c.JSON(http.StatusCreated, messageView(m))
}

type articleLink struct {
	Article string `json:"article"`
}

func (s *Server) linkArticle(c echo.Context) error {
	return changeTicket(s, c, http.StatusCreated,
		func(ctx context.Context, actor access.Actor, id string, in articleLink) (desk.Ticket, error) {
			return s.deps.Tickets.Link(ctx, actor, id, in.Article)
		})
}

type dismissal struct {
	Article string `json:"article"`
	Reason  string `json:"reason"`
}

func (s *Server) dismiss(c echo.Context) error {
	return changeTicket(s, c, http.StatusOK,
		func(ctx context.Context, actor access.Actor, id string, in dismissal) (desk.Ticket, error) {
			return s.deps.Tickets.Dismiss(ctx, actor, id, in.Article, in.Reason)
		})
}
