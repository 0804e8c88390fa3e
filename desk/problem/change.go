package problem

import (
	"slices"
	"time"
)

// Class says what a change is about.
type Class string

// The classes of changes.
const (
	Release        Class = "release"
	Config         Class = "config"
	Access         Class = "access"
	Vendor         Class = "vendor"
	Interface      Class = "api"
	Infrastructure Class = "infrastructure"
)

// Classes lists the classes of changes.
func Classes() []Class { return []Class{Release, Config, Access, Vendor, Interface, Infrastructure} }

// Approval says how a change was permitted.
type Approval string

// The approvals.
const (
	PreApproved Approval = "pre_approved"
	Reviewed    Approval = "reviewed"
)

// Change is something that was changed in services: what a problem may come from.
type Change struct {
	ID        string // decimal number, assigned by the store
	Title     string
	Class     Class
	Services  []string // those touched; none means any
	Starts    time.Time
	Ends      time.Time
	Approval  Approval
	Source    string // what reported it, such as a pipeline, or an address
	By        string // user id
	CreatedAt time.Time
}

// Lead is how long before the first incident a change may have begun to be named with it.
const Lead = 72 * time.Hour

// Precedes reports whether incidents on these services, the first of them at onset, may come
// from the change: it began before, not too long ago, on one of the services.
func (c Change) Precedes(services []string, onset time.Time) bool {
	if c.Starts.After(onset) || c.Starts.Before(onset.Add(-Lead)) {
		return false
	}
	touches := func(service string) bool { return slices.Contains(c.Services, service) }
	return len(c.Services) == 0 || len(services) == 0 || slices.ContainsFunc(services, touches)
}
