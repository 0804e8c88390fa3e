package model

// Type is the type of a ticket. Not every request is an incident.
type Type string

// The ticket types.
const (
	Incident Type = "incident" // something that used to work is broken or degraded
	Request  Type = "request"
	Question Type = "question"
	Change   Type = "change"
)

// Status is the status of a ticket.
type Status string

// The statuses.
const (
	New      Status = "new"
	Open     Status = "open"
	Pending  Status = "pending" // waits for the requester
	OnHold   Status = "on_hold" // waits for a supplier or another team
	Resolved Status = "resolved"
	Closed   Status = "closed"
)

// Ended reports whether a ticket in this status needs no more work.
func (s Status) Ended() bool { return s == Resolved || s == Closed }

// Channel says how a ticket or message came in.
type Channel string

// The channels. The service model says which of them bypass the intake.
const (
	Portal Channel = "portal"
	API    Channel = "api"
	Mail   Channel = "mail"
	Phone  Channel = "phone"
	Direct Channel = "direct" // a direct message to an agent
	VIP    Channel = "vip"    // a walk-up or call outside the queue
)
