package draft

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/thread"
)

// reviewAfter is when a new article is due for its first periodic review.
const reviewAfter = 180 * 24 * time.Hour

// Outcome is what a resolution contributes to the knowledge base. Proposal is set for the
// decisions "edit" and "new", unless a draft under review already contains the same; then
// Knowledge.Review names that draft and Addition is what to add to it. The caller submits
// the proposal and puts the new draft's ID into Knowledge.Review.
type Outcome struct {
	Knowledge desk.Knowledge
	Proposal  *kb.Proposal
	// Addition is what the ticket adds to a draft under review that contains the same.
	Addition *Addition
	Engine   string // what wrote the proposal: Extractive or ByModel
	// Reason says why the extractive engine wrote it although a model is configured.
	Reason string
	Worth  Worth // the assessment of the resolution, zero if there was nothing to write
}

// Draft decides what the ticket's resolution contributes and writes the proposal. A
// ticket without a resolution is fault.Conflict; errors of the search and the library are
// returned, those of the model are not.
//
// A new article is public if everything it says comes from public messages or from the
// resolution note, which agents write for the record and a reviewer reads before
// publication. If the resolution is known only from internal notes, the article is
// internal and may use them; otherwise internal notes are not used at all. An edit keeps
// the article's audience and uses internal notes only if the article is internal.
func (w *Writer) Draft(ctx context.Context, t desk.Ticket) (Outcome, error) {
	if t.Resolution == nil {
		return Outcome{}, fault.New(fault.Conflict, "ticket %s is not resolved", t.ID)
	}
	if err := ctx.Err(); err != nil {
		return Outcome{}, fmt.Errorf("draft from ticket %s: %w", t.ID, err)
	}
	r := w.deps.Client.Redactor()
	th := thread.Read(r.Ticket(t))
	ms, missing := withReferents(th, resolutionOf(th))
	v, err := w.decide(ctx, th, ms, missing)
	if err != nil {
		return Outcome{}, fmt.Errorf("draft from ticket %s: %w", t.ID, err)
	}
	out := Outcome{
		Knowledge: desk.Knowledge{Decision: v.decision, Reason: v.reason, Article: v.article.ID, Review: v.review},
		Engine:    ask.Extractive,
	}
	switch {
	case v.review != "":
		out.Addition = w.addition(th, ms)
	case v.decision == DecideEdit, v.decision == DecideNew:
		w.propose(ctx, &out, newComposer(th, r), v, ms)
	}
	return out, nil
}

// propose writes the proposal for a decision to edit or to write a new article, unless it
// would be too poor.
func (w *Writer) propose(ctx context.Context, out *Outcome, c *composer, v verdict, ms []statement) {
	out.Worth = weighResolution(c, v, ms)
	modelWrites := w.deps.Client.Configured() && v.decision == DecideNew
	if poor := out.Worth.TooPoor(modelWrites); poor != "" {
		out.Knowledge = notWritten(v, poor)
		return
	}
	var p kb.Proposal
	if v.decision == DecideEdit {
		c.internal = v.article.Audience == access.Internal
		if v.rewrite {
			p = c.rewrite(v.article, ms)
		} else {
			p = c.edit(v)
		}
	} else {
		c.internal = anyInternal(ms)
		p, out.Engine, out.Reason = w.compose(ctx, c, ms)
	}
	if poor := out.Worth.TooPoor(false); poor != "" && out.Engine == ask.Extractive {
		out.Knowledge = notWritten(v, poor) // it depended on the model rewriting it
		return
	}
	if strings.TrimSpace(p.Markdown) == "" {
		out.Knowledge = desk.Knowledge{
			Decision: DecideNone, Reason: "None of the resolution may be shown to the article's readers.",
		}
		return
	}
	p.Nearest, p.Engine, p.Submit = v.nearest, out.Engine, true
	p.Tickets, p.Subjects = []string{c.Ticket.ID}, []string{thread.Tidy(c.Ticket.Subject)}
	p.Sources, p.Earlier = []kb.Source{c.source(ms)}, v.earlier
	p.Comment = v.reason
	if p.ReviewBy.IsZero() && v.decision == DecideNew {
		p.ReviewBy = w.deps.Now().UTC().Add(reviewAfter).Truncate(24 * time.Hour)
	}
	out.Proposal = &p
}

// notWritten returns what remains of a decision whose draft would be poor: the link to
// the article, if there is one.
func notWritten(v verdict, poor string) desk.Knowledge {
	if v.decision != DecideEdit {
		return desk.Knowledge{Decision: DecideNone, Reason: poor}
	}
	reason := fmt.Sprintf("%q covers the topic. No edit is proposed: %s", v.article.Title, thread.LowerFirst(poor))
	return desk.Knowledge{Decision: DecideLink, Article: v.article.ID, Reason: reason}
}

func anyInternal(ms []statement) bool {
	return slices.ContainsFunc(ms, func(m statement) bool { return m.internal })
}

// compose writes a new article, by the model if one is configured.
func (w *Writer) compose(ctx context.Context, c *composer, ms []statement) (p kb.Proposal, engine, reason string) {
	if w.deps.Client.Configured() {
		written, err := w.draftByModel(ctx, c, ms)
		if err == nil {
			return written, ask.ByModel, ""
		}
		reason = ask.Reason(err)
		c = newComposer(c.Thread, c.redactor)
		c.internal = anyInternal(ms)
	}
	return c.article(ms), ask.Extractive, reason
}
