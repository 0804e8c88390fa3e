package history

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
)

// set changes fields of the ticket as the event says.
func (x *life) set(e Event) error {
	t := &x.ticket
	switch e.Do {
	case DoAssign:
		t.Assignee = x.known.People[e.To]
		if e.To != "" && t.Status == desk.New {
			t.Status = desk.Open
		}
	case DoGroup:
		t.Group = e.To
	case DoType:
		t.Type = desk.Type(e.To)
	case DoCategory:
		t.Category = e.To
	case DoService:
		t.Service = e.To
	case DoPriority:
		t.Impact, t.Urgency = cmp.Or(e.Impact, t.Impact), cmp.Or(e.Urgency, t.Urgency)
		t.Priority = x.model.Priority(t.Impact, t.Urgency)
	case DoStatus:
		if t.Status.Ended() {
			return fmt.Errorf("the ticket is %s at that time; it must be reopened first", t.Status)
		}
		t.Status = desk.Status(e.To)
		if t.Supplier = ""; t.Status == desk.OnHold {
			t.Supplier = e.Supplier
		}
	default:
		return fmt.Errorf("%s changes no field", e.Do)
	}
	return nil
}

// update runs a change of fields and records the old and new value of each.
func (x *life) update(e Event, at time.Time, change func() error) error {
	before := x.ticket
	if err := change(); err != nil {
		return err
	}
	data := map[string]any{}
	for field, diff := range desk.Changes(before, x.ticket) {
		data[field] = diff
	}
	if e.Do == DoStatus && e.Supplier != "" {
		data["status"] = [2]any{before.Status, x.ticket.Status} // also where only the supplier is another
		data["supplier"] = e.Supplier
	}
	if len(data) > 0 {
		x.record(at, x.actor(e), "updated", data)
	}
	return nil
}

func (x *life) escalate(e Event, at time.Time) {
	t := &x.ticket
	from := t.Group
	t.Group, t.Assignee = e.To, ""
	if t.Status == desk.New {
		t.Status = desk.Open
	}
	n := x.note(desk.Escalation, e, at, escalationText(from, e.To)+e.Reason)
	x.record(at, x.actor(e), "escalated", map[string]any{"from": from, "to": e.To, "message": n})
}

// escalationText is how the message of an escalation begins; the reason follows.
func escalationText(from, to string) string {
	return fmt.Sprintf("Escalated from %s to %s: ", from, to)
}

// link links the ticket to an article. What a rule links after the resolution was written
// from that resolution, so that it counts as applied.
func (x *life) link(e Event, at time.Time) {
	applied := e.By == "" && x.ticket.Resolution != nil
	if a, ok := x.known.Articles[e.Article]; !ok {
		x.missing(e, at, e.Article, applied)
		x.record(at, x.actor(e), "article_linked", map[string]any{"unknown": e.Article})
	} else if x.linkArticle(e, at, a, applied) {
		x.record(at, x.actor(e), "article_linked", map[string]any{"article": a.ID})
	}
}

// linkArticle adds a link with its message, or marks an existing one as applied; it reports
// whether anything changed.
func (x *life) linkArticle(e Event, at time.Time, a Article, applied bool) bool {
	t := &x.ticket
	i := slices.IndexFunc(t.Links, func(l desk.Link) bool { return l.Kind == desk.ArticleLink && l.Target == a.ID })
	if i >= 0 && (t.Links[i].Applied || !applied) {
		return false
	}
	n := x.note(desk.Linking, e, at, linkText(applied)+a.Title)
	if i >= 0 {
		t.Links[i].Applied, t.Links[i].Message = true, n
		return true
	}
	t.Links = append(t.Links, desk.Link{
		Kind: desk.ArticleLink, Target: a.ID, Title: a.Title, Applied: applied, By: x.actor(e), At: at, Message: n,
	})
	return true
}

// missing adds a message for an article that this desk does not have.
func (x *life) missing(e Event, at time.Time, slug string, applied bool) {
	x.note(desk.Linking, e, at, linkText(applied)+slug)
	x.unknown = append(x.unknown, slug)
}

func linkText(applied bool) string {
	if applied {
		return "Applied article: "
	}
	return "Linked article: "
}

func (x *life) resolve(e Event, at time.Time) {
	t := &x.ticket
	applied, unknown := []string{}, []string{}
	for _, slug := range e.Articles {
		switch a, ok := x.known.Articles[slug]; {
		case !ok && !slices.Contains(unknown, slug):
			x.missing(e, at, slug, true)
			unknown = append(unknown, slug)
		case ok && !slices.Contains(applied, a.ID):
			x.linkArticle(e, at, a, true)
			applied = append(applied, a.ID)
		}
	}
	n := x.note(desk.Resolving, e, at, cmp.Or(e.Note, resolvedAs(e.Code)))
	t.Status, t.ResolvedAt = desk.Resolved, at
	t.Resolution = &desk.Resolution{
		Code: e.Code, Note: e.Note, Articles: applied, By: x.actor(e), At: at, Message: n,
	}
	data := map[string]any{"code": e.Code, "articles": applied, "message": n}
	if len(unknown) > 0 {
		data["unknown"] = unknown
	}
	x.record(at, x.actor(e), "resolved", data)
}

// resolvedAs is the message of a resolution without a note.
func resolvedAs(code desk.ResolutionCode) string { return fmt.Sprintf("Resolved as %s.", code) }

func (x *life) reopen(e Event, at time.Time) error {
	t := &x.ticket
	if !t.Status.Ended() {
		return fmt.Errorf("the ticket is %s at that time; only a resolved or closed one can be reopened", t.Status)
	}
	n := x.note(desk.Reopening, e, at, cmp.Or(e.Reason, reopened))
	last := t.Resolution
	t.Status, t.ClosedAt, t.Resolution = desk.Open, time.Time{}, nil
	t.Reopens++
	x.record(at, x.actor(e), "reopened", map[string]any{"message": n, "resolution": last})
	return nil
}

// reopened is the message of a reopening without a reason.
const reopened = "Reopened."

func (x *life) merge(e Event, at time.Time) error {
	if e.To == x.line.ID {
		return errors.New("to: is the ticket itself")
	}
	t := &x.ticket
	into := x.known.Tickets[e.To].Number
	n := x.note(desk.Merging, e, at, fmt.Sprintf("Merged into ticket %s (%s).", into, e.To))
	t.Links = append(t.Links, desk.Link{
		Kind: desk.DuplicateLink, Target: into, Title: e.To, By: x.actor(e), At: at, Message: n,
	})
	t.MergedInto, t.Status, t.ClosedAt, x.merged = into, desk.Closed, at, true
	x.record(at, x.actor(e), "merged", map[string]any{"into": into})
	x.events = append(x.events, journal.Event{
		At: at, Actor: x.actor(e), Object: journal.Ticket, ID: into, Verb: "absorbed",
		Data: journal.Data(map[string]any{"ticket": t.ID}),
	})
	return nil
}

// draftJob returns the job that makes a draft from the ticket's resolution; ok is false if
// there is none.
func (x *life) draftJob() (j journal.Job, ok bool) {
	t := x.ticket
	if t.Resolution == nil || t.MergedInto != "" {
		return j, false
	}
	return desk.NewDraftJob(t.ID, t.ResolvedAt), true
}
