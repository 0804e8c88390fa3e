package problem

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

const maxSignatures = 20

// reviewAfter is when a known error is to be looked at again.
const reviewAfter = 90 * 24 * time.Hour

// NewKnownError is what a known error is made of.
type NewKnownError struct {
	Title, Symptom, Workaround string
	Signature                  []string // those that the tickets share when empty
	Versions                   string
}

// RecordKnownError records a problem's known error and proposes its article, which goes through review
// like any other. The known error is active from the approval on.
func (s *Service) RecordKnownError(
	ctx context.Context, actor access.Actor, id string, in NewKnownError,
) (Problem, error) {
	if err := require(actor, access.ManageProblems, "record known errors"); err != nil {
		return Problem{}, err
	}
	p, err := s.Store.Problem(ctx, id)
	if err != nil {
		return Problem{}, err
	}
	if p.KnownError != nil {
		return Problem{}, fault.New(fault.Conflict, "problem %s has a known error already; edit its article", id)
	}
	var bad []fault.Field
	now := s.clock()
	ke := KnownError{
		Title: line(&bad, "title", cmp.Or(in.Title, p.Title), false), State: Draft, ReviewBy: now.Add(reviewAfter),
		Symptom:    cleaned(&bad, "symptom", in.Symptom, maxText, false),
		Workaround: cleaned(&bad, "workaround", in.Workaround, maxText, false),
		Versions:   line(&bad, "versions", in.Versions, true),
	}
	for _, code := range in.Signature {
		if code = line(&bad, "signature", code, true); code != "" && !slices.Contains(ke.Signature, code) {
			ke.Signature = append(ke.Signature, code)
		}
	}
	if len(ke.Signature) > maxSignatures {
		bad = append(bad, fault.Field{Field: "signature", Message: fmt.Sprintf("must be at most %d", maxSignatures)})
	}
	if len(bad) > 0 {
		return Problem{}, fault.InvalidFields(bad)
	}
	author := actor
	if !actor.Can(access.WriteArticles) {
		author = access.System() // the proposal is reviewed in any case
	}
	d, err := s.Articles.Propose(ctx, author, s.article(p, ke))
	if err != nil {
		return Problem{}, err
	}
	ke.Review = d.ID
	p.KnownError = &ke
	entry := s.event(actor, journal.Problem, id, "known_error_recorded", map[string]any{"title": ke.Title, "review": d.ID})
	if err := s.saveProblem(ctx, p, nil, entry); err != nil {
		return Problem{}, err
	}
	return s.Store.Problem(ctx, id)
}

// article returns the proposal of a known error's article.
func (s *Service) article(p Problem, ke KnownError) kb.Proposal {
	var b strings.Builder
	section := func(title, text string) { fmt.Fprintf(&b, "\n## %s\n\n%s\n", title, text) }
	fmt.Fprintf(&b, "# %s\n", ke.Title)
	issue := ke.Symptom
	if len(ke.Signature) > 0 {
		issue += "\n\nError: `" + strings.Join(ke.Signature, "`, `") + "`"
	}
	section("Issue", issue)
	environment := "Not stated"
	if svc, ok := s.Model().Service(p.Service); ok {
		environment = svc.Title
	}
	if ke.Versions != "" {
		environment += ", " + ke.Versions
	}
	section("Environment", environment+".")
	if p.Cause != "" {
		section("Cause", p.Cause)
	}
	section("Workaround", ke.Workaround)
	return kb.Proposal{
		Title: ke.Title, Markdown: b.String(), Kind: kb.KnownError, Audience: access.Internal, Service: p.Service,
		ReviewBy: ke.ReviewBy, Submit: true, Comment: "The known error of problem " + p.ID + ".",
		Idempotency: journal.Idempotency{Key: "problem " + p.ID + " known error", Hash: b.String()},
	}
}

// Published makes the known error active whose draft has become an article.
func (s *Service) Published(ctx context.Context, draft, article string) error {
	p, err := s.Store.ProblemOf(ctx, draft)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || p.KnownError.Article != "" {
		return err
	}
	p.KnownError.Article = article
	if p.KnownError.State == Draft {
		p.KnownError.State = Active
	}
	entry := s.event(access.System(), journal.Problem, p.ID, "known_error_published", map[string]any{"article": article})
	return s.saveProblem(ctx, p, nil, entry)
}

func (s *Service) applyKnownError(ctx context.Context, bad *[]fault.Field, p *Problem, in KnownErrorPatch) error {
	if p.KnownError == nil {
		*bad = append(*bad, fault.Field{Field: "known_error", Message: "the problem has none yet"})
		return nil
	}
	ke := *p.KnownError
	if in.Versions != nil {
		ke.Versions = line(bad, "known_error.versions", *in.Versions, true)
	}
	if in.FixChange != nil {
		ke.FixChange = *in.FixChange
		if ke.FixChange != "" {
			if err := s.checkChange(ctx, bad, "known_error.fix_change", ke.FixChange); err != nil {
				return err
			}
		}
	}
	if in.State != nil && *in.State != ke.State {
		switch {
		case !slices.Contains(KnownErrorStates(), *in.State):
			*bad = append(*bad, fault.Field{
				Field: "known_error.state", Message: "must be draft, active, fixed or retired",
			})
		case ke.State == Draft && *in.State == Active:
			*bad = append(*bad, fault.Field{
				Field: "known_error.state", Message: "becomes active when its article is approved",
			})
		case !slices.Contains(next[ke.State], *in.State):
			return fault.New(fault.Conflict, "a known error cannot be changed from %s to %s", ke.State, *in.State)
		}
		ke.State = *in.State
	}
	p.KnownError = &ke
	return nil
}

// Told says whom of a problem's requesters a message reached.
type Told struct {
	Tickets []string // with a reply
	Ended   []string // closed or merged: no reply can be added to them
}

// Tell tells the requesters of a problem's tickets, once, that it has been fixed.
func (s *Service) Tell(ctx context.Context, actor access.Actor, id, text string) (Told, error) {
	if err := require(actor, access.ManageProblems, "write to the requesters of a problem"); err != nil {
		return Told{}, err
	}
	p, err := s.Store.Problem(ctx, id)
	if err != nil {
		return Told{}, err
	}
	if p.KnownError == nil || p.KnownError.State != Fixed {
		return Told{}, fault.New(fault.Conflict, "the known error of problem %s is not fixed yet", id)
	}
	if !p.KnownError.ToldAt.IsZero() {
		return Told{}, fault.New(fault.Conflict, "the requesters were told on %s", p.KnownError.ToldAt.Format(time.DateOnly))
	}
	var bad []fault.Field
	text = cleaned(&bad, "text", text, maxText, false)
	if len(bad) > 0 {
		return Told{}, fault.InvalidFields(bad)
	}
	var told Told
	for _, ticket := range p.Tickets {
		reached, err := s.tell(ctx, p, ticket, text)
		if err != nil {
			return Told{}, err
		}
		if reached {
			told.Tickets = append(told.Tickets, ticket)
		} else {
			told.Ended = append(told.Ended, ticket)
		}
	}
	ke := *p.KnownError
	ke.ToldAt = s.clock()
	p.KnownError = &ke
	return told, s.saveProblem(ctx, p, nil, s.event(actor, journal.Problem, id, "requesters_told", told))
}

// tell adds the message to a ticket, once however often it is called.
func (s *Service) tell(ctx context.Context, p Problem, ticket, text string) (bool, error) {
	key := journal.Idempotency{Key: "problem " + p.ID + " fixed " + ticket}
	_, _, err := s.Tickets.Reply(ctx, access.System(), ticket, desk.NewMessage{
		Text: text, Visibility: desk.PublicReply, Channel: desk.Portal, Idempotency: key,
	})
	if replayed(err) {
		return true, nil
	}
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
