package draft

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// worth is what code can see of the use that a written resolution has for somebody
// else. A reviewer's time is worth more than a bad draft.
type worth struct {
	orders    int     // instructions
	Parts     int     // instructions and statements
	words     int     // content words of all
	own       float64 // share of the parts in the first person
	maybe     float64 // share that only names possibilities
	told      float64 // share that tells what was seen, tried or thought
	bare      float64 // share of the characters that are addresses
	tied      float64 // share of the title's words that the resolution has
	longest   int     // content words of the longest part
	cause     bool    // the thread says why
	fact      bool    // a statement says where something is or what it must be
	lost      bool    // what matters is code or a picture
	pointed   bool    // it rests on something said elsewhere
	confirmed bool    // the resolution's code or the requester says that it worked
	byCode    bool    // the agent closed the ticket as fixed or worked around
	unsettled bool    // the note says that it did not, or that nobody knows
}

// worthFloor is the score from which a resolution is written up. It was set on drafts
// read by hand.
const worthFloor = 0.5

// The signs in a written part.
var (
	// perhapsOnly finds what is only a possibility.
	perhapsOnly = lexicon.Pattern("draft/perhaps-only")
	// recounted finds what somebody saw, tried or thought.
	recounted = lexicon.Pattern("draft/recounted")
	// located finds statements that say where something is or what it has to be.
	located = lexicon.Pattern("draft/located")
	// saidElsewhere finds what rests on something that the draft does not hold.
	saidElsewhere = lexicon.Pattern("draft/said-elsewhere")
	// announcesCode finds sentences that lead to code.
	announcesCode = regexp.MustCompile(`(?i)\b(?:css|code|script|snippet|userchrome|modify this|command)\b`)
	// unsure finds that nobody knows what helped, or that nothing did.
	unsure = lexicon.Pattern("draft/unsure")
	// stillWrong finds that it goes on, or is to be seen.
	stillWrong = lexicon.Pattern("draft/still-wrong")
	// wentOn finds instructions that slide into what came of them.
	wentOn = lexicon.Pattern("draft/went-on")
	// asks finds instructions with verbs that are no deed on a system.
	asks = regexp.MustCompile(`(?i)^(?:please )?(?:send|call|ask|contact|tell|write|wait)\b`)
	// looksUp finds instructions to read another page.
	looksUp = lexicon.Pattern("draft/looks-up")
)

// worthOf looks at what the resolution of the draft will say.
func (c *composer) worthOf(ms []statement, parts []part) worth {
	w := worth{Parts: len(parts), confirmed: c.confirmedIn(ms)}
	title := c.read.Subject.Stems
	said := map[string]bool{}
	chars, addresses := 0, 0
	own, maybe, told := 0, 0, 0
	for _, p := range parts {
		text := p.remark()
		order := (p.todo || ordersIn(text)) && !looksUp.MatchString(text)
		if p.todo {
			text = p.order()
		}
		w.orders += count(order)
		n := thread.CountContent(text)
		w.words += n
		w.longest = max(w.longest, n)
		for s := range thread.Stems(text) {
			said[s] = true
		}
		chars += len(text)
		for _, u := range thread.URLPattern.FindAllString(text, -1) {
			addresses += len(u)
		}
		own += count(speaksOfSelf(text))
		maybe += count(perhapsOnly.MatchString(p.Text))
		told += count(!order && recounted.MatchString(text) || order && wentOn.MatchString(text))
		w.fact = w.fact || !p.todo && located.MatchString(text)
		w.pointed = w.pointed || saidElsewhere.MatchString(text)
	}
	if n := float64(len(parts)); n > 0 {
		w.own, w.maybe, w.told = float64(own)/n, float64(maybe)/n, float64(told)/n
	}
	if chars > 0 {
		w.bare = float64(addresses) / float64(chars)
	}
	if len(title) > 0 {
		w.tied = thread.Overlap(title, said)
	}
	note := c.saidBy(ms)
	w.byCode = c.ticket.Resolution.Code == desk.Fixed || c.ticket.Resolution.Code == desk.Workaround
	w.unsettled = unsure.MatchString(note) || !w.byCode && stillWrong.MatchString(note)
	w.lost = c.losesCode(ms) || slices.ContainsFunc(parts, func(p part) bool { return strings.Contains(p.Text, "{") && thread.SymbolShare(p.Text) > 0.05 })
	return w
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// findable finds sentences that say where in a menu something is.
var findable = regexp.MustCompile(`(?i)\byou(?:'ll| can| will| should) find\b|\b(?:is|are) (?:now )?(?:under|in|at)\b`)

// maxLeads is how many places or conditions may stand before an instruction.
const maxLeads = 3

// ordersIn reports whether a sentence orders something, be it after where or when: "In
// the menu, under Mail, select the relay".
func ordersIn(text string) bool {
	if thread.MenuPath.Matches(text) && findable.MatchString(text) {
		return true
	}
	for range maxLeads + 1 {
		if thread.IsAction(text) || asks.MatchString(text) {
			return true
		}
		_, rest, more := strings.Cut(text, ", ")
		if !more {
			return false
		}
		text = rest
	}
	return false
}

// saidBy is the whole text of the messages that the resolution rests on.
func (c *composer) saidBy(ms []statement) string {
	var b strings.Builder
	seen := map[int]bool{}
	for _, m := range ms {
		if seen[m.message] {
			continue
		}
		seen[m.message] = true
		if r := c.ticket.Resolution; m.message == r.Message {
			b.WriteString(r.Note + "\n")
			continue
		}
		for _, t := range c.ticket.Messages {
			if t.N == m.message {
				b.WriteString(t.Text + "\n")
			}
		}
	}
	return b.String()
}

// losesCode reports whether the messages that the resolution rests on hold code that is
// announced and that no draft repeats.
func (c *composer) losesCode(ms []statement) bool {
	announced := false
	for _, s := range thread.Segment(thread.BoundText(c.saidBy(ms))) {
		announced = announced || announcesCode.MatchString(s.Text)
		if s.Form == thread.Data && len(s.Text) > 30 && (announced || strings.Contains(s.Text, "{")) {
			return true
		}
	}
	return false
}

// confirmedIn reports whether the resolution is known to have worked: the agent says so
// by the code, or the requester does, in the note's own words or after them.
func (c *composer) confirmedIn(ms []statement) bool {
	switch c.ticket.Resolution.Code {
	case desk.Fixed, desk.Workaround:
		return true
	case desk.Answered, desk.Withdrawn, desk.NotReproducible, desk.Duplicate:
	}
	if thread.ResultOf(c.saidBy(ms)) == thread.Worked {
		return true
	}
	from := slices.IndexFunc(c.ticket.Messages, func(m desk.Message) bool {
		return m.Kind == desk.Reply && thread.Tidy(m.Text) == thread.Tidy(c.ticket.Resolution.Note)
	})
	if from > 0 && !c.ticket.Messages[from].FromDesk {
		return thread.ResultOf(c.saidBy(ms)) != thread.Failed // the requester's own account was taken for the resolution
	}
	for _, u := range c.thread {
		if u.Index > from && from >= 0 && !u.Message.FromDesk && u.Message.Kind == desk.Reply &&
			(u.Result == thread.Worked || u.Is(thread.Thankful) && !u.Is(thread.Unhappy)) {
			return true
		}
	}
	return false
}

// weighResolution looks at what a draft for the verdict would say, without writing it.
func weighResolution(like *composer, v verdict, ms []statement) worth {
	c := newComposer(like.read, like.redactor)
	var why strings.Builder
	if v.decision == DecideEdit {
		ms, c.internal = v.added, v.article.Audience == access.Internal
	} else {
		c.internal = anyInternal(ms)
		ms = c.cause(&why, ms)
	}
	parts, _ := c.partsAndLogs(ms)
	w := c.worthOf(ms, parts)
	w.cause = why.Len() > 0 || slices.ContainsFunc(ms, func(m statement) bool { return explains(m.Text, m.reading) })
	return w
}

// sign is one thing that counts for or against a draft.
type sign struct {
	weight float64
	reason string // why nothing is drafted, where it weighs most
}

// signs lists what counts for and against, with what each says to the agent. A model
// can tell a story as steps; then that it is one does not count.
func (w worth) signs(retold bool) []sign {
	if retold {
		w.own, w.told, w.longest = 0, 0, 0
	}
	yes := func(b bool) float64 { return float64(count(b)) }
	few := yes(w.words < 3 || w.words < 4 && !w.confirmed)
	rambling := yes(w.Parts >= 6 && float64(w.orders) < 0.4*float64(w.Parts))
	idle := yes(w.orders == 0 && !w.fact && !w.cause && !w.byCode)
	return []sign{
		{0.3 * yes(w.orders > 0), ""},
		{0.15 * yes(w.orders == 0 && (w.fact || w.cause)), ""},
		{0.15 * yes(w.confirmed), ""},
		{0.1 * yes(w.byCode), ""},
		{0.1 * w.tied, ""},
		{-0.4 * w.own, "The resolution is a story in the first person, which nobody else could follow."},
		{-0.35 * w.told, "The resolution tells what was seen or tried, not what to do."},
		{-0.35 * w.maybe, "The resolution only names possibilities."},
		{-0.6 * w.bare, "The resolution points at another page and tells nothing itself."},
		{-0.6 * yes(w.lost), "The resolution is code, which a draft would not hold."},
		{-0.25 * yes(w.pointed), "The resolution rests on something that is said elsewhere."},
		{-0.25 * yes(w.unsettled), "The resolution does not say for certain what helped."},
		{-0.2 * yes(w.longest > 30), "The resolution is one long text without steps."},
		{-0.2 * few, "The resolution says too little for somebody else to follow."},
		{-0.15 * rambling, "The resolution says much and little of it is to be done."},
		{-0.15 * idle, "The resolution tells nothing to do, no cause and no fact about the matter."},
	}
}

// Score is how well a resolution can be followed by somebody else, 0 to 1.
func (w worth) Score(retold bool) float64 {
	total := 0.3
	for _, s := range w.signs(retold) {
		total += s.weight
	}
	return min(1, max(0, total))
}

// TooPoor gives the reason why a resolution is not worth a reviewer's time, "" when it is.
func (w worth) TooPoor(retold bool) string {
	if w.Score(retold) >= worthFloor {
		return ""
	}
	worst := sign{0, "The resolution tells too little for somebody else to follow, and nobody confirms it."}
	for _, s := range w.signs(retold) {
		if s.weight < worst.weight {
			worst = s
		}
	}
	return worst.reason
}
