package desk

import (
	"context"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Notice is a task or notice as delivered.
type Notice struct {
	journal.Notice
	Number int64
	At     time.Time
	DoneAt time.Time // zero while it is open
	DoneBy string    // user id
}

// NoticeFilter selects notices.
type NoticeFilter struct {
	Recipients []string // whose notices; none selects nothing
	Done       bool     // those that are done rather than open
	Before     int64    // number, 0 for the newest
	Limit      int
}

// NoticeStore stores notices. They are written with the entry of what causes them.
type NoticeStore interface {
	// Notices lists notices, newest first.
	Notices(ctx context.Context, f NoticeFilter) ([]Notice, error)
	// FinishNotice marks an open notice of one of the recipients as done, and returns it as
	// it is then; fault.NotFound when there is none.
	FinishNotice(ctx context.Context, number int64, recipients []string, by string, at time.Time) (Notice, error)
}

// Inbox shows people their tasks and notices.
type Inbox struct {
	Store NoticeStore
	Model func() *model.Service
	Now   func() time.Time
}

// Recipients returns the addresses that reach a person: their own, those of their roles, and
// those of the groups whose tickets they may take.
func Recipients(m *model.Service, a access.Actor) []string {
	if !a.Known() {
		return nil
	}
	out := []string{"user:" + a.ID}
	if a.Email != "" {
		out = append(out, "mail:"+strings.ToLower(a.Email))
	}
	for _, r := range a.Roles {
		out = append(out, "role:"+string(r))
	}
	if a.Has(access.Agent) {
		for _, g := range m.Groups {
			if m.IsMember(g.Name, a.Email) {
				out = append(out, "group:"+g.Name)
			}
		}
	}
	return out
}

// List lists the actor's notices, newest first.
func (x *Inbox) List(ctx context.Context, actor access.Actor, done bool, before int64, limit int) ([]Notice, error) {
	if !actor.Known() {
		return nil, fault.New(fault.Unauthenticated, "sign in to see your tasks")
	}
	return x.Store.Notices(ctx, NoticeFilter{
		Recipients: Recipients(x.Model(), actor), Done: done, Before: before, Limit: limit,
	})
}

// Done marks a notice of the actor as done. A notice to a group or role is then done for
// all of them.
func (x *Inbox) Done(ctx context.Context, actor access.Actor, number int64) (Notice, error) {
	if !actor.Known() {
		return Notice{}, fault.New(fault.Unauthenticated, "sign in to see your tasks")
	}
	return x.Store.FinishNotice(ctx, number, Recipients(x.Model(), actor), actor.ID, x.Now().UTC())
}

// recipientsOf returns the addresses of a recipient in the service model for a ticket, none
// when it names nobody.
func recipientsOf(m *model.Service, t Ticket, r model.Recipient) []string {
	switch r {
	case model.ToAssignee:
		if t.Assignee == "" {
			return recipientsOf(m, t, model.ToGroup)
		}
		return []string{"user:" + t.Assignee}
	case model.ToGroup:
		return []string{"group:" + t.Group}
	case model.ToServiceOwner:
		if s, ok := m.Service(t.Service); ok {
			return []string{"group:" + s.Owner}
		}
		return nil
	}
	return m.Addresses(r)
}
