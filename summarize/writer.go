package summarize

import (
	"io/fs"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/draft"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/redact"
)

// Finder is what answers and drafts need from the retrieval engine.
type Finder interface {
	answer.Finder
	draft.Finder
}

// Library reads articles and the drafts under review. The knowledge store implements it.
type Library interface {
	answer.Library
	draft.Library
}

// Deps are the dependencies of a Writer. Every field may be left out: without Model all
// texts are extractive; without Search questions are refused and drafts consider only the
// articles that a ticket names; without Library not even those.
type Deps struct {
	Model    ask.Model
	Search   Finder
	Library  Library
	Prompts  fs.FS
	Now      func() time.Time
	Ledger   ask.Ledger
	Settings func(action string) ask.Settings
	Rule     func(action, category string) (rule string, allowed bool)
	// Answers returns whether the service model lets a question be answered without a
	// person, by whichever engine. If nil, every question may be.
	Answers  func(model.AnswerRequest) model.Permit
	Machines func() redact.Network
}

// Aliases, because Writer cannot embed three types that are all named Writer.
type (
	handoffWriter = handoff.Writer
	answerWriter  = answer.Writer
	draftWriter   = draft.Writer
)

// Writer writes summaries, answers and drafts, with one client for the language model. It
// is safe for concurrent use.
type Writer struct {
	*ask.Client
	*handoffWriter
	*answerWriter
	*draftWriter
}

// New returns a Writer. If the prompts do not parse, it is extractive and Ready reports why.
func New(d Deps) *Writer {
	client := ask.New(ask.Deps{
		Model: d.Model, Prompts: d.Prompts, Now: d.Now, Ledger: d.Ledger,
		Settings: d.Settings, Rule: d.Rule, Machines: d.Machines,
	})
	answers := answer.Deps{Client: client, Allowed: d.Answers}
	drafts := draft.Deps{Client: client, Now: client.Now}
	if d.Search != nil {
		answers.Search, drafts.Search = d.Search, d.Search
	}
	if d.Library != nil {
		answers.Library, drafts.Library = d.Library, d.Library
	}
	return &Writer{
		Client:        client,
		handoffWriter: handoff.NewWriter(client),
		answerWriter:  answer.New(answers),
		draftWriter:   draft.New(drafts),
	}
}
