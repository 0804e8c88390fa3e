package draft

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// part is a clause of the resolution as it goes into the article.
type part struct {
	thread.Phrase
	result        thread.Result // what it says about success
	isInstruction bool
	listed        bool   // an item of a list in the thread
	location      string // the menu path or place named before it
	failed        bool   // it was tried without success
}

// steps returns the resolution in its order. If a third of it or more is instructions,
// they are numbered, a remark stays with the step it follows, and what was observed at the
// end follows the list; otherwise it stays prose.
func (c *composer) steps(ms []statement) string {
	parts, logs := c.partsAndLogs(ms)
	todo := 0
	for _, p := range parts {
		todo += count(p.isInstruction)
	}
	var blocks []string
	if todo > 0 && 3*todo >= len(parts) {
		blocks = numberedSteps(parts, todo)
	} else if len(parts) > 0 {
		var sentences []string
		for _, p := range parts {
			sentences = append(sentences, p.remark())
		}
		blocks = []string{escapeText(strings.Join(sentences, " "))}
	}
	if len(logs) > 0 {
		blocks = append(blocks, c.fence(logs[:min(len(logs), 10)]))
	}
	return strings.Join(blocks, "\n\n")
}

// partsAndLogs returns the clauses of the resolution and, separately, its lines of code
// and logs.
func (c *composer) partsAndLogs(ms []statement) (parts []part, logs []string) {
	where := ""
	for i, m := range ms {
		next := i+1 < len(ms) && ms[i+1].Form == thread.Step
		if strings.HasSuffix(m.Text, ":") && m.Form == thread.Prose && next {
			continue // it introduces the list
		}
		c.cite(m.message, m.Text)
		if m.Form == thread.Code {
			logs = append(logs, m.Text)
			continue
		}
		for _, p := range c.partsOf(m) {
			if isPlace(p.Text) && i+1 < len(ms) {
				where = p.Text
				continue
			}
			p.location, where = where, ""
			parts = append(parts, p)
		}
	}
	return joinConditions(withoutNarration(parts)), logs
}

func (c *composer) partsOf(m statement) []part {
	var out []part
	for _, clause := range thread.Clauses(m.Text) {
		text := c.clean(attachmentNote.ReplaceAllString(withoutResult(clause), ""))
		p := part{Phrase: thread.Parse(text), result: thread.ResultOf(text), listed: m.Form == thread.Step}
		action := thread.IsAction(text)
		if text == "" || announcement.MatchString(text) || !action && namesSecret(text) || closingWord(text) ||
			confirmsClosing.MatchString(text) || ticketRef.MatchString(clause) && p.Content <= 3 {
			continue
		}
		// "Reconnect worked" does not tell anybody to reconnect.
		observed := p.result == thread.Worked && p.Content <= 3
		p.isInstruction = p.listed && !observes.MatchString(text) ||
			action && m.reading.Result != thread.Failed && !thread.Negated(text) && !observed
		p.failed = !p.listed && thread.ResultOf(clause) == thread.Failed && thread.ReportsAction(clause)
		out = append(out, p)
	}
	return out
}

// namesSecret reports whether a secret was redacted from a text.
func namesSecret(text string) bool {
	return strings.Contains(text, "["+evidence.KindPassword+" ") || strings.Contains(text, "["+evidence.KindToken+" ")
}

// observes matches list items that say what is or will be.
var observes = lexicon.Pattern("draft/observes")

// confirmsClosing matches an agreement to close the ticket.
var confirmsClosing = lexicon.Pattern("draft/confirms")

// instruction returns the part as an instruction, after the place where it is done.
func (p part) instruction() string {
	text := thread.SentenceEnd(thread.Instruction(p.Text))
	if lowerWord.MatchString(text) {
		text = thread.UpperFirst(text)
	}
	if p.location == "" {
		return text
	}
	return "Under " + strings.TrimRight(p.location, ".:,") + ", " + thread.LowerFirst(text)
}

// lowerWord matches a text that begins with a word rather than the name of something.
var lowerWord = regexp.MustCompile(`^\p{Ll}+(?:[\s,.]|$)`)

// remark returns the part as a statement, without its first person where a rule applies.
func (p part) remark() string {
	text := lacking.ReplaceAllString(p.Text, "$1 was missing")
	if mentionsSelf(text) && thread.IsAction(text) {
		text = thread.Instruction(text) // "I suggest you verify that it is not …"
	}
	text = thread.SentenceEnd(thread.UpperFirst(thread.Possessive.ReplaceAllString(text, "the$1")))
	if p.location == "" {
		return text
	}
	return strings.TrimRight(p.location, ".:,") + ": " + text
}

var (
	lacking = regexp.MustCompile(`^I (?:did(?:n't| not) have|was missing|lacked) ([^,;]+?)\.?$`)
	// resultTail matches a report of success at the end of an instruction.
	resultTail = lexicon.Pattern("draft/result-tail")
	// storyTail matches an account of what happened afterwards.
	storyTail = lexicon.Pattern("draft/story-tail")
	// placeOnly matches a path through menus: "Under General | Fonts | Colors".
	placeOnly = regexp.MustCompile(`^(?:(?:under|in|at|go to|on)\s+)?` +
		`[\p{L}\d&"'(][^.?!]*(?: [|>→»] [^.?!|>]+)+[.:]?$`)
)

// withoutResult returns what was done without ", and that fixed it".
func withoutResult(clause string) string {
	cut := storyTail.ReplaceAllString(resultTail.ReplaceAllString(clause, ""), "")
	if cut != clause && thread.CountContent(cut) >= 2 && thread.IsAction(cut) {
		return cut
	}
	return clause
}

// isPlace reports whether a text only names a menu path.
func isPlace(text string) bool {
	head, _, _ := strings.Cut(text, ",")
	return head == text && placeOnly.MatchString(text) && !thread.IsAction(text) && len([]rune(text)) <= 120
}

// numberedSteps returns the blocks of a numbered list: remarks before the first
// instruction come ahead of the list, those in between go with their step, and those
// after the last one follow the list.
func numberedSteps(parts []part, todo int) []string {
	var lead, tail []string
	var list []string
	for _, p := range parts {
		text := p.remark()
		switch {
		case p.isInstruction:
			list = append(list, p.instruction())
		case len(list) == 0:
			lead = append(lead, text)
		case len(list) < todo:
			list[len(list)-1] += " " + text
		default:
			tail = append(tail, text)
		}
	}
	var blocks []string
	if len(lead) > 0 {
		blocks = append(blocks, escapeText(strings.Join(lead, " ")))
	}
	if len(list) == 1 {
		blocks = append(blocks, escapeText(list[0]))
	} else {
		for i := range list {
			list[i] = fmt.Sprintf("%d. %s", i+1, escapeText(list[i]))
		}
		blocks = append(blocks, strings.Join(list, "\n"))
	}
	if len(tail) > 0 {
		blocks = append(blocks, escapeText(strings.Join(tail, " ")))
	}
	return blocks
}

// closingWord reports whether a text only closes the ticket, greets or points elsewhere.
func closingWord(text string) bool {
	return thread.ClosingLine.MatchString(text) || thinNote.MatchString(text) || thread.IsGreeting(text)
}
