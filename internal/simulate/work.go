package simulate

import (
	"time"

	tickets "github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
)

// work is what the desk does with a ticket, step by step, until it is closed or the last day
// is over.
func (t *ticket) work() {
	if t.percent(30) {
		t.line.Messages = append(t.line.Messages, history.Message{
			At: t.at.Format(time.RFC3339), From: history.FromDesk, Visibility: tickets.PublicReply, Automatic: true,
			Text: "We have received your request and will be in touch.",
		})
	}
	if !t.wait(40 * time.Minute) {
		return
	}
	t.do(history.Event{Do: history.DoAssign, To: t.agent})
	t.sort()
	if t.percent(60) {
		t.reply("ack", tickets.PublicReply)
	}
	if t.percent(45) && !t.inquire() {
		return
	}
	if t.percent(40) && t.wait(30*time.Minute) {
		t.reply("note", tickets.InternalNote)
	}
	if t.percent(12) && !t.escalate() {
		return
	}
	if t.percent(4) && !t.hold() {
		return
	}
	if t.percent(10) && t.wait(15*time.Minute) {
		t.reply("workaround", tickets.PublicReply)
	}
	if !t.resolve(t.percent(6)) {
		return
	}
	if t.percent(5) && t.wait(10*time.Hour) {
		t.write("again")
		t.do(history.Event{Do: history.DoReopen, Reason: t.say("again")})
		if t.wait(time.Hour) {
			t.reply("note", tickets.InternalNote)
		}
		if !t.resolve(false) {
			return
		}
	}
	if t.percent(92) && t.wait(35*time.Hour) {
		t.do(history.Event{Do: history.DoClose})
	}
}

// sort corrects what the ticket came in with.
func (t *ticket) sort() {
	s := t.issue.service
	if t.line.Category != s.category && t.percent(90) {
		t.do(history.Event{Do: history.DoCategory, To: s.category})
	}
	if t.line.Service != s.name && t.percent(90) {
		t.do(history.Event{Do: history.DoService, To: s.name})
	}
	if t.percent(6) {
		t.do(history.Event{Do: history.DoPriority, Impact: 1 + t.r.IntN(3), Urgency: 1 + t.r.IntN(3)})
	}
}

// inquire asks the requester and waits.
func (t *ticket) inquire() bool {
	if !t.wait(20 * time.Minute) {
		return false
	}
	t.reply("question", tickets.PublicReply)
	t.do(history.Event{Do: history.DoStatus, To: string(tickets.Pending)})
	if !t.wait(3 * time.Hour) {
		return false
	}
	t.write("answer")
	return true
}

func (t *ticket) escalate() bool {
	if !t.wait(time.Hour) {
		return false
	}
	t.do(history.Event{Do: history.DoEscalate, To: t.issue.service.second, Reason: t.say("escalate")})
	if !t.wait(2 * time.Hour) {
		return false
	}
	t.agent = t.desk.agent(t.r.IntN(t.agents))
	t.do(history.Event{Do: history.DoAssign, To: t.agent})
	return true
}

// hold waits for the supplier.
func (t *ticket) hold() bool {
	if !t.wait(time.Hour) {
		return false
	}
	t.do(history.Event{
		Do: history.DoStatus, To: string(tickets.OnHold), Supplier: t.issue.service.supplier,
	})
	if !t.wait(12 * time.Hour) {
		return false
	}
	t.do(history.Event{Do: history.DoStatus, To: string(tickets.Open)})
	return true
}

// resolve ends the ticket, mostly with the article about its issue. A hasty agent takes
// another article, which does not last.
func (t *ticket) resolve(hasty bool) bool {
	if !t.wait(90 * time.Minute) {
		return false
	}
	if t.percent(4) {
		t.do(history.Event{Do: history.DoResolve, Code: tickets.Withdrawn, Note: t.say("withdrawn")})
		return true
	}
	e := history.Event{Do: history.DoResolve, Code: tickets.Fixed}
	w, i := t.world, t.issue
	switch {
	case !t.known || t.percent(20):
		e.Note = t.say("plain")
		t.reply("ack", tickets.PublicReply)
	case hasty:
		other := t.desk.issue((i.number + len(w.services)) % t.issues)
		e.Articles = []string{other.slug}
		t.message(t.agent, history.FromDesk, tickets.PublicReply, w.fill(t.r, other.cause.answer, other))
	default:
		answer := w.fill(t.r, i.cause.answer, i)
		if t.percent(30) {
			t.do(history.Event{Do: history.DoLink, Article: i.slug})
		}
		t.message(t.agent, history.FromDesk, tickets.PublicReply, answer)
		e.Articles, e.Note = []string{i.slug}, w.fill(t.r, i.cause.text, i)+". "+answer
		if t.percent(8) {
			e.Code = tickets.Workaround
		}
	}
	if !t.wait(10 * time.Minute) {
		return false
	}
	t.do(e)
	if t.percent(45) && t.wait(time.Hour) {
		t.write("thanks")
	}
	return true
}
