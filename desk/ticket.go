package desk

import "time"

// Type says what a ticket is about. Not every request is an incident.
type Type string

// The ticket types.
const (
	Incident Type = "incident" // something that worked is broken or degraded
	Request  Type = "request"
	Question Type = "question"
	Change   Type = "change"
)

// Status is where a ticket stands.
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

// Ended reports whether nobody has to work on a ticket in this status.
func (s Status) Ended() bool { return s == Resolved || s == Closed }

// MessageVisibility says who reads a message.
type MessageVisibility string

// The message visibilities.
const (
	PublicReply  MessageVisibility = "public"
	InternalNote MessageVisibility = "internal"
)

// Channel says how a ticket or message came in.
type Channel string

// The channels. The service model says which of them are side doors: tickets that
// entered there bypassed the intake and are counted.
const (
	Portal Channel = "portal"
	API    Channel = "api"
	Mail   Channel = "mail"
	Phone  Channel = "phone"
	Direct Channel = "direct" // a direct message to an agent
	VIP    Channel = "vip"    // a walk-up or call outside the queue
)

// ResolutionCode says how a ticket ended.
type ResolutionCode string

// The resolution codes.
const (
	Fixed           ResolutionCode = "fixed"
	Workaround      ResolutionCode = "workaround"
	Answered        ResolutionCode = "answered"
	Duplicate       ResolutionCode = "duplicate"
	NotReproducible ResolutionCode = "not_reproducible"
	Withdrawn       ResolutionCode = "withdrawn"
)

// Ticket is a request for help with its thread.
type Ticket struct {
	ID      string // decimal number, assigned by the store
	Version int    // grows by one with every saved change; for optimistic concurrency

	Subject   string
	Requester string // user id
	// RequesterName is what threads show for the requester.
	RequesterName string
	Channel       Channel
	Bypass        bool // came in by a side door

	Type     Type
	Status   Status
	Service  string
	Category string
	Impact   int // 1 (widest) .. 3
	Urgency  int // 1 (most urgent) .. 3
	Priority int // 1 .. 5, from the service model's matrix

	Group    string
	Assignee string // user id, "" when nobody is assigned

	Messages   []Message // append-only, in order of N
	Links      []Link
	Resolution *Resolution // set while resolved or closed
	Knowledge  *Knowledge  // what the resolution taught, nil until decided
	MergedInto string      // id of the ticket this one was merged into, "" if none
	// Together tells the requester that it was merged, also where MergedInto is withheld
	// because that ticket is somebody else's. It is not stored.
	Together bool
	// Handoffs are the summaries that went with escalations, in order; append-only.
	Handoffs []Handoff
	// Dismissed are the suggested articles that an agent said do not help here.
	Dismissed []Dismissal

	// Intake keeps the suggestions made when the ticket came in, with their evidence.
	Intake *Suggestions

	Reopens   int
	CreatedAt time.Time
	UpdatedAt time.Time
	// FirstReplyAt is the first public reply by a person of the desk; zero before.
	FirstReplyAt time.Time
	// ResolvedAt is the last resolution; zero before the first.
	ResolvedAt time.Time
	ClosedAt   time.Time
}

// Message is one entry of a ticket's thread. Message 1 is the body the ticket was
// opened with. Escalations, links, resolutions and reopenings are messages too
// (Internal visibility, Kind other than "reply"), so that every line of a summary
// can point at one.
type Message struct {
	N          int               `json:"n"`
	Kind       MessageKind       `json:"kind"`
	Author     string            `json:"author"`      // user id
	AuthorName string            `json:"author_name"` // as shown
	FromDesk   bool              `json:"from_desk"`   // written by the desk, not by the requester
	Automatic  bool              `json:"automatic"`   // written by a rule, not by a person
	Visibility MessageVisibility `json:"visibility"`
	Channel    Channel           `json:"channel"`
	At         time.Time         `json:"at"`
	Text       string            `json:"text"`
}

// MessageKind says what a message records.
type MessageKind string

// The message kinds.
const (
	Reply      MessageKind = "reply" // a public reply or an internal note
	Escalation MessageKind = "escalation"
	Linking    MessageKind = "link"
	Resolving  MessageKind = "resolution"
	Reopening  MessageKind = "reopening"
	Merging    MessageKind = "merge"
)

// LinkKind says what a ticket is linked to.
type LinkKind string

// The link kinds.
const (
	ArticleLink   LinkKind = "article"
	DuplicateLink LinkKind = "duplicate" // the ticket that the other one duplicates
	ProblemLink   LinkKind = "problem"
	ChangeLink    LinkKind = "change"
)

// Link joins a ticket to an article, ticket, problem or change.
type Link struct {
	Kind    LinkKind  `json:"kind"`
	Target  string    `json:"target"`  // id of the object linked
	Title   string    `json:"title"`   // as it was when linked
	Applied bool      `json:"applied"` // the article was applied to resolve the ticket
	By      string    `json:"by"`      // user id
	At      time.Time `json:"at"`
	Message int       `json:"message"` // the message that records it
}

// Dismissal says that a suggested article does not help with a ticket.
type Dismissal struct {
	Article string    `json:"article"` // id
	Reason  string    `json:"reason"`
	By      string    `json:"by"` // user id
	At      time.Time `json:"at"`
}

// Handoff is the summary that went with an escalation, as it was sent.
type Handoff struct {
	Message int       `json:"message"` // the escalation
	By      string    `json:"by"`      // user id
	At      time.Time `json:"at"`
	// Summary is the text as whoever escalated handed it in; the desk keeps it and
	// reads nothing of it.
	Summary string `json:"summary"`
}

// Resolution says how a ticket was resolved.
type Resolution struct {
	Code     ResolutionCode `json:"code"`
	Note     string         `json:"note"`
	Articles []string       `json:"articles"` // ids of the articles applied
	By       string         `json:"by"`
	At       time.Time      `json:"at"`
	Message  int            `json:"message"`
}

// Knowledge is what became of a resolution's knowledge.
type Knowledge struct {
	Decision string `json:"decision"` // none, link, edit, new
	Reason   string `json:"reason"`
	Article  string `json:"article,omitempty"` // id of the article linked or edited
	Review   string `json:"review,omitempty"`  // id of the draft made
}

// Applied lists the ids of the articles that resolved the ticket.
func (t Ticket) Applied() []string {
	var ids []string
	for _, l := range t.Links {
		if l.Kind == ArticleLink && l.Applied {
			ids = append(ids, l.Target)
		}
	}
	return ids
}

// Linked lists the ids of all articles linked to the ticket, applied or not.
func (t Ticket) Linked() []string {
	var ids []string
	for _, l := range t.Links {
		if l.Kind == ArticleLink {
			ids = append(ids, l.Target)
		}
	}
	return ids
}

// Body is the text the ticket was opened with.
func (t Ticket) Body() string {
	if len(t.Messages) == 0 {
		return ""
	}
	return t.Messages[0].Text
}

// VisibleMessages gives the messages that a reader may see.
func (t Ticket) VisibleMessages(internal bool) []Message {
	if internal {
		return t.Messages
	}
	var out []Message
	for _, m := range t.Messages {
		if m.Visibility == PublicReply {
			out = append(out, m)
		}
	}
	return out
}
