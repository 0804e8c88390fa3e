package review

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

func here(c echo.Context) string { return "/reviews/" + c.Param("id") }

// edit saves the draft, and submits or approves it if the form says so.
func (p *Pages) edit(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	before, err := p.Knowledge.Draft(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	files, release, err := route.FormFiles(c, "file")
	if err != nil {
		return err
	}
	defer release()
	e := p.parseEdit(c, before)
	if done, err := p.attach(c, actor, &e, files); done || err != nil {
		return err
	}
	patch, err := e.patch()
	if err == nil && e.Rebase && before.ArticleID != "" {
		var now kb.Article
		if now, err = p.Knowledge.Article(ctx, actor, before.ArticleID); err == nil {
			patch.BaseRevision = &now.Revision
		}
	}
	if err == nil && layout.Line(c, "do") == "approve" {
		if _, _, err = p.Knowledge.ApproveWith(ctx, actor, before.ID, kb.Approval{
			Version: e.Version, Edit: &patch, Comment: layout.Field(c, "comment"), Confirmed: layout.Checked(c, "confirmed"),
		}); err == nil {
			return layout.SeeOther(c, here(c), "approved")
		}
	} else if err == nil {
		_, err = p.Knowledge.EditDraft(ctx, actor, before.ID, e.Version, patch)
	}
	if err != nil {
		return p.redisplay(c, e, err)
	}
	if layout.Line(c, "do") == "submit" {
		return p.submit(c)
	}
	return layout.SeeOther(c, here(c), "drafted")
}

// attach uploads the files that were chosen and names each at the end of the text, whichever
// button was pressed. done means that nothing else was asked for, or that it failed; the form
// was then shown again.
func (p *Pages) attach(c echo.Context, actor access.Actor, e *Edit, files []route.FormFile) (done bool, err error) {
	text, err := layout.AppendFiles(c.Request().Context(), p.Knowledge, actor, e.Markdown, files)
	e.Attached, e.Markdown = text != e.Markdown, text
	if err != nil {
		return true, p.redisplay(c, *e, err)
	}
	if layout.Line(c, "do") != "attach" {
		return false, nil
	}
	e.Attached = true
	return true, p.render(c, http.StatusOK, func(s *Show) {
		s.Edit = *e
		s.keepInput(c)
	})
}

// parseEdit parses the edit form.
func (p *Pages) parseEdit(c echo.Context, d kb.Draft) Edit {
	e := p.form(d)
	e.Version, _ = strconv.Atoi(layout.Line(c, "version"))
	if e.Version == 0 {
		e.Version = -1 // a missing version must not mean any version
	}
	e.Title, e.Markdown = layout.Line(c, "title"), layout.Field(c, "markdown")
	e.Kind, e.Confidence = kb.Kind(layout.Line(c, "kind")), kb.Confidence(layout.Line(c, "confidence"))
	e.Audience, e.Service = access.Audience(layout.Line(c, "audience")), layout.Line(c, "service")
	e.Owner, e.ReviewBy, e.Tags = layout.Line(c, "owner"), layout.Line(c, "review_by"), layout.Line(c, "tags")
	e.Rebase = layout.Line(c, "rebase") == "1"
	return e
}

func (e Edit) patch() (kb.Patch, error) {
	at, err := route.ParseDate("review_by", e.ReviewBy)
	if err != nil {
		return kb.Patch{}, err
	}
	tags := layout.SplitList(e.Tags)
	return kb.Patch{
		Title: &e.Title, Markdown: &e.Markdown, Kind: &e.Kind, Confidence: &e.Confidence, Audience: &e.Audience,
		Service: &e.Service, Owner: &e.Owner, ReviewBy: &at, Tags: &tags,
	}, nil
}

// redisplay shows the draft again with the input of the edit form. If someone else
// saved the draft in the meantime, their version is shown as well and the form is then
// based on it.
func (p *Pages) redisplay(c echo.Context, e Edit, err error) error {
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.render(c, status, func(s *Show) {
		e.Problem = problem
		if layout.LostRace(err) && s.Open && s.Draft.Version != e.Version {
			theirs := s.Draft
			e.Conflict, e.Diff, e.Version = &theirs, kb.LineDiff(theirs.Markdown, e.Markdown), theirs.Version
		}
		s.Edit = e
		s.keepInput(c)
		s.CanEdit = s.CanEdit || !s.Open // keep the input visible even if the draft has been decided
	})
}

func (p *Pages) submit(c echo.Context) error {
	_, err := p.Knowledge.Submit(c.Request().Context(), route.Actor(c), c.Param("id"), layout.Field(c, "comment"))
	return p.decided(c, err, "submitted")
}

func (p *Pages) approve(c echo.Context) error {
	version, err := strconv.Atoi(layout.Line(c, "version"))
	if err != nil || version < 1 {
		version = -1
	}
	_, _, err = p.Knowledge.ApproveWith(c.Request().Context(), route.Actor(c), c.Param("id"), kb.Approval{
		Version: version, Comment: layout.Field(c, "comment"), Confirmed: layout.Checked(c, "confirmed"),
	})
	return p.decided(c, err, "approved")
}

func (p *Pages) requestChanges(c echo.Context) error {
	text := layout.Field(c, "comment")
	if strings.TrimSpace(text) == "" {
		return p.decided(c, missingReason(), "changes")
	}
	_, err := p.Knowledge.RequestChanges(c.Request().Context(), route.Actor(c), c.Param("id"), text)
	return p.decided(c, err, "changes")
}

// reject rejects the draft for a reason. A reason from the list may stand alone;
// "other", or no reason, requires a comment that tells the author what to do.
func (p *Pages) reject(c echo.Context) error {
	in := kb.RejectInput{
		Reason:  kb.RejectReason(layout.Line(c, "reason")),
		Article: layout.ArticleRef(layout.Line(c, "article")),
		Comment: layout.Field(c, "comment"),
	}
	if in.Reason != kb.RejectDuplicate {
		in.Article = ""
	}
	if (in.Reason == "" || in.Reason == kb.RejectOther) && strings.TrimSpace(in.Comment) == "" {
		return p.decided(c, missingReason(), "rejected")
	}
	_, err := p.Knowledge.RejectFor(c.Request().Context(), route.Actor(c), c.Param("id"), in)
	return p.decided(c, err, "rejected")
}

func missingReason() error {
	return fault.InvalidField("comment", "is required, so that the author knows what to do")
}

func (p *Pages) decided(c echo.Context, err error, done string) error {
	if err == nil {
		return layout.SeeOther(c, here(c), done)
	}
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.render(c, status, func(s *Show) {
		s.Decision = problem
		s.keepInput(c)
		s.Reject = RejectForm{
			Open: strings.HasSuffix(c.Path(), "/reject"), Reasons: kb.RejectReasons(),
			Reason: kb.RejectReason(layout.Line(c, "reason")), Article: layout.Line(c, "article"),
		}
	})
}

// keepInput restores the submitted comment and checkboxes.
func (s *Show) keepInput(c echo.Context) {
	s.Comment = layout.Field(c, "comment")
	for i := range s.Confirm {
		s.Confirm[i].Checked = slices.Contains(layout.Checked(c, "confirmed"), s.Confirm[i].Name)
	}
}
