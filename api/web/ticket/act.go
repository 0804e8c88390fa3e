package ticket

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// redisplay shows the ticket again with the input of the failed form, or returns an
// error that cannot be fixed in a form.
//
// The form is shown even if the ticket no longer has it, because someone resolved or
// merged it in the meantime, so that the input stays visible.
func (p *Pages) redisplay(c echo.Context, err error, fill func(*Show, layout.Problem)) error {
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.render(c, status, func(s *Show) {
		fill(s, problem)
		s.CanReply = s.CanReply || s.Reply.Problem.Any()
		s.CanReopen = s.CanReopen || s.Reopen.Problem.Any()
		s.CanEnd = s.CanEnd || s.CanWork && (s.Resolve.Problem.Any() || s.Escalate.Problem.Any() || s.Merge.Problem.Any())
	})
}

func here(c echo.Context) string { return "/tickets/" + c.Param("id") }

func (p *Pages) reply(c echo.Context) error {
	actor := route.Actor(c)
	files, release, err := route.FormFiles(c, "file")
	if err != nil {
		return err
	}
	defer release()
	form := ReplyForm{Text: layout.Field(c, "text"), Key: layout.Line(c, "key")}
	visibility := desk.MessageVisibility(layout.Line(c, "visibility"))
	form.Note = visibility == desk.InternalNote
	in := desk.NewMessage{Text: form.Text, Visibility: visibility, Channel: desk.Portal}
	said := []string{form.Text, string(visibility)}
	for _, f := range files {
		digest, err := f.Digest()
		if err != nil {
			return err
		}
		in.Files = append(in.Files, desk.NewFile{Name: f.Name, Content: f})
		said = append(said, f.Name, digest)
	}
	in.Idempotency = layout.Once(actor, "reply "+c.Param("id"), form.Key, said...)
	_, m, err := p.Desk.Reply(c.Request().Context(), actor, c.Param("id"), in)
	var repeated *journal.Replay
	if errors.As(err, &repeated) && repeated.Same {
		return layout.SeeOther(c, here(c)+"#thread-end", "replied")
	}
	if err != nil {
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			form.Problem, form.Key, form.Chosen = problem, layout.Key(), len(files)
			s.Reply = form
		})
	}
	done := "replied"
	if form.Note {
		done = "note-added"
	}
	return layout.SeeOther(c, here(c)+"#m"+strconv.Itoa(m.N), done)
}

func (p *Pages) link(c echo.Context) error {
	form := LinkForm{Article: layout.ArticleRef(layout.Line(c, "article"))}
	if _, err := p.Desk.Link(c.Request().Context(), route.Actor(c), c.Param("id"), form.Article); err != nil {
		if notFound(err) {
			err = noSuchArticle("article", form.Article)
		}
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			form.Problem = problem
			s.Link = form
		})
	}
	return layout.SeeOther(c, here(c)+"#links", "linked")
}

func (p *Pages) dismiss(c echo.Context) error {
	_, err := p.Desk.Dismiss(c.Request().Context(), route.Actor(c), c.Param("id"), layout.Line(c, "article"),
		layout.Field(c, "reason"))
	if err != nil {
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) { s.SuggestProblem = problem })
	}
	return layout.SeeOther(c, here(c)+"#suggest-h", "dismissed")
}

func (p *Pages) assign(c echo.Context) error {
	actor := route.Actor(c)
	to, done := layout.Line(c, "to"), "updated"
	switch to {
	case "me":
		to, done = actor.ID, "assigned"
	case "none":
		to, done = "", "unassigned"
	case "":
		to = layout.Line(c, "person")
	}
	return p.patch(c, desk.Patch{Assignee: &to}, done)
}

// approve approves what the ticket orders.
func (p *Pages) approve(c echo.Context) error {
	if _, err := p.Desk.Approve(c.Request().Context(), route.Actor(c), c.Param("id")); err != nil {
		return err
	}
	return layout.SeeOther(c, here(c), "updated")
}

// update changes the fields that the form contains.
func (p *Pages) update(c echo.Context) error {
	var patch desk.Patch
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	text := func(name string) *string {
		if !form.Has(name) {
			return nil
		}
		v := layout.Line(c, name)
		return &v
	}
	number := func(name string) *int {
		if !form.Has(name) {
			return nil
		}
		n, _ := strconv.Atoi(layout.Line(c, name)) // 0 if not a number, which the desk rejects
		return &n
	}
	if s := text("status"); s != nil && *s != "" {
		status := desk.Status(*s)
		patch.Status = &status
	}
	if s := text("type"); s != nil {
		kind := desk.Type(*s)
		patch.Type = &kind
	}
	if s := text("supplier"); s != nil && (*s != "" || patch.Status == nil) {
		patch.Supplier = s
	}
	patch.Group, patch.Service, patch.Category = text("group"), text("service"), text("category")
	patch.Impact, patch.Urgency = number("impact"), number("urgency")
	if n := number("version"); n != nil {
		patch.Version = *n
	}
	return p.patch(c, patch, "updated")
}

func (p *Pages) patch(c echo.Context, patch desk.Patch, done string) error {
	if _, err := p.Desk.Update(c.Request().Context(), route.Actor(c), c.Param("id"), patch); err != nil {
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			if layout.LostRace(err) && patch.Version > 0 && patch.Version != s.Ticket.Version && s.Ticket.MergedInto == "" {
				problem.Message = "Someone changed the ticket in the meantime. The details show its current state; " +
					"your choices are still in the form. Save again to apply them."
			}
			s.keepChoices(patch)
			s.Change.Open, s.Change.Problem = true, problem
		})
	}
	return layout.SeeOther(c, here(c), done)
}

// keepChoices restores the submitted choices.
func (s *Show) keepChoices(p desk.Patch) {
	f := &s.Change
	setIf(&f.Status, p.Status)
	setIf(&f.Type, p.Type)
	setIf(&f.Impact, p.Impact)
	setIf(&f.Urgency, p.Urgency)
	setIf(&f.Service, p.Service)
	setIf(&f.Category, p.Category)
	setIf(&f.Group, p.Group)
	setIf(&f.Assignee, p.Assignee)
}

func setIf[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (p *Pages) resolve(c echo.Context) error {
	in := desk.ResolveInput{
		Code: desk.ResolutionCode(layout.Line(c, "code")), Note: layout.Field(c, "note"),
		Articles: slices.Clone(layout.Checked(c, "articles")),
	}
	other := layout.Line(c, "other")
	if other != "" {
		in.Articles = append(in.Articles, layout.ArticleRef(other))
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	if _, err := p.Desk.Resolve(ctx, actor, c.Param("id"), in); err != nil {
		if layout.LostRace(err) && p.alreadyResolved(ctx, actor, c.Param("id"), in) {
			return layout.SeeOther(c, here(c), "resolved")
		}
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			s.Resolve.Code, s.Resolve.Note, s.Resolve.Other, s.Resolve.Problem = in.Code, in.Note, other, problem
			for i := range s.Resolve.Articles {
				s.Resolve.Articles[i].Checked = slices.Contains(in.Articles, s.Resolve.Articles[i].ID)
			}
		})
	}
	return layout.SeeOther(c, here(c), "resolved")
}

// alreadyResolved reports whether the same person has resolved the ticket with the same
// input, which means that the form was sent twice.
func (p *Pages) alreadyResolved(ctx context.Context, actor access.Actor, id string, in desk.ResolveInput) bool {
	t, err := p.Desk.Ticket(ctx, actor, id)
	if err != nil || t.Status != desk.Resolved || t.Resolution == nil {
		return false
	}
	r := t.Resolution
	return r.By == actor.ID && r.Code == in.Code && r.Note == strings.TrimSpace(in.Note)
}

func (p *Pages) reopen(c echo.Context) error {
	reason := layout.Field(c, "reason")
	if _, err := p.Desk.Reopen(c.Request().Context(), route.Actor(c), c.Param("id"), reason); err != nil {
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			s.Reopen = ReopenForm{Reason: reason, Problem: problem}
		})
	}
	return layout.SeeOther(c, here(c), "reopened")
}

func (p *Pages) merge(c echo.Context) error {
	ctx, actor, into := c.Request().Context(), route.Actor(c), ticketID(layout.Line(c, "into"))
	err := error(fault.InvalidField("into", "must be the number of a ticket"))
	if into != "" {
		_, err = p.Desk.Merge(ctx, actor, c.Param("id"), into)
	}
	if err != nil {
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			s.Merge = MergeForm{Into: into, Problem: problem}
		})
	}
	if t, err := p.Desk.Ticket(ctx, actor, into); err == nil && t.Status.Ended() {
		return layout.SeeOther(c, "/tickets/"+into, "merged-ended")
	}
	return layout.SeeOther(c, "/tickets/"+into, "merged")
}
