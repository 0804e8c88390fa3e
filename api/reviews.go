package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// Reviews is the review workflow of drafts. *kb.Service implements it.
type Reviews interface {
	port.Proposer
	port.Drafts
	port.Reviewing
}

func (s *Server) listReviews(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	st, err := choice(c, "status",
		kb.InDraft, kb.InReview, kb.ChangesRequested, kb.Approved, kb.Rejected)
	if err != nil {
		return err
	}
	found, err := s.deps.Reviews.Drafts(c.Request().Context(), route.Actor(c), kb.DraftFilter{
		Status: st, Ticket: c.QueryParam("ticket"), ArticleID: c.QueryParam("article"), Author: c.QueryParam("author"),
		After: p.Cursor, Limit: p.Limit,
	})
	if err != nil {
		return err
	}
	rows := make([]reviewRow, len(found.Drafts))
	for i, d := range found.Drafts {
		rows[i] = reviewRowOf(d)
	}
	return c.JSON(http.StatusOK, map[string]any{"reviews": rows, "next": found.Next})
}

func (s *Server) getReview(c echo.Context) error {
	d, err := s.deps.Reviews.Draft(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.reviewReply(c, http.StatusOK, d, nil)
}

// proposalInput is a proposed article or edit in the form in which clients send it.
type proposalInput struct {
	articleInput
	Article      string   `json:"article"`
	BaseRevision int      `json:"base_revision"`
	Sources      []string `json:"tickets"`
	Submit       bool     `json:"submit"`
	Comment      string   `json:"comment"`
}

func (in proposalInput) proposal() (kb.Proposal, error) {
	if err := in.createOnly("a proposal"); err != nil {
		return kb.Proposal{}, err
	}
	p, err := in.patch()
	return kb.Proposal{
		ArticleID: in.Article, BaseRevision: in.BaseRevision, Title: deref(p.Title), Markdown: deref(p.Markdown),
		Kind: deref(p.Kind), Confidence: deref(p.Confidence), Audience: deref(p.Audience), Governance: deref(p.Governance),
		Owner: deref(p.Owner), Service: deref(p.Service), Locale: deref(p.Locale), ReviewBy: deref(p.ReviewBy),
		Categories: deref(p.Categories), Tags: deref(p.Tags), Tickets: in.Sources, Submit: in.Submit, Comment: in.Comment,
	}, err
}

func (s *Server) propose(c echo.Context) error {
	var in proposalInput
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := in.proposal()
	if err != nil {
		return err
	}
	if p.Idempotency, err = idempotency(c); err != nil {
		return err
	}
	if err := s.sources(c, in.Sources, &p); err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	d, err := once(s, c, p.Idempotency,
		func() (kb.Draft, error) { return s.deps.Reviews.Propose(ctx, actor, p) },
		func(id string) (kb.Draft, error) { return s.deps.Reviews.Draft(ctx, actor, id) })
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/reviews/"+d.ID)
	return s.reviewReply(c, http.StatusCreated, d, nil)
}

// maxTickets is the maximum number of source tickets of a proposal.
const maxTickets = 50

// sources looks up the source tickets on the actor's behalf.
func (s *Server) sources(c echo.Context, tickets []string, p *kb.Proposal) error {
	if len(tickets) > maxTickets {
		return fault.InvalidField("tickets", "must not name more than %d tickets", maxTickets)
	}
	for _, id := range tickets {
		t, err := s.deps.Tickets.Ticket(c.Request().Context(), route.Actor(c), id)
		if fault.Is(err, fault.NotFound) {
			return fault.InvalidField("tickets", "there is no ticket %q", id)
		}
		if err != nil {
			return err
		}
		p.Subjects = append(p.Subjects, t.Subject)
		p.Sources = append(p.Sources, kb.Source{Ticket: t.ID, Requester: t.Requester, Subject: t.Subject})
	}
	return nil
}

func (s *Server) editReview(c echo.Context) error {
	var in struct {
		articleInput
		BaseRevision *int `json:"base_revision"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := in.patch()
	if err != nil {
		return err
	}
	if err := in.createOnly("a draft"); err != nil {
		return err
	}
	p.BaseRevision = in.BaseRevision
	ctx, actor := c.Request().Context(), route.Actor(c)
	d, err := s.deps.Reviews.Draft(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	if err := precondition(c, draftTag(d.Version)); err != nil {
		return err
	}
	changed, err := s.deps.Reviews.EditDraft(ctx, actor, d.ID, d.Version, p)
	if fault.Is(err, fault.Conflict) {
		if now, again := s.deps.Reviews.Draft(ctx, actor, d.ID); again == nil && now.Version != d.Version {
			return stale()
		}
	}
	if err != nil {
		return err
	}
	return s.reviewReply(c, http.StatusOK, changed, nil)
}

// decision is the optional body of a decision.
type decision struct {
	Comment   string          `json:"comment"`
	Reason    kb.RejectReason `json:"reason"`    // rejections only
	Article   string          `json:"article"`   // the article that a rejected draft duplicates
	Confirmed []string        `json:"confirmed"` // checks confirmed by the approving reviewer
}

func readDecision(c echo.Context) (in decision, err error) {
	err = decodeOptional(c, &in)
	if len(in.Comment) > 20_000 {
		return in, fault.InvalidField("comment", "is too long")
	}
	return in, err
}

func (s *Server) submitReview(c echo.Context) error {
	return s.decide(c, s.deps.Reviews.Submit)
}

func (s *Server) requestChanges(c echo.Context) error {
	return s.decide(c, s.deps.Reviews.RequestChanges)
}

func (s *Server) reject(c echo.Context) error {
	in, err := readDecision(c)
	if err != nil {
		return err
	}
	d, err := s.deps.Reviews.RejectFor(c.Request().Context(), route.Actor(c), c.Param("id"), kb.RejectInput{
		Reason: in.Reason, Article: in.Article, Comment: in.Comment,
	})
	if err != nil {
		return err
	}
	return s.reviewReply(c, http.StatusOK, d, nil)
}

func (s *Server) decide(
	c echo.Context, step func(ctx context.Context, actor access.Actor, id, comment string) (kb.Draft, error),
) error {
	in, err := readDecision(c)
	if err != nil {
		return err
	}
	d, err := step(c.Request().Context(), route.Actor(c), c.Param("id"), in.Comment)
	if err != nil {
		return err
	}
	return s.reviewReply(c, http.StatusOK, d, nil)
}

// approve publishes the draft; with If-Match, only the version that the reviewer read.
func (s *Server) approve(c echo.Context) error {
	in, err := readDecision(c)
	if err != nil {
		return err
	}
	ctx, actor, id := c.Request().Context(), route.Actor(c), c.Param("id")
	version := 0
	if header := c.Request().Header.Get("If-Match"); header != "" && strings.TrimSpace(header) != "*" {
		d, err := s.deps.Reviews.Draft(ctx, actor, id)
		if err != nil {
			return err
		}
		if err := precondition(c, draftTag(d.Version)); err != nil {
			return err
		}
		version = d.Version
	}
	d, a, err := s.deps.Reviews.ApproveWith(ctx, actor, id,
		kb.Approval{Version: version, Comment: in.Comment, Confirmed: in.Confirmed})
	if err != nil {
		return err
	}
	return s.reviewReply(c, http.StatusOK, d, &a)
}
