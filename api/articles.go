package api

import (
	"context"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// Articles is the knowledge base. *kb.Service implements it.
type Articles interface {
	port.ArticleReader
	port.ArticleEditor
	Passage(ctx context.Context, actor access.Actor, passageID string, revision int) (kb.PassageView, error)
	Render(ctx context.Context, actor access.Actor, a kb.Article, omitTitle bool) (kb.Page, error)
	File(ctx context.Context, actor access.Actor, id string) (blob.File, error)
	Upload(ctx context.Context, actor access.Actor, name string, content io.ReadSeeker) (kb.File, error)
}

func (s *Server) getArticle(c echo.Context) error {
	a, err := s.deps.Articles.Article(c.Request().Context(), route.Reader(c), c.Param("ref"))
	if err != nil {
		return err
	}
	if unchanged(c, articleTag(a.Revision)) {
		return nil
	}
	view, err := s.articleView(c, a)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, view)
}

func (s *Server) listArticles(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	kind, err := choice(c, "kind", kb.Kinds()...)
	if err != nil {
		return err
	}
	order, err := choice[string](c, "order", "id", "newest")
	if err != nil {
		return err
	}
	reader := route.Reader(c)
	found, err := s.deps.Articles.Articles(c.Request().Context(), reader, kb.ArticleFilter{
		Kind: kind, Service: c.QueryParam("service"), Owner: c.QueryParam("owner"), Tag: c.QueryParam("tag"),
		Newest: order == "newest", After: p.Cursor, Limit: p.Limit,
	})
	if err != nil {
		return err
	}
	rows := make([]articleRow, len(found.Articles))
	for i, a := range found.Articles {
		rows[i] = articleRowOf(a, reader)
	}
	return c.JSON(http.StatusOK, map[string]any{"articles": rows, "next": found.Next})
}

// articleInput is an article in the form in which clients send it. Omitted fields get
// their default value on create and keep their value on update.
type articleInput struct {
	Title      *string          `json:"title"`
	Slug       *string          `json:"slug"`
	Markdown   *string          `json:"markdown"`
	Kind       *kb.Kind         `json:"kind"`
	Confidence *kb.Confidence   `json:"confidence"`
	Audience   *access.Audience `json:"audience"`
	Governance *kb.Governance   `json:"governance"`
	Owner      *string          `json:"owner"`
	ReviewBy   *string          `json:"review_by"`
	Service    *string          `json:"service"`
	Categories *[]string        `json:"categories"`
	Tags       *[]string        `json:"tags"`
	Locale     *string          `json:"locale"`
	Tickets    *[]string        `json:"source_tickets"`
}

// patch returns the fields that an update can change.
func (in articleInput) patch() (kb.Patch, error) {
	p := kb.Patch{
		Title: in.Title, Markdown: in.Markdown, Kind: in.Kind, Confidence: in.Confidence, Audience: in.Audience,
		Governance: in.Governance, Owner: in.Owner, Service: in.Service, Locale: in.Locale,
		Categories: in.Categories, Tags: in.Tags,
	}
	if in.ReviewBy == nil {
		return p, nil
	}
	day, err := route.ParseDate("review_by", *in.ReviewBy)
	p.ReviewBy = &day
	return p, err
}

// createOnly rejects the fields that can be set only when an article is created.
func (in articleInput) createOnly(by string) error {
	switch {
	case in.Slug != nil:
		return fault.InvalidField("slug", "cannot be set by %s", by)
	case in.Tickets != nil:
		return fault.InvalidField("source_tickets", "cannot be set by %s", by)
	}
	return nil
}

// deref returns the value that p points to, or the zero value if p is nil.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func (s *Server) createArticle(c echo.Context) error {
	var in articleInput
	if err := decode(c, &in); err != nil {
		return err
	}
	key, err := idempotency(c)
	if err != nil {
		return err
	}
	p, err := in.patch()
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	a, err := once(s, c, key, func() (kb.Article, error) {
		return s.deps.Articles.Create(ctx, actor, kb.NewArticleInput{
			Title: deref(p.Title), Slug: deref(in.Slug), Markdown: deref(p.Markdown), Kind: deref(p.Kind),
			Confidence: deref(p.Confidence), Audience: deref(p.Audience), Governance: deref(p.Governance),
			Owner: deref(p.Owner), Service: deref(p.Service), Locale: deref(p.Locale), ReviewBy: deref(p.ReviewBy),
			Categories: deref(p.Categories), Tags: deref(p.Tags), Tickets: deref(in.Tickets), Idempotency: key,
		})
	}, func(id string) (kb.Article, error) { return s.deps.Articles.Article(ctx, actor, id) })
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/articles/"+a.ID)
	return s.articleReply(c, http.StatusCreated, a)
}

// updateArticle handles PATCH, and PUT with a title and a body. Neither changes fields
// that the request omits.
func (s *Server) updateArticle(c echo.Context) error {
	var in articleInput
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := in.patch()
	switch {
	case err != nil:
		return err
	case in.createOnly("an update") != nil:
		return in.createOnly("an update")
	case c.Request().Method == http.MethodPut && (in.Title == nil || in.Markdown == nil):
		return fault.New(fault.Invalid, "PUT requires title and markdown; use PATCH to change individual fields.")
	}
	return s.changeArticle(c, func(ctx context.Context, actor access.Actor, a kb.Article) (kb.Article, error) {
		return s.deps.Articles.Update(ctx, actor, a.ID, a.Revision, p)
	})
}

func (s *Server) restoreArticle(c echo.Context) error {
	var in struct {
		Revision int `json:"revision"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Revision < 1 {
		return fault.InvalidField("revision", "must be the number of an earlier revision")
	}
	return s.changeArticle(c, func(ctx context.Context, actor access.Actor, a kb.Article) (kb.Article, error) {
		return s.deps.Articles.Restore(ctx, actor, a.ID, in.Revision, a.Revision)
	})
}

func (s *Server) archiveArticle(c echo.Context) error {
	if err := decodeOptional(c, &struct{}{}); err != nil {
		return err
	}
	return s.changeArticle(c, func(ctx context.Context, actor access.Actor, a kb.Article) (kb.Article, error) {
		return s.deps.Articles.Archive(ctx, actor, a.ID, a.Revision)
	})
}

// mergeInput names the article or ticket to merge into.
type mergeInput struct {
	Into string `json:"into"`
}

func (s *Server) mergeArticle(c echo.Context) error {
	var in mergeInput
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Into == "" {
		return fault.InvalidField("into", "is empty")
	}
	return s.changeArticle(c, func(ctx context.Context, actor access.Actor, a kb.Article) (kb.Article, error) {
		return s.deps.Articles.Merge(ctx, actor, a.ID, in.Into, a.Revision)
	})
}

// changeArticle applies a change to the revision that If-Match names. It responds 428
// without the header, and 412 if the article was changed in the meantime.
func (s *Server) changeArticle(
	c echo.Context, change func(context.Context, access.Actor, kb.Article) (kb.Article, error),
) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	a, err := s.deps.Articles.Article(ctx, actor, c.Param("ref"))
	if err != nil {
		return err
	}
	if err := precondition(c, articleTag(a.Revision)); err != nil {
		return err
	}
	changed, err := change(ctx, actor, a)
	if fault.Is(err, fault.Conflict) {
		if now, again := s.deps.Articles.Article(ctx, actor, a.ID); again == nil && now.Revision != a.Revision {
			return stale()
		}
	}
	if err != nil {
		return err
	}
	return s.articleReply(c, http.StatusOK, changed)
}

// rateArticle records whether the current revision helped the reader.
func (s *Server) rateArticle(c echo.Context) error {
	var in struct {
		Helped  *bool  `json:"helped"`
		Comment string `json:"comment"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Helped == nil {
		return fault.InvalidField("helped", "is required: true or false")
	}
	err := s.deps.Articles.Rate(c.Request().Context(), route.Reader(c), c.Param("ref"),
		kb.Feedback{Helped: *in.Helped, Comment: in.Comment})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
