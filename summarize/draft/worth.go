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

// Worth is what code can tell about the use of a resolution, once written up, to
// somebody else. A reviewer's time is worth more than a bad draft.
type Worth struct {
	instructions int
	Parts        int     // instructions and statements
	words        int     // content words of all parts
	firstPerson  float64 // share of the parts in the first person
	speculative  float64 // share that only lists possibilities
	narrative    float64 // share that recounts what was seen, tried or thought
	addresses    float64 // share of the characters that are addresses
	titleOverlap float64 // share of the title's words that the resolution contains
	longest      int     // content words of the longest part
	cause        bool    // the thread says why
	fact         bool    // a statement says where something is or what it must be
	losesCode    bool    // what matters is code or a picture
	elsewhere    bool    // it depends on something said elsewhere
	confirmed    bool    // the resolution's code or the requester says that it worked
	byCode       bool    // the agent closed the ticket as fixed or worked around
	uncertain    bool    // the note says that it did not work or that nobody knows
}

// worthFloor is the score from which a resolution is written up. It was set on drafts
// that were judged by hand.
const worthFloor = 0.5

// The signs in the text of a part.
var (
	// possibility matches what is only a possibility.
	possibility = lexicon.Pattern("draft/perhaps-only")
	// recounted matches what somebody saw, tried or thought.
	recounted = lexicon.Pattern("draft/recounted")
	// located matches statements that say where something is or what it must be.
	located = lexicon.Pattern("draft/located")
	// saidElsewhere matches references to something that the draft does not contain.
	saidElsewhere = lexicon.Pattern("draft/said-elsewhere")
	// announcesCode matches sentences that introduce code.
	announcesCode = regexp.MustCompile(`(?i)\b(?:css|code|script|snippet|userchrome|modify this|command)\b`)
	// unsureOfCause matches statements that nobody knows what helped, or that nothing did.
	unsureOfCause = lexicon.Pattern("draft/unsure")
	// stillFails matches statements that the problem persists or remains to be seen.
	stillFails = lexicon.Pattern("draft/still-wrong")
	// runsIntoOutcome matches instructions that continue with their outcome.
	runsIntoOutcome = lexicon.Pattern("draft/went-on")
	// contactVerb matches instructions to contact somebody or wait, not to change a system.
	contactVerb = regexp.MustCompile(`(?i)^(?:please )?(?:send|call|ask|contact|tell|write|wait)\b`)
	// refersToPage matches instructions to read another page.
	refersToPage = lexicon.Pattern("draft/looks-up")
)

// worthOf assesses the resolution as the draft will say it.
func (c *composer) worthOf(ms []statement, parts []part) Worth {
	w := Worth{Parts: len(parts), confirmed: c.confirmedIn(ms)}
	title := c.Subject.Stems
	stems := map[string]bool{}
	chars, addresses := 0, 0
	firstPerson, speculative, narrative := 0, 0, 0
	for _, p := range parts {
		text := p.remark()
		instruction := (p.isInstruction || instructs(text)) && !refersToPage.MatchString(text)
		if p.isInstruction {
			text = p.instruction()
		}
		w.instructions += count(instruction)
		n := thread.CountContent(text)
		w.words += n
		w.longest = max(w.longest, n)
		for s := range thread.Stems(text) {
			stems[s] = true
		}
		chars += len(text)
		for _, u := range thread.URLPattern.FindAllString(text, -1) {
			addresses += len(u)
		}
		firstPerson += count(mentionsSelf(text))
		speculative += count(possibility.MatchString(p.Text))
		narrative += count(!instruction && recounted.MatchString(text) || instruction && runsIntoOutcome.MatchString(text))
		w.fact = w.fact || !p.isInstruction && located.MatchString(text)
		w.elsewhere = w.elsewhere || saidElsewhere.MatchString(text)
	}
	if n := float64(len(parts)); n > 0 {
		w.firstPerson, w.speculative, w.narrative = float64(firstPerson)/n, float64(speculative)/n, float64(narrative)/n
	}
	if chars > 0 {
		w.addresses = float64(addresses) / float64(chars)
	}
	if len(title) > 0 {
		w.titleOverlap = thread.Overlap(title, stems)
	}
	note := c.saidBy(ms)
	w.byCode = c.Ticket.Resolution.Code == desk.Fixed || c.Ticket.Resolution.Code == desk.Workaround
	w.uncertain = unsureOfCause.MatchString(note) || !w.byCode && stillFails.MatchString(note)
	w.losesCode = c.losesCode(ms) || slices.ContainsFunc(parts, func(p part) bool {
		return strings.Contains(p.Text, "{") && thread.SymbolShare(p.Text) > 0.05
	})
	return w
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// findsInMenu matches sentences that say where in a menu something is.
var findsInMenu = regexp.MustCompile(
	`(?i)\byou(?:'ll| can| will| should) find\b|\b(?:is|are) (?:now )?(?:under|in|at)\b`)

// maxLeads is how many places or conditions may precede an instruction.
const maxLeads = 3

// instructs reports whether a sentence is an instruction, possibly after a place or
// condition: "In the menu, under Mail, select the relay".
func instructs(text string) bool {
	if thread.MenuPath.Matches(text) && findsInMenu.MatchString(text) {
		return true
	}
	for range maxLeads + 1 {
		if thread.IsAction(text) || contactVerb.MatchString(text) {
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

// saidBy returns the whole text of the messages that the resolution rests on.
func (c *composer) saidBy(ms []statement) string {
	var b strings.Builder
	seen := map[int]bool{}
	for _, m := range ms {
		if seen[m.message] {
			continue
		}
		seen[m.message] = true
		if r := c.Ticket.Resolution; m.message == r.Message {
			b.WriteString(r.Note + "\n")
			continue
		}
		for _, t := range c.Ticket.Messages {
			if t.N == m.message {
				b.WriteString(t.Text + "\n")
			}
		}
	}
	return b.String()
}

// losesCode reports whether the messages that the resolution rests on contain code that
// no draft repeats.
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

// confirmedIn reports whether the resolution is known to have worked: the agent says so by
// the code, or the requester in the note itself or after it.
func (c *composer) confirmedIn(ms []statement) bool {
	switch c.Ticket.Resolution.Code {
	case desk.Fixed, desk.Workaround:
		return true
	case desk.Answered, desk.Withdrawn, desk.NotReproducible, desk.Duplicate:
	}
	if thread.ResultOf(c.saidBy(ms)) == thread.Worked {
		return true
	}
	from := slices.IndexFunc(c.Ticket.Messages, func(m desk.Message) bool {
		return m.Kind == desk.Reply && thread.Tidy(m.Text) == thread.Tidy(c.Ticket.Resolution.Note)
	})
	if from > 0 && !c.Ticket.Messages[from].FromDesk {
		return thread.ResultOf(c.saidBy(ms)) != thread.Failed // the note repeats the requester's own account
	}
	for _, u := range c.Sentences {
		if u.Index > from && from >= 0 && !u.Message.FromDesk && u.Message.Kind == desk.Reply &&
			(u.Result == thread.Worked || u.Is(thread.Thankful) && !u.Is(thread.Unhappy)) {
			return true
		}
	}
	return false
}

// weighResolution assesses what a draft for the verdict would say, without writing it.
func weighResolution(like *composer, v verdict, ms []statement) Worth {
	c := newComposer(like.Thread, like.redactor)
	var why strings.Builder
	if v.decision == DecideEdit {
		ms, c.internal = v.added, v.article.Audience == access.Internal
	} else {
		c.internal = anyInternal(ms)
		ms = c.writeCause(&why, ms)
	}
	parts, _ := c.partsAndLogs(ms)
	w := c.worthOf(ms, parts)
	w.cause = why.Len() > 0 || slices.ContainsFunc(ms, func(m statement) bool { return explains(m.Text, m.reading) })
	return w
}

// sign is something that counts for or against a draft.
type sign struct {
	weight float64
	reason string // why nothing is drafted, if it weighs most
}

// signs returns what counts for and against a draft, with the reason shown to the agent.
// A model can rewrite a story as steps; in that case narration does not count.
func (w Worth) signs(rewritten bool) []sign {
	if rewritten {
		w.firstPerson, w.narrative, w.longest = 0, 0, 0
	}
	yes := func(b bool) float64 { return float64(count(b)) }
	short := yes(w.words < 3 || w.words < 4 && !w.confirmed)
	rambling := yes(w.Parts >= 6 && float64(w.instructions) < 0.4*float64(w.Parts))
	empty := yes(w.instructions == 0 && !w.fact && !w.cause && !w.byCode)
	return []sign{
		{0.3 * yes(w.instructions > 0), ""},
		{0.15 * yes(w.instructions == 0 && (w.fact || w.cause)), ""},
		{0.15 * yes(w.confirmed), ""},
		{0.1 * yes(w.byCode), ""},
		{0.1 * w.titleOverlap, ""},
		{-0.4 * w.firstPerson, "The resolution is a first-person account that others could not follow."},
		{-0.35 * w.narrative, "The resolution describes what was seen or tried, not what to do."},
		{-0.35 * w.speculative, "The resolution only lists possibilities."},
		{-0.6 * w.addresses, "The resolution points to another page and explains nothing itself."},
		{-0.6 * yes(w.losesCode), "The resolution is code, which a draft would not preserve."},
		{-0.25 * yes(w.elsewhere), "The resolution depends on something said elsewhere."},
		{-0.25 * yes(w.uncertain), "The resolution does not say for certain what helped."},
		{-0.2 * yes(w.longest > 30), "The resolution is one long passage without steps."},
		{-0.2 * short, "The resolution says too little for others to follow."},
		{-0.15 * rambling, "The resolution is long and has few instructions."},
		{-0.15 * empty, "The resolution names no action, no cause and no useful fact."},
	}
}

// Score returns how well somebody else could follow the resolution, 0 to 1.
func (w Worth) Score(rewritten bool) float64 {
	total := 0.3
	for _, s := range w.signs(rewritten) {
		total += s.weight
	}
	return min(1, max(0, total))
}

// TooPoor returns why the resolution is not worth a reviewer's time, "" if it is.
func (w Worth) TooPoor(rewritten bool) string {
	if w.Score(rewritten) >= worthFloor {
		return ""
	}
	worst := sign{0, "The resolution says too little for others to follow, and nobody has confirmed it."}
	for _, s := range w.signs(rewritten) {
		if s.weight < worst.weight {
			worst = s
		}
	}
	return worst.reason
}
