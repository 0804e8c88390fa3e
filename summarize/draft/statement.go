package draft

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// statement is one statement that a resolution rests on.
type statement struct {
	thread.Span
	message  int
	reading  thread.Reading
	internal bool // from an internal note that is not the resolution itself
}

// hasSubstance reports whether a statement contains an action, an instruction, a cause or
// at least a fact of some length that is not addressed to anybody.
func (m statement) hasSubstance() bool {
	if m.Form == thread.Step && !complains(m.Text) || m.actsOrAdvises() || thread.IsAction(m.Text) ||
		m.Is(thread.NamesCause) || namesRemedy(m) {
		return true
	}
	return m.Content >= 5 && m.reading.Scores[thread.Outcome] > 0 ||
		m.Content >= 6 && m.reading.Role != thread.Environment && !addressed.MatchString(m.Text)
}

// actsOrAdvises reports whether a statement describes an attempt or gives advice.
func (m statement) actsOrAdvises() bool {
	return m.reading.Scores[thread.Attempt] > 0 || m.reading.Scores[thread.Advice] > 0
}

// namesRemedy reports whether a statement names a remedy as in "the key is to create an
// exception" and "by removing the entry".
func namesRemedy(m statement) bool {
	ws := m.Words
	for i := 0; i+1 < len(ws); i++ {
		next := ws[i+1].Text
		if ws[i].Text == "to" && thread.BaseForms[next] && next != "see" && next != "keep" && next != "make" ||
			ws[i].Text == "by" && strings.HasSuffix(next, "ing") {
			return true
		}
	}
	return false
}

// complains reports whether a text says in the first person that something does not work,
// as titles of questions often do.
func complains(text string) bool {
	return thread.NamesProblem.Matches(text) && firstPerson.MatchString(text) && !thread.IsAction(text)
}

var addressed = regexp.MustCompile(`(?i)\b(?:you|your|i|he|she)\b`)

// relevant reports whether a statement can be part of a resolution at all.
func (m statement) relevant() bool {
	scores, action, first := m.reading.Scores, thread.IsAction(m.Text), firstPerson.MatchString(m.Text)
	switch {
	case m.reading.Role == thread.Pleasantry, m.reading.Role == thread.Question, m.Form == thread.Greeting,
		m.reading.Result == thread.Failed && scores[thread.Attempt] == 0,
		thread.SmallTalk.Matches(withoutResult(m.Text)),
		asksRequester.MatchString(m.Text), announces(m.Text), thinNote.MatchString(m.Text),
		m.Is(thread.Anecdote) && !action,
		m.Is(thread.Wishful) && scores[thread.Advice] == 0,
		m.Is(thread.Wish) && !action && !m.actsOrAdvises(),
		m.Form == thread.Step && !action && (first || complains(m.Text)),
		first && (m.personal() || m.Is(thread.Conditional) && !action):
		return false
	}
	return m.Content >= 2 || m.Form == thread.Step || m.Form == thread.Code
}

// announces reports whether a text does little but announce what follows.
func announces(text string) bool {
	return announcement.MatchString(text) && thread.CountContent(announcement.ReplaceAllString(text, "")) < 12
}

// personal reports whether a statement in the first person contains no action,
// instruction, cause or outcome: a story, which no article repeats.
func (m statement) personal() bool {
	return m.Form != thread.Code && !m.actsOrAdvises() && m.reading.Scores[thread.Outcome] == 0 &&
		!thread.IsAction(m.Text) && !m.Is(thread.NamesCause) && !namesRemedy(m)
}

// firstPerson matches the first person, possessives included.
var firstPerson = regexp.MustCompile(`(?i)(?:^|[^\w'])(?:i|i'(?:m|ve|d|ll)|my|me|we)(?:$|[^\w'])`)

// outcomeOnly reports whether a statement reports an outcome and nothing to do.
func outcomeOnly(m statement) bool {
	return m.reading.Role == thread.Outcome && !thread.IsAction(m.Text)
}

// thinNote matches resolution notes that point elsewhere instead of explaining.
var thinNote = lexicon.Pattern("draft/thin-note")
