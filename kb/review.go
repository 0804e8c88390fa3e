package kb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// Draft returns a draft. Only the desk may read drafts, because they quote tickets.
func (s *Service) Draft(ctx context.Context, actor access.Actor, id string) (Draft, error) {
	if err := mayReadDrafts(actor); err != nil {
		return Draft{}, err
	}
	d, err := s.store.Draft(ctx, id)
	if err != nil {
		return Draft{}, fmt.Errorf("draft %s: %w", id, err)
	}
	return d, nil
}

// Drafts lists drafts, newest first.
func (s *Service) Drafts(ctx context.Context, actor access.Actor, f DraftFilter) (DraftPage, error) {
	if err := mayReadDrafts(actor); err != nil {
		return DraftPage{}, err
	}
	page, err := s.store.Drafts(ctx, f)
	if err != nil {
		return DraftPage{}, fmt.Errorf("list drafts: %w", err)
	}
	return page, nil
}

// Base returns the revision that a draft edits, the zero Article for a new one.
func (s *Service) Base(ctx context.Context, actor access.Actor, d Draft) (Article, error) {
	if err := mayReadDrafts(actor); err != nil {
		return Article{}, err
	}
	if d.Decision != EditArticle {
		return Article{}, nil
	}
	a, err := s.store.ArticleRevision(ctx, d.ArticleID, d.BaseRevision, draftSight(actor))
	if err != nil {
		return Article{}, fmt.Errorf("base of draft %s: %w", d.ID, err)
	}
	return a, nil
}

func mayReadDrafts(actor access.Actor) error {
	if isSystem(actor) || actor.Can(access.ReviewArticles) {
		return nil
	}
	return require(actor, access.WriteArticles, "read drafts")
}

// EditDraft changes an undecided draft and answers its checklist again. version is the
// one the actor saw; later versions that only added sources are not a conflict. The
// author, reviewers and, for automatic drafts, any writer may edit. Whoever changes the
// words becomes an author and may not approve them. A patch's BaseRevision moves an edit
// onto the article's current revision.
func (s *Service) EditDraft(ctx context.Context, actor access.Actor, id string, version int, p Patch) (Draft, error) {
	return s.retry(ctx, id, func() (Draft, error) {
		d, err := s.undecided(ctx, actor, id, version)
		if err != nil {
			return Draft{}, err
		}
		if !d.mayEdit(actor) {
			return Draft{}, fault.New(fault.Forbidden, "only its author and reviewers may edit this draft")
		}
		if d, err = s.patched(ctx, actor, d, p); err != nil {
			return Draft{}, fmt.Errorf("edit draft %s: %w", id, err)
		}
		return s.saveDraft(ctx, actor, d, "edited", "", "")
	})
}

// patched returns the draft with the patch applied, not saved yet.
func (s *Service) patched(ctx context.Context, actor access.Actor, d Draft, p Patch) (Draft, error) {
	if p.BaseRevision != nil && d.Decision == EditArticle {
		base, err := s.baseOf(ctx, actor, Proposal{ArticleID: d.ArticleID, BaseRevision: *p.BaseRevision})
		if err != nil {
			return Draft{}, err
		}
		old, err := s.Base(ctx, actor, d)
		if err != nil {
			return Draft{}, err
		}
		// What the draft did not change it takes from the newer revision.
		if d.Audience == old.Audience {
			d.Audience = base.Audience
		}
		if d.Governance == old.Governance {
			d.Governance = base.Governance
		}
		d.Files = slices.DeleteFunc(slices.Clone(d.Files), func(f File) bool { return slices.Contains(old.Files, f) })
		d.BaseRevision = base.Revision
	}
	before := DraftText{Title: d.Title, Markdown: d.Markdown}
	p.apply(d.fields())
	if err := d.fields().tidy(); err != nil {
		return Draft{}, err
	}
	if now := (DraftText{Title: d.Title, Markdown: d.Markdown}); now != before && !slices.Contains(d.Authors(), actor.ID) {
		d.Editors = append(slices.Clone(d.Editors), actor.ID)
	}
	d.TextVersion = d.Version + 1
	var err error
	if d.Files, err = s.draftFiles(ctx, actor, d); err != nil {
		return Draft{}, err
	}
	d.Checks, err = s.check(ctx, d)
	return d, err
}

// Submit puts a draft, or one with changes requested, into the review queue.
func (s *Service) Submit(ctx context.Context, actor access.Actor, id, comment string) (Draft, error) {
	return s.retry(ctx, id, func() (Draft, error) {
		d, err := s.undecided(ctx, actor, id, 0)
		if err != nil {
			return Draft{}, err
		}
		if !d.mayEdit(actor) {
			return Draft{}, fault.New(fault.Forbidden, "only its author and reviewers may submit this draft")
		}
		if d.Status == InReview {
			return Draft{}, fault.New(fault.Conflict, "the draft is already in review")
		}
		d.Status = InReview
		return s.saveDraft(ctx, actor, d, "submitted", "submit", comment)
	})
}

// RequestChanges returns a draft in review to its author.
func (s *Service) RequestChanges(ctx context.Context, actor access.Actor, id, comment string) (Draft, error) {
	return s.retry(ctx, id, func() (Draft, error) {
		d, err := s.reviewable(ctx, actor, id, 0, "request changes of a draft")
		if err != nil {
			return Draft{}, err
		}
		d.Status = ChangesRequested
		d.Reviewer = actor.ID
		return s.saveDraft(ctx, actor, d, "changes_requested", "request-changes", comment)
	})
}

// undecided returns a draft that can still change; version 0 accepts any.
func (s *Service) undecided(ctx context.Context, actor access.Actor, id string, version int) (Draft, error) {
	d, err := s.Draft(ctx, actor, id)
	if err != nil {
		return Draft{}, err
	}
	if !d.Open() {
		return Draft{}, fault.New(
			fault.Conflict, "draft %s is already %s", d.ID, strings.ReplaceAll(string(d.Status), "_", " "),
		)
	}
	if version != 0 && (version < d.TextVersion || version > d.Version) {
		return Draft{}, fault.New(
			fault.Conflict, "draft %s is now at version %d, not %d; read it again", d.ID, d.Version, version,
		)
	}
	return d, nil
}

// reviewable returns a draft in review that the actor may decide on.
func (s *Service) reviewable(
	ctx context.Context, actor access.Actor, id string, version int, doing string,
) (Draft, error) {
	if err := require(actor, access.ReviewArticles, doing); err != nil {
		return Draft{}, err
	}
	d, err := s.undecided(ctx, actor, id, version)
	if err != nil {
		return Draft{}, err
	}
	if d.Author == actor.ID {
		return Draft{}, fault.New(fault.Forbidden, "you wrote this draft; another person must review it")
	}
	if d.Status != InReview {
		return Draft{}, fault.New(
			fault.Conflict, "draft %s is not in review; it is %s", d.ID, strings.ReplaceAll(string(d.Status), "_", " "),
		)
	}
	return d, nil
}

// Authors returns everyone who wrote words of the draft: its author and its editors.
func (d Draft) Authors() []string { return append([]string{d.Author}, d.Editors...) }

// mayDecide reports whether the actor may decide on the draft once it is in review. An
// editor of it may still reject it: only publishing needs a second person.
func (d Draft) mayDecide(actor access.Actor) bool {
	return actor.Can(access.ReviewArticles) && d.Author != actor.ID
}

// MayApprove reports whether the actor may publish the draft once it is in review: a
// reviewer who wrote none of its words.
func (d Draft) MayApprove(actor access.Actor) bool {
	return actor.Can(access.ReviewArticles) && !slices.Contains(d.Authors(), actor.ID)
}

func (d Draft) mayEdit(actor access.Actor) bool {
	return d.Author == actor.ID || actor.Can(access.ReviewArticles) ||
		d.Author == access.System().ID && actor.Can(access.WriteArticles)
}

// advance moves the draft to its next version, with a comment if there is a verb.
func (s *Service) advance(d *Draft, actor access.Actor, verb, text string) {
	d.Version++
	d.UpdatedAt = s.Clock()
	if verb != "" {
		d.Comments = append(append([]Comment{}, d.Comments...),
			Comment{At: d.UpdatedAt, By: actor.ID, Verb: verb, Text: strings.TrimSpace(text)})
	}
}

func (s *Service) saveDraft(ctx context.Context, actor access.Actor, d Draft, event, verb, text string) (Draft, error) {
	s.advance(&d, actor, verb, text)
	if err := s.store.SaveDraft(ctx, d, draftEntry(d, actor, event)); err != nil {
		return Draft{}, fmt.Errorf("save draft %s: %w", d.ID, err)
	}
	return d, nil
}

// check answers the checklist for a draft.
func (s *Service) check(ctx context.Context, d Draft) ([]Check, error) {
	in := CheckInput{
		Title: d.Title, Markdown: d.Markdown, Kind: d.Kind, Audience: d.Audience,
		Service: d.Service, Owner: d.Owner, ReviewBy: d.ReviewBy,
		Editing: d.ArticleID, Nearest: d.Nearest, Subjects: d.Subjects,
		Reopened: d.reopened(), Redact: s.redact, Sections: s.standard().Kinds[d.Kind].Sections,
	}
	if d.Decision == EditArticle {
		base, err := s.store.Article(ctx, d.ArticleID, Everything())
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		in.Path, in.Dialect = base.Path, base.Origin.Dialect
	}
	var failed error
	in.Find = func(names []string) (found map[string][]Target, err error) {
		found, failed = s.store.Named(ctx, names, Everything())
		return found, failed
	}
	checks := Checklist(in)
	return s.weighed(checks), failed
}
