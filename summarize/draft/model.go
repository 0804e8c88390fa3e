package draft

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The bounds of a draft that a model writes.
const (
	maxDraftClaims = 12
	maxDraftRunes  = 500
	titleShare     = 0.6 // of the title's words must be the requester's
)

// draftByModel lets the model write the sections of a new article. Each claim must
// resolve to messages that the article's readers may see. A section of which nothing is
// left is written extractively; without a supported resolution, all of them are.
func (w *Writer) draftByModel(ctx context.Context, c *composer, ms []statement) (kb.Proposal, error) {
	ev := evidence.New()
	resolving := c.Ticket.Resolution.Message
	usable := func(m desk.Message) bool {
		return m.Visibility == desk.PublicReply || c.internal || m.N == resolving
	}
	for _, it := range evidence.OfThread(c.Ticket, c.redactor, []int{resolving}, usable).Items {
		it.Text = c.clean(it.Text)
		ev.Add(it)
	}
	speaker := func(it evidence.Item) string { return evidence.Speaker(c.Ticket, it.Message) }
	parts := []string{"issue", "environment", "cause", "resolution"}
	properties := map[string]any{"title": map[string]any{"type": "string", "maxLength": maxTitle}}
	for _, name := range parts {
		properties[name] = ask.ClaimSchema(ev.Marks(), maxDraftClaims, maxDraftRunes)
	}
	schema, err := ask.ObjectSchema(properties, append([]string{"title"}, parts...))
	if err != nil {
		return kb.Proposal{}, err
	}
	var p kb.Proposal
	err = w.deps.Client.Ask(ctx, ask.Task{
		Action: ask.ActionDraft, Category: c.Ticket.Category, Ticket: c.Ticket.ID, Schema: schema, Redactor: c.redactor,
		Input: &ask.DraftPrompt{
			Frame: ask.Frame{Evidence: ask.EvidenceLines(ev, speaker)},
			Title: c.title(), Section: c.resolutionHeading(),
		},
		Accept: func(data []byte) error {
			var reply draftReply
			if err := ask.DecodeStrict(data, &reply); err != nil {
				return err
			}
			d := modelDraft{composer: c, evidence: ev}
			var ok bool
			if p, ok = d.write(reply, ms); !ok {
				return fault.New(fault.Invalid, "the thread did not support the resolution that the model wrote")
			}
			return nil
		},
	})
	return p, err
}

// draftReply is the shape of a model's draft.
type draftReply struct {
	Title       string           `json:"title"`
	Issue       []evidence.Claim `json:"issue"`
	Environment []evidence.Claim `json:"environment"`
	Cause       []evidence.Claim `json:"cause"`
	Resolution  []evidence.Claim `json:"resolution"`
}

// modelDraft assembles an article from claims that resolve.
type modelDraft struct {
	*composer
	evidence *evidence.Set
}

// write returns the article. ok is false if the thread does not support its resolution.
func (d modelDraft) write(reply draftReply, ms []statement) (p kb.Proposal, ok bool) {
	c := d.composer
	c.evidence = nil
	var b strings.Builder
	title := d.title(reply.Title)
	if sentences := d.supported(reply.Issue); len(sentences) > 0 {
		section(&b, "Issue", escapeText(strings.Join(sentences, " ")))
	} else {
		c.writeIssue(&b)
	}
	if sentences := d.supported(reply.Environment); len(sentences) > 0 {
		for i := range sentences {
			sentences[i] = escapeText(strings.TrimRight(sentences[i], "."))
		}
		section(&b, "Environment", "- "+strings.Join(sentences, "\n- "))
	} else {
		c.writeEnvironment(&b)
	}
	if sentences := d.supported(reply.Cause); len(sentences) > 0 {
		section(&b, "Cause", escapeText(strings.Join(sentences, " ")))
	} else {
		c.writeCause(&b, ms)
	}
	steps := d.supported(reply.Resolution)
	if len(steps) == 0 || !d.coversResolution(steps, ms) {
		return kb.Proposal{}, false
	}
	if len(steps) == 1 {
		section(&b, c.resolutionHeading(), escapeText(steps[0]))
	} else {
		var list strings.Builder
		for i, s := range steps {
			fmt.Fprintf(&list, "%d. %s\n", i+1, escapeText(s))
		}
		section(&b, c.resolutionHeading(), strings.TrimRight(list.String(), "\n"))
	}
	return c.proposal(title, b.String()), true
}

// supported returns the claims that resolve and cites their messages.
func (d modelDraft) supported(claims []evidence.Claim) []string {
	var out []string
	for _, cl := range ask.BoundedClaims(claims, maxDraftClaims) {
		text, cited, ok := d.evidence.Resolve(cl, maxDraftRunes)
		if !ok {
			continue
		}
		for _, it := range cited {
			d.cite(it.Message, thread.Shorten(it.Text, 600))
		}
		out = append(out, thread.SentenceEnd(d.clean(text)))
	}
	return out
}

// coversResolution reports whether the steps contain enough of what resolved the ticket:
// steps about failed attempts alone would be supported, but wrong.
func (d modelDraft) coversResolution(steps []string, ms []statement) bool {
	var resolution strings.Builder
	for _, m := range ms {
		resolution.WriteString(m.Text + "\n")
	}
	return thread.Overlap(thread.Stems(resolution.String()), thread.Stems(strings.Join(steps, "\n"))) >= 0.3
}

// title returns the model's title if its words are the requester's, else the extractive one.
func (d modelDraft) title(title string) string {
	title = strings.TrimRight(thread.Shorten(d.clean(evidence.PlainText(title, nil)), maxTitle), ".")
	own := thread.Stems(d.clean(d.Ticket.Subject + "\n" + thread.Shorten(d.Ticket.Body(), 6000)))
	if thread.CountContent(title) < 2 || thread.Overlap(thread.Stems(title), own) < titleShare {
		return d.composer.title()
	}
	return thread.UpperFirst(title)
}
