package article

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// Revisions is the list of an article's revisions.
type Revisions struct {
	Article   kb.Article
	Revisions []kb.Article
	Names     map[string]string // of authors, by user ID
}

// Revision is one revision and its changes.
type Revision struct {
	Article    kb.Article // the current one
	Revision   kb.Article
	Current    bool
	HTML       template.HTML
	Staff      bool
	Author     string
	Before     int // the revision it is compared with, 0 for none
	Changes    []layout.Change
	Diff       []kb.DiffLine
	CanRestore bool
	// Reaches says that the article reaches readers whom this revision was not for, or is
	// validated as this revision was not.
	Reaches bool
	Problem layout.Problem
}

func (p *Pages) history(c echo.Context) error {
	ctx, reader := c.Request().Context(), route.Reader(c)
	a, err := p.Knowledge.Article(ctx, reader, c.Param("ref"))
	if err != nil {
		return err
	}
	r := Revisions{Article: a}
	if r.Revisions, err = p.Knowledge.Revisions(ctx, reader, a.ID); err != nil {
		return err
	}
	ids := make([]string, 0, len(r.Revisions))
	for _, old := range r.Revisions {
		ids = append(ids, old.Author)
	}
	if r.Names, err = p.People.Names(ctx, ids); err != nil {
		return err
	}
	return p.revisions.Render(c, http.StatusOK, "Revisions of "+a.Title, r)
}

func (p *Pages) showRevision(c echo.Context) error {
	return p.renderRevision(c, http.StatusOK, layout.Problem{})
}

func (p *Pages) renderRevision(c echo.Context, status int, problem layout.Problem) error {
	ctx, reader := c.Request().Context(), route.Reader(c)
	n, err := number(c)
	if err != nil {
		return err
	}
	a, err := p.Knowledge.Article(ctx, reader, c.Param("ref"))
	if err != nil {
		return err
	}
	rev, err := p.Knowledge.Revision(ctx, reader, a.ID, n)
	if err != nil {
		return err
	}
	r := Revision{
		Article: a, Revision: rev, Current: rev.Revision == a.Revision, Staff: reader.Staff(),
		Reaches: reader.Staff() && kb.RestoreNeedsReview(a, rev), Problem: problem,
	}
	r.CanRestore = reader.Can(access.WriteArticles) && !r.Current && (!r.Reaches || reader.Can(access.ReviewArticles))
	if r.HTML, _, err = layout.ArticleHTML(ctx, p.Knowledge, reader, rev); err != nil {
		return err
	}
	if r.Staff && n > 1 {
		before, err := p.Knowledge.Revision(ctx, reader, a.ID, n-1)
		if err == nil {
			r.Before, r.Diff, r.Changes = n-1, kb.LineDiff(before.Markdown, rev.Markdown), layout.Changes(before, rev)
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	names, err := p.People.Names(ctx, []string{rev.Author})
	if err != nil {
		return err
	}
	if r.Staff {
		r.Author = names[rev.Author]
	}
	return p.revision.Render(c, status, "Revision "+strconv.Itoa(n)+" of "+a.Title, r)
}

func number(c echo.Context) (int, error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 {
		return 0, fault.New(fault.NotFound, "there is no such revision")
	}
	return n, nil
}

func (p *Pages) restore(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	n, err := number(c)
	if err != nil {
		return err
	}
	a, err := p.Knowledge.Article(ctx, actor, c.Param("ref"))
	if err != nil {
		return err
	}
	if _, err = p.Knowledge.Restore(ctx, actor, a.ID, n, base(c)); err != nil {
		problem, status, ok := layout.FormProblem(err)
		if !ok {
			return err
		}
		return p.renderRevision(c, status, problem)
	}
	return layout.SeeOther(c, layout.ArticleURL(a), "restored")
}

func (p *Pages) archive(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	a, err := p.Knowledge.Article(ctx, actor, c.Param("ref"))
	if err != nil {
		return err
	}
	if _, err := p.Knowledge.Archive(ctx, actor, a.ID, base(c)); err != nil {
		return p.failed(c, actor, a, err)
	}
	return layout.SeeOther(c, layout.ArticleURL(a), "archived")
}

func (p *Pages) merge(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	a, err := p.Knowledge.Article(ctx, actor, c.Param("ref"))
	if err != nil {
		return err
	}
	typed := layout.ArticleRef(layout.Line(c, "into"))
	into, err := p.Knowledge.Article(ctx, actor, typed)
	if fault.Is(err, fault.NotFound) {
		err = fault.InvalidField("into", "there is no article %q", typed)
	}
	if err == nil {
		_, err = p.Knowledge.Merge(ctx, actor, a.ID, into.ID, base(c))
	}
	if err != nil {
		return p.failed(c, actor, a, err)
	}
	return layout.SeeOther(c, layout.ArticleURL(into), "absorbed")
}

// failed shows the article again with the error.
func (p *Pages) failed(c echo.Context, actor access.Actor, a kb.Article, err error) error {
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.page(c, status, actor, a, problem)
}

// base returns the revision that a form is based on, or 0, which no article has, if it
// is missing.
func base(c echo.Context) int {
	n, _ := strconv.Atoi(layout.Line(c, "base"))
	return n
}
