package port

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// Article looks up an article that the actor may read, by ID or slug.
type Article interface {
	Article(ctx context.Context, actor access.Actor, ref string) (kb.Article, error)
}

// Renderer renders an article as its reader sees it.
type Renderer interface {
	Render(ctx context.Context, actor access.Actor, a kb.Article, omitTitle bool) (kb.Page, error)
}

// Articles lists articles that the actor may read.
type Articles interface {
	Articles(ctx context.Context, actor access.Actor, f kb.ArticleFilter) (kb.ArticlePage, error)
}

// ArticleReader reads articles and their revisions on behalf of the actor. *kb.Service
// implements it and the other interfaces for articles and drafts.
type ArticleReader interface {
	Article
	Articles
	Revision(ctx context.Context, actor access.Actor, id string, n int) (kb.Article, error)
	Revisions(ctx context.Context, actor access.Actor, id string) ([]kb.Article, error)
}

// ArticleEditor creates, changes and rates articles.
type ArticleEditor interface {
	Create(ctx context.Context, actor access.Actor, in kb.NewArticleInput) (kb.Article, error)
	Update(ctx context.Context, actor access.Actor, id string, baseRevision int, p kb.Patch) (kb.Article, error)
	Restore(ctx context.Context, actor access.Actor, id string, revision, baseRevision int) (kb.Article, error)
	Archive(ctx context.Context, actor access.Actor, id string, baseRevision int) (kb.Article, error)
	Merge(ctx context.Context, actor access.Actor, id, intoID string, baseRevision int) (kb.Article, error)
	Rate(ctx context.Context, actor access.Actor, ref string, f kb.Feedback) error
}

// Proposer proposes new articles and edits of articles as drafts.
type Proposer interface {
	Propose(ctx context.Context, actor access.Actor, p kb.Proposal) (kb.Draft, error)
}

// Drafts reads, edits and submits drafts.
type Drafts interface {
	Draft(ctx context.Context, actor access.Actor, id string) (kb.Draft, error)
	Drafts(ctx context.Context, actor access.Actor, f kb.DraftFilter) (kb.DraftPage, error)
	Base(ctx context.Context, actor access.Actor, d kb.Draft) (kb.Article, error)
	EditDraft(ctx context.Context, actor access.Actor, id string, version int, p kb.Patch) (kb.Draft, error)
	Submit(ctx context.Context, actor access.Actor, id, comment string) (kb.Draft, error)
}

// Reviewing decides on drafts, and reports on past decisions.
type Reviewing interface {
	ApproveWith(ctx context.Context, actor access.Actor, id string, in kb.Approval) (kb.Draft, kb.Article, error)
	RequestChanges(ctx context.Context, actor access.Actor, id, comment string) (kb.Draft, error)
	RejectFor(ctx context.Context, actor access.Actor, id string, in kb.RejectInput) (kb.Draft, error)
	Quality(ctx context.Context, actor access.Actor, since time.Time) (kb.QualityReport, error)
}
