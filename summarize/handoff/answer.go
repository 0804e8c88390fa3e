package handoff

import (
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// complied matches reports that an instruction was followed.
	complied = lexicon.Pattern("handoff/complied")
	// postponed matches announcements to follow it later.
	postponed = lexicon.Pattern("handoff/postponed")
	// partly matches outcomes that hold for a part only.
	partly = lexicon.Pattern("handoff/partly")
)

// conclude sets the outcome of an effort; one that it had stays beside it.
func (e *effort) conclude(at int, result thread.Result) {
	if e.outcome >= 0 && e.outcome != at {
		e.answer = append(e.answer, e.outcome)
	}
	e.outcome, e.result = at, result
}

// pairAnswers puts the requester's answer beside each effort of the desk that has none, and
// takes an outcome back that the same message withdraws or limits: what is not certain stays
// unknown, with the words beside it.
func (x *extractor) pairAnswers() {
	for k := range x.efforts {
		e := &x.efforts[k]
		if e.result == thread.Unknown && x.Sentences[e.at].Message.FromDesk {
			x.pair(e)
		}
		if e.outcome >= 0 {
			x.limit(e)
		}
	}
}

// pair adds the requester's answer to an effort without a result.
func (x *extractor) pair(e *effort) {
	at, beside := x.answerTo(*e)
	if at < 0 {
		return
	}
	had := append(slices.Clone(e.answer), e.outcome)
	e.outcome, e.answer = at, beside
	for _, i := range had {
		if i >= 0 && i != at && !slices.Contains(beside, i) {
			e.answer = append(e.answer, i)
		}
	}
	if r := x.Sentences[at].Result; r != "" {
		e.result = r
	}
}

// limit makes the result of an effort unknown, and adds the words that do so, if the message of
// its outcome also reports the contrary or a part only.
func (x *extractor) limit(e *effort) {
	o := x.Sentences[e.outcome]
	for i, u := range x.each(o.Index) {
		if u.Role == thread.Question || u.Is(thread.Wishful) || x.isEffort(i) {
			continue
		}
		contrary := u.Result != "" && e.result != thread.Unknown && u.Result != e.result ||
			i == e.outcome && thread.Mixed(u.Text)
		if contrary || (i == e.outcome || i == e.outcome+1 || u.Result != "") && partly.MatchString(u.Text) {
			if i != e.outcome && !slices.Contains(e.answer, i) {
				e.answer = append(e.answer, i)
			}
			if contrary || e.result == thread.Worked {
				e.result = thread.Unknown
			}
		}
	}
}

// answerTo returns the sentences in which the requester answers an effort of the desk: the one
// with the outcome, else the one that says it was followed; -1 if there is none. A later
// instruction takes the answers that come after it.
func (x *extractor) answerTo(e effort) (at int, beside []int) {
	index := x.Sentences[e.at].Index
	internal := x.Sentences[e.at].Message.Visibility != desk.PublicReply
	at = -1
	for i := index + 1; i < len(x.Ticket.Messages) && i <= index+2*thread.OutcomeReach; i++ {
		m := x.Ticket.Messages[i]
		if m.Kind != desk.Reply || m.Automatic {
			continue
		}
		public := m.Visibility == desk.PublicReply
		if m.FromDesk {
			// What the desk did or said in between may be what is answered.
			if at >= 0 || internal && public || x.advisesIn(i) {
				return at, beside
			}
			continue
		}
		j, more, later := x.answerIn(i, e)
		switch {
		case later || j >= 0 && !x.reports(j) && !e.advised:
		case at >= 0 && j >= 0 && x.reports(j): // it was followed before, and this came of it
			return j, append(beside, at)
		case at >= 0:
			return at, beside
		case j >= 0 && !x.reports(j):
			at, beside = j, more
		default:
			return j, more
		}
	}
	return at, beside
}

// reports reports whether sentence i tells an outcome, be it a mixed one.
func (x *extractor) reports(i int) bool {
	return x.Sentences[i].Result != "" || thread.Mixed(x.Sentences[i].Text)
}

// advisesIn reports whether the message with this index has instructions.
func (x *extractor) advisesIn(index int) bool {
	return slices.ContainsFunc(x.efforts, func(e effort) bool { return e.advised && x.Sentences[e.at].Index == index })
}

// answerIn returns the answering sentences of a message; later reports that it only announces
// one.
func (x *extractor) answerIn(index int, e effort) (at int, beside []int, later bool) {
	reported, followed := -1, -1
	for i, u := range x.each(index) {
		if u.Role == thread.Question || u.Pos > 4 {
			continue
		}
		switch {
		case postponed.MatchString(u.Text):
			later = true
		case (u.Result != "" || thread.Mixed(u.Text)) && reported < 0 && !u.Is(thread.Wishful) && !x.isStory(i):
			reported = i
		case followed < 0 && (complied.MatchString(u.Text) || partly.MatchString(u.Text) && x.overlapWith(u, &e) >= 0.34):
			followed = i
		}
	}
	switch {
	case reported >= 0 && followed >= 0 && followed < reported:
		return reported, []int{followed}, false
	case reported >= 0:
		return reported, nil, false
	case followed >= 0:
		if next := followed + 1; next < len(x.Sentences) && x.Sentences[next].Index == index &&
			x.Sentences[next].Role != thread.Question && !isNoise(x.Sentences[next]) {
			beside = []int{next}
		}
		return followed, beside, false
	}
	return -1, nil, later
}
