package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
)

// Line is one ticket in the form in which tickets move. Only ID, Subject, Created and one
// message are required. Times are RFC 3339, people are e-mail addresses. Type, Service,
// Category, Impact, Urgency and Group are those that the ticket was opened with.
type Line struct {
	ID        string       `json:"id"`
	Subject   string       `json:"subject"`
	Requester string       `json:"requester,omitempty"`
	Created   string       `json:"created"`
	Channel   desk.Channel `json:"channel,omitempty"`
	Type      desk.Type    `json:"type,omitempty"`
	Service   string       `json:"service,omitempty"`
	Category  string       `json:"category,omitempty"`
	Impact    int          `json:"impact,omitempty"`
	Urgency   int          `json:"urgency,omitempty"`
	Group     string       `json:"group,omitempty"`
	Messages  []Message    `json:"messages"`
	Events    []Event      `json:"events,omitempty"`
}

// Message is an entry of the thread. The first one is the request.
type Message struct {
	At         string                 `json:"at,omitempty"` // the first message: when the ticket was created
	By         string                 `json:"by,omitempty"`
	From       Side                   `json:"from,omitempty"` // requester if By is the requester, else desk
	Visibility desk.MessageVisibility `json:"visibility,omitempty"`
	Automatic  bool                   `json:"automatic,omitempty"`
	Text       string                 `json:"text"`
}

// Side says who wrote a message.
type Side string

// The sides.
const (
	FromRequester Side = "requester"
	FromDesk      Side = "desk"
)

// Event is something that happened to the ticket. Without By, a rule did it. Which of the
// other fields there are depends on Do.
type Event struct {
	At       string              `json:"at"`
	By       string              `json:"by,omitempty"`
	Do       Act                 `json:"do"`
	To       string              `json:"to,omitempty"`
	Supplier string              `json:"supplier,omitempty"`
	Impact   int                 `json:"impact,omitempty"`
	Urgency  int                 `json:"urgency,omitempty"`
	Article  string              `json:"article,omitempty"` // slug
	Code     desk.ResolutionCode `json:"code,omitempty"`
	Note     string              `json:"note,omitempty"`
	Articles []string            `json:"articles,omitempty"` // slugs of those applied
	Reason   string              `json:"reason,omitempty"`
}

// Act is what an event does.
type Act string

// The acts.
const (
	DoAssign   Act = "assign" // to nobody without To
	DoGroup    Act = "group"
	DoStatus   Act = "status"
	DoPriority Act = "priority"
	DoCategory Act = "category"
	DoService  Act = "service"
	DoType     Act = "type"
	DoEscalate Act = "escalate"
	DoLink     Act = "link"
	DoResolve  Act = "resolve"
	DoReopen   Act = "reopen"
	DoClose    Act = "close"
	DoMerge    Act = "merge"
)

// parseLine decodes a line. Errors say what is wrong in words for the person who wrote the
// file.
func parseLine(raw []byte) (Line, error) {
	var l Line
	if !utf8.Valid(raw) {
		return l, fmt.Errorf("is not valid UTF-8 (byte %d)", invalidAt(raw)+1)
	}
	err := json.Unmarshal(raw, &l)
	var (
		wrongType *json.UnmarshalTypeError
		syntax    *json.SyntaxError
	)
	switch {
	case errors.As(err, &wrongType) && wrongType.Field == "":
		return l, errors.New("is not a JSON object")
	case errors.As(err, &wrongType):
		return l, fmt.Errorf("%s: cannot be a %s", wrongType.Field, wrongType.Value)
	case errors.As(err, &syntax):
		return l, fmt.Errorf("is not valid JSON: %w (byte %d)", syntax, syntax.Offset)
	}
	return l, err
}

// invalidAt returns the offset of the first byte that is not UTF-8.
func invalidAt(raw []byte) int {
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(raw)
}

// Encode returns the line as it is exported, with its line feed. A Line consists of strings
// and numbers, so encoding it cannot fail.
func (l Line) Encode() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(l); err != nil {
		panic(fmt.Sprintf("history: encode ticket %s: %v", l.ID, err))
	}
	return b.Bytes()
}

// parseTime parses the time of a field. Stores keep microseconds.
func parseTime(field, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, fmt.Errorf("%s: is missing", field)
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, fmt.Errorf("%s: %q is not a time such as 2024-05-31T09:30:00Z", field, text)
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
