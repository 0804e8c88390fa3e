package draft

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// composer writes a proposal from one ticket: it cleans the text and records the evidence
// of each paragraph.
type composer struct {
	*thread.Thread
	internal bool // internal notes may be used
	redactor *evidence.Redactor
	people   []person
	device   standIn
	evidence []kb.DraftEvidence
	// namesRemoved counts the statements from which names were removed.
	namesRemoved int
}

// person is somebody named in the ticket and what the draft calls them.
type person struct {
	patterns []*regexp.Regexp
	as       standIn
}

func newComposer(th *thread.Thread, r *evidence.Redactor) *composer {
	t := th.Ticket
	c := &composer{Thread: th, redactor: r}
	l := languageOf(th)
	c.device = standInFor(l, "device", "")
	c.people = append(c.people, person{evidence.NamePatterns(t.RequesterName), standInFor(l, "requester", "[name 1]")})
	for _, n := range evidence.NamesOf(t)[1:] {
		if n != t.RequesterName {
			c.people = append(c.people, person{evidence.NamePatterns(n), standInFor(l, "colleague", "[name 2]")})
		}
	}
	return c
}

var (
	interjection = regexp.MustCompile(`^(?i:` + strings.Join([]string{
		"ok", "okay", "ah", "oh", "well", "so", "but", "and", "yes", "no", "hmm", "btw", "edit", "update", "note",
		"hooray", "yay", "aha", "nope", "yep",
	}, "|") + `)(?:[,:!]+|\s+-)\s+`)
	ticketRef = regexp.MustCompile(`(?i)\s*[\[(]?\b(?:` + strings.Join([]string{
		`(?:ticket|case|incident|request|ref(?:erence)?)\s*(?:no\.?|number|id|nr\.?)?\s*[:#]?\s*#?\d{3,}`,
		`(?:INC|REQ|RITM|CHG|PRB|TKT)[-_]?\d{3,}`,
	}, "|") + `)\b[\])]?`)
	windowsHome = regexp.MustCompile(`(?i)\b[a-z]:[\\/]{1,2}(?:users|benutzer)[\\/]{1,2}\[user name \d+\]`)
	unixHome    = regexp.MustCompile(`/(?:home|Users)/\[user name \d+\]`)
	assetTag    = lexicon.Pattern("draft/asset-tag")
	vocatives   = regexp.MustCompile(`(?:^|,\s*)(?:the requester|a colleague)\s*[,:!–-]\s*`)
	seeAttached = lexicon.Pattern("draft/see-attached")
	doubleThe   = regexp.MustCompile(`(?i)\b(?:the|a|my|our) (the requester|a colleague)\b`)
)

// clean returns a statement fit for an article: without secrets, names, greetings or
// identifiers specific to the ticket.
func (c *composer) clean(text string) string {
	text = interjection.ReplaceAllString(thread.WithoutGreeting(thread.Tidy(text)), "")
	text = unixHome.ReplaceAllString(windowsHome.ReplaceAllString(c.redactor.Secrets(text), "%USERPROFILE%"), "~")
	before := text
	for _, p := range c.people {
		text = p.replaceNames(text)
	}
	if text != before {
		c.namesRemoved++
		text = thread.UpperFirst(strings.TrimSpace(doubleThe.ReplaceAllString(vocatives.ReplaceAllString(text, ""), "$1")))
	}
	text = ticketRef.ReplaceAllString(c.redactor.Text(text), "") // the names of other people
	text = c.device.replaceTags(text)
	return thread.Tidy(seeAttached.ReplaceAllString(text, ""))
}

// cite records a piece of the thread as evidence, once.
func (c *composer) cite(message int, text string) {
	text = c.clean(text)
	same := func(e kb.DraftEvidence) bool { return e.Message == message && e.Text == text }
	if !slices.ContainsFunc(c.evidence, same) {
		c.evidence = append(c.evidence, kb.DraftEvidence{
			N: len(c.evidence) + 1, Ticket: c.Ticket.ID, Message: message, Text: text,
		})
	}
}

func (c *composer) redactions() []kb.Redaction {
	out := c.redactor.Counts()
	if c.namesRemoved > 0 {
		out = append(out, kb.Redaction{Kind: evidence.KindName, Count: c.namesRemoved})
	}
	return out
}

// usable reports whether a message may be used for this draft's readers.
func (c *composer) usable(u thread.Sentence) bool {
	return u.Message.Visibility == desk.PublicReply || c.internal
}
