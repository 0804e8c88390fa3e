// Package port declares the interfaces through which both the JSON API and the web
// pages access the domain, so that each method is declared once. Interfaces with a
// single consumer are declared by that consumer, which may embed the ones declared
// here.
//
// It contains interfaces only, and imports neither the API, the pages nor a store.
package port

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/replay"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/version"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Searcher searches articles. *retrieval.Engine implements it.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error)
}

// Answerer answers questions with citations. *summarize.Writer implements it.
type Answerer interface {
	Answer(ctx context.Context, question string, vis kb.Visibility) (answer.Answer, error)
	StreamAnswer(ctx context.Context, question string, vis kb.Visibility, p answer.Progress) (
		answer.Answer, error)
}

// LanguageModel reports whether a language model writes texts. *summarize.Writer
// implements it.
type LanguageModel interface {
	UsesModel(action, category string) bool
}

// CallLister lists the calls to language models. The store implements it.
type CallLister interface {
	// ModelCalls returns calls, newest first, with the text that was sent. next is the
	// cursor of the following page, "" on the last.
	ModelCalls(ctx context.Context, after string, limit int) (calls []ask.Call, next string, err error)
}

// GapLister lists gaps in the knowledge base.
type GapLister interface {
	List(ctx context.Context, actor access.Actor, f desk.GapFilter) (desk.GapPage, error)
}

// Gaps records and lists gaps in the knowledge base. *desk.Gaps implements it.
type Gaps interface {
	desk.GapRecorder
	GapLister
}

// Learning evaluates and trains the ranking. *learning.Service implements it.
type Learning interface {
	StartEvaluation(ctx context.Context, actor access.Actor) (run learning.EvaluationRun, fresh bool, err error)
	Evaluation(ctx context.Context, actor access.Actor, id string) (learning.EvaluationRun, error)
	ListEvaluations(ctx context.Context, actor access.Actor, after string, limit int) (
		runs []learning.EvaluationRun, next string, err error)
	Training
	Activate(ctx context.Context, actor access.Actor, id string) (version.Version, error)
}

// Training trains a version and lists those trained. *version.Service implements it.
type Training interface {
	StartTraining(ctx context.Context, actor access.Actor) (v version.Version, fresh bool, err error)
	ListVersions(ctx context.Context, actor access.Actor, limit int) ([]version.Version, error)
}

// Measures computes the desk's numbers. *measure.Service implements it.
type Measures interface {
	Report(ctx context.Context, actor access.Actor, q measure.Query) (measure.Report, error)
	// Rows calls fn with the rows that make up a measure until it returns false, beginning after the
	// row of a cursor.
	Rows(ctx context.Context, actor access.Actor, m measure.Measure, q measure.Query, after string,
		fn func(measure.Row) bool) error
	// Signs returns the tickets that may make numbers look better than the work is.
	Signs(ctx context.Context, actor access.Actor, q measure.Query) ([]measure.Sign, error)
}

// Replayer replays a changed service model on past tickets. *replay.Service implements it.
type Replayer interface {
	Run(ctx context.Context, text string, since time.Time) (replay.Report, error)
}

// Inbox shows people their tasks and notices. *desk.Inbox implements it.
type Inbox interface {
	List(ctx context.Context, actor access.Actor, done bool, before int64, limit int) ([]desk.Notice, error)
	Done(ctx context.Context, actor access.Actor, number int64) (desk.Notice, error)
}

// Models holds the versions of the service model. *model.Registry implements it.
type Models interface {
	Current() model.Version
	// Put puts a changed text into force, or proposes it.
	Put(ctx context.Context, actor access.Actor, base int, text, reason string) (*model.Version, *model.Proposal, error)
	Decide(ctx context.Context, actor access.Actor, id int, approve bool, comment string) (model.Proposal, error)
	Versions(ctx context.Context, before, limit int) ([]model.Version, error)
	Version(ctx context.Context, number int) (model.Version, error)
	Proposals(ctx context.Context) ([]model.Proposal, error)
	Proposal(ctx context.Context, id int) (model.Proposal, error)
}
