package kb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb/plain"
)

// The authors of a draft's words.
const (
	ByPerson = "person"
	ByRules  = "extractive"
	ByModel  = "model"
)

// Proposal is a draft to be created: a new article or, with an ArticleID, an edit of
// that article. Title and Markdown are the whole proposed text. Other zero fields take
// the values of the edited article; a new article is troubleshooting, internal and open
// to edits. Confidence is what the article becomes on approval; if it is empty, approval
// validates the article.
type Proposal struct {
	ID           string // of the draft; a new one when empty
	ArticleID    string
	BaseRevision int // the revision edited, 0 for the current one

	Title, Markdown        string
	Kind                   Kind
	Confidence             Confidence
	Audience               access.Audience
	Governance             Governance
	Owner, Service, Locale string
	ReviewBy               time.Time
	Categories, Tags       []string
	Files                  []File // known to Markdown besides those of the edited article and the author's uploads

	Tickets    []string // the first one caused the draft
	Subjects   []string // the tickets' subjects
	Sources    []Source // what is known of the tickets
	Earlier    []string // ids of rejected drafts with the same content, for the reviewer to see
	Evidence   []DraftEvidence
	Redactions []Redaction
	Nearest    Nearest
	Engine     string // ByPerson when empty

	Submit      bool // put it into the review queue at once
	Comment     string
	Idempotency journal.Idempotency
}

// Propose creates a draft and answers its checklist. The author is the actor, who needs
// the permission to write articles; background work proposes as the system. An open draft
// of the same ticket is replaced if nobody has worked on it and its resolution did not hold;
// otherwise it is fault.Conflict, as is a proposal whose evidence was rejected before.
func (s *Service) Propose(ctx context.Context, actor access.Actor, p Proposal) (Draft, error) {
	if !isSystem(actor) {
		if err := require(actor, access.WriteArticles, "propose articles"); err != nil {
			return Draft{}, err
		}
	}
	d, err := s.newDraft(ctx, actor, p)
	if err != nil {
		return Draft{}, fmt.Errorf("propose: %w", err)
	}
	replaced, err := s.refuseRepeated(ctx, d)
	if err != nil {
		return Draft{}, fmt.Errorf("propose: %w", err)
	}
	verb := "proposed"
	if replaced != nil {
		d.replace(*replaced)
		verb = "replaced"
	}
	if d.Checks, err = s.check(ctx, d); err != nil {
		return Draft{}, fmt.Errorf("propose: %w", err)
	}
	if p.Submit {
		d.Status = InReview
	}
	if text := strings.TrimSpace(p.Comment); text != "" || p.Submit {
		d.Comments = append(d.Comments, Comment{At: d.UpdatedAt, By: actor.ID, Verb: commentVerb(p.Submit), Text: text})
	}
	entry := draftEntry(d, actor, verb)
	entry.Idempotency = p.Idempotency
	entry.Idempotency.Object = d.ID
	err = s.store.SaveDraft(ctx, d, entry)
	var replay *journal.Replay
	if errors.As(err, &replay) {
		if !replay.Same {
			return Draft{}, fault.Wrap(fault.Conflict, err, "this idempotency key was used for another request")
		}
		return s.store.Draft(ctx, replay.Object)
	}
	if err != nil {
		return Draft{}, fmt.Errorf("propose: %w", err)
	}
	return d, nil
}

func commentVerb(submit bool) string {
	if submit {
		return "submit"
	}
	return "note"
}

// newDraft returns a draft made from the proposal and the article it edits.
func (s *Service) newDraft(ctx context.Context, actor access.Actor, p Proposal) (Draft, error) {
	now := s.Clock()
	d := Draft{
		ID: cmp.Or(p.ID, newID("r_")), Version: 1, TextVersion: 1, Decision: NewArticle, Status: InDraft,
		ArticleID: p.ArticleID,
		Kind:      Troubleshooting, Audience: access.Internal, Governance: Experience,
		Tickets: plain.List(p.Tickets), Subjects: slices.Clone(p.Subjects),
		Evidence: p.Evidence, Redactions: p.Redactions, Nearest: p.Nearest,
		Engine: cmp.Or(p.Engine, ByPerson), Author: actor.ID, CreatedAt: now, UpdatedAt: now,
	}
	if p.ArticleID != "" {
		base, err := s.baseOf(ctx, actor, p)
		if err != nil {
			return Draft{}, err
		}
		d.Decision, d.ArticleID, d.BaseRevision = EditArticle, base.ID, base.Revision
		d.fields().copyFrom(base.fields())
	}
	d.Confidence = cmp.Or(p.Confidence, Validated)
	d.Title, d.Markdown = p.Title, p.Markdown
	d.Kind, d.Audience = cmp.Or(p.Kind, d.Kind), cmp.Or(p.Audience, d.Audience)
	d.Governance = cmp.Or(p.Governance, d.Governance)
	d.Owner, d.Service, d.Locale = cmp.Or(p.Owner, d.Owner), cmp.Or(p.Service, d.Service), cmp.Or(p.Locale, d.Locale)
	if !p.ReviewBy.IsZero() {
		d.ReviewBy = p.ReviewBy
	}
	if p.Categories != nil {
		d.Categories = p.Categories
	}
	if p.Tags != nil {
		d.Tags = p.Tags
	}
	d.Sources = stamped(p.Sources, now)
	d.Fingerprint = fingerprint(d)
	var err error
	if d.Earlier, err = s.earlier(ctx, p.Earlier); err != nil {
		return Draft{}, err
	}
	if d.Nearest.ID == "" && s.nearest != nil {
		if d.Nearest, err = s.nearest(ctx, d.Title, d.Markdown); err != nil {
			return Draft{}, fmt.Errorf("look for duplicates: %w", err)
		}
	}
	if err := d.fields().tidy(); err != nil {
		return Draft{}, err
	}
	d.Files = p.Files
	if d.Files, err = s.draftFiles(ctx, actor, d); err != nil {
		return Draft{}, err
	}
	d.Proposed = DraftText{Title: d.Title, Markdown: d.Markdown}
	return d, nil
}

// stamped sets the time of sources that have none.
func stamped(sources []Source, now time.Time) []Source {
	out := slices.Clone(sources)
	for i := range out {
		if out[i].At.IsZero() {
			out[i].At = now
		}
	}
	return out
}

// baseOf returns the revision a proposed edit starts from: the current one.
func (s *Service) baseOf(ctx context.Context, actor access.Actor, p Proposal) (Article, error) {
	base, err := s.store.Article(ctx, p.ArticleID, draftSight(actor))
	if err != nil {
		return Article{}, err
	}
	if base.Confidence == Archived {
		return Article{}, fault.New(fault.Conflict, "the article is archived; propose a new one or restore it first")
	}
	if p.BaseRevision != 0 && p.BaseRevision != base.Revision {
		return Article{}, staleRevision(base, p.BaseRevision)
	}
	return base, nil
}

// draftSight returns what drafts may be about: background work sees what the desk sees.
func draftSight(actor access.Actor) Visibility {
	if isSystem(actor) {
		return Everything()
	}
	return visible(actor)
}

// Open reports whether the draft is still undecided.
func (d Draft) Open() bool {
	return d.Status == InDraft || d.Status == InReview || d.Status == ChangesRequested
}

// drafts returns every draft of a filter that matches only a few.
func (s *Service) drafts(ctx context.Context, f DraftFilter) ([]Draft, error) {
	f.Limit = 500
	var all []Draft
	for {
		page, err := s.store.Drafts(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Drafts...)
		if page.Next == "" {
			return all, nil
		}
		f.After = page.Next
	}
}

// draftEntry records one step of a draft.
func draftEntry(d Draft, actor access.Actor, verb string) journal.Entry {
	data := struct {
		Version  int      `json:"version"`
		Status   string   `json:"status"`
		Decision string   `json:"decision"`
		Article  string   `json:"article,omitempty"`
		Tickets  []string `json:"tickets,omitempty"`
	}{d.Version, string(d.Status), string(d.Decision), d.ArticleID, d.Tickets}
	return journal.Entry{
		Events: []journal.Event{{
			At: d.UpdatedAt, Actor: actor.ID, Object: journal.Draft, ID: d.ID, Verb: verb, Data: journal.Data(data),
		}},
		Changes: []journal.Change{{Object: journal.Draft, ID: d.ID}},
	}
}
