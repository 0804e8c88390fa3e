package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// alarmsAtOnce is how many tickets are read at a time.
const alarmsAtOnce = 200

// AlarmStore finds the tickets on which something is due. Every method is one transaction.
type AlarmStore interface {
	// DueTickets lists tickets on which something is due at a time, at most limit.
	DueTickets(ctx context.Context, at time.Time, limit int) ([]string, error)
	// UntimedTickets lists open tickets whose timing is not of this service model, at most
	// limit.
	UntimedTickets(ctx context.Context, model, limit int) ([]string, error)
	// SaveTiming stores the timing of a ticket of this version; another version is left alone.
	SaveTiming(ctx context.Context, id string, version int, t *Timing) error
}

// Summarizer writes the hand-off summary that goes with an escalation.
type Summarizer interface {
	// Handoff returns the text to store with an escalation of the ticket.
	Handoff(ctx context.Context, before, after Ticket) (string, error)
}

// Alarms does what is due on tickets by the service model: it notices breaches and warns
// before them, each once, and executes escalation rules.
type Alarms struct {
	Desk       *Service
	Store      AlarmStore
	Summarizer Summarizer // nil: escalations have no summary
}

// Run does all that is due now. Only tickets on which something is due are read; after a
// change of the service model, all open ones are, once. A ticket that fails is reported with
// the others done.
func (a *Alarms) Run(ctx context.Context) error {
	var failed []error
	seen := map[string]bool{}
	for {
		ids, err := a.Store.UntimedTickets(ctx, a.Desk.Model().Number, alarmsAtOnce)
		if err != nil {
			return err
		}
		if !a.each(ctx, ids, seen, &failed, a.retime) {
			break
		}
	}
	clear(seen)
	for {
		ids, err := a.Store.DueTickets(ctx, a.Desk.clock(), alarmsAtOnce)
		if err != nil {
			return err
		}
		if !a.each(ctx, ids, seen, &failed, a.act) {
			return errors.Join(failed...)
		}
	}
}

// each calls do with every ticket that was not seen yet, and reports whether there was one.
func (a *Alarms) each(
	ctx context.Context, ids []string, seen map[string]bool, failed *[]error, do func(context.Context, string) error,
) bool {
	fresh := false
	for _, id := range ids {
		if seen[id] || ctx.Err() != nil {
			continue
		}
		seen[id], fresh = true, true
		if err := do(ctx, id); err != nil {
			*failed = append(*failed, fmt.Errorf("ticket %s: %w", id, err))
		}
	}
	return fresh
}

// retime computes the timing of a ticket with the service model in force. Of a ticket that
// was brought from another tool, only what becomes due from now on counts: nothing is sent for
// its past.
func (a *Alarms) retime(ctx context.Context, id string) error {
	t, err := a.Desk.Store.Ticket(ctx, id, Scope{All: true})
	if err != nil {
		return err
	}
	untimed := t.Timing == nil
	if err := a.Desk.timed(ctx, &t, journal.Entry{}); err != nil {
		return err
	}
	if t.Timing == nil {
		t.Timing = &Timing{Model: a.Desk.Model().Number}
	}
	if now := a.Desk.clock(); untimed && t.ExternalID != "" && !t.Timing.NextAt.After(now) {
		t.Timing.NextAt = nextDue(*t.Timing, now)
	}
	return a.Store.SaveTiming(ctx, t.ID, t.Version, t.Timing)
}

// nextDue returns the first target that is due after a moment, zero for none.
func nextDue(t Timing, now time.Time) (next time.Time) {
	for _, due := range []time.Time{t.FirstResponseDue, t.ResolutionDue, t.UpdateDue} {
		if due.After(now) && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next
}

// act records and does what is due on a ticket.
func (a *Alarms) act(ctx context.Context, id string) error {
	before, err := a.Desk.Store.Ticket(ctx, id, Scope{All: true})
	if err != nil {
		return err
	}
	models, err := a.Desk.timeline(ctx)
	if err != nil {
		return err
	}
	nothing := false
	_, err = a.Desk.change(ctx, access.System(), id, func(t *Ticket) (journal.Entry, error) {
		events, err := a.Desk.Store.TicketEvents(ctx, t.ID, Scope{All: true})
		if err != nil {
			return journal.Entry{}, err
		}
		facts, now := clock.Facts(events), a.Desk.clock()
		if len(facts) == 0 {
			nothing = true
			return journal.Entry{}, errUnchanged
		}
		x := alarm{Alarms: a, ctx: ctx, before: before, facts: facts, model: a.Desk.Model()}
		for _, timer := range clock.Timers(facts, clock.OfFacts(facts, models, now), x.model) {
			if !timer.At.After(now) {
				x.ring(t, timer)
			}
		}
		if nothing = len(x.entry.Events) == 0; nothing {
			return journal.Entry{}, errUnchanged
		}
		return x.entry, nil
	})
	if err != nil || !nothing {
		return err
	}
	return a.retime(ctx, id) // the clock of the machine, or the service model, has changed
}

// alarm is what is done on one ticket at one time.
type alarm struct {
	*Alarms
	ctx    context.Context //nolint:containedctx // of one call, which outlives no request
	before Ticket
	facts  []clock.Fact
	model  *model.Service
	entry  journal.Entry
}

// ring records a timer and does what it says.
func (x *alarm) ring(t *Ticket, timer clock.Timer) {
	c := timer.Clock
	data := map[string]any{
		"target": c.Target, "cycle": c.Cycle, "goal_seconds": c.Goal.Seconds(), "spent_seconds": c.Spent.Seconds(),
		"due": c.Due,
	}
	title := ""
	switch timer.Alarm {
	case clock.Near:
		title = fmt.Sprintf("Ticket %s: %s is due soon", t.ID, targetTitle(c))
	case clock.Breach:
		title = fmt.Sprintf("Ticket %s: %s was missed", t.ID, targetTitle(c))
		data["ended"] = !c.Open()
	case clock.RuleDone:
		x.execute(t, timer, data)
		return
	}
	x.event(t, string(timer.Alarm), data)
	if c.Open() {
		x.notify(*t, timer, model.ToAssignee, timer.Alarm == clock.Breach, title)
	}
}

// targetTitle names a target for people.
func targetTitle(c clock.Clock) string {
	_, name, _ := strings.Cut(c.Target, ":")
	switch c.Kind {
	case model.FirstResponse:
		return "the first response"
	case model.Resolution:
		return "the resolution"
	case model.UpdateTarget:
		return "news for the requester"
	case model.OLATarget:
		return "the time of group " + name
	case model.SupplierTarget:
		return "the time of supplier " + name
	}
	return c.Target
}

// execute does what an escalation rule says, and records what was done and what was refused.
func (x *alarm) execute(t *Ticket, timer clock.Timer, data map[string]any) {
	i := slices.IndexFunc(x.model.Escalations, func(r model.EscalationRule) bool { return r.Name == timer.Rule })
	rule := x.model.Escalations[i]
	data["escalation"], data["rule"] = rule.Name, "escalations."+rule.Name
	var done []string
	if rule.Raise > 0 {
		if diff := raise(x.model, t, rule.Raise); len(diff) > 0 {
			diff["escalation"], diff["rule"] = rule.Name, data["rule"]
			x.event(t, "updated", diff)
			done = append(done, fmt.Sprintf("priority %d", t.Priority))
		}
	}
	if rule.Reassign != "" {
		if refused := x.refuses(*t, rule.Reassign); refused != "" {
			data["refused"] = refused
		} else {
			x.reassign(t, timer, rule)
			done = append(done, "given to "+rule.Reassign)
		}
	}
	data["done"] = done
	x.event(t, string(clock.RuleDone), data)
	title := fmt.Sprintf("Ticket %s: %s, rule %s", t.ID, targetTitle(timer.Clock), rule.Name)
	for _, r := range rule.Notify {
		x.notify(*t, timer, r, true, title)
	}
	if slices.Contains(done, "given to "+rule.Reassign) {
		x.notify(*t, timer, model.ToGroup, true, title)
	}
}

// refuses returns why a rule may not give the ticket to a group: it has it, or had it before,
// which would send it round in a circle.
func (x *alarm) refuses(t Ticket, group string) string {
	switch {
	case t.Group == group:
		return "the ticket is with " + group + " already"
	case clock.Had(x.facts, group):
		return "the ticket was with " + group + " before; it would go round in a circle"
	}
	return ""
}

// reassign escalates the ticket with its hand-off.
func (x *alarm) reassign(t *Ticket, timer clock.Timer, rule model.EscalationRule) {
	s, from := x.Desk, t.Group
	t.Group, t.Assignee = rule.Reassign, ""
	if t.Status == New {
		t.Status = Open
	}
	n := s.append(t, access.System(), Message{
		Kind: Escalation, Visibility: InternalNote,
		Text: fmt.Sprintf("Escalated from %s to %s: rule %s, %s of %s spent of %s", from, rule.Reassign, rule.Name,
			timer.Clock.Spent.Round(time.Minute), timer.Clock.Goal, targetTitle(timer.Clock)),
	})
	if x.Summarizer != nil {
		text, err := x.Summarizer.Handoff(x.ctx, x.before, *t)
		if err != nil {
			s.Log.WarnContext(x.ctx, "escalated by a rule without a hand-off summary", "ticket", t.ID, "error", err)
		} else {
			t.Handoffs = append(slices.Clone(t.Handoffs), Handoff{
				Message: n, By: access.SystemID, At: t.Messages[n-1].At, Summary: text,
			})
		}
	}
	x.event(t, "escalated", map[string]any{
		"from": from, "to": rule.Reassign, "message": n, "escalation": rule.Name, "rule": "escalations." + rule.Name,
	})
}

// raise raises a ticket's priority by its urgency first, then its impact, and returns what
// changed.
func raise(m *model.Service, t *Ticket, to int) map[string]any {
	before := *t
	for t.Priority > to && (t.Urgency > 1 || t.Impact > 1) {
		if t.Urgency > 1 {
			t.Urgency--
		} else {
			t.Impact--
		}
		t.Priority = m.Priority(t.Impact, t.Urgency)
	}
	diff := map[string]any{}
	for field, pair := range Changes(before, *t) {
		diff[field] = pair
	}
	return diff
}

func (x *alarm) event(t *Ticket, verb string, data any) {
	x.entry.Events = append(x.entry.Events, x.Desk.event(access.System(), t.ID, verb, data).Events...)
}

// notify tells a recipient, once for each timer.
func (x *alarm) notify(t Ticket, timer clock.Timer, r model.Recipient, task bool, title string) {
	for _, to := range recipientsOf(x.model, t, r) {
		x.entry.Notices = append(x.entry.Notices, journal.Notice{
			Key: fmt.Sprintf("ticket/%s/%s/%s", t.ID, timer.Key(), to), Task: task, Recipient: to, Title: title,
			Detail: t.Subject, Object: journal.Ticket, ID: t.ID,
		})
	}
}
