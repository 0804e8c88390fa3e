package kb

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb/plain"
)

// Archive removes the article from search and self-service. Staff can still open it
// by its address, and changing its confidence restores it.
func (s *Service) Archive(ctx context.Context, actor access.Actor, id string, baseRevision int) (Article, error) {
	if err := require(actor, access.ReviewArticles, "archive articles"); err != nil {
		return Article{}, err
	}
	before, err := s.current(ctx, actor, id, baseRevision)
	if err != nil {
		return Article{}, fmt.Errorf("archive article %s: %w", id, err)
	}
	if before.Confidence == Archived {
		return Article{}, fault.New(fault.Conflict, "the article is already archived")
	}
	after := before
	after.Confidence = Archived
	return s.saveRevision(ctx, actor, "archived", before, after, eventData{})
}

// Merge archives a duplicate and points it at the article that remains, which takes
// over its source tickets. Both are written in one transaction.
func (s *Service) Merge(ctx context.Context, actor access.Actor, id, intoID string, baseRevision int) (Article, error) {
	if err := require(actor, access.ReviewArticles, "merge articles"); err != nil {
		return Article{}, err
	}
	before, err := s.current(ctx, actor, id, baseRevision)
	if err != nil {
		return Article{}, fmt.Errorf("merge article %s: %w", id, err)
	}
	into, err := s.store.Article(ctx, intoID, visible(actor))
	if err != nil {
		return Article{}, fmt.Errorf("merge article %s into %s: %w", id, intoID, err)
	}
	switch {
	case into.ID == before.ID:
		return Article{}, fault.InvalidField("into", "an article cannot be merged into itself")
	case into.Confidence == Archived:
		return Article{}, fault.New(fault.Conflict, "the article to merge into is archived")
	case before.SupersededBy != "":
		return Article{}, fault.New(fault.Conflict, "the article was already merged into %s", before.SupersededBy)
	}
	after := before
	after.Confidence, after.SupersededBy = Archived, into.ID
	s.Stamp(&after, actor, &before)
	changed := []Article{after}
	entry := articleEntry(
		after.UpdatedAt, actor, "merged", after.ID, eventData{Revision: after.Revision, Title: after.Title, Into: into.ID},
	)
	if target, more := s.takeOver(actor, into, before); more != nil {
		changed = append(changed, target)
		entry = withEntry(entry, *more)
	}
	if err := s.store.SaveArticles(ctx, changed, entry); err != nil {
		return Article{}, fmt.Errorf("merge article %s into %s: %w", id, into.ID, err)
	}
	return after, nil
}

// takeOver adds the duplicate's source tickets to the article that remains; the
// entry is nil when the article already has all of them.
func (s *Service) takeOver(actor access.Actor, into, duplicate Article) (Article, *journal.Entry) {
	all := plain.List(append(append([]string{}, into.SourceTickets...), duplicate.SourceTickets...))
	if len(all) == len(into.SourceTickets) {
		return into, nil
	}
	after := into
	after.SourceTickets = all
	s.Stamp(&after, actor, &into)
	entry := articleEntry(
		after.UpdatedAt, actor, "updated", after.ID,
		eventData{Revision: after.Revision, Title: after.Title, Merged: duplicate.ID},
	)
	return after, &entry
}
