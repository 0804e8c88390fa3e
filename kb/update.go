package kb

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// Update saves a new revision. baseRevision is the one the actor saw; if it is no longer
// current, the error is fault.Conflict and nothing changes. Agents may update articles
// under experience governance; compliance, and any change to validated or archived, of
// governance, or to a wider audience, needs the permission to review. An update that
// changes nothing returns the current revision.
func (s *Service) Update(
	ctx context.Context, actor access.Actor, id string, baseRevision int, p Patch,
) (Article, error) {
	before, err := s.editable(ctx, actor, id, baseRevision)
	if err != nil {
		return Article{}, fmt.Errorf("update article %s: %w", id, err)
	}
	after := before
	p.apply(after.fields())
	if err := after.fields().tidy(); err != nil {
		return Article{}, fmt.Errorf("update article %s: %w", id, err)
	}
	if err := mayTurn(actor, before, after); err != nil {
		return Article{}, fmt.Errorf("update article %s: %w", id, err)
	}
	if sameFields(before.fields(), after.fields()) {
		return before, nil
	}
	if after.Confidence != Archived {
		after.SupersededBy = ""
	}
	return s.saveRevision(ctx, actor, "updated", before, after, eventData{})
}

// Restore makes the words of an old revision current again, as a new revision.
// States, owner and review date are not restored, so that an article that was once
// public is not published again by accident. A text that was for fewer readers than the
// article is now, or not validated as it is now, needs the permission to review.
func (s *Service) Restore(
	ctx context.Context, actor access.Actor, id string, revision, baseRevision int,
) (Article, error) {
	before, err := s.editable(ctx, actor, id, baseRevision)
	if err != nil {
		return Article{}, fmt.Errorf("restore article %s: %w", id, err)
	}
	old, err := s.store.ArticleRevision(ctx, before.ID, revision, visible(actor))
	if err != nil {
		return Article{}, fmt.Errorf("restore article %s: revision %d: %w", id, revision, err)
	}
	if err := mayRestore(actor, before, old); err != nil {
		return Article{}, fmt.Errorf("restore article %s: %w", id, err)
	}
	after := before
	after.Title, after.Markdown, after.Kind = old.Title, old.Markdown, old.Kind
	after.Service, after.Locale = old.Service, old.Locale
	after.Categories, after.Tags = old.Categories, old.Tags
	after.Files = old.Files
	if slices.Equal(after.Files, before.Files) && sameFields(before.fields(), after.fields()) {
		return before, nil
	}
	return s.saveRevision(ctx, actor, "restored", before, after, eventData{From: revision})
}

// editable returns the current revision if the actor may change it and it is the one
// the change starts from.
func (s *Service) editable(ctx context.Context, actor access.Actor, id string, baseRevision int) (Article, error) {
	if err := require(actor, access.WriteArticles, "edit articles"); err != nil {
		return Article{}, err
	}
	a, err := s.current(ctx, actor, id, baseRevision)
	if err != nil {
		return Article{}, err
	}
	if actor.Can(access.ReviewArticles) {
		return a, nil
	}
	if a.Governance == Compliance {
		return Article{}, fault.New(
			fault.Forbidden, "this article is under compliance: propose an edit, and a knowledge manager will review it",
		)
	}
	if a.Confidence == Archived {
		return Article{}, fault.New(fault.Forbidden, "this article is archived: only a knowledge manager may restore it")
	}
	return a, nil
}

// current returns the article's current revision, fault.Conflict if that is not
// baseRevision.
func (s *Service) current(ctx context.Context, actor access.Actor, id string, baseRevision int) (Article, error) {
	a, err := s.store.Article(ctx, id, visible(actor))
	if err != nil {
		return Article{}, err
	}
	if a.Revision != baseRevision {
		return Article{}, staleRevision(a, baseRevision)
	}
	return a, nil
}

func staleRevision(a Article, base int) error {
	return fault.New(
		fault.Conflict,
		"the article is now at revision %d, and this change starts from revision %d; read it again and repeat the change",
		a.Revision, base,
	)
}

// mayTurn returns an error for a change of states that needs a reviewer.
func mayTurn(actor access.Actor, before, after Article) error {
	if actor.Can(access.ReviewArticles) {
		return nil
	}
	turned := func(to Confidence) bool { return after.Confidence == to && before.Confidence != to }
	if turned(Validated) || turned(Archived) || after.Governance != before.Governance || Wider(
		after.Audience, before.Audience,
	) {
		return fault.New(
			fault.Forbidden,
			"validating, archiving, changing the governance and widening the audience need a knowledge manager",
		)
	}
	return nil
}

// saveRevision stamps and writes the revision that follows before.
func (s *Service) saveRevision(
	ctx context.Context, actor access.Actor, verb string, before, after Article, data eventData,
) (Article, error) {
	if after.Markdown != before.Markdown {
		var err error
		if after.Files, err = s.namedFiles(ctx, actor, after, after.Files, before.Files); err != nil {
			return Article{}, fmt.Errorf("files of article %s: %w", after.ID, err)
		}
	}
	s.Stamp(&after, actor, &before)
	data.Revision, data.Title = after.Revision, after.Title
	entry := articleEntry(after.UpdatedAt, actor, verb, after.ID, data)
	if err := s.store.SaveArticles(ctx, []Article{after}, entry); err != nil {
		return Article{}, fmt.Errorf("save revision %d of article %s: %w", after.Revision, after.ID, err)
	}
	return after, nil
}
