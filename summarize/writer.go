package summarize

import (
	"io/fs"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/draft"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/redact"
)

// Finder is what answers and drafts ask of the retrieval engine.
type Finder interface {
	answer.Finder
	draft.Finder
}

// Library reads articles and the drafts under review. The knowledge store is one.
type Library interface {
	answer.Library
	draft.Library
}

// Options configures a Writer. Every field may be left out: without Model
// all is extractive, without Search questions are refused and drafts know only the
// articles a ticket names, without Library the same articles are unknown too.
type Options struct {
	Model    ask.Model
	Search   Finder
	Library  Library
	Prompts  fs.FS
	Now      func() time.Time
	Ledger   ask.Ledger
	Settings func(action string) ask.Settings
	Rule     func(action, category string) (rule string, allowed bool)
	// Answers returns whether the service model lets a question be answered without a
	// person, by whatever engine. Without it every question may be.
	Answers  func(desk.AnswerRequest) desk.Permit
	Machines func() redact.Network
}

// The writers under names of their own, so that one type can be all of them.
type (
	handoffWriter = handoff.Writer
	answerWriter  = answer.Writer
	draftWriter   = draft.Writer
)

// Writer writes summaries, answers and drafts: the three writers over one way to the
// language model. It is safe for concurrent use.
type Writer struct {
	*ask.Client
	*handoffWriter
	*answerWriter
	*draftWriter
}

// New makes a Writer. Prompts that do not parse leave it extractive; Ready reports why.
func New(o Options) *Writer {
	c := ask.New(ask.Deps{
		Model: o.Model, Prompts: o.Prompts, Now: o.Now, Ledger: o.Ledger, Settings: o.Settings, Rule: o.Rule, Machines: o.Machines,
	})
	a := answer.Deps{Client: c, Allowed: o.Answers}
	d := draft.Deps{Client: c, Now: c.Now}
	if o.Search != nil {
		a.Search, d.Search = o.Search, o.Search
	}
	if o.Library != nil {
		a.Library, d.Library = o.Library, o.Library
	}
	return &Writer{Client: c, handoffWriter: handoff.New(c), answerWriter: answer.New(a), draftWriter: draft.New(d)}
}
