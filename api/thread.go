package api

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
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
	ctx, actor, id := c.Request().Context(), route.Actor(c), c.Param("id")
	m, err := once(s, c, key, func() (desk.Message, error) {
		_, m, err := s.deps.Tickets.Reply(ctx, actor, id, desk.NewMessage{
			Text: in.Text, Visibility: in.Visibility, Channel: desk.API, Idempotency: key,
		})
		return m, err
	}, func(object string) (desk.Message, error) {
		_, m, err := s.deps.Tickets.Replied(ctx, actor, object)
		return m, err
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/tickets/"+url.PathEscape(id))
	return c.JSON(http.StatusCreated, messageJSON(m))
}

func (s *Server) linkArticle(c echo.Context) error {
	var in struct {
		Article string `json:"article"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	t, err := s.deps.Tickets.Link(c.Request().Context(), route.Actor(c), c.Param("id"), in.Article)
	if err != nil {
		return err
	}
	return s.ticketReply(c, http.StatusCreated, t)
}

func (s *Server) dismiss(c echo.Context) error {
	var in struct {
		Article string `json:"article"`
		Reason  string `json:"reason"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	t, err := s.deps.Tickets.Dismiss(c.Request().Context(), route.Actor(c), c.Param("id"), in.Article, in.Reason)
	if err != nil {
		return err
	}
	return s.ticketReply(c, http.StatusOK, t)
}
