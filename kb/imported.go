package kb

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// SaveImported writes stamped revisions of articles that an import read, in one
// transaction.
func (s *Service) SaveImported(ctx context.Context, actor access.Actor, articles []Article) error {
	var entry journal.Entry
	for _, a := range articles {
		entry = withEntry(entry, articleEntry(a.UpdatedAt, actor, "imported", a.ID,
			eventData{Revision: a.Revision, Title: a.Title, Path: a.Path}))
	}
	return s.store.SaveArticles(ctx, articles, entry)
}

// Prune archives an article whose file is gone.
func (s *Service) Prune(ctx context.Context, actor access.Actor, id string) error {
	before, err := s.store.Article(ctx, id, Everything())
	if err != nil {
		return fmt.Errorf("archive article %s: %w", id, err)
	}
	if before.Confidence == Archived {
		return nil
	}
	after := before
	after.Confidence, after.Origin.Pruned = Archived, true
	_, err = s.saveRevision(ctx, actor, "archived", before, after, eventData{Path: before.Path})
	return err
}
