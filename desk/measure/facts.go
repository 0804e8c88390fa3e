package measure

import (
	"math"
	"slices"
	"time"
)

// Moment is a time in microseconds since 1970; 0 is never.
type Moment int64

// At returns the moment of a time; never for the zero time.
func At(t time.Time) Moment {
	if t.IsZero() {
		return 0
	}
	return Moment(t.UnixMicro())
}

// Time returns the time; the zero time for never.
func (m Moment) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// Facts are what measures need to know of a ticket. All of it comes from the ticket's events
// and the service models that were in force at their time.
type Facts struct {
	Ticket    string `json:"-"`
	Created   Moment `json:"created"`
	Requester string `json:"requester,omitempty"`
	// How the ticket is sorted now.
	Type     string `json:"type,omitempty"`
	Service  string `json:"service,omitempty"`
	Category string `json:"category,omitempty"`
	Group    string `json:"group,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Priority int    `json:"priority,omitempty"`

	Bypass   bool   `json:"bypass,omitempty"`    // bypassed the intake
	FromDesk bool   `json:"from_desk,omitempty"` // the desk wrote the first message
	Merged   Moment `json:"merged,omitempty"`    // into another ticket

	FirstAction   Moment `json:"action,omitempty"`   // of a person of the desk
	FirstResponse Moment `json:"response,omitempty"` // the first public reply of a person of the desk

	Resolutions []Resolution `json:"resolutions,omitempty"` // in order
	Waits       []Wait       `json:"waits,omitempty"`       // in order
	Links       []Link       `json:"links,omitempty"`       // one an article
	Raised      []Raise      `json:"raised,omitempty"`      // changes of priority
	Clocks      []Clock      `json:"clocks,omitempty"`
	// Business is the business time until the resolution that holds, BusinessPending the part of it
	// in which the ticket waited for its requester; nil where no calendar says what that is.
	Business        *Moment `json:"business,omitempty"`
	BusinessPending *Moment `json:"business_pending,omitempty"`
}

// Resolution is one resolution of a ticket, and whether it held.
type Resolution struct {
	At          Moment `json:"at"`
	Code        string `json:"code,omitempty"`
	Automatic   bool   `json:"automatic,omitempty"` // by an answer that no person wrote
	Replies     int    `json:"replies,omitempty"`   // public replies of people of the desk until then
	Escalations int    `json:"escalations,omitempty"`
	Reopened    Moment `json:"reopened,omitempty"`
}

// Wait is a span in which the ticket waited for its requester (pending) or for somebody else
// (on_hold). To is never while it lasts.
type Wait struct {
	From   Moment `json:"from"`
	To     Moment `json:"to,omitempty"`
	Status string `json:"status"`
	// Of one for the requester: whether the desk had written to them in the hour before, and whether
	// they ended it with an answer.
	Asked    bool `json:"asked,omitempty"`
	Answered bool `json:"answered,omitempty"`
}

// Link is a link to an article, used for the ticket or written from it.
type Link struct {
	Article string `json:"article"`
	At      Moment `json:"at"`
}

// Raise is a change of priority.
type Raise struct {
	At   Moment `json:"at"`
	From int    `json:"from"`
	To   int    `json:"to"`
	Near bool   `json:"near,omitempty"` // it was lowered when the resolution was near its target
}

// The statuses that measures distinguish, as events name them.
const (
	statusNew      = "new"
	statusOpen     = "open"
	statusPending  = "pending"
	statusOnHold   = "on_hold"
	statusResolved = "resolved"
	statusClosed   = "closed"
)

// codeWithdrawn is the resolution code of a ticket that its requester took back, codeSpam that of
// one that was no request.
const (
	codeWithdrawn = "withdrawn"
	codeSpam      = "spam"
)

// standing returns the resolution that holds; ok is false while the ticket is open.
func (f *Facts) standing() (r Resolution, ok bool) {
	if n := len(f.Resolutions); n > 0 && f.Resolutions[n-1].Reopened == 0 {
		return f.Resolutions[n-1], true
	}
	return r, false
}

// Open reports whether the ticket is open, neither resolved nor merged.
func (f *Facts) Open() bool {
	_, resolved := f.standing()
	return !resolved && f.Merged == 0
}

// openAt reports whether the ticket was open at a moment.
func (f *Facts) openAt(m Moment) bool {
	if f.Created > m || f.Merged != 0 && f.Merged <= m {
		return false
	}
	return !slices.ContainsFunc(f.Resolutions, func(r Resolution) bool {
		return r.At <= m && (r.Reopened == 0 || r.Reopened > m)
	})
}

// exclusion returns why the ticket is in no measure, "" for one that is.
func (f *Facts) exclusion() string {
	if f.Merged != 0 {
		return "merged"
	}
	if r, ok := f.standing(); ok && r.Code == codeSpam {
		return codeSpam
	}
	return ""
}

// pending returns how long the ticket waited for its requester between two moments.
func (f *Facts) pending(from, to Moment) (sum Moment) {
	for _, w := range f.Waits {
		end := w.To
		if end == 0 {
			end = to
		}
		if w.Status == statusPending {
			sum += max(0, min(to, end)-max(from, w.From))
		}
	}
	return sum
}

// Until returns the last moment that a measure may count: no window that begins after it needs
// the ticket. It is far away while the ticket is open.
func (f *Facts) Until() Moment {
	if f.Open() {
		return math.MaxInt64
	}
	last := max(f.Created, f.FirstAction, f.FirstResponse, f.Merged)
	for _, r := range f.Resolutions {
		last = max(last, r.At, r.Reopened)
	}
	for _, l := range f.Links {
		last = max(last, l.At)
	}
	for _, c := range f.Clocks {
		at, _, _ := c.decided(math.MaxInt64)
		last = max(last, at)
	}
	return last
}
