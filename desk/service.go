package desk

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// Limits on what people write, in runes.
const (
	MaxSubject = 300
	MaxText    = 1_000_000 // a pasted log fits; a mail bomb does not
	MaxReason  = 10_000
)

// maxMessages bounds a thread; past it a ticket is split, not grown.
const maxMessages = 2_000

// Articles looks up an article as far as the actor may see it; fault.NotFound
// otherwise. *kb.Service implements it.
type Articles interface {
	Article(ctx context.Context, actor access.Actor, ref string) (kb.Article, error)
}

// People finds a person by user id or e-mail address; fault.NotFound otherwise.
type People interface {
	Person(ctx context.Context, ref string) (access.Actor, error)
}

// GapRecorder takes note of where knowledge is missing; it neither waits nor fails.
// *Gaps is one.
type GapRecorder interface{ Record(g Gap) }

// Deps is what a Service is made of. All fields but Gaps, Triager and Log are required.
type Deps struct {
	Store     Store
	Model     func() *ServiceModel // the service model in force
	Suggester Suggester
	Articles  Articles
	People    People
	Now       func() time.Time
	Gaps      GapRecorder
	// Triager sorts tickets; without it nothing is proposed.
	Triager Triager
	Log     *slog.Logger
}

// Service is the desk. Every exported method is one transaction and returns
// errors of the kinds of package fault.
type Service struct {
	Deps
	turns *turns
}

// NewService makes a desk.
func NewService(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Gaps == nil {
		d.Gaps = (*Gaps)(nil)
	}
	return &Service{Deps: d, turns: newTurns()}
}

// readScope returns the scope of the tickets that the actor may read.
func readScope(a access.Actor) Scope {
	if a.ReadsAllTickets() {
		return Scope{All: true}
	}
	return Scope{Requester: a.ID}
}

func requireWork(a access.Actor) error {
	if !a.Can(access.WorkTickets) {
		return fault.New(fault.Forbidden, "only agents can do this")
	}
	return nil
}

// Ticket gives a ticket as the actor may see it.
func (s *Service) Ticket(ctx context.Context, actor access.Actor, id string) (Ticket, error) {
	t, err := s.Store.Ticket(ctx, id, readScope(actor))
	if err != nil {
		return Ticket{}, err
	}
	return s.reduce(ctx, actor, t)
}

// Tickets lists tickets without their threads; the filter's scope is set from the actor.
func (s *Service) Tickets(ctx context.Context, actor access.Actor, f Filter) (Page, error) {
	f.Scope = readScope(actor)
	page, err := s.Store.Tickets(ctx, f)
	if err != nil {
		return Page{}, err
	}
	for i := range page.Tickets {
		if page.Tickets[i], err = s.reduce(ctx, actor, page.Tickets[i]); err != nil {
			return Page{}, err
		}
	}
	return page, nil
}

// Events lists a ticket's events; requesters have none to see.
func (s *Service) Events(ctx context.Context, actor access.Actor, id string) ([]journal.Event, error) {
	if !actor.ReadsAllTickets() {
		return nil, fault.New(fault.Forbidden, "only the desk can see a ticket's history")
	}
	return s.Store.TicketEvents(ctx, id, readScope(actor))
}

// Counts counts the tickets the actor may see.
func (s *Service) Counts(ctx context.Context, actor access.Actor) (Counts, error) {
	return s.Store.CountTickets(ctx, readScope(actor))
}

// reduce removes from t what its reader may not see. A requester keeps the public
// thread and the articles that they may read; notes, suggestions, the knowledge
// decision and the wording of the resolution stay inside.
func (s *Service) reduce(ctx context.Context, actor access.Actor, t Ticket) (Ticket, error) {
	if actor.ReadsAllTickets() {
		return t, nil
	}
	t.Messages = t.VisibleMessages(false)
	for i := range t.Messages {
		t.Messages[i].N = i + 1 // gaps would count the notes
	}
	t.Intake, t.Knowledge, t.Dismissed, t.Handoffs = nil, nil, nil, nil
	// Nor how often and when the desk touched the ticket inside, nor another person's
	// ticket that it was merged into.
	t.Version, t.Bypass, t.UpdatedAt = 0, false, lastSeen(t)
	if t.MergedInto != "" {
		t.Together = true
		_, err := s.Store.Ticket(ctx, t.MergedInto, readScope(actor))
		switch {
		case fault.Is(err, fault.NotFound):
			t.MergedInto = ""
		case err != nil:
			return Ticket{}, err
		}
	}
	visible := make(map[string]bool)
	var links []Link
	for _, l := range t.Links {
		if l.Kind != ArticleLink {
			continue
		}
		a, err := s.Articles.Article(ctx, actor, l.Target)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return Ticket{}, err
		}
		l.Title, l.Message, l.By = a.Title, 0, ""
		visible[a.ID] = true
		links = append(links, l)
	}
	t.Links = links
	if t.Resolution != nil {
		r := *t.Resolution
		r.Note, r.By, r.Message = "", "", 0
		r.Articles = slices.DeleteFunc(slices.Clone(r.Articles), func(id string) bool { return !visible[id] })
		t.Resolution = &r
	}
	return t, nil
}

// lastSeen is the last thing that happened to a ticket before its requester's eyes.
func lastSeen(t Ticket) time.Time {
	last := t.CreatedAt
	times := []time.Time{t.FirstReplyAt, t.ResolvedAt, t.ClosedAt}
	for _, m := range t.Messages {
		times = append(times, m.At)
	}
	for _, at := range times {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// edit is one attempt at changing a ticket: it alters t and says what happened.
type edit func(t *Ticket) (journal.Entry, error)

// maxAttempts bounds how often a lost race is tried again.
const maxAttempts = 30

// change loads the ticket, applies the edit and saves it. Edits of a ticket
// commute as far as they are legal at all (messages are appended, transitions are
// checked against the state found), so a lost race is tried again on the new state
// instead of being handed to the user.
func (s *Service) change(ctx context.Context, actor access.Actor, id string, apply edit) (Ticket, error) {
	for attempt := 0; ; attempt++ {
		t, err := s.Store.Ticket(ctx, id, readScope(actor))
		if err != nil {
			return Ticket{}, err
		}
		entry, err := apply(&t)
		if errors.Is(err, errUnchanged) {
			return s.reduce(ctx, actor, t)
		}
		if err != nil {
			return Ticket{}, err
		}
		if len(t.Messages) > maxMessages {
			return Ticket{}, fault.New(fault.Conflict, "the thread has reached %d messages; open a follow-up ticket", maxMessages)
		}
		t.Version++
		t.UpdatedAt = s.clock()
		entry.Changes = append(entry.Changes, journal.Change{Object: journal.Ticket, ID: t.ID})
		err = s.Store.SaveTickets(ctx, []Ticket{t}, entry)
		if fault.Is(err, fault.Conflict) && attempt < maxAttempts {
			if attempt == 0 {
				release, err := s.turns.take(ctx, id)
				if err != nil {
					return Ticket{}, err
				}
				defer release()
			}
			continue
		}
		if err != nil {
			return Ticket{}, err
		}
		return s.reduce(ctx, actor, t)
	}
}

// clock gives the time as stores keep it, in microseconds, so that a time read back
// equals the one written.
func (s *Service) clock() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// errUnchanged ends an edit that found nothing to do.
var errUnchanged = errors.New("unchanged")

// event makes the entry of one event on a ticket.
func (s *Service) event(actor access.Actor, id, verb string, data any) journal.Entry {
	e := journal.Event{At: s.clock(), Actor: actor.ID, Object: journal.Ticket, ID: id, Verb: verb}
	if data != nil {
		e.Data = journal.Data(data)
	}
	return journal.Entry{Events: []journal.Event{e}}
}

// append adds a message by the actor to the thread and gives its number.
func (s *Service) append(t *Ticket, actor access.Actor, m Message) int {
	m.N = len(t.Messages) + 1
	m.Author, m.AuthorName = actor.ID, actor.DisplayName()
	m.FromDesk = actor.ID != t.Requester && actor.Staff()
	m.Automatic = actor.ID == access.SystemID
	m.At = s.clock()
	if m.Channel == "" {
		m.Channel = Portal
	}
	t.Messages = append(t.Messages, m)
	return m.N
}

// cleanText trims and checks a text that a person wrote: present unless optional,
// within max runes, valid UTF-8 without NUL.
func cleanText(field, text string, max int, optional bool) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(text):
		return "", fault.InvalidField(field, "is not valid UTF-8")
	case strings.ContainsRune(text, 0):
		return "", fault.InvalidField(field, "contains a NUL character")
	case text == "" && !optional:
		return "", fault.InvalidField(field, "is empty")
	case utf8.RuneCountInString(text) > max:
		return "", fault.InvalidField(field, "has %d characters; at most %d are allowed", utf8.RuneCountInString(text), max)
	}
	return text, nil
}
