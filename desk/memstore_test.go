package desk_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// memory is a desk.Store in memory, with the rules on versions, scope and idempotency that
// the database has.
type memory struct {
	mu      sync.Mutex
	tickets map[string]desk.Ticket
	events  []journal.Event
	jobs    []journal.Job
	changes []journal.Change
	keys    map[string]journal.Idempotency
	// beforeSave runs once before the next save, to make it lose a race.
	beforeSave func()
}

func newMemory() *memory {
	return &memory{tickets: map[string]desk.Ticket{}, keys: map[string]journal.Idempotency{}}
}

func (m *memory) CreateTicket(_ context.Context, build func(string) (desk.Ticket, journal.Entry)) (desk.Ticket, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, e := build(strconv.Itoa(1001 + len(m.tickets)))
	if err := m.commit(e); err != nil {
		return desk.Ticket{}, err
	}
	m.tickets[t.ID] = t
	return t, nil
}

func (m *memory) commit(e journal.Entry) error {
	if k := e.Idempotency; k.Key != "" {
		if old, used := m.keys[k.Key]; used {
			return &journal.Replay{Object: old.Object, Same: old.Hash == k.Hash}
		}
		m.keys[k.Key] = k
	}
	m.events = append(m.events, e.Events...)
	m.jobs = append(m.jobs, e.Jobs...)
	m.changes = append(m.changes, e.Changes...)
	return nil
}

func (m *memory) Ticket(_ context.Context, id string, s desk.Scope) (desk.Ticket, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.tickets[id]
	if !ok || (!s.All && (s.Requester == "" || s.Requester != t.Requester)) {
		return desk.Ticket{}, fault.New(fault.NotFound, "there is no ticket %s", id)
	}
	t.Messages, t.Links = slices.Clone(t.Messages), slices.Clone(t.Links)
	return t, nil
}

func (m *memory) Tickets(_ context.Context, f desk.Filter) (desk.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var p desk.Page
	for _, t := range m.tickets {
		if f.IDs != nil && !slices.Contains(f.IDs, t.ID) {
			continue
		}
		if f.Scope.All || (f.Scope.Requester != "" && f.Scope.Requester == t.Requester) {
			t.Messages = nil
			p.Tickets = append(p.Tickets, t)
		}
	}
	return p, nil
}

func (m *memory) SaveTickets(_ context.Context, ts []desk.Ticket, e journal.Entry) error {
	if f := m.beforeSave; f != nil {
		m.beforeSave = nil
		f()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range ts {
		if m.tickets[t.ID].Version != t.Version-1 {
			return fault.New(fault.Conflict, "ticket %s changed", t.ID)
		}
	}
	if err := m.commit(e); err != nil {
		return err
	}
	for _, t := range ts {
		m.tickets[t.ID] = t
	}
	return nil
}

func (m *memory) TicketEvents(_ context.Context, id string, _ desk.Scope) ([]journal.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []journal.Event
	for _, e := range m.events {
		if e.ID == id {
			out = append(out, e)
		}
	}
	return out, nil
}

func (m *memory) CountTickets(context.Context, desk.Scope) (desk.Counts, error) {
	return desk.Counts{Total: len(m.tickets)}, nil
}

// shelf is a desk.Articles with two articles: "pub" for everyone and "int" for staff.
type shelf struct{}

func (shelf) Article(_ context.Context, a access.Actor, ref string) (kb.Article, error) {
	if ref == "pub" || (ref == "int" && a.Staff()) {
		return kb.Article{ID: ref, Title: "Title of " + ref, Revision: 1}, nil
	}
	return kb.Article{}, fault.New(fault.NotFound, "there is no article %s", ref)
}

func (s shelf) Targets(ctx context.Context, a access.Actor, ids []string) (map[string]kb.Target, error) {
	out := map[string]kb.Target{}
	for _, id := range ids {
		if found, err := s.Article(ctx, a, id); err == nil {
			out[id] = kb.Target{ID: found.ID, Title: found.Title}
		}
	}
	return out, nil
}

// crowd is a desk.People that knows the actors of the tests.
type crowd struct{}

func (crowd) Person(_ context.Context, ref string) (access.Actor, error) {
	for _, a := range []access.Actor{rita, rob, ada} {
		if ref == a.ID || ref == a.Email {
			return a, nil
		}
	}
	return access.Actor{}, fault.New(fault.NotFound, "there is no user %s", ref)
}

// suggester is a desk.Suggester that records its requests.
type suggester struct {
	asked []desk.SuggestRequest
	err   error
}

func (s *suggester) Suggest(_ context.Context, r desk.SuggestRequest) (desk.Suggestions, error) {
	s.asked = append(s.asked, r)
	hit := desk.ArticleHit{Article: desk.ArticleRef{ID: "int", Title: "secret plan"}}
	return desk.Suggestions{Articles: []desk.ArticleHit{hit}}, s.err
}

var (
	rita = access.Actor{ID: "u_rita", Email: "rita@example.test", Name: "Rita", Roles: []access.Role{access.Requester}}
	rob  = access.Actor{ID: "u_rob", Email: "rob@example.test", Name: "Rob", Roles: []access.Role{access.Requester}}
	ada  = access.Actor{ID: "u_ada", Email: "ada@example.test", Name: "Ada", Roles: []access.Role{access.Agent}}
)

// world is a desk on a memory store, with a clock that the test sets.
type world struct {
	*desk.Service
	store   *memory
	suggest *suggester
	now     time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	text, err := os.ReadFile("../content/service-model.yaml")
	if err != nil {
		t.Fatal(err)
	}
	current, err := model.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{store: newMemory(), suggest: &suggester{}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	w.Service = desk.NewService(desk.Deps{
		Store: w.store, Model: func() *model.Service { return current }, Suggester: w.suggest,
		Articles: shelf{}, People: crowd{}, Now: func() time.Time { return w.now },
	})
	return w
}

// open opens a ticket for rita.
func (w *world) open(t *testing.T) desk.Ticket {
	t.Helper()
	tk, err := w.OpenTicket(context.Background(), rita, desk.NewTicket{
		Subject: "No mail", Body: "The mail does not arrive.",
	})
	if err != nil {
		t.Fatal(err)
	}
	return tk
}

// must fails the test when a call that has to succeed returns an error.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("error is %v (%v), want kind %v", err, fault.KindOf(err), kind)
	}
}
