package answer

import (
	"context"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/recent"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Finder ranks articles for a question and finds their passages.
type Finder interface {
	// Search ranks articles for a question, within the query's visibility.
	Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error)
	// Passages returns the n best passages of these articles for the text, best first.
	Passages(
		ctx context.Context, text string, vis kb.Visibility, articleIDs []string, n int,
	) ([]retrieval.PassageHit, error)
}

// Library reads articles.
type Library interface {
	Article(ctx context.Context, ref string, vis kb.Visibility) (kb.Article, error)
}

// Deps are the dependencies of a Writer. Without Search or Library every question is refused.
type Deps struct {
	Client  *ask.Client
	Search  Finder
	Library Library
	// Allowed returns whether the service model lets a question be answered without a
	// person, by whichever engine. If nil, every question may be.
	Allowed func(model.AnswerRequest) model.Permit
}

// Writer answers questions from articles. It is safe for concurrent use.
type Writer struct {
	deps Deps
	read *recent.Cache[*reading] // by passage

	outlines *recent.Cache[*outline] // by article and revision
}

// New returns a Writer.
func New(d Deps) *Writer {
	return &Writer{d, recent.New[*reading](readBytes), recent.New[*outline](readBytes)}
}
