package draft

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// composer writes a proposal from one ticket: it cleans what goes in and keeps the
// evidence of each paragraph.
type composer struct {
	read     *thread.Thread
	ticket   desk.Ticket       // of read
	thread   []thread.Sentence // of read
	internal bool              // internal notes may be used
	redactor *evidence.Redactor
	people   []person
	taken    int // names taken out
	evidence []kb.DraftEvidence
}

// person is somebody in the ticket and what the draft calls them.
type person struct {
	patterns []*regexp.Regexp
	as       string
}

func newComposer(th *thread.Thread, r *evidence.Redactor) *composer {
	t := th.Ticket
	c := &composer{read: th, ticket: t, thread: th.Sentences, redactor: r}
	c.people = append(c.people, person{evidence.NamePatterns(t.RequesterName), "the requester"})
	for _, n := range evidence.NamesOf(t)[1:] {
		if n != t.RequesterName {
			c.people = append(c.people, person{evidence.NamePatterns(n), "a colleague"})
		}
	}
	return c
}

var (
	interjection = regexp.MustCompile(`^(?i:ok|okay|ah|oh|well|so|but|and|yes|no|hmm|btw|edit|update|note|hooray|yay|aha|nope|yep)(?:[,:!]+|\s+-)\s+`)
	ticketRef    = regexp.MustCompile(`(?i)\s*[\[(]?\b(?:(?:ticket|case|incident|request|ref(?:erence)?)\s*(?:no\.?|number|id|nr\.?)?\s*[:#]?\s*#?\d{3,}|(?:INC|REQ|RITM|CHG|PRB|TKT)[-_]?\d{3,})\b[\])]?`)
	assetTag     = lexicon.Pattern("draft/asset-tag")
	vocatives    = regexp.MustCompile(`(?:^|,\s*)(?:the requester|a colleague)\s*[,:!–-]\s*`)
	seeAttached  = lexicon.Pattern("draft/see-attached")
	doubleThe    = regexp.MustCompile(`(?i)\b(?:the|a|my|our) (the requester|a colleague)\b`)
)

// clean makes a statement fit for an article: no secrets, names, greetings or
// identifiers of this one ticket.
func (c *composer) clean(text string) string {
	text = interjection.ReplaceAllString(thread.WithoutGreeting(thread.Tidy(text)), "")
	text = c.redactor.Text(text)
	before := text
	for _, p := range c.people {
		for _, re := range p.patterns {
			text = re.ReplaceAllString(text, p.as)
		}
	}
	if text != before {
		c.taken++
		text = thread.UpperFirst(strings.TrimSpace(doubleThe.ReplaceAllString(vocatives.ReplaceAllString(text, ""), "$1")))
	}
	text = ticketRef.ReplaceAllString(text, "")
	text = assetTag.ReplaceAllString(text, "the device")
	return thread.Tidy(seeAttached.ReplaceAllString(text, ""))
}

// cite records a piece of the thread as evidence, once.
func (c *composer) cite(message int, text string) {
	text = c.clean(text)
	if slices.ContainsFunc(c.evidence, func(e kb.DraftEvidence) bool { return e.Message == message && e.Text == text }) {
		return
	}
	c.evidence = append(c.evidence, kb.DraftEvidence{N: len(c.evidence) + 1, Ticket: c.ticket.ID, Message: message, Text: text})
}

func (c *composer) redactions() []kb.Redaction {
	out := c.redactor.Counts()
	if c.taken > 0 {
		out = append(out, kb.Redaction{Kind: evidence.KindName, Count: c.taken})
	}
	return out
}

// usable reports whether a message may be used for this draft's readers.
func (c *composer) usable(u thread.Sentence) bool {
	return u.Message.Visibility == desk.PublicReply || c.internal
}

// article writes a new article extractively, by the template.
func (c *composer) article(ms []statement) kb.Proposal {
	var b strings.Builder
	title := c.title()
	c.issue(&b)
	c.environment(&b)
	ms = c.cause(&b, ms)
	section(&b, c.resolutionHeading(ms...), c.steps(ms))
	return c.proposal(title, b.String())
}

// resolutionHeading calls a way around what it is: by the resolution's code, or where
// those who tell it do.
func (c *composer) resolutionHeading(ms ...statement) string {
	around := func(m statement) bool { return makeshift.MatchString(m.Text) }
	if c.ticket.Resolution.Code == desk.Workaround || slices.ContainsFunc(ms, around) {
		return "Workaround"
	}
	return "Resolution"
}

// proposal fills the fields of a new article.
func (c *composer) proposal(title, markdown string) kb.Proposal {
	t := c.ticket
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
		p.Kind = kb.KnownError // a way around without a fix is what a known error is
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

// title is the symptom in the requester's words: the subject, or where that names
// nothing, the first sentence that tells what is wrong.
func (c *composer) title() string {
	subject := thread.CleanSubject(c.clean(c.read.Subject.Text))
	if !thread.IsVague(subject) {
		return thread.Shorten(thread.UpperFirst(subject), maxTitle)
	}
	best, top := "", 0.0
	for _, u := range c.thread {
		if u.Index != 0 || u.Role == thread.Pleasantry || u.Form == thread.Code {
			continue
		}
		score := u.Scores[thread.Request] + 0.5*u.Centrality - 0.1*float64(u.Pos)
		if n := u.Content; n >= 3 && n <= 18 && score > top {
			best, top = u.Text, score
		}
	}
	if best == "" {
		return thread.Shorten(thread.UpperFirst(cmp.Or(subject, "Resolved ticket")), maxTitle)
	}
	c.cite(c.ticket.Messages[0].N, best)
	return thread.Shorten(thread.UpperFirst(strings.TrimRight(c.clean(best), ".!")), maxTitle)
}

// issue tells the symptom in the requester's words.
func (c *composer) issue(b *strings.Builder) {
	type scored struct {
		at    int
		score float64
	}
	var all []scored
	var logs []string
	symptom := c.read.Subject.Stems
	for i, u := range c.thread {
		if u.Index != 0 || u.Role == thread.Pleasantry || u.Role == thread.Attempt || u.Is(thread.Plea) || sought.MatchString(u.Text) || u.Is(thread.Anecdote) {
			continue
		}
		if u.Form == thread.Code {
			logs = append(logs, u.Text)
			continue
		}
		s := u.Scores[thread.Request] + 0.6*u.Centrality + 1.2*thread.Overlap(symptom, u.Stems) - 0.08*float64(u.Pos)
		if u.Role == thread.Question {
			s += 0.3
		}
		told := c.clean(u.Text)
		contact := strings.Contains(told, "["+evidence.KindMail+" ") || strings.Contains(told, "["+evidence.KindPhone+" ")
		listed := u.Scores[thread.Request] == 0 && len(thread.Products(u.Text)) > 0 && thread.Overlap(symptom, u.Stems) < 0.4 // the environment section holds it
		if u.Content >= 3 && !contact && !listed {
			all = append(all, scored{i, s})
		}
	}
	slices.SortStableFunc(all, func(a, z scored) int { return cmp.Compare(z.score, a.score) })
	all = all[:min(len(all), 3)]
	slices.SortFunc(all, func(a, z scored) int { return cmp.Compare(a.at, z.at) })
	var said []string
	for _, s := range all {
		said = append(said, thread.UpperFirst(c.thread[s.at].Text))
	}
	n := c.ticket.Messages[0].N
	if len(said) == 0 {
		if subject := c.read.Subject.Text; subject != "" {
			said = []string{thread.SentenceEnd(subject)}
		}
	}
	if len(said) == 0 {
		return
	}
	text := strings.Join(said, " ")
	c.cite(n, text)
	body := escapeText(c.clean(text))
	if len(logs) > 0 {
		logs = logs[:min(len(logs), 6)]
		c.cite(n, strings.Join(logs, " "))
		body += "\n\n" + c.fence(logs)
	}
	section(b, "Issue", body)
}

// sought are sentences that tell of looking for help, or who writes.
var sought = lexicon.Pattern("draft/sought")

func (c *composer) fence(lines []string) string {
	var b strings.Builder
	b.WriteString("```\n")
	for _, l := range lines {
		b.WriteString(strings.ReplaceAll(c.clean(l), "```", "'''") + "\n")
	}
	return b.String() + "```"
}

// environment lists the versions and devices that the requester named, word for
// word, as a list; the service stands in for them when there are none. The message
// that tells the symptom counts; later ones only when it names nothing, and never
// where they tell of a place that is not hit.
func (c *composer) environment(b *strings.Builder) {
	lines := c.named(func(u thread.Sentence) bool { return u.Index == 0 && !formerVersion.MatchString(u.Text) })
	if len(lines) == 0 {
		lines = c.named(func(u thread.Sentence) bool { return u.Index > 0 && !unaffected.MatchString(u.Text) })
	}
	lines = slices.DeleteFunc(lines, func(l string) bool {
		return slices.ContainsFunc(lines, func(o string) bool {
			return len(o) > len(l) && strings.HasPrefix(strings.ToLower(o), strings.ToLower(l))
		})
	})
	if len(lines) == 0 && c.ticket.Service != "" {
		lines = []string{"Service: " + c.ticket.Service}
	}
	if len(lines) > 0 {
		section(b, "Environment", "- "+strings.Join(lines, "\n- "))
	}
}

// unaffected finds what tells of a system on which all is well.
var unaffected = lexicon.Pattern("draft/unaffected")

// formerVersion finds what a version did before.
var formerVersion = lexicon.Pattern("draft/former-version")

// named lists the products in the requester's messages that use admits.
func (c *composer) named(use func(thread.Sentence) bool) []string {
	var lines []string
	for _, u := range c.thread {
		if !c.usable(u) || u.Message.FromDesk || u.Message.Kind != desk.Reply || !use(u) {
			continue
		}
		for _, m := range thread.Products(u.Text) {
			m = thread.UpperFirst(c.clean(m))
			again := slices.ContainsFunc(lines, func(l string) bool {
				return strings.Contains(strings.ToLower(l), strings.ToLower(m))
			})
			if !again && len(lines) < 6 {
				lines = append(lines, m)
				c.cite(u.Message.N, u.Text)
			}
		}
	}
	return lines
}

// cause tells why, when the thread says so, and gives the material without those
// statements. The resolution note goes first, then the last explanation by the desk
// or the requester.
func (c *composer) cause(b *strings.Builder, ms []statement) []statement {
	var rest []statement
	var said []string
	for _, m := range ms {
		if len(said) < 2 && explains(m.Text, m.reading) && !thread.IsAction(m.Text) && m.Form != thread.Step {
			said = append(said, m.Text)
			c.cite(m.message, m.Text)
			continue
		}
		rest = append(rest, m)
	}
	if len(said) > 0 {
		rest = slices.DeleteFunc(rest, outcomeOnly)
	}
	if len(rest) == 0 {
		rest, said = ms, nil
	}
	for i := len(c.thread) - 1; i >= 0 && len(said) == 0; i-- {
		u := c.thread[i]
		if u.Index == 0 || !c.usable(u) || u.Message.Kind != desk.Reply || !strongCause.MatchString(u.Text) || !explains(u.Text, u.Reading) {
			continue
		}
		if u.Message.FromDesk || u.Result == thread.Worked {
			said = append(said, u.Text)
			c.cite(u.Message.N, u.Text)
		}
	}
	if len(said) > 0 {
		section(b, "Cause", escapeText(thread.UpperFirst(thread.Possessive.ReplaceAllString(c.clean(strings.Join(said, " ")), "the$1"))))
	}
	return rest
}

// strongCause is asked of statements outside the resolution: "because" alone explains
// anything.
var strongCause = lexicon.Pattern("draft/strong-cause")

var hedged = lexicon.Pattern("draft/hedged")

// explains reports whether a sentence states a cause. A guess is no cause.
func explains(text string, r thread.Reading) bool {
	return thread.NamesCause.Matches(text) && !speaksOfSelf(text) && !hedged.MatchString(text) && r.Role != thread.Question && r.Role != thread.Pleasantry &&
		r.Result == "" && !strings.HasSuffix(text, ":") && thread.CountContent(text) >= 4
}

// section writes a section; an empty body writes nothing.
func section(b *strings.Builder, heading, body string) {
	if strings.TrimSpace(body) == "" {
		return
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	b.WriteString("## " + heading + "\n\n" + body + "\n")
}
