package simulate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	tickets "github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
)

// arrival is a ticket that is about to come in.
type arrival struct {
	at    time.Time
	burst *burst // nil for one on its own
	plot  plot   // "" for an ordinary ticket
	// again and requester are of one that somebody opens because an earlier one did not help; requester
	// also of the second and third ticket of one call.
	again     bool
	requester string
}

// burst is an incident that many report at once.
type burst struct {
	issue issue
	first string // id of the first ticket
}

// ticket is the life of one ticket under way.
type ticket struct {
	*desk
	r         *rand.Rand
	line      history.Line
	issue     issue
	known     bool // the issue has an article by now
	at        time.Time
	requester string
	agent     string
	group     string
	over      bool // the next step lies beyond the last day
}

// ticket returns the n-th ticket of the desk, which comes in on the index-th working day.
func (d *desk) ticket(n, index int, a arrival) history.Line {
	r := random(d.seed, ofTicket, uint64(n))
	t := &ticket{desk: d, r: r, at: a.at, requester: d.person(r.IntN(d.requesters)), agent: d.agent(r.IntN(d.agents))}
	t.requester = cmp.Or(a.requester, t.requester)
	switch {
	case a.burst != nil:
		t.issue, t.known = a.burst.issue, true
	case a.plot != "":
		t.issue, t.known = d.storyIssue(a.plot), a.plot != release
	default:
		t.choose(n)
	}
	t.open(fmt.Sprintf("T-%d", n+1), a.burst != nil)
	if a.plot != "" {
		t.cast(a)
	}
	if a.burst != nil && a.burst.first == "" {
		a.burst.first = t.line.ID
	} else if a.burst != nil && r.IntN(4) == 0 && t.wait(20*time.Minute) {
		t.do(history.Event{Do: history.DoMerge, To: a.burst.first})
		return t.line
	}
	if a.plot == "" || a.again {
		t.work()
	} else {
		t.play(a.plot, index)
	}
	return t.line
}

// cast makes a new ticket one of a plot.
func (t *ticket) cast(a arrival) {
	s := t.issue.service
	t.line.Type, t.line.Service, t.line.Category = tickets.Incident, s.name, s.category
	switch a.plot {
	case outage:
		t.line.Impact, t.line.Urgency = 1, 1+t.r.IntN(2)
	case lowered, elsewhere, paused:
		t.line.Impact, t.line.Urgency, t.agent = 2, 2, t.desk.agent(3)
	case split:
		t.agent = t.desk.agent(3)
	case release, lapsed:
		t.line.Impact, t.line.Urgency = 3, 2
	}
	t.plots[a.plot] = append(t.plots[a.plot], t.line.ID)
}

// choose picks the issue: some come back often and most rarely, new ones come up over time,
// and one in seven was never seen before.
func (t *ticket) choose(n int) {
	if t.r.IntN(7) == 0 {
		t.issue = t.desk.issue(t.issues + n)
		return
	}
	born := max(1, t.issues/2+int(float64(t.issues)*float64(n)/float64(2*t.tickets)))
	u := t.r.Float64()
	season := n * 12 / t.tickets * 7 // what is frequent changes
	t.issue, t.known = t.desk.issue((int(u*u*u*float64(born))+season)%born), true
}

// open writes the request.
func (t *ticket) open(id string, burst bool) {
	i, s := t.issue, t.issue.service
	l := history.Line{
		ID: id, Requester: t.requester, Created: t.at.Format(time.RFC3339), Group: s.group,
		Channel: pick(t.r, []tickets.Channel{tickets.Mail, tickets.Mail, tickets.Portal, tickets.Portal, tickets.Phone}),
		Type:    tickets.Incident, Service: s.name, Category: s.category, Impact: 3, Urgency: 1 + t.r.IntN(3),
	}
	switch x := t.r.IntN(20); {
	case burst:
		l.Impact = 1 + t.r.IntN(2)
	case x < 2:
		l.Type = tickets.Question
	case x < 4:
		l.Type = tickets.Request
	}
	switch t.r.IntN(10) {
	case 0, 1:
		l.Category, l.Service = "", ""
	case 2:
		l.Category = pick(t.r, t.world.services).category
	}
	words := t.world.fill(t.r, pick(t.r, i.symptom.words), i)
	l.Subject = upperFirst(words)
	if t.r.IntN(3) == 0 {
		l.Subject = upperFirst(i.part) + " " + i.product + ": " + t.world.fill(t.r, pick(t.r, i.symptom.words), i)
	}
	l.Messages = []history.Message{{
		At: l.Created, By: t.requester, From: history.FromRequester, Visibility: tickets.PublicReply, Text: t.request(words),
	}}
	t.line, t.group = l, l.Group
}

// request returns the text that a ticket is opened with.
func (t *ticket) request(words string) string {
	parts := []string{t.say("greeting"), "", upperFirst(words) + "."}
	if t.r.IntN(100) < 35 {
		parts = append(parts, t.say("code"))
	}
	for range 1 + t.r.IntN(6) {
		parts = append(parts, t.say("context"))
	}
	if t.r.IntN(4) == 0 {
		parts = append(parts, upperFirst(t.world.fill(t.r, pick(t.r, t.issue.symptom.words), t.issue))+".")
	}
	body := strings.Join(parts[2:], " ")
	return parts[0] + "\n\n" + body + "\n\n" + t.say("closing")
}

func (t *ticket) say(kind string) string { return t.world.say(t.r, kind, t.issue) }

// wait moves on by about this much working time; it returns false beyond the last day.
func (t *ticket) wait(median time.Duration) bool {
	if t.over {
		return false
	}
	next := later(t.at, around(t.r, median))
	if next.After(t.end) {
		t.over = true
		return false
	}
	t.at = next
	return true
}

// do adds an event by the agent.
func (t *ticket) do(e history.Event) {
	e.At, e.By = t.at.Format(time.RFC3339), t.agent
	if e.Do == history.DoReopen {
		e.By = t.requester
	}
	if e.Do == history.DoClose {
		e.By = ""
	}
	t.line.Events = append(t.line.Events, e)
}

// reply adds a message of the agent, and write one of the requester.
func (t *ticket) reply(kind string, v tickets.MessageVisibility) {
	t.message(t.agent, history.FromDesk, v, t.say(kind))
}

func (t *ticket) write(kind string) {
	t.message(t.requester, history.FromRequester, tickets.PublicReply, t.say(kind))
}

func (t *ticket) message(by string, from history.Side, v tickets.MessageVisibility, text string) {
	t.line.Messages = append(t.line.Messages, history.Message{
		At: t.at.Format(time.RFC3339), By: by, From: from, Visibility: v, Text: text,
	})
}

func (t *ticket) percent(n int) bool { return t.r.IntN(100) < n }
