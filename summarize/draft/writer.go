package draft

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Finder ranks articles for tickets and queries.
type Finder interface {
	desk.Suggester
	// Search ranks articles for a question, within the query's visibility.
	Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error)
}

// Library reads articles and the drafts under review.
type Library interface {
	Article(ctx context.Context, ref string, vis kb.Visibility) (kb.Article, error)
	Drafts(ctx context.Context, f kb.DraftFilter) (kb.DraftPage, error)
}

// Deps are the dependencies of a Writer. Without Search only the articles that a ticket
// names are considered; without Library not even those.
type Deps struct {
	Client  *ask.Client
	Search  Finder
	Library Library
	Now     func() time.Time
}

// Writer writes proposals from resolved tickets. It is safe for concurrent use.
type Writer struct{ deps Deps }

// New returns a Writer.
func New(d Deps) *Writer { return &Writer{d} }
