package review

import (
	"context"
	"html/template"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// closeScore is the similarity from which the nearest article is suggested as the one
// that a draft duplicates.
const closeScore = 0.5

// Show is a draft with everything that a reviewer needs.
type Show struct {
	Draft           kb.Draft
	HTML            template.HTML // of the proposed text, from kb.Render only
	Names           map[string]string
	Article         *kb.Article // the current revision of the edited or published article
	Nearest         kb.Nearest
	LikelyDuplicate bool // the nearest article may well cover the same
	ArticleChanged  bool // the edited article was changed since the draft was created
	Changes         []layout.Change
	Diff            []kb.DiffLine // from the base revision to the draft
	ArticleDiff     []kb.DiffLine // from the base revision to the current one
	Score           float64
	Own             bool // the reader is its author
	CanEdit         bool
	CanSubmit       bool // the reader may submit it for review
	// CanDecide reports whether the reader may decide: a reviewer who is not the author.
	CanDecide bool
	// CanApprove reports whether the reader may approve; those who changed the text may
	// not.
	CanApprove bool
	Open       bool

	Sources  []Source      // the source tickets with their evidence
	Edited   []kb.DiffLine // from the proposed text to the current one; nil if unchanged
	Retitled string        // the proposed title, if it was changed
	Next     kb.Draft      // another draft the reader can decide on; its ID is empty if there is none

	Comment  string // the comment on the decision
	Decision layout.Problem
	Confirm  []Confirm
	Reject   RejectForm
	Edit     Edit
}

// Source is a source ticket of the draft with its evidence.
type Source struct {
	kb.Source
	Evidence []QuotedMessage
}

// QuotedMessage is a message with the sentences quoted from it as evidence.
type QuotedMessage struct {
	Message int
	Pieces  []kb.DraftEvidence
}

// Confirm is a checkbox for a check that only the reviewer can answer.
type Confirm struct {
	Name, Label string
	Checked     bool
}

// RejectForm is the form for a rejection with its input.
type RejectForm struct {
	Open    bool
	Reason  kb.RejectReason
	Article string
	Reasons []kb.RejectReason
}

// toConfirm returns the checks that only a person can answer.
func toConfirm() []Confirm {
	labels := map[string]string{
		kb.SymptomValidated: "The symptom is correct", kb.ResolutionValidated: "The resolution was tested and works",
		kb.Concise: "It is concise", kb.RequestersContext: "It is written in the requester's words",
	}
	var out []Confirm
	for _, name := range kb.HumanChecks() {
		out = append(out, Confirm{Name: name, Label: labels[name]})
	}
	return out
}

// Edit is the form to edit the draft, with its input.
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
	Attached    bool      // whether files were named in the text just now
	Conflict    *kb.Draft // what someone else saved in the meantime
	Diff        []kb.DiffLine
	Problem     layout.Problem
	Kinds       []kb.Kind
	Confidences []kb.Confidence
	Audiences   []access.Audience
	Services    []model.SupportedService
}

func (p *Pages) view(c echo.Context) error { return p.render(c, http.StatusOK, nil) }

// render shows the requested draft; fill adds a form's input and problem, if not nil.
func (p *Pages) render(c echo.Context, status int, fill func(*Show)) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	d, err := p.Knowledge.Draft(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	if err := p.Knowledge.Opened(ctx, actor, d); err != nil {
		p.Log.WarnContext(ctx, "review time not recorded", "draft", d.ID, "error", err)
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
		Draft: d, Open: open, Own: own, Nearest: d.Nearest, LikelyDuplicate: d.Nearest.Score >= closeScore,
		Score: kb.Score(d.Checks), CanEdit: open && (own || reviewer || d.Author == access.System().ID),
		CanDecide: reviewer && !own && d.Status == kb.InReview, Sources: sources(d), Confirm: toConfirm(),
		Reject: RejectForm{Reasons: kb.RejectReasons()}, Edit: p.form(d),
	}
	s.CanApprove = s.CanDecide && d.MayApprove(actor)
	if proposed := d.Proposed; proposed.Markdown != "" {
		s.Edited = kb.LineDiff(proposed.Markdown, d.Markdown)
		if proposed.Title != d.Title {
			s.Retitled = proposed.Title
		}
	}
	s.CanSubmit = s.CanEdit && d.Status != kb.InReview
	var err error
	if s.HTML, err = p.html(ctx, actor, d); err != nil {
		return Show{}, err
	}
	if err := p.compare(ctx, actor, &s); err != nil {
		return Show{}, err
	}
	if s.CanDecide || !s.Open && reviewer {
		if s.Next, err = p.next(ctx, actor, d); err != nil {
			return Show{}, err
		}
	}
	ids := append([]string{d.Reviewer}, d.Authors()...)
	for _, e := range d.Earlier {
		ids = append(ids, e.By)
	}
	for _, comment := range d.Comments {
		ids = append(ids, comment.By)
	}
	s.Names, err = p.names(ctx, ids)
	return s, err
}

// sources groups the evidence by ticket.
func sources(d kb.Draft) []Source {
	var out []Source
	for _, id := range d.Tickets {
		s := Source{Source: d.Source(id)}
		for _, e := range d.Evidence {
			if e.Ticket != id {
				continue
			}
			if n := len(s.Evidence); n == 0 || s.Evidence[n-1].Message != e.Message {
				s.Evidence = append(s.Evidence, QuotedMessage{Message: e.Message})
			}
			last := &s.Evidence[len(s.Evidence)-1]
			last.Pieces = append(last.Pieces, e)
		}
		out = append(out, s)
	}
	return out
}

// next returns the newest other draft that the reader may approve.
func (p *Pages) next(ctx context.Context, actor access.Actor, d kb.Draft) (kb.Draft, error) {
	page, err := p.Knowledge.Drafts(ctx, actor, kb.DraftFilter{Status: kb.InReview, Limit: pageSize})
	if err != nil {
		return kb.Draft{}, err
	}
	for _, other := range page.Drafts {
		if other.ID != d.ID && other.MayApprove(actor) {
			return other, nil
		}
	}
	return kb.Draft{}, nil
}

// compare adds what the draft changes, and what has changed in the article since.
func (p *Pages) compare(ctx context.Context, actor access.Actor, s *Show) error {
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
		s.ArticleChanged, s.ArticleDiff = true, kb.LineDiff(base.Markdown, now.Markdown)
	}
	return nil
}

// html renders the proposed text in the dialect of the article that it edits.
func (p *Pages) html(ctx context.Context, actor access.Actor, d kb.Draft) (template.HTML, error) {
	a, err := p.Knowledge.Base(ctx, actor, d)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	a.Title, a.Markdown, a.Files = d.Title, d.Markdown, d.Files
	html, _, err := layout.ArticleHTML(ctx, p.Knowledge, actor, a)
	return html, err
}

// names returns the names of users by ID, including one for background jobs.
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

// form returns the edit form, filled from the draft.
func (p *Pages) form(d kb.Draft) Edit {
	return Edit{
		Version: d.Version, Title: d.Title, Markdown: d.Markdown, Kind: d.Kind, Confidence: d.Confidence,
		Audience: d.Audience, Service: d.Service, Owner: d.Owner, ReviewBy: route.FormatDate(d.ReviewBy),
		Tags: layout.JoinList(d.Tags), Kinds: kb.Kinds(),
		Confidences: []kb.Confidence{kb.WIP, kb.NotValidated, kb.Validated}, Audiences: kb.Audiences(),
		Services: p.ServiceModel().Services,
	}
}

// changes returns the fields, other than the text, that the draft changes.
func changes(base kb.Article, d kb.Draft) []layout.Change {
	to := base
	to.Title, to.Kind, to.Confidence, to.Audience = d.Title, d.Kind, d.Confidence, d.Audience
	to.Governance, to.Owner, to.ReviewBy, to.Service, to.Tags = d.Governance, d.Owner, d.ReviewBy, d.Service, d.Tags
	return layout.Changes(base, to)
}
