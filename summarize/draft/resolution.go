package draft

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
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

// thinNote matches resolution notes that point elsewhere instead of explaining.
var thinNote = lexicon.Pattern("draft/thin-note")

// ResolutionOf returns what resolved the ticket: the resolution note or, if the note says
// too little, the attempt or advice in the thread that was reported to have worked.
// Public messages come before internal notes. A note that only repeats a message of the
// thread gives way to what the requester later reports to have worked.
func ResolutionOf(th *thread.Thread) []statement {
	t, read := th.Ticket, th.Sentences
	if t.Resolution != nil {
		if ms := fromNote(t); len(ms) > 0 {
			if later := confirmedLater(th, ms); len(later) > 0 {
				return later
			}
			return ms
		}
	}
	if ms := fromThread(read, false); len(ms) > 0 {
		return ms
	}
	return fromThread(read, true)
}

// sameResolution is the share of a note's words from which a message with a report of
// success is taken to be about the note.
const sameResolution = 0.34

// confirmedLater returns what the requester reports having done with success after the
// message that the note repeats, if it differs from the note.
func confirmedLater(th *thread.Thread, note []statement) []statement {
	t, read := th.Ticket, th.Sentences
	copied := slices.IndexFunc(t.Messages, func(m desk.Message) bool {
		return m.Kind == desk.Reply && thread.Tidy(m.Text) == thread.Tidy(t.Resolution.Note)
	})
	if copied < 0 {
		return nil
	}
	stems := map[string]bool{}
	for _, m := range note {
		for s := range m.Stems {
			stems[s] = true
		}
	}
	for i := len(read) - 1; i >= 0 && read[i].Index > copied; i-- {
		o := read[i]
		if o.Result != thread.Worked || o.Message.FromDesk || o.Message.Kind != desk.Reply {
			continue
		}
		confirmed := statements(read, o.Index, false, func(u thread.Sentence) bool {
			m := statement{Span: u.Span, reading: u.Reading}
			return actedOrAdvised(u) && m.relevant() && !outcomeOnly(m) || explains(u.Text, u.Reading)
		})
		if len(confirmed) == 0 || thread.Overlap(stems, th.Stems(o.Index)) >= sameResolution {
			return nil
		}
		return confirmed
	}
	return nil
}

// fromNote returns the statements of the resolution note, nil if it says too little.
func fromNote(t desk.Ticket) []statement {
	var out []statement
	words, substance := 0, false
	spans := thread.Authored(thread.Segment(thread.BoundText(t.Resolution.Note)))
	read := func(k int) statement {
		s := spans[k]
		if bare := thread.WithoutLabel(s.Text); bare != s.Text {
			s.Phrase = thread.Parse(bare)
		}
		reading := thread.Classify(s, thread.Voice{Desk: true, Nth: k})
		return statement{Span: s, message: t.Resolution.Message, reading: reading}
	}
	last := -1
	for k, s := range spans {
		m := read(k)
		if !m.relevant() {
			continue
		}
		if s.Is(thread.RefersBack) && last < k-1 && spans[k-1].Content >= 3 {
			if before := read(k - 1); before.reading.Role != thread.Pleasantry && before.reading.Role != thread.Question {
				out = append(out, before) // what "this" means in "Adding this fixed it"
			}
		}
		last = k
		if (m.reading.Role != thread.Outcome || s.Content >= 6) && !s.Is(thread.AddressOnly) {
			words += s.Content
		}
		substance = substance || m.hasSubstance()
		out = append(out, m)
	}
	if words < 3 || !substance {
		return nil
	}
	return out
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
	return thread.NamesProblem.Matches(text) && FirstPerson.MatchString(text) && !thread.IsAction(text)
}

var addressed = regexp.MustCompile(`(?i)\b(?:you|your|i|he|she)\b`)

// relevant reports whether a statement can be part of a resolution at all.
func (m statement) relevant() bool {
	scores, action, first := m.reading.Scores, thread.IsAction(m.Text), FirstPerson.MatchString(m.Text)
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

// FirstPerson matches the first person, possessives included.
var FirstPerson = regexp.MustCompile(`(?i)(?:^|[^\w'])(?:i|i'(?:m|ve|d|ll)|my|me|we)(?:$|[^\w'])`)

// fromThread looks for a report of success from the end of the thread backwards and
// returns what it is about: attempts described in the same message, or the desk's advice
// in the messages before it.
func fromThread(read []thread.Sentence, notes bool) []statement {
	for i := len(read) - 1; i >= 0; i-- {
		o := read[i]
		usable := o.Message.Kind == desk.Reply && (o.Message.Visibility == desk.PublicReply || notes)
		if o.Result != thread.Worked || !usable {
			continue
		}
		if ms := statements(read, o.Index, notes, actedOrAdvised); len(ms) > 0 {
			return ms
		}
		for back := o.Index - 1; back >= max(0, o.Index-thread.OutcomeReach); back-- {
			if ms := statements(read, back, notes, advisedByDesk); len(ms) > 0 {
				return ms
			}
		}
	}
	return nil
}

// actedOrAdvised reports whether a sentence says what was or should be done.
func actedOrAdvised(u thread.Sentence) bool {
	return canResolve(u) && (isRemedy(u) || u.Role == thread.Outcome && u.Content >= 5 ||
		u.Result == thread.Worked && u.Content >= 6)
}

// advisedByDesk reports whether a sentence is advice from the desk or says what it did.
func advisedByDesk(u thread.Sentence) bool {
	return u.Message.FromDesk && canResolve(u) && isRemedy(u) && !u.Is(thread.Chore)
}

func canResolve(u thread.Sentence) bool {
	return u.Result != thread.Failed && u.Role != thread.Question && u.Role != thread.Pleasantry
}

func isRemedy(u thread.Sentence) bool {
	return u.Scores[thread.Attempt] > 0 || u.Scores[thread.Advice] >= 1.5 || u.Form == thread.Step
}

// statements returns the statements of one message that use accepts, in order.
func statements(read []thread.Sentence, index int, notes bool, use func(thread.Sentence) bool) []statement {
	var out []statement
	for _, u := range read {
		internal := u.Message.Visibility != desk.PublicReply
		if u.Index != index || u.Message.Kind != desk.Reply || internal && !notes || u.Index == 0 || !use(u) {
			continue
		}
		out = append(out, statement{Span: u.Span, message: u.Message.N, reading: u.Reading, internal: internal})
	}
	return out
}
