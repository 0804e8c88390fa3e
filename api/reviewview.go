package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// reviewRow is a draft in a list.
type reviewRow struct {
	ID        string         `json:"id"`
	Version   int            `json:"version"`
	Decision  kb.Decision    `json:"decision"`
	Article   string         `json:"article"` // edited or published; "" for an unpublished new article
	Ticket    string         `json:"ticket"`  // the draft comes from
	Tickets   []string       `json:"tickets"`
	Status    kb.DraftStatus `json:"status"`
	Title     string         `json:"title"`
	Engine    string         `json:"engine"`
	Author    string         `json:"author"`
	Reviewer  string         `json:"reviewer"`
	Checks    []kb.Check     `json:"checks"`
	Score     float64        `json:"score"` // of the checks, 0..1
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
	DecidedAt *time.Time     `json:"decided_at"`
}

// reviewJSON is a draft including its text and evidence.
type reviewJSON struct {
	reviewRow
	Markdown     string             `json:"markdown"`
	BaseMarkdown string             `json:"base_markdown"` // "" for a new article
	BaseRevision int                `json:"base_revision"`
	Diff         string             `json:"diff"` // unified, from the base to the draft
	Kind         kb.Kind            `json:"kind"`
	Confidence   kb.Confidence      `json:"confidence"` // after approval
	Audience     access.Audience    `json:"audience"`
	Governance   kb.Governance      `json:"governance"`
	Owner        string             `json:"owner"`
	ReviewBy     *string            `json:"review_by"`
	Service      string             `json:"service"`
	Categories   []string           `json:"categories"`
	Tags         []string           `json:"tags"`
	Locale       string             `json:"locale"`
	Nearest      kb.Nearest         `json:"nearest"`
	Evidence     []kb.DraftEvidence `json:"evidence"`
	Redactions   []kb.Redaction     `json:"redactions"`
	Comments     []kb.Comment       `json:"comments"`
	Editors      []string           `json:"editors"` // who changed the text, other than the author
	Sources      []sourceJSON       `json:"sources"`
	Earlier      []kb.Earlier       `json:"earlier"`                     // rejected drafts that covered the same
	Rejection    *kb.DraftRejection `json:"rejection"`                   // null unless rejected
	Quality      *qualityJSON       `json:"quality"`                     // null before the decision
	Proposed     *kb.DraftText      `json:"proposed,omitempty"`          // the original proposal, if it was changed since
	Published    *articleJSON       `json:"published_article,omitempty"` // in the response to an approval
}

func reviewRowOf(d kb.Draft) reviewRow {
	r := reviewRow{
		ID: d.ID, Version: d.Version, Decision: d.Decision, Article: d.ArticleID, Tickets: list(d.Tickets),
		Status: d.Status, Title: d.Title, Engine: d.Engine, Author: d.Author, Reviewer: d.Reviewer, Checks: list(d.Checks),
		Score: kb.Score(d.Checks), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, DecidedAt: timeOrNull(d.DecidedAt),
	}
	if len(d.Tickets) > 0 {
		r.Ticket = d.Tickets[0]
	}
	return r
}

// reviewReply responds with a draft; a is the article that an approval published.
func (s *Server) reviewReply(c echo.Context, code int, d kb.Draft, a *kb.Article) error {
	base, err := s.deps.Reviews.Base(c.Request().Context(), route.Actor(c), d)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	v := reviewJSON{
		reviewRow: reviewRowOf(d), Markdown: d.Markdown, BaseMarkdown: base.Markdown, BaseRevision: d.BaseRevision,
		Diff: kb.UnifiedDiff(base.Markdown, d.Markdown), Kind: d.Kind, Confidence: d.Confidence, Audience: d.Audience,
		Governance: d.Governance, Owner: d.Owner, ReviewBy: dateOrNull(d.ReviewBy), Service: d.Service,
		Categories: list(d.Categories), Tags: list(d.Tags), Locale: d.Locale, Nearest: d.Nearest,
		Evidence: list(d.Evidence), Redactions: list(d.Redactions), Comments: list(d.Comments), Editors: list(d.Editors),
		Sources: sourceViews(d), Earlier: list(d.Earlier), Quality: qualityView(d),
	}
	if d.Status == kb.Rejected {
		v.Rejection = &d.Rejection
	}
	if d.Proposed.Markdown != "" && (d.Proposed.Title != d.Title || d.Proposed.Markdown != d.Markdown) {
		v.Proposed = &d.Proposed
	}
	if a != nil {
		view, err := s.articleView(c, *a)
		if err != nil {
			return err
		}
		v.Published = &view
	}
	c.Response().Header().Set("ETag", draftTag(d.Version))
	return c.JSON(code, v)
}

// dateOrNull returns the date of t, or nil if t is zero.
func dateOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := route.FormatDate(t)
	return &s
}
