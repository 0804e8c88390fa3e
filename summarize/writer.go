package summarize

import (
	"io/fs"
	"time"

	"github.com/deskbook/deskbook/summarize/redact"
)

// Finder is what answers and drafts ask of the retrieval engine.
type Finder interface {
	answerFinder
	draftFinder
}

// Library reads articles and the drafts under review. The knowledge store is one.
type Library interface {
	answerLibrary
	draftLibrary
}

// Options configures a Writer. Every field may be left out: without Model
// all is extractive, without Search questions are refused and drafts know only the
// articles a ticket names, without Library the same articles are unknown too.
type Options struct {
	Model    Model
	Search   Finder
	Library  Library
	Prompts  fs.FS
	Now      func() time.Time
	Ledger   Ledger
	Settings func(action string) Settings
	Rule     func(action, category string) (rule string, allowed bool)
	// Answers says which rule of the service model lets questions be answered without a
	// person, by whatever engine, and whether it does. Without it they are.
	Answers  func() (rule string, allowed bool)
	Machines func() redact.Network
}

// Writer writes summaries, answers and drafts: the three writers over one way to the
// language model. It is safe for concurrent use.
type Writer struct {
	*client
	*handoffWriter
	*answerWriter
	*draftWriter
}

// New makes a Writer. Prompts that do not parse leave it extractive; Ready reports why.
func New(o Options) *Writer {
	c := newClient(clientDeps{
		Model: o.Model, Prompts: o.Prompts, Now: o.Now, Ledger: o.Ledger, Settings: o.Settings, Rule: o.Rule, Machines: o.Machines,
	})
	a := answerDeps{Client: c, Allowed: o.Answers}
	d := draftDeps{Client: c, Now: c.Now}
	if o.Search != nil {
		a.Search, d.Search = o.Search, o.Search
	}
	if o.Library != nil {
		a.Library, d.Library = o.Library, o.Library
	}
	return &Writer{client: c, handoffWriter: newHandoffWriter(c), answerWriter: newAnswerWriter(a), draftWriter: newDraftWriter(d)}
}
