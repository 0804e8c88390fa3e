package summarize

import (
	"regexp"
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
var thinNote = regexp.MustCompile(`(?i)^(?:(?:this (?:is|was)|it (?:is|was)|issue|problem|ticket|all|now|has been|the)\s+)*(?:done|fixed|solved|resolved|closed|ok(?:ay)?|works?(?: now| again| fine)?|working(?: now| again| fine)?|completed?|see (?:above|thread|notes?|below|comments?|article|ticket|previous)\b.*|as (?:above|discussed|agreed|described)\b.*|user (?:confirmed|happy|ok)|confirmed|closing|duplicate|n/?a|none|no (?:further )?(?:action|response|reply)\b.*|(?:applied|followed|used|sent|linked|per)\s+(?:the\s+)?(?:article|kb|link|steps in the article|knowledge|guide)\b.*|(?:issue|problem|ticket) (?:is |was |has been )?(?:fixed|solved|resolved|closed)(?: (?:now|by user|by itself))?)[.!\s]*$`)

// addressOnly finds statements that point elsewhere and tell nothing themselves.
var addressOnly = regexp.MustCompile(`^(?:\S{0,20}:?\s*)?(?:https?://\S+\s*)+$`)

// talk finds statements of a conversation that no article repeats.
var talk = regexp.MustCompile(`(?i)\b(?:i(?:'d| would) (?:be interested|love|like) to (?:know|hear)|i suppose|i'm only|i have to (?:drop off|leave|go)|i guess|i hope|i wonder|i'm (?:wondering|not sure|baffled)|if you know|my (?:last|first|previous|earlier) (?:post|reply|message)|as i (?:said|wrote|mentioned)|(?:don't|do not) know|no idea|i'm not (?:seeing|able|aware)|can(?: not|'t) reproduce|can you tell me|would be nice|great pity|good job|i'll (?:try|let|get back|report)|let me know)\b`)

// resolutionOf gathers what resolved the ticket: the resolution note, and where the
// note says too little, the attempt or advice in the thread that was reported to have
// worked. Public messages come before internal notes.
func resolutionOf(t desk.Ticket, thread []utterance) []material {
	if t.Resolution != nil {
		if ms := noteMaterial(t); len(ms) > 0 {
			return ms
		}
	}
	if ms := workedMaterial(thread, false); len(ms) > 0 {
		return ms
	}
	return workedMaterial(thread, true)
}

func noteMaterial(t desk.Ticket) []material {
	var out []material
	told, substance := 0, false
	spans := spoken(segment(boundText(t.Resolution.Note)))
	for k, s := range spans {
		r := classify(s, voice{desk: true, nth: k})
		m := material{text: s.text, message: t.Resolution.Message, form: s.form, ordered: s.ordered, reading: r}
		if !m.tells() {
			continue
		}
		if (r.role != outcome || contentCount(s.text) >= 6) && !addressOnly.MatchString(s.text) {
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
	if m.form == step || isAction(m.text) || namesRemedy(m.text) || sc[attempt] > 0 || sc[advice] > 0 || causeWords.MatchString(m.text) {
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

var addressed = regexp.MustCompile(`(?i)\b(?:you|your|i|he|she)\b`)

// tells reports whether a statement can be part of a resolution at all.
func (m material) tells() bool {
	switch m.reading.role {
	case pleasantry, question:
		return false
	case statement, request, attempt, advice, outcome, environment, decision:
	}
	if m.reading.result == Failed && m.reading.scores[attempt] == 0 || talk.MatchString(m.text) {
		return false
	}
	if wish.MatchString(m.text) && !isAction(m.text) && m.reading.scores[advice] == 0 && m.reading.scores[attempt] == 0 {
		return false
	}
	return m.form != greeting && !thinNote.MatchString(m.text) && (contentCount(m.text) >= 2 || m.form == step || m.form == code)
}

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
	return (u.scores[attempt] > 0 || u.scores[advice] >= 1.5 || u.role == outcome && contentCount(u.text) >= 5 || u.form == step) &&
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
