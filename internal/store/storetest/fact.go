package storetest

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
)

// facts tests the facts that measures are computed from.
func facts(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("of tickets", func(t *testing.T) {
		open := fresh(t)
		ticketFacts(t, open(t), open(t))
	})
	t.Run("of visits", func(t *testing.T) {
		open := fresh(t)
		visitFacts(t, open(t), open(t))
	})
}

func ticketFacts(t *testing.T, s, other *store.Store) {
	ctx := t.Context()
	for range 3 {
		open(t, s, ticket("It does not work"))
	}
	known, last, err := other.FactsAt(ctx)
	must(t, err)
	wantEqual(t, known, int64(0))
	wantEqual(t, last, int64(3))
	touched, err := other.Touched(ctx, 1, 1)
	must(t, err)
	wantEqual(t, touched, measure.Touched{Tickets: []string{"1002"}, Last: 2})
	events, err := other.FactEvents(ctx, []string{"1001", "1003", "2000"})
	must(t, err)
	wantEqual(t, len(events), 2)
	wantEqual(t, events["1003"][0].Seq, int64(3))

	hour := measure.Moment(time.Hour / time.Microsecond)
	closed := measure.Facts{
		Ticket: "1001", Created: hour, Group: "service-desk", Resolutions: []measure.Resolution{{At: 2 * hour}},
	}
	open := measure.Facts{Ticket: "1002", Created: 3 * hour}
	must(t, s.SaveFacts(ctx, []measure.Facts{open, closed}, nil, 0, 2))
	if err := other.SaveFacts(ctx, nil, nil, 0, 3); !fault.Is(err, fault.Conflict) {
		t.Errorf("the facts knew another event: %v", err)
	}
	in := func(from, to measure.Moment, after string) (out []measure.Facts) {
		must(t, other.EachFacts(ctx, from, to, after, func(f *measure.Facts) error { out = append(out, *f); return nil }))
		return out
	}
	wantEqual(t, in(0, 10*hour, ""), []measure.Facts{closed, open})
	wantEqual(t, in(0, 10*hour, "1001"), []measure.Facts{open})
	wantEqual(t, in(0, 3*hour, ""), []measure.Facts{closed})
	wantEqual(t, in(2*hour+1, 10*hour, ""), []measure.Facts{open})
	open.Group = "second-line"
	must(t, s.SaveFacts(ctx, []measure.Facts{open}, nil, 2, 3))
	wantEqual(t, in(0, 10*hour, "1001"), []measure.Facts{open})
	must(t, s.PrepareFacts(ctx, 1))
	wantEqual(t, len(in(0, 10*hour, "")), 0)
	must(t, s.SaveFacts(ctx, []measure.Facts{open}, nil, 0, 3))
	must(t, other.PrepareFacts(ctx, 1))
	wantEqual(t, in(0, 10*hour, ""), []measure.Facts{open})
	touched, err = other.Touched(ctx, 3, 10)
	must(t, err)
	wantEqual(t, touched, measure.Touched{Last: 3})
}

func visitFacts(t *testing.T, s, other *store.Store) {
	ctx := t.Context()
	write := func(id, verb string, at time.Time, data any) {
		must(t, s.Record(ctx, journal.Event{At: at, Object: journal.Visit, ID: id, Verb: verb, Data: journal.Data(data)}))
	}
	write("v1", "began", noon, map[string]string{"reader": "r1"})
	write("v1", "helped", noon.Add(time.Minute), nil)
	touched, err := other.Touched(ctx, 0, 10)
	must(t, err)
	wantEqual(t, len(touched.Visits), 2)
	wantEqual(t, string(touched.Visits[0].Data), `{"reader":"r1"}`)

	at := measure.At(noon)
	first := measure.Visit{ID: "v1", Reader: "r1", Created: at}
	second := measure.Visit{ID: "v2", Reader: "r1", Created: at + measure.ReturnWithin}
	late := measure.Visit{ID: "v3", Reader: "r1", Created: second.Created + measure.ReturnWithin + 1}
	must(t, s.SaveFacts(ctx, nil, []measure.Visit{first, second, late}, 0, 1))
	must(t, s.SaveFacts(ctx, nil, []measure.Visit{{ID: "v1", Helped: true}}, 1, 2))
	first.Helped, first.Returned = true, true
	in := func(from, to measure.Moment, after measure.Visit) (out []measure.Visit) {
		must(t, other.EachVisit(ctx, from, to, after, func(v *measure.Visit) error { out = append(out, *v); return nil }))
		return out
	}
	wantEqual(t, in(at, late.Created+1, measure.Visit{}), []measure.Visit{first, second, late})
	wantEqual(t, in(at, late.Created, first), []measure.Visit{second})
	wantEqual(t, in(at+1, late.Created, measure.Visit{}), []measure.Visit{second})
}
