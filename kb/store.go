package kb

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// Store holds articles and drafts. Every method is one transaction. Missing objects, and
// objects outside the visibility, are fault.NotFound; a lost race is fault.Conflict.
type Store interface {
	ArticleStore
	DraftStore
	FileStore
}

// ArticleStore holds articles with their revisions.
type ArticleStore interface {
	// Article returns the current revision of the article with this id or slug.
	Article(ctx context.Context, ref string, vis Visibility) (Article, error)
	// Articles lists current revisions in order of id.
	Articles(ctx context.Context, f ArticleFilter) (ArticlePage, error)
	// ArticleRevision returns one revision if both it and the current revision are within
	// the visibility.
	ArticleRevision(ctx context.Context, id string, revision int, vis Visibility) (Article, error)
	// ArticleRevisions lists all revisions, newest first, without their bodies.
	ArticleRevisions(ctx context.Context, id string, vis Visibility) ([]Article, error)
	// ImportIndex returns what an import compares with, for every article, archived ones
	// included.
	ImportIndex(ctx context.Context) ([]ImportState, error)
	// SaveArticles writes new revisions, all or none. Each article's Revision must be
	// one more than the stored one (1 for a new article), otherwise fault.Conflict;
	// so is a slug that another article has.
	SaveArticles(ctx context.Context, articles []Article, entry journal.Entry) error
	// Named returns the articles that bear these names, by name; see Article.Names. Names
	// of earlier revisions count too, unless another article has them now.
	Named(ctx context.Context, names []string, vis Visibility) (map[string][]Target, error)
	// RateArticle stores a reader's rating of a revision ("" for a visitor); a known
	// reader's later rating replaces the earlier one.
	RateArticle(ctx context.Context, article, reader string, f Feedback, at time.Time, entry journal.Entry) error
	// Ratings counts the ratings of an article over all its revisions.
	Ratings(ctx context.Context, article string) (Ratings, error)
}

// DraftStore holds drafts under review.
type DraftStore interface {
	Draft(ctx context.Context, id string) (Draft, error)
	Drafts(ctx context.Context, f DraftFilter) (DraftPage, error)
	// SaveDraft writes the draft; its Version must be one more than the stored one
	// (1 for a new draft), otherwise fault.Conflict.
	SaveDraft(ctx context.Context, d Draft, entry journal.Entry) error
	// PublishDraft writes the decided draft and the resulting article revision in one
	// transaction, under the rules of SaveDraft and SaveArticles.
	PublishDraft(ctx context.Context, d Draft, a Article, entry journal.Entry) error
	// NoteReading stores when a reader first opened a draft; a later time changes nothing.
	NoteReading(ctx context.Context, draft, reader string, at time.Time) error
	// Reading returns when the reader first opened the draft, the zero time if never.
	Reading(ctx context.Context, draft, reader string) (time.Time, error)
	// Decided lists the drafts decided since that time, oldest first, without texts.
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

// ImportState is what an import knows about a stored article.
type ImportState struct {
	ID, Slug, Path, Hash string
	Title, Locale        string
	Confidence           Confidence
	Revision             int
	Origin               Origin
}

// DraftFilter selects drafts. Zero fields do not filter.
type DraftFilter struct {
	Status    DraftStatus
	Ticket    string
	ArticleID string
	Author    string
	// Fingerprint selects drafts from the same evidence.
	Fingerprint string
	After       string // id of the last draft of the page before
	Limit       int    // 1..500
}

// DraftPage is one page of drafts, newest first; Next is "" on the last.
type DraftPage struct {
	Drafts []Draft
	Next   string
}
