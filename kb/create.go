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

// maxSlugTries bounds the search for a free address.
const maxSlugTries = 50

// Create writes a new article. It needs the permission to write articles; an article
// that is validated from the start, or under compliance, needs the permission to review.
// A given slug that is taken is fault.Conflict; one derived from the title gets a
// number. A repeated idempotency key returns the article created first.
func (s *Service) Create(ctx context.Context, actor access.Actor, in NewArticleInput) (Article, error) {
	if err := require(actor, access.WriteArticles, "write articles"); err != nil {
		return Article{}, err
	}
	a := Article{
		ID: newID("a_"), Title: in.Title, Slug: strings.TrimSpace(in.Slug), Revision: 1,
		Kind: cmp.Or(in.Kind, Troubleshooting), Confidence: cmp.Or(in.Confidence, NotValidated),
		Audience: cmp.Or(in.Audience, access.Internal), Governance: cmp.Or(in.Governance, Experience),
		Owner: in.Owner, ReviewBy: in.ReviewBy, Service: in.Service, Locale: in.Locale,
		Categories: in.Categories, Tags: in.Tags, Markdown: in.Markdown,
		SourceTickets: plain.List(in.Tickets),
	}
	if err := a.fields().tidy(); err != nil {
		return Article{}, fmt.Errorf("create article: %w", err)
	}
	needsReviewer := a.Confidence == Validated || a.Confidence == Archived || a.Governance == Compliance
	if needsReviewer && !actor.Can(access.ReviewArticles) {
		return Article{}, fault.New(
			fault.Forbidden, "only a knowledge manager may publish an article without review; propose a draft instead",
		)
	}
	var err error
	if a.Slug, err = s.newSlug(ctx, a); err != nil {
		return Article{}, fmt.Errorf("create article: %w", err)
	}
	if a.Files, err = s.namedFiles(ctx, actor, a); err != nil {
		return Article{}, fmt.Errorf("create article: %w", err)
	}
	s.Stamp(&a, actor, nil)
	entry := articleEntry(a.UpdatedAt, actor, "created", a.ID, eventData{Revision: 1, Title: a.Title})
	entry.Idempotency = in.Idempotency
	entry.Idempotency.Object = a.ID
	err = s.store.SaveArticles(ctx, []Article{a}, entry)
	var replay *journal.Replay
	if errors.As(err, &replay) {
		if !replay.Same {
			return Article{}, fault.Wrap(fault.Conflict, err, "this idempotency key was used for another request")
		}
		return s.Article(ctx, actor, replay.Object)
	}
	if err != nil {
		return Article{}, fmt.Errorf("create article: %w", err)
	}
	return a, nil
}

// eventData is the data of an article's event.
type eventData struct {
	Revision int    `json:"revision"`
	Title    string `json:"title,omitempty"`
	From     int    `json:"from,omitempty"`   // the revision restored
	Into     string `json:"into,omitempty"`   // the article merged into
	Merged   string `json:"merged,omitempty"` // the article merged into this one
	Draft    string `json:"draft,omitempty"`
	Path     string `json:"path,omitempty"` // the file imported
}

// Stamp sets a new revision's author, times and passages; before is the revision it
// follows, nil for the first.
func (s *Service) Stamp(a *Article, actor access.Actor, before *Article) {
	now := s.Clock()
	a.Author, a.UpdatedAt = actor.ID, now
	switch {
	case a.Confidence != Validated:
		a.ValidatedAt = time.Time{}
	case before == nil || before.Confidence != Validated || actor.Can(access.ReviewArticles):
		a.ValidatedAt = now
	default:
		a.ValidatedAt = before.ValidatedAt
	}
	if before == nil {
		a.Revision, a.CreatedAt = 1, now
		a.Derive(nil)
		return
	}
	a.Revision, a.CreatedAt = before.Revision+1, before.CreatedAt
	a.Passages, a.NextPassage, a.Headings = before.Passages, before.NextPassage, before.Headings
	if a.Markdown != before.Markdown || a.Origin.Dialect != before.Origin.Dialect {
		a.Derive(before)
	}
}

// newSlug checks the given slug or finds a free one for the title.
func (s *Service) newSlug(ctx context.Context, a Article) (string, error) {
	if a.Slug != "" {
		if !plain.ValidSlug(a.Slug) {
			return "", fault.InvalidField("slug", "may hold letters, digits and hyphens")
		}
		free, err := s.slugFree(ctx, a.Slug)
		if err == nil && !free {
			err = fault.New(fault.Conflict, "the address %s is taken by another article", a.Slug)
		}
		return a.Slug, err
	}
	base := plain.Slugify(a.Title)
	if base == "" {
		return a.ID, nil
	}
	for n := 1; n <= maxSlugTries; n++ {
		slug := base
		if n > 1 {
			slug = fmt.Sprintf("%s-%d", base, n)
		}
		if free, err := s.slugFree(ctx, slug); err != nil || free {
			return slug, err
		}
	}
	return plain.DistinctSlug(base, a.ID), nil
}

func (s *Service) slugFree(ctx context.Context, slug string) (bool, error) {
	_, err := s.store.Article(ctx, slug, Everything())
	if fault.Is(err, fault.NotFound) {
		return true, nil
	}
	return false, err
}

func trimLine(s string) string { return strings.TrimSpace(plain.OneLine(s)) }

// sortFields puts field errors in a fixed order.
func sortFields(in []fault.Field) []fault.Field {
	slices.SortFunc(in, func(a, b fault.Field) int { return cmp.Compare(a.Field, b.Field) })
	return in
}
