package problem

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// Reader reads the text of incidents.
type Reader interface {
	// Signatures returns the error codes and names in a text, in order.
	Signatures(text string) []string
	// Words returns the words of a text that say what it is about.
	Words(text string) []Word
	// Alike returns the tickets whose text is much like that of the incident, the most alike first.
	Alike(ctx context.Context, i Incident) ([]string, error)
}

// Tickets writes to the requesters of tickets. *desk.Service implements it.
type Tickets interface {
	Ticket(ctx context.Context, actor access.Actor, id string) (desk.Ticket, error)
	Reply(ctx context.Context, actor access.Actor, id string, in desk.NewMessage) (desk.Ticket, desk.Message, error)
}

// Articles proposes articles. *kb.Service implements it.
type Articles interface {
	Propose(ctx context.Context, actor access.Actor, p kb.Proposal) (kb.Draft, error)
}

// Deps are the dependencies of a Service. All fields but Log are required.
type Deps struct {
	Store    Store
	Model    func() *model.Service // the service model in force
	Reader   Reader
	Tickets  Tickets
	Articles Articles
	Now      func() time.Time
	Log      *slog.Logger
}

// Service finds candidates and manages problems. Its methods return errors of the kinds of
// package fault.
type Service struct {
	Deps
	following sync.Mutex
}

// New returns a Service.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d}
}

func (s *Service) clock() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

func require(a access.Actor, p access.Permission, action string) error {
	switch {
	case a.Can(p):
		return nil
	case !a.Known():
		return fault.New(fault.Unauthenticated, "sign in to %s", action)
	}
	return fault.New(fault.Forbidden, "you don't have permission to %s", action)
}

func (s *Service) event(actor access.Actor, object, id, verb string, data any) journal.Entry {
	return journal.Entry{Events: []journal.Event{{
		At: s.clock(), Actor: actor.ID, Object: object, ID: id, Verb: verb, Data: journal.Data(data),
	}}}
}

// Limits on what people write, in runes.
const (
	maxTitle = 300
	maxText  = 20_000
)

// line returns a text as one line, and adds to bad if it is empty, unless it may be, or too long.
func line(bad *[]fault.Field, field, text string, mayBeEmpty bool) string {
	return cleaned(bad, field, strings.Join(strings.Fields(text), " "), maxTitle, mayBeEmpty)
}

func cleaned(bad *[]fault.Field, field, text string, most int, mayBeEmpty bool) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "" && !mayBeEmpty:
		*bad = append(*bad, fault.Field{Field: field, Message: "is empty"})
	case utf8.RuneCountInString(text) > most:
		*bad = append(*bad, fault.Field{Field: field, Message: "is too long"})
	}
	return text
}

// checkService adds to bad unless the service is in the service model.
func (s *Service) checkService(bad *[]fault.Field, field, service string) {
	if service != "" && !s.Model().HasService(service) {
		*bad = append(*bad, fault.Field{Field: field, Message: "is not in the service model"})
	}
}
