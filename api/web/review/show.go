package review

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// maxLinked bounds how many articles are looked up for the links of one draft.
const maxLinked = 100

// Show is a draft with all that a reviewer needs.
type Show struct {
	Draft    kb.Draft
	HTML     template.HTML // of the proposed text, made by kb.Render alone
	Names    map[string]string
	Article  *kb.Article // as it is now: the one edited, or the one published
	Nearest  kb.Nearest
	Moved    bool // the article edited moved on since the draft was made
	Changes  []Change
	Diff     []kb.DiffLine // against the revision that the draft starts from
	MovedBy  []kb.DiffLine // what the article gained since
	Score    float64
	Own      bool // the reader wrote it
	CanEdit  bool
	CanOffer bool // may put it into the review queue
	// CanDecide says whether the reader may decide: a reviewer who is not its author.
	CanDecide bool
	Open      bool

	Comment  string // of the decision, as typed
	Decision layout.Problem
	Edit     Edit
}

// Change is a field that the draft changes.
type Change struct {
	Field, From, To string
}

// Edit is the form to edit the draft, with what was typed.
type Edit struct {
	Version     int
	Title       string
	Markdown    string
	Kind        kb.Kind
	Confidence  kb.Confidence
	Audience    access.Audience
	Service     string
	Owner       string
	ReviewBy    string
	Tags        string
	Rebase      bool
	Conflict    *kb.Draft // what somebody else saved meanwhile
	Diff        []kb.DiffLine
	Problem     layout.Problem
	Kinds       []kb.Kind
	Confidences []kb.Confidence
	Audiences   []access.Audience
	Services    []desk.SupportedService
}

func (p *Pages) view(c echo.Context) error { return p.render(c, http.StatusOK, nil) }

// render shows the draft of the address; fill puts a form's text and problem into it.
func (p *Pages) render(c echo.Context, status int, fill func(*Show)) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	d, err := p.Knowledge.Draft(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	s, err := p.compose(ctx, actor, d)
	if err != nil {
		return err
	}
	if fill != nil {
		fill(&s)
	}
	return p.show.Render(c, status, "Draft: "+d.Title, s)
}

func (p *Pages) compose(ctx context.Context, actor access.Actor, d kb.Draft) (Show, error) {
	open := d.Status == kb.InDraft || d.Status == kb.InReview || d.Status == kb.ChangesRequested
	own, reviewer := d.Author == actor.ID, actor.Can(access.ReviewArticles)
	s := Show{
		Draft: d, Open: open, Own: own, Nearest: d.Nearest, Score: kb.Score(d.Checks),
		CanEdit:   open && (own || reviewer || d.Author == access.System().ID),
		CanDecide: reviewer && !own && d.Status == kb.InReview,
		Edit:      p.form(d),
	}
	s.CanOffer = s.CanEdit && d.Status != kb.InReview
	var err error
	if s.HTML, err = p.html(ctx, actor, d); err != nil {
		return Show{}, err
	}
	if err := p.against(ctx, actor, &s); err != nil {
		return Show{}, err
	}
	ids := []string{d.Author, d.Reviewer}
	for _, comment := range d.Comments {
		ids = append(ids, comment.By)
	}
	s.Names, err = p.names(ctx, ids)
	return s, err
}

// against finds what the draft changes, and what changed under it.
func (p *Pages) against(ctx context.Context, actor access.Actor, s *Show) error {
	d := s.Draft
	if d.ArticleID == "" {
		return nil
	}
	now, err := p.Knowledge.Article(ctx, actor, d.ArticleID)
	if err == nil {
		s.Article = &now
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	if d.Decision != kb.EditArticle {
		return nil
	}
	base, err := p.Knowledge.Base(ctx, actor, d)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Diff, s.Changes = kb.LineDiff(base.Markdown, d.Markdown), changes(base, d)
	if s.Open && s.Article != nil && now.Revision != d.BaseRevision {
		s.Moved, s.MovedBy = true, kb.LineDiff(base.Markdown, now.Markdown)
	}
	return nil
}

func (p *Pages) html(ctx context.Context, actor access.Actor, d kb.Draft) (template.HTML, error) {
	left := maxLinked
	out, err := kb.Render(kb.WithoutTitle(d.Markdown, d.Title), func(slug string) (string, bool) {
		if left--; left < 0 {
			return "", false
		}
		a, err := p.Knowledge.Article(ctx, actor, slug)
		return "/articles/" + a.Slug, err == nil
	})
	if err != nil {
		return "", err
	}
	return template.HTML(out), nil //nolint:gosec // kb.Render's output is sanitised; nothing else becomes HTML
}

// names gives people's names, and one to background work.
func (p *Pages) names(ctx context.Context, ids []string) (map[string]string, error) {
	slices.Sort(ids)
	names, err := p.People.Names(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	if names == nil {
		names = make(map[string]string)
	}
	names[access.System().ID] = access.System().Name
	return names, nil
}

// form is the edit form, filled from the draft.
func (p *Pages) form(d kb.Draft) Edit {
	e := Edit{
		Version: d.Version, Title: d.Title, Markdown: d.Markdown, Kind: d.Kind, Confidence: d.Confidence,
		Audience: d.Audience, Service: d.Service, Owner: d.Owner, Tags: strings.Join(d.Tags, ", "),
		Kinds: kb.Kinds(), Confidences: []kb.Confidence{kb.WIP, kb.NotValidated, kb.Validated},
		Audiences: kb.Audiences(), Services: p.Model().Services,
	}
	if !d.ReviewBy.IsZero() {
		e.ReviewBy = d.ReviewBy.Format(time.DateOnly)
	}
	return e
}

// changes lists the fields, other than the text, that the draft changes.
func changes(from kb.Article, to kb.Draft) []Change {
	var out []Change
	add := func(field, a, b string) {
		if a != b {
			out = append(out, Change{Field: field, From: a, To: b})
		}
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	add("Title", from.Title, to.Title)
	add("Kind", layout.Words(from.Kind), layout.Words(to.Kind))
	add("Confidence", layout.Words(from.Confidence), layout.Words(to.Confidence))
	add("Audience", layout.Words(from.Audience), layout.Words(to.Audience))
	add("Governance", layout.Words(from.Governance), layout.Words(to.Governance))
	add("Owner", from.Owner, to.Owner)
	add("Review by", day(from.ReviewBy), day(to.ReviewBy))
	add("Service", from.Service, to.Service)
	add("Tags", strings.Join(from.Tags, ", "), strings.Join(to.Tags, ", "))
	return out
}
