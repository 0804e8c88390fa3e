package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// draftColumns are all columns of a draft, in the order of scanDraft and draftArgs.
const draftColumns = `id, version, decision, status, article_id, base_revision, title, markdown, kind, confidence,
	audience, governance, owner, review_by, service, categories, tags, locale, tickets, subjects, fingerprint,
	nearest, evidence, redactions, checks, engine, comments, author, reviewer, created_at, updated_at, decided_at,
	editors, text_version, sources, earlier, rejection, proposed, quality, files`

func scanDraft(r scanner) (d kb.Draft, err error) {
	return d, r.Scan(
		&d.ID, &d.Version, &d.Decision, &d.Status, &d.ArticleID, &d.BaseRevision, &d.Title, &d.Markdown, &d.Kind,
		&d.Confidence, &d.Audience, &d.Governance, &d.Owner, timeTo(&d.ReviewBy), &d.Service,
		jsonTo(&d.Categories), jsonTo(&d.Tags), &d.Locale, jsonTo(&d.Tickets), jsonTo(&d.Subjects), &d.Fingerprint,
		jsonTo(&d.Nearest), jsonTo(&d.Evidence), jsonTo(&d.Redactions), jsonTo(&d.Checks), &d.Engine,
		jsonTo(&d.Comments), &d.Author, &d.Reviewer,
		timeTo(&d.CreatedAt), timeTo(&d.UpdatedAt), timeTo(&d.DecidedAt),
		jsonTo(&d.Editors), &d.TextVersion, jsonTo(&d.Sources), jsonTo(&d.Earlier), jsonTo(&d.Rejection),
		jsonTo(&d.Proposed), jsonTo(&d.Quality), jsonTo(&d.Files),
	)
}

func draftArgs(d kb.Draft) []any {
	return []any{
		d.ID, d.Version, d.Decision, d.Status, d.ArticleID, d.BaseRevision, d.Title, d.Markdown, d.Kind,
		d.Confidence, d.Audience, d.Governance, d.Owner, micros(d.ReviewBy), d.Service,
		toJSON(d.Categories), toJSON(d.Tags), d.Locale, toJSON(d.Tickets), toJSON(d.Subjects), d.Fingerprint,
		toJSON(d.Nearest), toJSON(d.Evidence), toJSON(d.Redactions), toJSON(d.Checks), d.Engine,
		toJSON(d.Comments), d.Author, d.Reviewer,
		micros(d.CreatedAt), micros(d.UpdatedAt), micros(d.DecidedAt),
		toJSON(d.Editors), d.TextVersion, toJSON(d.Sources), toJSON(d.Earlier), toJSON(d.Rejection),
		toJSON(d.Proposed), toJSON(d.Quality), toJSON(d.Files),
	}
}

// Draft returns the draft with this id.
func (s *Store) Draft(ctx context.Context, id string) (kb.Draft, error) {
	d, err := one(ctx, s.read(), scanDraft, "SELECT "+draftColumns+" FROM draft WHERE id = ?", id)
	return d, missing(err, "draft %q", id)
}

// Drafts lists drafts, newest first.
func (s *Store) Drafts(ctx context.Context, f kb.DraftFilter) (kb.DraftPage, error) {
	var page kb.DraftPage
	err := s.view(ctx, func(c conn) error {
		w, err := draftFilter(ctx, c, f)
		if err != nil {
			return err
		}
		limit := limitOf(f.Limit)
		found, err := list(ctx, c, scanDraft, "SELECT "+draftColumns+" FROM draft"+w.String()+
			" ORDER BY created_at DESC, id DESC LIMIT ?", append(w.args, limit+1)...)
		if err != nil {
			return err
		}
		page.Drafts = found
		if len(found) > limit {
			page.Drafts, page.Next = found[:limit], found[limit-1].ID
		}
		return nil
	})
	return page, err
}

func draftFilter(ctx context.Context, c conn, f kb.DraftFilter) (where, error) {
	var w where
	if f.Status != "" {
		w.and("status = ?", f.Status)
	}
	if f.Ticket != "" {
		w.and("id IN (SELECT t.draft_id FROM draft_ticket t WHERE t.ticket = ?)", f.Ticket)
	}
	if f.ArticleID != "" {
		w.and("article_id = ?", f.ArticleID)
	}
	if f.Author != "" {
		w.and("author = ?", f.Author)
	}
	if f.Fingerprint != "" {
		w.and("fingerprint = ?", f.Fingerprint)
	}
	if f.After != "" {
		var created int64
		err := c.row(ctx, []any{&created}, "SELECT created_at FROM draft WHERE id = ?", f.After)
		if errors.Is(err, sql.ErrNoRows) {
			return w, badCursor()
		}
		if err != nil {
			return w, err
		}
		w.and("(created_at, id) < (?, ?)", created, f.After)
	}
	return w, nil
}

// SaveDraft writes the draft if its version follows the stored one.
func (s *Store) SaveDraft(ctx context.Context, d kb.Draft, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error { return saveDraft(ctx, c, d) })
}

// PublishDraft writes the approved draft and the revision it becomes.
func (s *Store) PublishDraft(ctx context.Context, d kb.Draft, a kb.Article, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		if err := saveDraft(ctx, c, d); err != nil {
			return err
		}
		return saveArticles(ctx, c, []kb.Article{a})
	})
}

func saveDraft(ctx context.Context, c conn, d kb.Draft) error {
	if d.Version < 1 {
		return fault.New(fault.Invalid, "the versions of a draft begin with 1, not %d", d.Version)
	}
	if d.CreatedAt.IsZero() {
		return fault.New(fault.Invalid, "draft %s has no creation time", d.ID)
	}
	query, args := updateSet("draft", draftColumns)+" WHERE id = ? AND version = ?", draftArgs(d)
	if d.Version == 1 {
		query = insertInto("draft", draftColumns) + " ON CONFLICT (id) DO NOTHING"
	} else {
		args = append(args, d.ID, d.Version-1)
	}
	n, err := c.exec(ctx, query, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return stale(ctx, c, "draft", "id", d.ID, d.Version-1)
	}
	if _, err := c.exec(ctx, "DELETE FROM draft_file WHERE draft_id = ?", d.ID); err != nil {
		return err
	}
	if err := nameFiles(ctx, c, "draft_file", "draft_id", d.Files, d.ID); err != nil {
		return err
	}
	if _, err := c.exec(ctx, "DELETE FROM draft_ticket WHERE draft_id = ?", d.ID); err != nil {
		return err
	}
	insert := insertInto("draft_ticket", "draft_id, ticket") + " ON CONFLICT (ticket, draft_id) DO NOTHING"
	for _, t := range d.Tickets {
		if _, err := c.exec(ctx, insert, d.ID, t); err != nil {
			return err
		}
	}
	return nil
}
