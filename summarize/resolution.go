package summarize

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
)

// material is one statement that a resolution rests on.
type material struct {
	text     string
	message  int
	form     form
	ordered  bool
	reading  reading
	internal bool // from an internal note that is not the resolution itself
}

// thinNote finds resolution notes that point elsewhere instead of telling.
var thinNote = regexp.MustCompile(`(?i)^(?:(?:(?:i|we)(?:'ve| have)?(?: now| finally| just)*|this (?:is|was)|it (?:is|was)|issue|problem|ticket|all|now|has been|the)\s+)*(?:done|fixed|solved|resolved|closed|ok(?:ay)?|works?(?: now| again| fine)?|working(?: now| again| fine)?|completed?|see (?:above|thread|notes?|below|comments?|article|ticket|previous)\b.*|as (?:above|discussed|agreed|described)\b.*|user (?:confirmed|happy|ok)|confirmed|closing|duplicate|n/?a|none|no (?:further )?(?:action|response|reply)\b.*|(?:applied|followed|used|sent|linked|per)\s+(?:the\s+)?(?:article|kb|link|steps in the article|knowledge|guide)\b.*|(?:fixed|solved|resolved|sorted|found) (?:it|this|that|the|my|this) ?(?:issue|problem|one|out)?(?: myself| now)?|(?:issue|problem|ticket) (?:is |was |has been )?(?:fixed|solved|resolved|closed)(?: (?:now|by user|by itself))?)[.!\s]*$`)

// resolutionOf gathers what resolved the ticket: the resolution note, and where the
// note says too little, the attempt or advice in the thread that was reported to have
// worked. Public messages come before internal notes. A note that only repeats a
// message of the thread gives way to what the requester later reports to have worked.
func resolutionOf(t desk.Ticket, thread []utterance) []material {
	if t.Resolution != nil {
		if ms := noteMaterial(t); len(ms) > 0 {
			if later := confirmedLater(t, thread, ms); len(later) > 0 {
				return later
			}
			return ms
		}
	}
	if ms := workedMaterial(thread, false); len(ms) > 0 {
		return ms
	}
	return workedMaterial(thread, true)
}

// sameResolution is the share of a note's words from which a report of success is
// taken to be about it.
const sameResolution = 0.34

// confirmedLater gives what the requester tells, after the message that the note
// repeats, to have done with success, when it is something else than the note says.
func confirmedLater(t desk.Ticket, thread []utterance, note []material) []material {
	copied := slices.IndexFunc(t.Messages, func(m desk.Message) bool {
		return m.Kind == desk.Reply && tidy(m.Text) == tidy(t.Resolution.Note)
	})
	if copied < 0 {
		return nil
	}
	said := map[string]bool{}
	for _, m := range note {
		for s := range stems(m.text) {
			said[s] = true
		}
	}
	for i := len(thread) - 1; i >= 0 && thread[i].index > copied; i-- {
		o := thread[i]
		if o.result != Worked || o.message.FromDesk || o.message.Kind != desk.Reply {
			continue
		}
		own := statements(thread, o.index, false, func(u utterance) bool {
			m := material{text: u.text, form: u.form, reading: u.reading}
			return didOrAdvised(u) && m.tells() && !outcomeOnly(m) || explains(u.text, u.reading)
		})
		if len(own) == 0 || overlap(said, stems(shorten(o.message.Text, 4000))) >= sameResolution {
			return nil
		}
		return own
	}
	return nil
}

func noteMaterial(t desk.Ticket) []material {
	var out []material
	told, substance := 0, false
	spans := spoken(segment(boundText(t.Resolution.Note)))
	read := func(k int) material {
		s := spans[k]
		s.text = unlabelled(s.text)
		return material{
			text: s.text, message: t.Resolution.Message, form: s.form, ordered: s.ordered,
			reading: classify(s, voice{desk: true, nth: k}),
		}
	}
	kept := -1
	for k, s := range spans {
		m := read(k)
		if !m.tells() {
			continue
		}
		if backward.MatchString(s.text) && kept < k-1 && contentCount(spans[k-1].text) >= 3 {
			if before := read(k - 1); before.reading.role != pleasantry && before.reading.role != question {
				out = append(out, before) // "Adding this fixed it": what "this" is
			}
		}
		kept = k
		if (m.reading.role != outcome || contentCount(s.text) >= 6) && !addressOnly.MatchString(s.text) {
			told += contentCount(s.text)
		}
		substance = substance || m.hasSubstance()
		out = append(out, m)
	}
	if told < 3 || !substance {
		return nil
	}
	return out
}

// hasSubstance reports whether a statement tells a deed, an instruction, a cause or
// at least a fact of some length that is not addressed to somebody.
func (m material) hasSubstance() bool {
	sc := m.reading.scores
	if m.form == step && !complains(m.text) || isAction(m.text) || namesRemedy(m.text) || sc[attempt] > 0 || sc[advice] > 0 || causeWords.MatchString(m.text) {
		return true
	}
	n := contentCount(m.text)
	return n >= 5 && sc[outcome] > 0 || n >= 6 && m.reading.role != environment && !addressed.MatchString(m.text)
}

// namesRemedy finds "the key is to create an exception" and "by removing the entry".
func namesRemedy(text string) bool {
	ws := words(text)
	for i := 0; i+1 < len(ws); i++ {
		next := ws[i+1].text
		if ws[i].text == "to" && baseForms[next] && next != "see" && next != "keep" && next != "make" ||
			ws[i].text == "by" && strings.HasSuffix(next, "ing") {
			return true
		}
	}
	return false
}

// complains finds what somebody says does not work, the title of a question as often
// as not.
func complains(text string) bool {
	return problem.MatchString(text) && firstPerson.MatchString(text) && !isAction(text)
}

var addressed = regexp.MustCompile(`(?i)\b(?:you|your|i|he|she)\b`)

// tells reports whether a statement can be part of a resolution at all.
func (m material) tells() bool {
	switch m.reading.role {
	case pleasantry, question:
		return false
	case statement, request, attempt, advice, outcome, environment, decision:
	}
	if m.reading.result == Failed && m.reading.scores[attempt] == 0 || talk.MatchString(withoutResult(m.text)) {
		return false
	}
	if asksBack.MatchString(m.text) || announces.MatchString(m.text) && contentCount(announces.ReplaceAllString(m.text, "")) < 12 {
		return false
	}
	if anecdote.MatchString(m.text) && !isAction(m.text) || wishful.MatchString(m.text) && m.reading.scores[advice] == 0 || m.form == step && !isAction(m.text) && (complains(m.text) || firstPerson.MatchString(m.text)) {
		return false
	}
	if firstPerson.MatchString(m.text) && (m.personal() || conditional.MatchString(m.text) && !isAction(m.text)) {
		return false
	}
	if wish.MatchString(m.text) && !isAction(m.text) && m.reading.scores[advice] == 0 && m.reading.scores[attempt] == 0 {
		return false
	}
	return m.form != greeting && !thinNote.MatchString(m.text) && (contentCount(m.text) >= 2 || m.form == step || m.form == code)
}

// personal reports whether a statement in the first person tells neither a deed, an
// instruction, a cause nor an outcome: somebody's story, which no article repeats.
func (m material) personal() bool {
	sc := m.reading.scores
	return m.form != code && sc[attempt] == 0 && sc[advice] == 0 && sc[outcome] == 0 && !isAction(m.text) &&
		!causeWords.MatchString(m.text) && !namesRemedy(m.text)
}

// firstPerson finds somebody speaking of themselves.
var firstPerson = regexp.MustCompile(`(?i)(?:^|[^\w'])(?:i|i'(?:m|ve|d|ll)|my|me|we)(?:$|[^\w'])`)

// workedMaterial looks from the end of the thread for a report of success and takes
// what it reports on: attempts told in the same message, or the desk's advice in the
// message before it.
func workedMaterial(thread []utterance, notes bool) []material {
	for i := len(thread) - 1; i >= 0; i-- {
		o := thread[i]
		if o.result != Worked || o.message.Kind != desk.Reply || o.message.Visibility != desk.PublicReply && !notes {
			continue
		}
		if ms := statements(thread, o.index, notes, didOrAdvised); len(ms) > 0 {
			return ms
		}
		for back := o.index - 1; back >= max(0, o.index-outcomeReach); back-- {
			if ms := statements(thread, back, notes, advisedByDesk); len(ms) > 0 {
				return ms
			}
		}
	}
	return nil
}

func didOrAdvised(u utterance) bool {
	return (u.scores[attempt] > 0 || u.scores[advice] >= 1.5 || u.role == outcome && contentCount(u.text) >= 5 || u.result == Worked && contentCount(u.text) >= 6 || u.form == step) &&
		u.result != Failed && u.role != question && u.role != pleasantry
}

func advisedByDesk(u utterance) bool {
	return u.message.FromDesk && (u.scores[advice] >= 1.5 || u.form == step || u.scores[attempt] > 0) &&
		u.result != Failed && u.role != question && u.role != pleasantry && !chore.MatchString(u.text)
}

// statements gives what one message of the thread tells, in order.
func statements(thread []utterance, index int, notes bool, use func(utterance) bool) []material {
	var out []material
	for _, u := range thread {
		internal := u.message.Visibility != desk.PublicReply
		if u.index != index || u.message.Kind != desk.Reply || internal && !notes || u.index == 0 || !use(u) {
			continue
		}
		out = append(out, material{
			text: u.text, message: u.message.N, form: u.form, ordered: u.ordered, reading: u.reading, internal: internal,
		})
	}
	return out
}
