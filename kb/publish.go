package kb

import (
	"cmp"
	"context"
	"fmt"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb/plain"
)

// JobPublished is the kind of the job that tells of an approved draft, and links its source
// tickets to its article. Its payload is PublishedJob.
const JobPublished = "published"

// PublishedJob names an approved draft, its article and the tickets it came from.
type PublishedJob struct {
	Draft   string   `json:"draft"`
	Article string   `json:"article"`
	Title   string   `json:"title"`
	Tickets []string `json:"tickets"`
}

// Approve publishes a draft in review: a new article, or a new revision of the one it
// edits, in one transaction with the decision. The reviewer is not the author. If the
// article has changed since the draft was created, the error is fault.Conflict and names
// the current revision.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id, comment string) (Draft, Article, error) {
	return s.ApproveVersion(ctx, actor, id, 0, comment)
}

// ApproveVersion is Approve for the version that the reviewer read; if the draft has
// been edited since, it is fault.Conflict. Version 0 approves any.
func (s *Service) ApproveVersion(
	ctx context.Context, actor access.Actor, id string, version int, comment string,
) (Draft, Article, error) {
	return s.ApproveWith(ctx, actor, id, Approval{Version: version, Comment: comment})
}

// Approval is a reviewer's decision for a draft.
type Approval struct {
	Version int // the version that the reviewer read, 0 for any
	Comment string
	// Edit is what the reviewer changes with the approval itself; nil changes nothing.
	Edit *Patch
	// Confirmed are the human-checked items that the reviewer confirms; if it is empty,
	// the checklist has only the machine's answers.
	Confirmed []string
}

// ApproveWith approves a draft together with the reviewer's own edits, if any: their
// changes are measured and recorded as theirs.
func (s *Service) ApproveWith(ctx context.Context, actor access.Actor, id string, in Approval) (Draft, Article, error) {
	var a Article
	d, err := s.retry(ctx, id, func() (d Draft, err error) {
		d, a, err = s.approve(ctx, actor, id, in)
		return d, err
	})
	if err != nil {
		return Draft{}, Article{}, err
	}
	return d, a, nil
}

// approvable returns the draft as it is to be published.
func (s *Service) approvable(ctx context.Context, actor access.Actor, id string, in Approval) (Draft, error) {
	d, err := s.reviewable(ctx, actor, id, in.Version, "approve drafts")
	if err != nil {
		return Draft{}, err
	}
	if !d.MayApprove(actor) {
		return Draft{}, fault.New(fault.Forbidden, "you changed the words of this draft; another person must approve it")
	}
	if in.Edit != nil {
		if d, err = s.patched(ctx, actor, d, *in.Edit); err != nil {
			return Draft{}, fmt.Errorf("approve draft %s: %w", id, err)
		}
	}
	if d.Checks, err = confirmed(d.Checks, in.Confirmed); err != nil {
		return Draft{}, err
	}
	d.Checks = s.weighed(d.Checks)
	if d.ReviewBy.IsZero() {
		d.ReviewBy = s.reviewBy(d.Kind)
	}
	return d, s.gate(d.Checks)
}

func (s *Service) approve(ctx context.Context, actor access.Actor, id string, in Approval) (Draft, Article, error) {
	d, err := s.approvable(ctx, actor, id, in)
	if err != nil {
		return Draft{}, Article{}, err
	}
	var a Article
	verb := "published"
	if d.Decision == EditArticle {
		a, err = s.editedArticle(ctx, actor, d)
		verb = "updated"
	} else {
		a, err = s.newArticle(ctx, actor, d)
	}
	if err != nil {
		return Draft{}, Article{}, fmt.Errorf("approve draft %s: %w", id, err)
	}
	d.Status, d.Reviewer, d.ArticleID, d.DecidedAt = Approved, actor.ID, a.ID, a.UpdatedAt
	if d.Quality, err = s.measure(ctx, actor, d); err != nil {
		return Draft{}, Article{}, fmt.Errorf("approve draft %s: %w", id, err)
	}
	s.advance(&d, actor, "approve", in.Comment)
	entry := withEntry(
		draftEntry(d, actor, "approved"),
		articleEntry(a.UpdatedAt, actor, verb, a.ID, eventData{Revision: a.Revision, Title: a.Title, Draft: d.ID}),
	)
	entry.Jobs = append(entry.Jobs, journal.Job{
		Kind: JobPublished, Key: JobPublished + "/" + d.ID,
		Payload: journal.Data(PublishedJob{Draft: d.ID, Article: a.ID, Title: a.Title, Tickets: d.Tickets}),
	})
	if err := s.store.PublishDraft(ctx, d, a, entry); err != nil {
		return Draft{}, Article{}, fmt.Errorf("approve draft %s: %w", id, err)
	}
	return d, a, nil
}

// newArticle returns the first revision of the article that a draft proposes.
func (s *Service) newArticle(ctx context.Context, actor access.Actor, d Draft) (Article, error) {
	a := Article{ID: newID("a_"), SourceTickets: d.Tickets, Files: d.Files}
	a.fields().copyFrom(d.fields())
	a.Confidence = cmp.Or(d.Confidence, Validated)
	var err error
	if a.Slug, err = s.newSlug(ctx, a); err != nil {
		return Article{}, err
	}
	s.Stamp(&a, actor, nil)
	a.Author = d.Author
	return a, nil
}

// editedArticle returns the revision that an edit leads to.
func (s *Service) editedArticle(ctx context.Context, actor access.Actor, d Draft) (Article, error) {
	before, err := s.store.Article(ctx, d.ArticleID, visible(actor))
	if err != nil {
		return Article{}, err
	}
	if before.Revision != d.BaseRevision {
		return Article{}, fault.New(fault.Conflict,
			"the article is now at revision %d, and this draft edits revision %d; move the draft onto revision %d "+
				"first", before.Revision, d.BaseRevision, before.Revision)
	}
	if before.Confidence == Archived {
		return Article{}, fault.New(fault.Conflict, "the article has been archived in the meantime")
	}
	a := before
	a.fields().copyFrom(d.fields())
	a.Files = d.Files
	a.Confidence = cmp.Or(d.Confidence, Validated)
	a.SourceTickets = plain.List(append(append([]string{}, before.SourceTickets...), d.Tickets...))
	s.Stamp(&a, actor, &before)
	a.Author = d.Author
	return a, nil
}
