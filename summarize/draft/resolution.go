package draft

import (
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// resolutionOf returns what resolved the ticket: the resolution note or, if the note says
// too little, the attempt or advice in the thread that was reported to have worked.
// Public messages come before internal notes. A note that only repeats a message of the
// thread gives way to what the requester later reports to have worked.
func resolutionOf(th *thread.Thread) []statement {
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
