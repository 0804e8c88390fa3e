package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
)

func (s *Server) listRevisions(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	a, err := s.deps.Articles.Article(ctx, actor, c.Param("ref"))
	if err != nil {
		return err
	}
	revisions, err := s.deps.Articles.Revisions(ctx, actor, a.ID)
	if err != nil {
		return err
	}
	rows := make([]articleRow, len(revisions))
	for i, r := range revisions {
		rows[i] = articleRowOf(r, actor)
	}
	return c.JSON(http.StatusOK, map[string]any{"revisions": rows})
}

func (s *Server) getRevision(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	n, err := intParam("revision", c.Param("revision"), 1)
	if err != nil {
		return err
	}
	a, err := s.deps.Articles.Article(ctx, actor, c.Param("ref"))
	if err != nil {
		return err
	}
	old, err := s.deps.Articles.Revision(ctx, actor, a.ID, n)
	if err != nil {
		return err
	}
	if unchanged(c, articleTag(n)) {
		return nil
	}
	view, err := s.articleView(c, old)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, view)
}

type passageJSON struct {
	ID       string `json:"id"`
	Article  string `json:"article"`
	Revision int    `json:"revision"`
	Heading  string `json:"heading"`
	Anchor   string `json:"anchor"`
	Text     string `json:"text"`
	Current  bool   `json:"current"` // whether this is the article's current revision
}

func (s *Server) getPassage(c echo.Context) error {
	revision, err := intParam("revision", c.QueryParam("revision"), 1)
	if err != nil {
		return err
	}
	p, err := s.deps.Articles.Passage(c.Request().Context(), route.Reader(c), c.Param("id"), revision)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, passageJSON{
		ID: p.ID, Article: p.Article, Revision: p.Revision, Heading: p.Heading, Anchor: p.Anchor, Text: p.Text,
		Current: p.Current,
	})
}
