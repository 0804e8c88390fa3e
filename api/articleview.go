package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// articleRow is an article in a list.
type articleRow struct {
	ID           string          `json:"id"`
	Slug         string          `json:"slug"`
	URL          string          `json:"url"`
	Title        string          `json:"title"`
	Revision     int             `json:"revision"`
	Kind         kb.Kind         `json:"kind"`
	Confidence   kb.Confidence   `json:"confidence"`
	Audience     access.Audience `json:"audience"`
	Governance   kb.Governance   `json:"governance"`
	Owner        string          `json:"owner"`
	ReviewBy     *string         `json:"review_by"` // a date
	Service      string          `json:"service"`
	Categories   []string        `json:"categories"`
	Tags         []string        `json:"tags"`
	Locale       string          `json:"locale"`
	SupersededBy string          `json:"superseded_by"`
	Author       string          `json:"author,omitempty"` // staff only
	CreatedAt    time.Time       `json:"created_at"`
	UpdatedAt    time.Time       `json:"updated_at"`
	ValidatedAt  *time.Time      `json:"validated_at,omitempty"`
}

// articleJSON is an article including its text.
type articleJSON struct {
	articleRow
	Markdown      string       `json:"markdown"`
	HTML          string       `json:"html"`
	Passages      []kb.Passage `json:"passages"`
	Files         []fileJSON   `json:"files"`                    // named by the text
	SourceTickets []string     `json:"source_tickets,omitempty"` // staff only
}

func articleRowOf(a kb.Article, reader access.Actor) articleRow {
	r := articleRow{
		ID: a.ID, Slug: a.Slug, URL: "/articles/" + a.Slug, Title: a.Title, Revision: a.Revision, Kind: a.Kind,
		Confidence: a.Confidence, Audience: a.Audience, Governance: a.Governance, Owner: a.Owner,
		ReviewBy: dateOrNull(a.ReviewBy), Service: a.Service,
		Categories: list(a.Categories), Tags: list(a.Tags), Locale: a.Locale, SupersededBy: a.SupersededBy,
		CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
	}
	if !a.ValidatedAt.IsZero() {
		r.ValidatedAt = &a.ValidatedAt
	}
	if reader.Staff() {
		r.Author = a.Author
	}
	return r
}

// articleView renders the article for the reader. Links to articles that the reader may
// not open are shown as plain text.
func (s *Server) articleView(c echo.Context, a kb.Article) (articleJSON, error) {
	reader := route.Reader(c)
	page, err := s.deps.Articles.Render(c.Request().Context(), reader, a, false)
	if err != nil {
		return articleJSON{}, err
	}
	v := articleJSON{
		articleRow: articleRowOf(a, reader), Markdown: a.Markdown, HTML: page.HTML,
		Passages: list(a.Passages), Files: make([]fileJSON, len(a.Files)),
	}
	for i, f := range a.Files {
		v.Files[i] = fileJSON{Info: f.Info, Name: f.Path, URL: prefix + "/files/" + f.ID}
	}
	if reader.Staff() {
		v.SourceTickets = list(a.SourceTickets)
	}
	return v, nil
}

func (s *Server) articleReply(c echo.Context, code int, a kb.Article) error {
	c.Response().Header().Set("ETag", articleTag(a.Revision))
	view, err := s.articleView(c, a)
	if err != nil {
		return err
	}
	return c.JSON(code, view)
}
