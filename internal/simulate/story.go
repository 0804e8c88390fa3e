package simulate

import (
	"math/rand/v2"
	"slices"
	"time"

	tickets "github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
)

// quarter is how many working days a desk of up to maxQuarter tickets has.
const (
	quarter    = 65
	maxQuarter = 20_000
)

// plot is what a ticket is an example of.
type plot string

// The plots of a quarter: what a service manager should find in it.
const (
	outage  plot = "outage"            // many report the same within hours, after a change
	release plot = "bad_release"       // a release brings a problem that nobody knows, until it is taken back
	lapsed  plot = "lapsed_workaround" // a workaround that helped for weeks and then no more
	// Ways to make a queue look better than it is.
	lowered   plot = "priority_lowered" // shortly before the target
	elsewhere plot = "closed_elsewhere" // resolved within the last minute, and back as another ticket
	paused    plot = "pending_as_pause" // nobody was asked anything
	split     plot = "split"            // one call, three tickets
)

// story says when what happens, in working days since the first one.
type story struct {
	outage, release, rollback, lapse, gaming int
	services                                 map[plot]service
}

func (d *desk) newStory() *story {
	s := d.world.services
	return &story{
		outage: quarter * 3 / 10, release: quarter / 2, rollback: quarter/2 + 10, lapse: quarter * 65 / 100,
		gaming: quarter * 7 / 10,
		services: map[plot]service{
			outage: s[1], release: s[3], lapsed: s[5], lowered: s[4], elsewhere: s[4], paused: s[4], split: s[4],
		},
	}
}

// told returns what a story adds to a working day, with the changes that belong to it. n is how
// many tickets an ordinary day has.
func (d *desk) told(r *rand.Rand, day time.Time, index, n int) (arrivals []arrival, changes []change) {
	s := d.story
	add := func(p plot, of int) {
		for range of {
			a := arrival{at: moment(r, day), plot: p}
			arrivals = append(arrivals, a)
			if p != split {
				continue
			}
			arrivals[len(arrivals)-1].requester = d.person(r.IntN(d.requesters))
			for _, after := range []time.Duration{3 * time.Minute, 7 * time.Minute} {
				more := arrivals[len(arrivals)-1]
				more.at = a.at.Add(after)
				arrivals = append(arrivals, more)
			}
		}
	}
	switch index {
	case s.outage:
		b := &burst{issue: d.storyIssue(outage)}
		start := day.Add(9*time.Hour + 40*time.Minute)
		for range max(8, n/3) {
			at := start.Add(time.Duration(r.IntN(2*3600)) * time.Second)
			arrivals = append(arrivals, arrival{at: at, burst: b, plot: outage})
		}
		changes = append(changes, change{
			Title: "New certificate on the gateway", Class: "infrastructure", Services: []string{b.issue.service.name},
			Starts: start.Add(-time.Hour), Ends: start.Add(-20 * time.Minute), Source: "generated",
		})
	case s.release, s.rollback:
		title := map[bool]string{true: "Release", false: "Roll-back"}[index == s.release]
		i := d.storyIssue(release)
		changes = append(changes, change{
			Title: title + " of " + i.product + " " + i.version, Class: "release", Services: []string{i.service.name},
			Starts: day.Add(6 * time.Hour), Ends: day.Add(6*time.Hour + 30*time.Minute), Source: "generated",
		})
	}
	if index >= s.release && index < s.rollback {
		add(release, max(1, n/12))
	}
	add(lapsed, max(1, n/50))
	if index >= s.gaming {
		add(pick(r, []plot{lowered, paused, elsewhere, split}), max(1, n/30))
	}
	return arrivals, changes
}

// storyIssue returns the issue that the tickets of a plot are about. That of the release is one
// that no article is about.
func (d *desk) storyIssue(p plot) issue {
	of := d.story.services[p]
	at := slices.IndexFunc(d.world.services, func(s service) bool { return s.name == of.name })
	if p == release {
		at += 1000 * len(d.world.services) * (1 + d.issues/len(d.world.services))
	}
	return d.issue(at)
}

// play is what the desk does with a ticket of a story. The outage is worked on like any other.
func (t *ticket) play(p plot, index int) {
	switch p {
	case lapsed:
		t.lapse(index >= t.story.lapse)
	case lowered, paused, elsewhere:
		t.game(p)
	case split:
		t.splitUp()
	case outage, release:
		t.work()
	}
}

// lapse is a ticket about a problem with a workaround. After it has lapsed, most come back.
func (t *ticket) lapse(gone bool) {
	resolve := func() bool {
		if !t.wait(time.Hour) {
			return false
		}
		t.message(t.agent, history.FromDesk, tickets.PublicReply, t.world.fill(t.r, t.issue.cause.answer, t.issue))
		t.do(history.Event{
			Do: history.DoResolve, Code: tickets.Workaround, Articles: []string{t.issue.slug}, Note: t.say("workaround"),
		})
		return true
	}
	if !t.wait(30 * time.Minute) {
		return
	}
	t.do(history.Event{Do: history.DoAssign, To: t.agent})
	share := 4
	if gone {
		share = 65
	}
	if resolve() && t.percent(share) && t.wait(5*time.Hour) {
		t.write("again")
		t.do(history.Event{Do: history.DoReopen, Reason: t.say("again")})
		t.resolve(false)
	}
}

// game is a ticket of priority 3 whose target comes near.
func (t *ticket) game(p plot) {
	const goal = 24 * time.Hour
	opened := t.at
	due := later(opened, goal)
	t.at = later(opened, 30*time.Minute)
	t.do(history.Event{Do: history.DoAssign, To: t.agent})
	t.reply("ack", tickets.PublicReply)
	near := later(opened, goal-20*time.Minute)
	if near.After(t.end) {
		t.over = true
		return
	}
	t.at = near
	switch p {
	case lowered:
		t.do(history.Event{Do: history.DoPriority, Impact: 3, Urgency: 3})
		t.wait(9 * time.Hour)
	case paused:
		t.do(history.Event{Do: history.DoStatus, To: string(tickets.Pending)})
		if !t.wait(12 * time.Hour) {
			return
		}
		t.do(history.Event{Do: history.DoStatus, To: string(tickets.Open)})
		t.at = t.at.Add(3 * time.Minute)
	default:
		t.at = due.Add(-30 * time.Second)
	}
	if t.over || t.at.After(t.end) {
		return
	}
	t.do(history.Event{Do: history.DoResolve, Code: tickets.Fixed, Note: t.say("plain")})
	if p == elsewhere {
		at := later(t.at, 3*time.Hour)
		t.followUps = append(t.followUps, arrival{at: at, plot: elsewhere, again: true, requester: t.requester})
	}
}

// splitUp is one of the tickets that the desk makes of a call.
func (t *ticket) splitUp() {
	l := &t.line
	l.Channel, l.Messages[0].From, l.Messages[0].By = tickets.Phone, history.FromDesk, t.agent
	t.at = t.at.Add(4 * time.Minute)
	t.do(history.Event{Do: history.DoAssign, To: t.agent})
	t.reply("ack", tickets.PublicReply)
	t.do(history.Event{Do: history.DoResolve, Code: tickets.Answered, Note: t.say("plain")})
}
