package article

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// The buttons of the form.
const (
	doPreview = "preview"
	doSave    = "save"    // immediately, without review
	doPropose = "propose" // submit for review
	doDraft   = "draft"   // save as the user's own draft
	doAttach  = "attach"  // upload the chosen files and name them in the text
)

func (p *Pages) create(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	f := p.emptyForm(actor, kb.Article{Governance: kb.Experience})
	files, release, err := route.FormFiles(c, "file")
	if err != nil {
		return err
	}
	defer release()
	f.Input, f.Key = parseInput(c), formKey(c, f.Key)
	if err := p.attach(ctx, actor, &f, files); err != nil {
		return p.redisplay(c, "New article", f, err)
	}
	do := layout.Line(c, "do")
	switch do {
	case doPreview:
		return p.previewed(c, "New article", f)
	case doAttach:
		return p.form.Render(c, http.StatusOK, "New article", f)
	}
	if do == doSave {
		at, err := route.ParseDate("review_by", f.Input.ReviewBy)
		if err != nil {
			return p.redisplay(c, "New article", f, err)
		}
		t := f.Input
		a, err := p.Knowledge.Create(ctx, actor, kb.NewArticleInput{
			Title: t.Title, Slug: t.Slug, Markdown: t.Markdown, Kind: t.Kind, Confidence: t.Confidence,
			Audience: t.Audience, Governance: t.Governance, Owner: t.Owner, Service: t.Service, Locale: t.Locale,
			ReviewBy: at, Categories: layout.SplitList(t.Categories), Tags: layout.SplitList(t.Tags),
			Idempotency: layout.Once(actor, "create article", f.Key, t.Title, t.Markdown),
		})
		if err != nil {
			return p.redisplay(c, "New article", f, err)
		}
		return layout.SeeOther(c, layout.ArticleURL(a), "published")
	}
	return p.propose(c, actor, "New article", f, kb.Article{}, do == doPropose)
}

func (p *Pages) edit(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	a, err := p.Knowledge.Article(ctx, actor, c.Param("ref"))
	if err != nil {
		return err
	}
	f := p.emptyForm(actor, a)
	title := "Edit " + a.Title
	files, release, err := route.FormFiles(c, "file")
	if err != nil {
		return err
	}
	defer release()
	f.Ref, f.Base, f.Input, f.Key = layout.ArticleRef(layout.ArticleURL(a)), base(c), parseInput(c), formKey(c, f.Key)
	if err := p.attach(ctx, actor, &f, files); err != nil {
		return p.redisplay(c, title, f, err)
	}
	do := layout.Line(c, "do")
	switch {
	case do == doAttach:
		return p.form.Render(c, http.StatusOK, title, f)
	case do == doPreview:
		return p.previewed(c, title, f)
	case f.Base != a.Revision:
		return p.conflict(c, f, a)
	case do != doSave:
		return p.propose(c, actor, title, f, a, do == doPropose)
	}
	patch, err := f.Input.patch()
	if err != nil {
		return p.redisplay(c, title, f, err)
	}
	saved, err := p.Knowledge.Update(ctx, actor, a.ID, f.Base, patch)
	if fault.Is(err, fault.Conflict) {
		return p.raced(c, actor, title, f, a, err)
	}
	if err != nil {
		return p.redisplay(c, title, f, err)
	}
	return layout.SeeOther(c, layout.ArticleURL(saved), "published")
}

// attach uploads the files that were chosen and names each at the end of the text,
// whichever button was pressed: a choice that was made is meant.
func (p *Pages) attach(ctx context.Context, actor access.Actor, f *Form, files []route.FormFile) error {
	text, err := layout.AppendFiles(ctx, p.Knowledge, actor, f.Input.Markdown, files)
	f.Attached, f.Input.Markdown = text != f.Input.Markdown, text
	return err
}

func (p *Pages) propose(c echo.Context, actor access.Actor, title string, f Form, a kb.Article, submit bool) error {
	proposal, err := f.Input.proposal()
	if err != nil {
		return p.redisplay(c, title, f, err)
	}
	proposal.ArticleID, proposal.BaseRevision, proposal.Submit = a.ID, f.Base, submit
	proposal.Idempotency = layout.Once(actor, "propose "+a.ID, f.Key, f.Input.Title, f.Input.Markdown)
	d, err := p.Knowledge.Propose(c.Request().Context(), actor, proposal)
	if fault.Is(err, fault.Conflict) && a.ID != "" {
		return p.raced(c, actor, title, f, a, err)
	}
	if err != nil {
		return p.redisplay(c, title, f, err)
	}
	done := "drafted"
	if submit {
		done = "proposed"
	}
	return layout.SeeOther(c, "/reviews/"+d.ID, done)
}

// raced distinguishes a concurrent edit, for which both texts are shown, from another conflict.
func (p *Pages) raced(c echo.Context, actor access.Actor, title string, f Form, seen kb.Article, cause error) error {
	now, err := p.Knowledge.Article(c.Request().Context(), actor, seen.ID)
	if err != nil {
		return err
	}
	if now.Revision == f.Base {
		return p.redisplay(c, title, f, cause)
	}
	return p.conflict(c, f, now)
}

// conflict shows the revision that was saved in the meantime next to the input. The
// form is then based on that revision, so that submitting it again is a decision made
// with both in view.
func (p *Pages) conflict(c echo.Context, f Form, theirs kb.Article) error {
	names, err := p.People.Names(c.Request().Context(), []string{theirs.Author})
	if err != nil {
		return err
	}
	f.Conflict = &Conflict{
		Theirs: theirs, By: names[theirs.Author],
		Changes: layout.Changes(theirs, f.Input.article(theirs)),
		Diff:    kb.LineDiff(theirs.Markdown, f.Input.Markdown),
	}
	f.Base = theirs.Revision
	return p.form.Render(c, http.StatusConflict, "Edit conflict: "+theirs.Title, f)
}

func (p *Pages) previewed(c echo.Context, title string, f Form) error {
	if err := p.preview(c.Request().Context(), route.Actor(c), &f); err != nil {
		return p.redisplay(c, title, f, err)
	}
	return p.form.Render(c, http.StatusOK, title, f)
}

// redisplay shows the form again with its input and the error.
func (p *Pages) redisplay(c echo.Context, title string, f Form, err error) error {
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	f.Problem = problem
	return p.form.Render(c, status, title, f)
}

func formKey(c echo.Context, fresh string) string {
	if key := layout.Line(c, "key"); key != "" {
		return key
	}
	return fresh
}
