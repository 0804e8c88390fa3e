package desk

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// Limits on what people write, in runes.
const (
	MaxSubject = 300
	MaxText    = 1_000_000 // enough for a pasted log, but not for a mail bomb
	MaxReason  = 10_000
)

// maxMessages bounds the length of a thread.
const maxMessages = 2_000

// Articles finds an article that the actor may see; fault.NotFound otherwise. *kb.Service
// implements it.
type Articles interface {
	Article(ctx context.Context, actor access.Actor, ref string) (kb.Article, error)
	// Targets returns, by id, the articles to which links with these ids lead the actor.
	// What the actor may not open is left out.
	Targets(ctx context.Context, actor access.Actor, ids []string) (map[string]kb.Target, error)
}

// People finds a person by user id or e-mail address; fault.NotFound otherwise.
type People interface {
	Person(ctx context.Context, ref string) (access.Actor, error)
}

// GapRecorder records where knowledge is missing; it neither waits nor fails. *Gaps
// implements it.
type GapRecorder interface{ Record(g Gap) }

// Deps are the dependencies of a Service. All fields but Models, Gaps, Triager, OnlyThanks and Log are
// required.
type Deps struct {
	Store Store
	Files FileStore
	Model func() *model.Service // the service model in force
	// Models returns the service models that were in force, the oldest first; nil: only the
	// present one counts.
	Models    func(ctx context.Context) ([]model.InForce, error)
	Suggester Suggester
	Articles  Articles
	People    People
	Now       func() time.Time
	Gaps      GapRecorder
	// Triager proposes how to sort tickets; without one, nothing is proposed.
	Triager Triager
	// OnlyThanks reports whether a reply says no more than thanks; a requester's reply with
	// more in it reopens a resolved ticket. Without it, every reply does.
	OnlyThanks func(text string) bool
	Log        *slog.Logger
}

// Service is the desk. Every exported method is one transaction, and returns errors of the
// kinds of package fault.
type Service struct {
	Deps
	turns *turns
}

// NewService returns a desk.
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

// Ticket returns a ticket as the actor may see it.
func (s *Service) Ticket(ctx context.Context, actor access.Actor, id string) (Ticket, error) {
	t, err := s.Store.Ticket(ctx, id, readScope(actor))
	if err != nil {
		return Ticket{}, err
	}
	return s.visibleTo(ctx, actor, t)
}

// Tickets lists tickets without their threads. The scope of the filter is set here.
func (s *Service) Tickets(ctx context.Context, actor access.Actor, f Filter) (Page, error) {
	f.Scope, f.Now = readScope(actor), s.clock()
	if f.Overdue != "" && !actor.ReadsAllTickets() {
		return Page{}, fault.New(fault.Forbidden, "only the desk can see what is overdue")
	}
	page, err := s.Store.Tickets(ctx, f)
	if err != nil {
		return Page{}, err
	}
	if err := s.reduce(ctx, actor, page.Tickets); err != nil {
		return Page{}, err
	}
	return page, nil
}

// Events lists a ticket's events; requesters may not see them.
func (s *Service) Events(ctx context.Context, actor access.Actor, id string) ([]journal.Event, error) {
	if !actor.ReadsAllTickets() {
		return nil, fault.New(fault.Forbidden, "only the desk can see the history of a ticket")
	}
	return s.Store.TicketEvents(ctx, id, readScope(actor))
}

// Counts counts the tickets that the actor may see.
func (s *Service) Counts(ctx context.Context, actor access.Actor) (Counts, error) {
	return s.Store.CountTickets(ctx, readScope(actor))
}

// visibleTo returns t as the actor may see it.
func (s *Service) visibleTo(ctx context.Context, actor access.Actor, t Ticket) (Ticket, error) {
	one := []Ticket{t}
	if err := s.reduce(ctx, actor, one); err != nil {
		return Ticket{}, err
	}
	return one[0], nil
}

// reduce replaces the tickets by what the actor may see of them, with the same few queries
// for one ticket and for many.
func (s *Service) reduce(ctx context.Context, actor access.Actor, tickets []Ticket) error {
	if actor.ReadsAllTickets() {
		return nil
	}
	var articles, merged []string
	for _, t := range tickets {
		for _, l := range t.Links {
			if l.Kind == ArticleLink {
				articles = append(articles, l.Target)
			}
		}
		if t.MergedInto != "" {
			merged = append(merged, t.MergedInto)
		}
	}
	open, err := s.Articles.Targets(ctx, actor, articles)
	if err != nil {
		return err
	}
	own := map[string]bool{}
	if len(merged) > 0 {
		page, err := s.Store.Tickets(ctx, Filter{Scope: readScope(actor), IDs: merged, Limit: len(merged)})
		if err != nil {
			return err
		}
		for _, t := range page.Tickets {
			own[t.ID] = true
		}
	}
	for i, t := range tickets {
		tickets[i] = requesterView(t, open, own)
	}
	return nil
}

// requesterView returns what a requester sees of a ticket: the public thread and the
// articles that are open to them, but no notes, suggestions, knowledge decision or text of
// the resolution. own are the tickets of the requester.
func requesterView(t Ticket, open map[string]kb.Target, own map[string]bool) Ticket {
	t.Messages = t.VisibleMessages(false)
	for i := range t.Messages {
		t.Messages[i].N = i + 1 // gaps in the numbers would reveal how many notes there are
	}
	t.Intake, t.Knowledge, t.Dismissed, t.Handoffs = nil, nil, nil, nil
	// These would reveal how often and when the desk worked on the ticket.
	t.Version, t.Bypass, t.UpdatedAt, t.Timing, t.Supplier = 0, false, lastVisibleChange(t), nil, ""
	if t.MergedInto != "" {
		t.Merged = true
		if !own[t.MergedInto] {
			t.MergedInto = ""
		}
	}
	visible := make(map[string]bool)
	var links []Link
	for _, l := range t.Links {
		if l.Kind != ArticleLink {
			continue
		}
		if a, ok := open[l.Target]; ok {
			l.Title, l.Message, l.By = a.Title, 0, ""
			visible[a.ID] = true
			links = append(links, l)
		}
	}
	t.Links = links
	if t.Resolution != nil {
		r := *t.Resolution
		r.Note, r.By, r.Message = "", "", 0
		r.Articles = slices.DeleteFunc(slices.Clone(r.Articles), func(id string) bool { return !visible[id] })
		t.Resolution = &r
	}
	return t
}

// lastVisibleChange returns the time of the last change that the requester can see.
func lastVisibleChange(t Ticket) time.Time {
	times := []time.Time{t.CreatedAt, t.FirstReplyAt, t.ResolvedAt, t.ClosedAt}
	for _, m := range t.Messages {
		times = append(times, m.At)
	}
	return slices.MaxFunc(times, time.Time.Compare)
}

// edit is one attempt at changing a ticket: it changes t and returns the entry for the
// journal.
type edit func(t *Ticket) (journal.Entry, error)

// maxAttempts bounds how often a change that lost a race is tried again.
const maxAttempts = 30

// change loads the ticket, applies the edit and saves it. An edit checks the state that it
// finds, so one that lost a race is tried again on the new state rather than failing.
func (s *Service) change(ctx context.Context, actor access.Actor, id string, apply edit) (Ticket, error) {
	for attempt := 0; ; attempt++ {
		t, err := s.Store.Ticket(ctx, id, readScope(actor))
		if err != nil {
			return Ticket{}, err
		}
		entry, err := apply(&t)
		if errors.Is(err, errUnchanged) {
			return s.visibleTo(ctx, actor, t)
		}
		if err != nil {
			return Ticket{}, err
		}
		if len(t.Messages) > maxMessages {
			return Ticket{}, fault.New(fault.Conflict,
				"the thread has reached %d messages; open a follow-up ticket", maxMessages)
		}
		t.Version++
		t.UpdatedAt = s.clock()
		entry.Changes = append(entry.Changes, journal.Change{Object: journal.Ticket, ID: t.ID})
		if err := s.timed(ctx, &t, entry); err != nil {
			return Ticket{}, err
		}
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
		return s.visibleTo(ctx, actor, t)
	}
}

// clock returns the current time in microseconds, the precision of stores, so that a time
// read back equals the one written.
func (s *Service) clock() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// errUnchanged ends an edit that found nothing to do.
var errUnchanged = errors.New("unchanged")

// event returns the entry for one event on a ticket.
func (s *Service) event(actor access.Actor, id, verb string, data any) journal.Entry {
	e := journal.Event{
		At: s.clock(), Actor: actor.ID, Object: journal.Ticket, ID: id, Verb: verb, Model: s.Model().Number,
	}
	if data != nil {
		e.Data = journal.Data(data)
	}
	return journal.Entry{Events: []journal.Event{e}}
}

// append adds a message by the actor to the thread and returns its number.
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

// cleanText trims a text that a person wrote and checks it: not empty unless optional, at
// most limit runes, valid UTF-8 without NUL.
func cleanText(field, text string, limit int, optional bool) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(text):
		return "", fault.InvalidField(field, "is not valid UTF-8")
	case strings.ContainsRune(text, 0):
		return "", fault.InvalidField(field, "contains a NUL character")
	case text == "" && !optional:
		return "", fault.InvalidField(field, "is empty")
	case utf8.RuneCountInString(text) > limit:
		return "", fault.InvalidField(field, "has %d characters; at most %d are allowed",
			utf8.RuneCountInString(text), limit)
	}
	return text, nil
}
