package storetest

import (
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// entries tests what is committed together with the data.
func entries(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("an event is saved unchanged", func(t *testing.T) {
		s := fresh(t)(t)
		data := json.RawMessage(`{"a":"\u0000"}`)
		e := journal.Entry{Events: []journal.Event{
			{At: noon, Actor: "u_1", Object: journal.Ticket, ID: "1001", Verb: "created", Data: data},
			{At: noon.Add(time.Microsecond), Actor: "system", Object: journal.Ticket, ID: "1001", Verb: "triaged"},
			{At: noon, Actor: "u_1", Object: journal.Article, ID: "1001", Verb: "other"},
		}}
		_, err := s.CreateTicket(t.Context(), func(string) (desk.Ticket, journal.Entry) { return ticket("x"), e })
		must(t, err)
		got, err := s.TicketEvents(t.Context(), "1001", everyone)
		must(t, err)
		e.Events[0].Seq, e.Events[1].Seq = got[0].Seq, got[0].Seq+1
		wantEqual(t, got, e.Events[:2])
		got, err = s.Events(t.Context(), journal.Article, "1001")
		must(t, err)
		wantEqual(t, len(got), 1)
	})

	t.Run("a write fails with its entry", func(t *testing.T) { failing(t, fresh) })
	t.Run("a repeated key creates nothing", func(t *testing.T) { repeated(t, fresh) })
}

// failing calls every writing method with an entry of which one part cannot be saved.
func failing(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	ctx := t.Context()
	x := open(t, s, ticket("printer"))
	saveArticle(t, s, article("a_1", 1))
	must(t, s.SaveDraft(ctx, draft("r_1", 1), journal.Entry{}))
	user := auth.User{ID: "u_1", Email: "a@example.org", CreatedAt: noon}
	must(t, s.CreateUser(ctx, user, journal.Entry{}))
	must(t, s.PutSetup(ctx, "setup", noon.Add(time.Hour)))
	before := state(ctx, t, s)
	good := entry(journal.Ticket, x.ID, "changed")
	good.Jobs = []journal.Job{{Kind: "k", Key: "k1"}}
	good.Idempotency = journal.Idempotency{Key: "once", Object: x.ID}
	parts := map[string]func(e *journal.Entry){
		"event":  func(e *journal.Entry) { e.Events = append(e.Events, journal.Event{At: noon, Verb: "\x00"}) },
		"change": func(e *journal.Entry) { e.Changes = append(e.Changes, journal.Change{ID: "\xff"}) },
		"job":    func(e *journal.Entry) { e.Jobs = append(e.Jobs, journal.Job{Kind: "k", Key: "\x00"}) },
	}
	saved := x
	saved.Version = 2
	writes := map[string]func(e journal.Entry) error{
		"CreateTicket": func(e journal.Entry) error {
			_, err := s.CreateTicket(ctx, func(string) (desk.Ticket, journal.Entry) { return ticket("x"), e })
			return err
		},
		"SaveTickets":  func(e journal.Entry) error { return s.SaveTickets(ctx, []desk.Ticket{saved}, e) },
		"SaveArticles": func(e journal.Entry) error { return s.SaveArticles(ctx, []kb.Article{article("a_2", 1)}, e) },
		"SaveDraft":    func(e journal.Entry) error { return s.SaveDraft(ctx, draft("r_1", 2), e) },
		"PublishDraft": func(e journal.Entry) error { return s.PublishDraft(ctx, draft("r_1", 2), article("a_1", 2), e) },
		"CreateUser": func(e journal.Entry) error {
			return s.CreateUser(ctx, auth.User{ID: "u_2", Email: "b@example.org"}, e)
		},
		"SaveUser": func(e journal.Entry) error {
			return s.SaveUser(ctx, auth.User{ID: "u_1", Email: "c@example.org"}, true, e)
		},
		"CreateToken": func(e journal.Entry) error {
			return s.CreateToken(ctx, auth.Token{ID: "t_1", Hash: "h", UserID: "u_1"}, e)
		},
	}
	for name, write := range writes {
		for part, spoil := range parts {
			t.Run(name+"/"+part, func(t *testing.T) {
				bad := good
				spoil(&bad)
				wantKind(t, write(bad), fault.Invalid)
				wantEqual(t, state(ctx, t, s), before)
			})
		}
	}
	_, err := s.User(ctx, "u_2")
	wantKind(t, err, fault.NotFound)
	got, err := s.User(ctx, "u_1")
	must(t, err)
	wantEqual(t, got, user)
	tokens, err := s.Tokens(ctx, "u_1")
	must(t, err)
	wantEqual(t, len(tokens), 0)
	d, err := s.Draft(ctx, "r_1")
	must(t, err)
	wantEqual(t, d.Version, 1)
	// Neither the idempotency key nor the numbers of the failed writes were used up.
	must(t, s.SaveTickets(ctx, []desk.Ticket{saved}, good))
	wantEqual(t, open(t, s, ticket("next")).ID, "1002")
}

func repeated(t *testing.T, fresh func(t *testing.T) Opener) {
	opener := fresh(t)
	one, two := opener(t), opener(t)
	ctx := t.Context()
	create := func(s *store.Store, key, hash string) (desk.Ticket, error) {
		return s.CreateTicket(ctx, func(id string) (desk.Ticket, journal.Entry) {
			e := entry(journal.Ticket, id, "created")
			e.Jobs = []journal.Job{{Kind: "k", Key: "job of " + id}}
			e.Idempotency = journal.Idempotency{Key: key, Hash: hash, Object: id}
			return ticket("printer"), e
		})
	}
	first, err := create(one, "key", "hash")
	must(t, err)
	before := state(ctx, t, one)
	for _, x := range []struct {
		hash string
		same bool
	}{{"hash", true}, {"another", false}} {
		_, err = create(two, "key", x.hash)
		var replay *journal.Replay
		if !errors.As(err, &replay) {
			t.Fatalf("error is %v, want a replay", err)
		}
		wantEqual(t, *replay, journal.Replay{Object: first.ID, Same: x.same})
	}
	wantEqual(t, state(ctx, t, one), before)
	var won, replayed atomic.Int32
	together(8, func(i int) {
		s := one
		if i%2 == 1 {
			s = two
		}
		_, err := create(s, "raced", "hash")
		var replay *journal.Replay
		switch {
		case err == nil:
			won.Add(1)
		case errors.As(err, &replay):
			replayed.Add(1)
		default:
			t.Error(err)
		}
	})
	wantEqual(t, won.Load(), int32(1))
	wantEqual(t, replayed.Load(), int32(7))
	counts, err := one.CountTickets(ctx, everyone)
	must(t, err)
	wantEqual(t, counts.Total, 2)
}
