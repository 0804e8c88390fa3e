package desk

import (
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/blob"
)

// The words of tickets that the service model has rules about. They are declared there, and
// these are the same types.
type (
	Type    = model.Type
	Status  = model.Status
	Channel = model.Channel
)

// The ticket types.
const (
	Incident = model.Incident
	Request  = model.Request
	Question = model.Question
	Change   = model.Change
)

// The statuses.
const (
	New      = model.New
	Open     = model.Open
	Pending  = model.Pending
	OnHold   = model.OnHold
	Resolved = model.Resolved
	Closed   = model.Closed
)

// The channels.
const (
	Portal = model.Portal
	API    = model.API
	Mail   = model.Mail
	Phone  = model.Phone
	Direct = model.Direct
	VIP    = model.VIP
)

// MessageVisibility says who may read a message.
type MessageVisibility string

// The message visibilities.
const (
	PublicReply  MessageVisibility = "public"
	InternalNote MessageVisibility = "internal"
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
	Version int    // incremented with every saved change; for optimistic concurrency
	// ExternalID is the id in the tool that the ticket came from, "" for one opened here.
	ExternalID string

	Subject   string
	Requester string // user id
	// RequesterName is what threads show for the requester.
	RequesterName string
	Channel       Channel
	Bypass        bool // bypassed the intake

	Type     Type
	Status   Status
	Service  string
	Category string
	Impact   int // 1 (widest) .. 3
	Urgency  int // 1 (most urgent) .. 3
	Priority int // 1 .. 5, from the service model's matrix

	Group    string
	Assignee string // user id, "" when unassigned

	Messages   []Message // append-only, in order of N
	Links      []Link
	Resolution *Resolution // set while resolved or closed
	Knowledge  *Knowledge  // the knowledge decision on the resolution, nil until decided
	MergedInto string      // id of the ticket that this one was merged into, "" for none
	// Merged says to the requester that the ticket was merged, even if MergedInto is
	// withheld because it is somebody else's ticket. It is not stored.
	Merged bool
	// Handoffs are the summaries that were sent with escalations, in order; append-only.
	Handoffs []Handoff
	// Dismissed are the suggested articles that do not help here, as an agent decided.
	Dismissed []Dismissal

	// Intake holds the suggestions made when the ticket was opened, with their evidence.
	Intake *Suggestions

	// Timing is when targets are due, nil where nothing is known of it. Requesters do not see it.
	Timing *Timing
	// Order is what a request of the catalogue asks for, nil for other tickets.
	Order *Order
	// Supplier is what the ticket is on hold at, "" for none.
	Supplier string

	Reopens   int
	CreatedAt time.Time
	UpdatedAt time.Time
	// FirstReplyAt is the first public reply by a person of the desk; zero before.
	FirstReplyAt time.Time
	// ResolvedAt is the last resolution; zero before the first.
	ResolvedAt time.Time
	ClosedAt   time.Time
}

// Message is an entry of a ticket's thread. Message 1 is the text that the ticket was
// opened with. Escalations, links, resolutions and reopenings are messages as well (with
// internal visibility and a Kind other than "reply"), so that every line of a summary can
// refer to one.
type Message struct {
	N          int               `json:"n"`
	Kind       MessageKind       `json:"kind"`
	Author     string            `json:"author"`      // user id
	AuthorName string            `json:"author_name"` // as shown
	FromDesk   bool              `json:"from_desk"`   // written by the desk rather than the requester
	Automatic  bool              `json:"automatic"`   // written by a rule rather than a person
	Visibility MessageVisibility `json:"visibility"`
	Channel    Channel           `json:"channel"`
	At         time.Time         `json:"at"`
	Text       string            `json:"text"`
	Files      []File            `json:"files,omitempty"`
}

// File is a file that was attached to a message, under the name that it came with.
type File struct {
	Name string `json:"name"`
	blob.Info
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
	DuplicateLink LinkKind = "duplicate" // to the ticket that this one duplicates
	ProblemLink   LinkKind = "problem"
	ChangeLink    LinkKind = "change"
)

// Link is a link from a ticket to an article, ticket, problem or change.
type Link struct {
	Kind    LinkKind  `json:"kind"`
	Target  string    `json:"target"`  // id of the linked object
	Title   string    `json:"title"`   // at the time of linking
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

// Handoff is the summary that was sent with an escalation.
type Handoff struct {
	Message int       `json:"message"` // the escalation
	By      string    `json:"by"`      // user id
	At      time.Time `json:"at"`
	// Summary is stored as it was sent; the desk does not interpret it.
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

// Knowledge is the decision on what a resolution adds to the knowledge base.
type Knowledge struct {
	Decision string `json:"decision"` // none, link, edit, new
	Reason   string `json:"reason"`
	Article  string `json:"article,omitempty"` // id of the article linked or edited
	Review   string `json:"review,omitempty"`  // id of the draft
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

// Body returns the text that the ticket was opened with.
func (t Ticket) Body() string {
	if len(t.Messages) == 0 {
		return ""
	}
	return t.Messages[0].Text
}

// VisibleMessages returns the messages that a reader of internal notes, or of the public
// thread only, may see.
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
