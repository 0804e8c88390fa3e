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
// resolve to messages that the article's readers may see; a section that nothing
// survived in is written extractively, and without a supported resolution all is.
func (w *Writer) draftByModel(ctx context.Context, c *composer, ms []statement) (kb.Proposal, error) {
	ev := evidence.New()
	for _, it := range evidence.OfThread(c.ticket, c.redactor, []int{c.ticket.Resolution.Message}, func(m desk.Message) bool {
		return m.Visibility == desk.PublicReply || c.internal || m.N == c.ticket.Resolution.Message
	}).Items {
		it.Text = c.clean(it.Text)
		ev.Add(it)
	}
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
	err = w.Client.Ask(ctx, ask.Task{
		Action: ask.ActionDraft, Category: c.ticket.Category, Ticket: c.ticket.ID, Schema: schema, Redactor: c.redactor,
		Input: &ask.DraftPrompt{
			Frame: ask.Frame{Evidence: ask.EvidenceLines(ev, func(it evidence.Item) string { return evidence.Speaker(c.ticket, it.Message) })},
			Title: c.title(), Section: c.resolutionHeading(),
		},
		Accept: func(data []byte) error {
			var reply struct {
				Title       string           `json:"title"`
				Issue       []evidence.Claim `json:"issue"`
				Environment []evidence.Claim `json:"environment"`
				Cause       []evidence.Claim `json:"cause"`
				Resolution  []evidence.Claim `json:"resolution"`
			}
			if err := ask.DecodeStrict(data, &reply); err != nil {
				return err
			}
			d := modelDraft{composer: c, evidence: ev}
			var ok bool
			p, ok = d.write(reply.Title, reply.Issue, reply.Environment, reply.Cause, reply.Resolution, ms)
			if !ok {
				return fault.New(fault.Invalid, "the thread did not support the resolution that the model wrote")
			}
			return nil
		},
	})
	return p, err
}

// modelDraft puts an article together from claims that resolve.
type modelDraft struct {
	*composer
	evidence *evidence.Set
}

func (d modelDraft) write(title string, issue, environment, cause, resolution []evidence.Claim, ms []statement) (kb.Proposal, bool) {
	c := d.composer
	c.evidence = nil
	var b strings.Builder
	head := d.title(title)
	if said := d.kept(issue); len(said) > 0 {
		section(&b, "Issue", escapeText(strings.Join(said, " ")))
	} else {
		c.issue(&b)
	}
	if said := d.kept(environment); len(said) > 0 {
		for i := range said {
			said[i] = escapeText(strings.TrimRight(said[i], "."))
		}
		section(&b, "Environment", "- "+strings.Join(said, "\n- "))
	} else {
		c.environment(&b)
	}
	if said := d.kept(cause); len(said) > 0 {
		section(&b, "Cause", escapeText(strings.Join(said, " ")))
	} else {
		c.cause(&b, ms)
	}
	steps := d.kept(resolution)
	if len(steps) == 0 || !d.tellsResolution(steps, ms) {
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
	return c.proposal(head, b.String()), true
}

// kept gives the claims that resolve and cites their messages.
func (d modelDraft) kept(claims []evidence.Claim) []string {
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

// tellsResolution reports whether the steps hold something of what resolved the
// ticket: steps about the failed attempts alone would be supported, and wrong.
func (d modelDraft) tellsResolution(steps []string, ms []statement) bool {
	var told strings.Builder
	for _, m := range ms {
		told.WriteString(m.Text + "\n")
	}
	return thread.Overlap(thread.Stems(told.String()), thread.Stems(strings.Join(steps, "\n"))) >= 0.3
}

// title keeps the model's title when its words are the requester's.
func (d modelDraft) title(title string) string {
	title = strings.TrimRight(thread.Shorten(d.clean(evidence.PlainText(title, nil)), maxTitle), ".")
	own := thread.Stems(d.clean(d.ticket.Subject + "\n" + thread.Shorten(d.ticket.Body(), 6000)))
	if thread.CountContent(title) < 2 || thread.Overlap(thread.Stems(title), own) < titleShare {
		return d.composer.title()
	}
	return thread.UpperFirst(title)
}
