package kb

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// Store keeps articles and drafts. Every method is one transaction. Missing
// objects, and objects outside the visibility, are fault.NotFound; a lost race is
// fault.Conflict.
type Store interface {
	ArticleStore
	DraftStore
}

// ArticleStore keeps articles with their revisions.
type ArticleStore interface {
	// Article gives the current revision of the article with this id or slug.
	Article(ctx context.Context, ref string, vis Visibility) (Article, error)
	// Articles lists current revisions in order of id.
	Articles(ctx context.Context, f ArticleFilter) (ArticlePage, error)
	// ArticleRevision gives one revision, checked against the visibility both of the
	// current revision and of that revision.
	ArticleRevision(ctx context.Context, id string, revision int, vis Visibility) (Article, error)
	// ArticleRevisions lists all revisions, newest first, without their bodies.
	ArticleRevisions(ctx context.Context, id string, vis Visibility) ([]Article, error)
	// ImportIndex gives, for every article (archived ones too), what an import
	// compares with.
	ImportIndex(ctx context.Context) ([]ImportState, error)
	// SaveArticles writes new revisions, all or none. Each article's Revision must be
	// one more than the stored one (1 for a new article), otherwise fault.Conflict;
	// so is a slug that another article has.
	SaveArticles(ctx context.Context, articles []Article, entry journal.Entry) error
	// RateArticle keeps what a reader ("" for a visitor) said of a revision; a known
	// reader's later word replaces the earlier one.
	RateArticle(ctx context.Context, article, reader string, f Feedback, at time.Time, entry journal.Entry) error
	// Ratings counts what readers said of an article, over all its revisions.
	Ratings(ctx context.Context, article string) (Ratings, error)
}

// DraftStore keeps drafts under review.
type DraftStore interface {
	Draft(ctx context.Context, id string) (Draft, error)
	Drafts(ctx context.Context, f DraftFilter) (DraftPage, error)
	// SaveDraft writes the draft; its Version must be one more than the stored one
	// (1 for a new draft), otherwise fault.Conflict.
	SaveDraft(ctx context.Context, d Draft, entry journal.Entry) error
	// PublishDraft writes the decided draft and the article revision it makes, in one
	// transaction, under the rules of SaveDraft and SaveArticles.
	PublishDraft(ctx context.Context, d Draft, a Article, entry journal.Entry) error
	// NoteReading keeps when a reader first opened a draft; a later time changes nothing.
	NoteReading(ctx context.Context, draft, reader string, at time.Time) error
	// Reading gives when the reader first opened the draft; the zero time when never.
	Reading(ctx context.Context, draft, reader string) (time.Time, error)
	// Decided lists what was decided from the time on, oldest first, without texts.
	Decided(ctx context.Context, since time.Time) ([]Outcome, error)
}

// ArticleFilter selects articles. Zero fields do not filter, but a zero
// Visibility shows nothing.
type ArticleFilter struct {
	Visibility Visibility
	Kind       Kind
	Service    string
	Owner      string
	Tag        string
	Newest     bool   // the last changed first instead of by id; one page only, Next stays ""
	After      string // id of the last article of the page before, "" for the first page
	Limit      int    // 1..500
}

// ArticlePage is one page of articles; Next is "" on the last.
type ArticlePage struct {
	Articles []Article
	Next     string
}

// ImportState is what an import knows of a stored article.
type ImportState struct {
	ID, Slug, Path, Hash string
	Revision             int
}

// DraftFilter selects drafts. Zero fields do not filter.
type DraftFilter struct {
	Status    DraftStatus
	Ticket    string
	ArticleID string
	Author    string
	// Fingerprint selects drafts made from the same evidence.
	Fingerprint string
	After       string // id of the last draft of the page before
	Limit       int    // 1..500
}

// DraftPage is one page of drafts, newest first; Next is "" on the last.
type DraftPage struct {
	Drafts []Draft
	Next   string
}
