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

// closeScore is the likeness from which the nearest article is offered as the one that a
// draft duplicates.
const closeScore = 0.5

// Show is a draft with all that a reviewer needs.
type Show struct {
	Draft    kb.Draft
	HTML     template.HTML // of the proposed text, made by kb alone
	Names    map[string]string
	Article  *kb.Article // as it is now: the one edited, or the one published
	Nearest  kb.Nearest
	Close    bool // the nearest article may well tell the same
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
	// CanApprove says whether the decision may be to publish: who changed the words may
	// not.
	CanApprove bool
	Open       bool

	Sources  []Source      // the tickets with their evidence
	Edited   []kb.DiffLine // from what was proposed to what stands there now; nil when it is the same
	Retitled string        // the title as proposed, when it is another now
	Next     kb.Draft      // another draft that waits for the reader; without an id there is none

	Comment  string // of the decision, as typed
	Decision layout.Problem
	Confirm  []Confirm
	Reject   RejectForm
	Edit     Edit
}

// Source is a ticket that the draft rests on, with its evidence.
type Source struct {
	kb.Source
	Evidence []Quoted
}

// Quoted is one message with the pieces of it that a draft rests on.
type Quoted struct {
	Message int
	Pieces  []kb.DraftEvidence
}

// Confirm is a check that the reviewer answers.
type Confirm struct {
	Name, Label string
	Ticked      bool
}

// RejectForm is what was chosen and typed for a rejection.
type RejectForm struct {
	Open    bool
	Reason  kb.RejectReason
	Article string
	Reasons []kb.RejectReason
}

// toConfirm are the checks that only a person can answer, in words.
func toConfirm() []Confirm {
	labels := map[string]string{
		kb.SymptomValidated: "The symptom is right", kb.ResolutionValidated: "The resolution was tried and is right",
		kb.Concise: "It is concise", kb.RequestersContext: "It is told from the requester's side",
	}
	var out []Confirm
	for _, name := range kb.HumanChecks() {
		out = append(out, Confirm{Name: name, Label: labels[name]})
	}
	return out
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
	if err := p.Knowledge.Opened(ctx, actor, d); err != nil {
		p.Log.WarnContext(ctx, "review time is not measured", "draft", d.ID, "error", err)
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
		Draft: d, Open: open, Own: own, Nearest: d.Nearest, Close: d.Nearest.Score >= closeScore, Score: kb.Score(d.Checks),
		CanEdit:   open && (own || reviewer || d.Author == access.System().ID),
		CanDecide: reviewer && !own && d.Status == kb.InReview,
		Sources:   sources(d), Confirm: toConfirm(), Reject: RejectForm{Reasons: kb.RejectReasons()}, Edit: p.form(d),
	}
	s.CanApprove = s.CanDecide && d.MayApprove(actor)
	if proposed := d.Proposed; proposed.Markdown != "" {
		s.Edited = kb.LineDiff(proposed.Markdown, d.Markdown)
		if proposed.Title != d.Title {
			s.Retitled = proposed.Title
		}
	}
	s.CanOffer = s.CanEdit && d.Status != kb.InReview
	var err error
	if s.HTML, err = p.html(ctx, actor, d); err != nil {
		return Show{}, err
	}
	if err := p.against(ctx, actor, &s); err != nil {
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

// sources groups the evidence by its tickets.
func sources(d kb.Draft) []Source {
	var out []Source
	for _, id := range d.Tickets {
		s := Source{Source: d.Source(id)}
		for _, e := range d.Evidence {
			if e.Ticket != id {
				continue
			}
			if n := len(s.Evidence); n == 0 || s.Evidence[n-1].Message != e.Message {
				s.Evidence = append(s.Evidence, Quoted{Message: e.Message})
			}
			last := &s.Evidence[len(s.Evidence)-1]
			last.Pieces = append(last.Pieces, e)
		}
		out = append(out, s)
	}
	return out
}

// next is the newest other draft that the reader may decide on.
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

// html renders the proposed text, in the dialect of the article that it edits.
func (p *Pages) html(ctx context.Context, actor access.Actor, d kb.Draft) (template.HTML, error) {
	a, err := p.Knowledge.Base(ctx, actor, d)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	a.Title, a.Markdown = d.Title, d.Markdown
	page, err := p.Knowledge.Render(ctx, actor, a, true)
	if err != nil {
		return "", err
	}
	return template.HTML(page.HTML), nil //nolint:gosec // it is sanitised; nothing else becomes HTML
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
