package summarize

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// draftFinder ranks articles for a ticket and for a query.
type draftFinder interface {
	desk.Suggester
	// Search ranks articles for a question, within the query's visibility.
	Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error)
}

// draftLibrary reads articles and the drafts under review.
type draftLibrary interface {
	Article(ctx context.Context, ref string, vis kb.Visibility) (kb.Article, error)
	Drafts(ctx context.Context, f kb.DraftFilter) (kb.DraftPage, error)
}

// draftDeps is what a draft writer is made of. Without Search a draft knows only the
// articles that a ticket names; without Library not even those.
type draftDeps struct {
	Client  *client
	Search  draftFinder
	Library draftLibrary
	Now     func() time.Time
}

// draftWriter writes what a resolution teaches. It is safe for concurrent use.
type draftWriter struct{ draftDeps }

func newDraftWriter(d draftDeps) *draftWriter { return &draftWriter{d} }
