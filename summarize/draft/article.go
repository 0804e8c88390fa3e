package draft

import (
	"cmp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// article writes a new article extractively, following the template.
func (c *composer) article(ms []statement) kb.Proposal {
	var b strings.Builder
	title := c.title()
	c.writeIssue(&b)
	c.writeEnvironment(&b)
	ms = c.writeCause(&b, ms)
	section(&b, c.resolutionHeading(ms...), c.steps(ms))
	return c.proposal(title, b.String())
}

// resolutionHeading returns "Workaround" if the resolution's code or one of its statements
// calls it one, else "Resolution".
func (c *composer) resolutionHeading(ms ...statement) string {
	temporary := func(m statement) bool { return temporaryFix.MatchString(m.Text) }
	if c.Ticket.Resolution.Code == desk.Workaround || slices.ContainsFunc(ms, temporary) {
		return "Workaround"
	}
	return "Resolution"
}

// proposal fills the fields of a new article.
func (c *composer) proposal(title, markdown string) kb.Proposal {
	t := c.Ticket
	p := kb.Proposal{
		Title: title, Markdown: markdown, Kind: kb.Troubleshooting, Confidence: kb.Validated,
		Audience: access.AudiencePublic, Governance: kb.Experience, Owner: t.Group, Service: t.Service,
		Evidence: c.evidence, Redactions: c.redactions(),
	}
	if t.Category != "" {
		p.Categories = []string{t.Category}
	}
	switch {
	case t.Resolution.Code == desk.Workaround:
		p.Kind = kb.KnownError // a known error is a problem with a workaround but no fix
	case t.Type == desk.Request || t.Type == desk.Question && t.Resolution.Code == desk.Answered:
		p.Kind = kb.HowTo
	}
	if c.internal {
		p.Audience = access.Internal
	}
	return p
}

// maxTitle bounds a title, in runes.
const maxTitle = 110

// title returns the symptom in the requester's words: the subject or, if that is vague,
// the sentence of the first message that best says what is wrong.
func (c *composer) title() string {
	subject := thread.CleanSubject(c.clean(c.Subject.Text))
	if !thread.IsVague(subject) {
		return thread.Shorten(thread.UpperFirst(subject), maxTitle)
	}
	// What was repaired is what the symptom is about.
	resolution := thread.Stems(c.Ticket.Resolution.Note)
	best, top := "", 0.0
	for _, u := range c.Sentences {
		if u.Index != 0 || u.Role == thread.Pleasantry || u.Form == thread.Code {
			continue
		}
		score := u.Scores[thread.Request] + 0.5*u.Centrality - 0.1*float64(u.Pos) +
			0.6*float64(shared(u.Stems, resolution))
		if n := u.Content; n >= 3 && n <= 18 && score > top {
			best, top = u.Text, score
		}
	}
	if best == "" {
		return thread.Shorten(thread.UpperFirst(cmp.Or(subject, "Resolved ticket")), maxTitle)
	}
	c.cite(c.Ticket.Messages[0].N, best)
	return thread.Shorten(thread.UpperFirst(strings.TrimRight(c.clean(best), ".!")), maxTitle)
}

// shared returns how many stems two texts have in common.
func shared(a, b map[string]bool) int {
	n := 0
	for s := range a {
		if b[s] {
			n++
		}
	}
	return n
}

// writeIssue writes the symptom in the requester's words.
func (c *composer) writeIssue(b *strings.Builder) {
	sentences, logs := c.symptom()
	if subject := c.Subject.Text; len(sentences) == 0 && subject != "" {
		sentences = []string{thread.SentenceEnd(subject)}
	}
	if len(sentences) == 0 {
		return
	}
	n := c.Ticket.Messages[0].N
	text := strings.Join(sentences, " ")
	c.cite(n, text)
	body := escapeText(c.clean(text))
	if len(logs) > 0 {
		logs = logs[:min(len(logs), 6)]
		c.cite(n, strings.Join(logs, " "))
		body += "\n\n" + c.fence(logs)
	}
	section(b, "Issue", body)
}

// symptom returns up to three sentences of the first message that describe the symptom, in
// order, and its lines of code and logs.
func (c *composer) symptom() (sentences, logs []string) {
	type scored struct {
		at    int
		score float64
	}
	var all []scored
	subject := c.Subject.Stems
	for i, u := range c.Sentences {
		if u.Index != 0 || u.Role == thread.Pleasantry || u.Role == thread.Attempt || u.Is(thread.Plea) ||
			seeksHelp.MatchString(u.Text) || u.Is(thread.Anecdote) {
			continue
		}
		if u.Form == thread.Code {
			logs = append(logs, u.Text)
			continue
		}
		shared := thread.Overlap(subject, u.Stems)
		score := u.Scores[thread.Request] + 0.6*u.Centrality + 1.2*shared - 0.08*float64(u.Pos)
		if u.Role == thread.Question {
			score += 0.3
		}
		// A sentence that only names products belongs in the environment section.
		namesProducts := u.Scores[thread.Request] == 0 && len(thread.Products(u.Text)) > 0 && shared < 0.4
		if u.Content >= 3 && !namesProducts && !namesContact(c.clean(u.Text)) {
			all = append(all, scored{i, score})
		}
	}
	slices.SortStableFunc(all, func(a, z scored) int { return cmp.Compare(z.score, a.score) })
	all = all[:min(len(all), 3)]
	slices.SortFunc(all, func(a, z scored) int { return cmp.Compare(a.at, z.at) })
	for _, s := range all {
		sentences = append(sentences, thread.UpperFirst(c.Sentences[s.at].Text))
	}
	return sentences, logs
}

// namesContact reports whether a mail address, phone number or personal number was redacted
// from a text: it says who reports the symptom.
func namesContact(text string) bool {
	return slices.ContainsFunc([]string{evidence.KindMail, evidence.KindPhone, evidence.KindIdentity},
		func(kind string) bool { return strings.Contains(text, "["+kind+" ") })
}

// seeksHelp matches sentences about the search for help or about the author.
var seeksHelp = lexicon.Pattern("draft/sought")

// writeEnvironment lists the versions and devices that the requester named, verbatim, or
// the service if there are none. The first message counts; later ones count only if it
// names nothing, and never where they describe a system that is not affected.
func (c *composer) writeEnvironment(b *strings.Builder) {
	lines := c.named(func(u thread.Sentence) bool { return u.Index == 0 && !formerVersion.MatchString(u.Text) })
	if len(lines) == 0 {
		lines = c.named(func(u thread.Sentence) bool { return u.Index > 0 && !unaffected.MatchString(u.Text) })
	}
	lines = slices.DeleteFunc(lines, func(l string) bool {
		return slices.ContainsFunc(lines, func(o string) bool {
			return len(o) > len(l) && strings.HasPrefix(strings.ToLower(o), strings.ToLower(l))
		})
	})
	if len(lines) == 0 && c.Ticket.Service != "" {
		lines = []string{"Service: " + c.Ticket.Service}
	}
	if len(lines) > 0 {
		section(b, "Environment", "- "+strings.Join(lines, "\n- "))
	}
}

// unaffected matches statements about a system that works.
var unaffected = lexicon.Pattern("draft/unaffected")

// formerVersion matches statements about how an earlier version behaved.
var formerVersion = lexicon.Pattern("draft/former-version")

// named returns the products named in the requester's sentences that use accepts.
func (c *composer) named(use func(thread.Sentence) bool) []string {
	var lines []string
	for _, u := range c.Sentences {
		if !c.usable(u) || u.Message.FromDesk || u.Message.Kind != desk.Reply || !use(u) {
			continue
		}
		for _, m := range thread.Products(u.Text) {
			m = thread.UpperFirst(c.clean(m))
			duplicate := slices.ContainsFunc(lines, func(l string) bool {
				return strings.Contains(strings.ToLower(l), strings.ToLower(m))
			})
			if !duplicate && len(lines) < 6 {
				lines = append(lines, m)
				c.cite(u.Message.N, u.Text)
			}
		}
	}
	return lines
}

// writeCause writes the cause if the thread states one and returns the statements that
// remain. The resolution comes first, then the last explanation by the desk or the
// requester.
func (c *composer) writeCause(b *strings.Builder, ms []statement) []statement {
	var rest []statement
	var sentences []string
	for _, m := range ms {
		if len(sentences) < 2 && explains(m.Text, m.reading) && !thread.IsAction(m.Text) && m.Form != thread.Step {
			sentences = append(sentences, m.Text)
			c.cite(m.message, m.Text)
			continue
		}
		rest = append(rest, m)
	}
	if len(sentences) > 0 {
		rest = slices.DeleteFunc(rest, outcomeOnly)
	}
	if len(rest) == 0 {
		rest, sentences = ms, nil
	}
	for i := len(c.Sentences) - 1; i >= 0 && len(sentences) == 0; i-- {
		if u := c.Sentences[i]; c.explainedLater(u) {
			sentences = append(sentences, u.Text)
			c.cite(u.Message.N, u.Text)
		}
	}
	if len(sentences) > 0 {
		text := thread.Possessive.ReplaceAllString(c.clean(strings.Join(sentences, " ")), "the$1")
		section(b, "Cause", escapeText(thread.UpperFirst(text)))
	}
	return rest
}

// explainedLater reports whether a sentence after the first message states the cause: the
// desk's, or the requester's together with success.
func (c *composer) explainedLater(u thread.Sentence) bool {
	return u.Index > 0 && c.usable(u) && u.Message.Kind == desk.Reply &&
		(u.Message.FromDesk || u.Result == thread.Worked) &&
		strongCause.MatchString(u.Text) && explains(u.Text, u.Reading)
}

// strongCause matches causes outside the resolution, where "because" alone says too little.
var strongCause = lexicon.Pattern("draft/strong-cause")

// hedged matches guesses.
var hedged = lexicon.Pattern("draft/hedged")

// explains reports whether a sentence states a cause. A guess does not count.
func explains(text string, r thread.Reading) bool {
	return r.Role != thread.Question && r.Role != thread.Pleasantry && r.Result == "" &&
		thread.NamesCause.Matches(text) && !mentionsSelf(text) && !hedged.MatchString(text) &&
		!strings.HasSuffix(text, ":") && thread.CountContent(text) >= 4
}
