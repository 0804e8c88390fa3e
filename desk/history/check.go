package history

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
)

const (
	maxID    = 200 // of runes
	maxName  = 200 // of services, categories, groups, slugs and suppliers
	maxSteps = 10_000
)

var (
	channels = []desk.Channel{desk.Portal, desk.API, desk.Mail, desk.Phone, desk.Direct, desk.VIP}
	types    = []desk.Type{desk.Incident, desk.Request, desk.Question, desk.Change}
	codes    = []desk.ResolutionCode{
		desk.Fixed, desk.Workaround, desk.Answered, desk.Duplicate, desk.NotReproducible, desk.Withdrawn,
	}
	waiting = []desk.Status{desk.Open, desk.Pending, desk.OnHold}
)

// clean checks and trims the fields of a line that need no service model, and makes
// addresses lower case.
func (l *Line) clean() error {
	var err error
	if l.ID, err = name("id", l.ID, maxID); err != nil {
		return err
	}
	if l.ID == "" {
		return errors.New("id: is missing")
	}
	if l.Subject, err = text("subject", strings.Join(strings.Fields(l.Subject), " "), desk.MaxSubject); err != nil {
		return err
	}
	if l.Subject == "" {
		return errors.New("subject: is missing")
	}
	if l.Requester, err = address("requester", l.Requester); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value *string
	}{{"service", &l.Service}, {"category", &l.Category}, {"group", &l.Group}} {
		if *f.value, err = name(f.name, *f.value, maxName); err != nil {
			return err
		}
	}
	return first(
		oneOf("channel", l.Channel, channels), oneOf("type", l.Type, types),
		level("impact", l.Impact), level("urgency", l.Urgency), l.cleanParts(),
	)
}

func (l *Line) cleanParts() error {
	switch {
	case len(l.Messages) == 0:
		return errors.New("messages: is empty; the first message is the request")
	case len(l.Messages)+len(l.Events) > maxSteps:
		return fmt.Errorf("has %d messages and events; at most %d are allowed", len(l.Messages)+len(l.Events), maxSteps)
	}
	for i := range l.Messages {
		if err := l.Messages[i].clean(); err != nil {
			return fmt.Errorf("message %d: %w", i+1, err)
		}
	}
	for i := range l.Events {
		if err := l.Events[i].clean(); err != nil {
			return fmt.Errorf("event %d (%s): %w", i+1, l.Events[i].Do, err)
		}
	}
	return nil
}

func (m *Message) clean() error {
	var err error
	if m.By, err = address("by", m.By); err != nil {
		return err
	}
	if m.Text, err = text("text", m.Text, desk.MaxText); err != nil {
		return err
	}
	if m.Text == "" {
		return errors.New("text: is empty")
	}
	return first(
		oneOf("from", m.From, []Side{FromRequester, FromDesk}),
		oneOf("visibility", m.Visibility, []desk.MessageVisibility{desk.PublicReply, desk.InternalNote}),
	)
}

func (e *Event) clean() error {
	var err error
	if e.By, err = address("by", e.By); err != nil {
		return err
	}
	if e.Do == DoAssign {
		e.To, err = address("to", e.To)
	} else {
		e.To, err = name("to", e.To, maxName)
	}
	if err != nil {
		return err
	}
	if e.Supplier, err = name("supplier", e.Supplier, maxName); err != nil {
		return err
	}
	if e.Article, err = name("article", e.Article, maxName); err != nil {
		return err
	}
	for i := range e.Articles {
		if e.Articles[i], err = name("articles", e.Articles[i], maxName); err != nil {
			return err
		}
	}
	if e.Note, err = text("note", e.Note, desk.MaxText); err != nil {
		return err
	}
	if e.Reason, err = text("reason", e.Reason, desk.MaxText); err != nil {
		return err
	}
	return e.complete()
}

// complete checks that an event has the fields that its act needs.
func (e *Event) complete() error {
	need := func(field, value string) error {
		if value == "" {
			return fmt.Errorf("%s: is missing", field)
		}
		return nil
	}
	switch e.Do {
	case DoAssign, DoCategory, DoService, DoClose, DoReopen:
		return nil
	case DoGroup, DoEscalate, DoMerge:
		return need("to", e.To)
	case DoStatus:
		return first(need("to", e.To), oneOf("to", desk.Status(e.To), waiting))
	case DoType:
		return first(need("to", e.To), oneOf("to", desk.Type(e.To), types))
	case DoPriority:
		if e.Impact == 0 && e.Urgency == 0 {
			return errors.New("impact and urgency are missing")
		}
		return first(level("impact", e.Impact), level("urgency", e.Urgency))
	case DoLink:
		return need("article", e.Article)
	case DoResolve:
		return first(need("code", string(e.Code)), oneOf("code", e.Code, codes))
	case "":
		return errors.New("do: is missing")
	}
	return errors.New("do: there is no such event")
}

// moment is a message or an event of a line in the order of time.
type moment struct {
	at      time.Time
	message int // index, -1 for an event
	event   int // index, -1 for a message
}

// moments returns the messages and events in the order of time, messages before events of the
// same time, the request first.
func (l *Line) moments(created, now time.Time) ([]moment, error) {
	out := make([]moment, 0, len(l.Messages)+len(l.Events))
	for i, m := range l.Messages {
		at := created
		if i > 0 || m.At != "" {
			var err error
			if at, err = parseTime("at", m.At); err != nil {
				return nil, fmt.Errorf("message %d: %w", i+1, err)
			}
		}
		if err := within(at, created, now); err != nil {
			return nil, fmt.Errorf("message %d: %w", i+1, err)
		}
		if i > 0 && at.Before(out[0].at) {
			return nil, fmt.Errorf("message %d: is earlier than the first message, which is the request", i+1)
		}
		out = append(out, moment{at, i, -1})
	}
	for i, e := range l.Events {
		at, err := parseTime("at", e.At)
		if err == nil {
			err = within(at, created, now)
		}
		if err != nil {
			return nil, fmt.Errorf("event %d (%s): %w", i+1, e.Do, err)
		}
		out = append(out, moment{at, -1, i})
	}
	// Stable: the request comes first whatever happened at its time.
	slices.SortStableFunc(out[1:], func(a, b moment) int { return a.at.Compare(b.at) })
	return out, nil
}

// slack is how far the clock of another machine may be ahead.
const slack = 5 * time.Minute

func within(at, created, now time.Time) error {
	switch {
	case at.Before(created):
		return fmt.Errorf("at: %s is before the ticket was created (%s)", formatTime(at), formatTime(created))
	case at.After(now.Add(slack)):
		return fmt.Errorf("at: %s is in the future", formatTime(at))
	}
	return nil
}

// text trims a text and checks it.
func text(field, s string, limit int) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case strings.ContainsRune(s, 0):
		return "", fmt.Errorf("%s: contains a NUL character", field)
	case utf8.RuneCountInString(s) > limit:
		return "", fmt.Errorf("%s: has %d characters; at most %d are allowed", field, utf8.RuneCountInString(s), limit)
	}
	return s, nil
}

// name is text for a name: one line.
func name(field, s string, limit int) (string, error) {
	s, err := text(field, s, limit)
	if err == nil && strings.ContainsFunc(s, unicode.IsControl) {
		err = fmt.Errorf("%s: contains a control character", field)
	}
	return s, err
}

// address is name for an e-mail address, in lower case; "" is nobody.
func address(field, s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return "", nil
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || strings.ContainsAny(s, "\"\\ \t\r\n<>") {
		return "", fmt.Errorf("%s: %q is not an e-mail address", field, s)
	}
	return s, nil
}

// level checks an impact or urgency; 0 is none.
func level(field string, n int) error {
	if n < 0 || n > 3 {
		return fmt.Errorf("%s: is %d; it must be 1, 2 or 3", field, n)
	}
	return nil
}

func oneOf[T ~string](field string, value T, all []T) error {
	if value == "" || slices.Contains(all, value) {
		return nil
	}
	return fmt.Errorf("%s: %q is not one of %v", field, value, all)
}

// first returns the first error, so that a reason is one sentence.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
