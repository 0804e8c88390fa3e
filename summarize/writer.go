package summarize

import (
	"context"
	"io/fs"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/redact"
)

// Finder ranks articles and finds their passages. The retrieval engine is one.
type Finder interface {
	desk.Suggester
	// Search ranks articles for a question, within the query's visibility.
	Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error)
	// Passages gives the n best passages of these articles for the text, best first.
	Passages(ctx context.Context, text string, vis kb.Visibility, articleIDs []string, n int) ([]retrieval.PassageHit, error)
}

// Library reads articles and the drafts under review. The knowledge store is one.
type Library interface {
	Article(ctx context.Context, ref string, vis kb.Visibility) (kb.Article, error)
	Drafts(ctx context.Context, f kb.DraftFilter) (kb.DraftPage, error)
}

// The engines that can have written a text.
const (
	Extractive  = "extractive"
	ByModel     = "model"
	actHandoff  = "handoff"
	actAnswer   = "answer"
	actDraft    = "draft"
	defaultRule = "default"
)

// Options configures a Writer. Every field but Now may be left out: without Model
// all is extractive, without Search questions are refused and drafts know only the
// articles a ticket names, without Library the same articles are unknown too.
type Options struct {
	Model   Model
	Search  Finder
	Library Library
	// Prompts holds handoff.md, answer.md and draft.md at its root; needed with Model.
	Prompts fs.FS
	Now     func() time.Time
	// Ledger admits the calls to the model and keeps their record. Without it they are
	// neither bounded nor recorded.
	Ledger Ledger
	// Settings says how an action ("handoff", "answer", "draft") uses the model.
	Settings func(action string) Settings
	// Rule says which rule of the service model allows the model to perform an action
	// ("handoff", "answer", "draft") for a ticket of this category ("" when there is
	// no ticket), and whether it does. Without it every action is allowed.
	Rule func(action, category string) (rule string, allowed bool)
	// Answers says which rule of the service model lets questions be answered without a
	// person, by whatever engine, and whether it does. Without it they are.
	Answers func() (rule string, allowed bool)
	// RedactIPs also takes IP addresses out of what leaves the process.
	RedactIPs bool
	// Machines is the policy for addresses and names of machines that holds otherwise;
	// nil is redact.Internal.
	Machines func() redact.Network
}

// Writer writes summaries, answers and drafts. It is safe for concurrent use.
type Writer struct {
	opts    Options
	prompts prompts
	err     error // why the prompts cannot be used; the model path falls back with it
}

// New makes a Writer. Prompts that do not parse leave it extractive; Ready tells.
func New(o Options) *Writer {
	if o.Now == nil {
		o.Now = time.Now
	}
	w := &Writer{opts: o}
	if o.Model != nil {
		w.prompts, w.err = parsePrompts(o.Prompts)
	}
	return w
}

// Ready reports why the configured model cannot be used, nil when it can or when
// there is none. It makes no call.
func (w *Writer) Ready() error { return w.err }
