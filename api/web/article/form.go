package article

import (
	"cmp"
	"context"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// Form is the form to create or edit an article, with its input.
type Form struct {
	Ref   string // of the edited article, "" for a new one
	Base  int    // the revision that the edit is based on
	Key   string
	Input Input

	Attached  bool // whether files were named in the text just now
	Previewed bool
	Preview   template.HTML
	Conflict  *Conflict
	Problem   layout.Problem

	CanSave     bool // may publish without review
	CanReview   bool // may set states reserved for knowledge managers
	Kinds       []kb.Kind
	Confidences []kb.Confidence
	Audiences   []access.Audience
	Governances []kb.Governance
	Services    []model.SupportedService
}

// Input is an article as entered in the form.
type Input struct {
	Title, Slug, Markdown  string
	Kind                   kb.Kind
	Confidence             kb.Confidence
	Audience               access.Audience
	Governance             kb.Governance
	Owner, Service, Locale string
	ReviewBy               string // 2006-01-02, "" for none
	Categories, Tags       string // comma-separated
	Comment                string
}

// Conflict is a revision that someone else saved in the meantime.
type Conflict struct {
	Theirs  kb.Article
	By      string
	Changes []layout.Change // fields in which the input differs from theirs
	Diff    []kb.DiffLine   // from theirs to the input
}

const skeleton = "## Issue\n\n\n## Environment\n\n\n## Cause\n\n\n## Resolution\n\n"

func (p *Pages) newForm(c echo.Context) error {
	f := p.emptyForm(route.Actor(c), kb.Article{Governance: kb.Experience})
	f.Input = Input{
		Title: c.QueryParam("title"), Markdown: skeleton, Kind: kb.Troubleshooting,
		Confidence: kb.NotValidated, Audience: access.Internal, Governance: kb.Experience,
	}
	return p.form.Render(c, http.StatusOK, "New article", f)
}

func (p *Pages) editForm(c echo.Context) error {
	actor := route.Actor(c)
	a, err := p.Knowledge.Article(c.Request().Context(), actor, c.Param("ref"))
	if err != nil {
		return err
	}
	f := p.emptyForm(actor, a)
	f.Ref, f.Base, f.Input = layout.ArticleRef(layout.ArticleURL(a)), a.Revision, inputFrom(a)
	return p.form.Render(c, http.StatusOK, "Edit "+a.Title, f)
}

// emptyForm returns the form without input for an article in the given state.
func (p *Pages) emptyForm(actor access.Actor, a kb.Article) Form {
	reviewer := actor.Can(access.ReviewArticles)
	f := Form{
		Key: layout.Key(), CanReview: reviewer,
		CanSave: reviewer || a.Governance != kb.Compliance && a.Confidence != kb.Archived,
		Kinds:   kb.Kinds(), Confidences: []kb.Confidence{kb.WIP, kb.NotValidated},
		Audiences: kb.Audiences(), Governances: kb.Governances(), Services: p.ServiceModel().Services,
	}
	if reviewer || a.Confidence == kb.Validated {
		f.Confidences = append(f.Confidences, kb.Validated)
	}
	if a.Confidence == kb.Archived {
		f.Confidences = append(f.Confidences, kb.Archived)
	}
	return f
}

func inputFrom(a kb.Article) Input {
	return Input{
		Title: a.Title, Slug: a.Slug, Markdown: a.Markdown, Kind: a.Kind, Confidence: a.Confidence,
		Audience: a.Audience, Governance: a.Governance, Owner: a.Owner, Service: a.Service, Locale: a.Locale,
		ReviewBy: route.FormatDate(a.ReviewBy), Categories: layout.JoinList(a.Categories), Tags: layout.JoinList(a.Tags),
	}
}

func parseInput(c echo.Context) Input {
	return Input{
		Title: layout.Line(c, "title"), Slug: layout.Line(c, "slug"), Markdown: layout.Field(c, "markdown"),
		Kind: kb.Kind(layout.Line(c, "kind")), Confidence: kb.Confidence(layout.Line(c, "confidence")),
		Audience: access.Audience(layout.Line(c, "audience")), Governance: kb.Governance(layout.Line(c, "governance")),
		Owner: layout.Line(c, "owner"), Service: layout.Line(c, "service"), Locale: layout.Line(c, "locale"),
		ReviewBy: layout.Line(c, "review_by"), Categories: layout.Line(c, "categories"), Tags: layout.Line(c, "tags"),
		Comment: layout.Field(c, "comment"),
	}
}

func (in Input) article(a kb.Article) kb.Article {
	at, err := route.ParseDate("review_by", in.ReviewBy)
	if err != nil {
		at = a.ReviewBy
	}
	a.Title, a.Markdown, a.Kind, a.Audience = in.Title, in.Markdown, in.Kind, in.Audience
	a.Confidence, a.Governance = cmp.Or(in.Confidence, a.Confidence), cmp.Or(in.Governance, a.Governance)
	a.Owner, a.Service, a.Locale, a.ReviewBy = in.Owner, in.Service, in.Locale, at
	a.Categories, a.Tags = layout.SplitList(in.Categories), layout.SplitList(in.Tags)
	return a
}

func (in Input) patch() (kb.Patch, error) {
	at, err := route.ParseDate("review_by", in.ReviewBy)
	if err != nil {
		return kb.Patch{}, err
	}
	categories, tags := layout.SplitList(in.Categories), layout.SplitList(in.Tags)
	patch := kb.Patch{
		Title: &in.Title, Markdown: &in.Markdown, Kind: &in.Kind, Audience: &in.Audience,
		Owner: &in.Owner, Service: &in.Service, Locale: &in.Locale, ReviewBy: &at,
		Categories: &categories, Tags: &tags,
	}
	if in.Confidence != "" {
		patch.Confidence = &in.Confidence
	}
	if in.Governance != "" {
		patch.Governance = &in.Governance
	}
	return patch, nil
}

func (in Input) proposal() (kb.Proposal, error) {
	at, err := route.ParseDate("review_by", in.ReviewBy)
	return kb.Proposal{
		Title: in.Title, Markdown: in.Markdown, Kind: in.Kind, Audience: in.Audience, Governance: in.Governance,
		Owner: in.Owner, Service: in.Service, Locale: in.Locale, ReviewBy: at,
		Categories: layout.SplitList(in.Categories), Tags: layout.SplitList(in.Tags), Comment: in.Comment,
	}, err
}

// preview renders the input.
func (p *Pages) preview(ctx context.Context, actor access.Actor, f *Form) error {
	var err error
	f.Previewed = true
	var a kb.Article
	if f.Ref != "" {
		if a, err = p.Knowledge.Article(ctx, actor, f.Ref); err != nil {
			return err
		}
	}
	a.Title, a.Markdown = f.Input.Title, f.Input.Markdown
	if a, err = p.Knowledge.WithFiles(ctx, actor, a); err != nil {
		return err
	}
	f.Preview, _, err = layout.ArticleHTML(ctx, p.Knowledge, actor, a)
	return err
}
