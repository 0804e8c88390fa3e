package measure

import (
	"context"
	"encoding/json"

	"github.com/deskbook/deskbook/internal/journal"
)

// The verbs of the events of a visit.
const (
	visitBegan  = "began"  // an article was opened
	visitHelped = "helped" // the reader said that it helped
	visitAsked  = "asked"  // the reader opened a ticket
)

// VisitBegan records that a browser with a random id opened an article.
func (s *Service) VisitBegan(ctx context.Context, visit, reader string) error {
	return s.record(ctx, visit, visitBegan, journal.Data(map[string]string{"reader": reader}))
}

// VisitHelped records that an article helped, as the reader of a visit said.
func (s *Service) VisitHelped(ctx context.Context, visit string) error {
	return s.record(ctx, visit, visitHelped, nil)
}

// VisitAsked records that the reader of a visit opened a ticket.
func (s *Service) VisitAsked(ctx context.Context, visit string) error {
	return s.record(ctx, visit, visitAsked, nil)
}

func (s *Service) record(ctx context.Context, visit, verb string, data json.RawMessage) error {
	return s.Store.Record(ctx, journal.Event{At: s.Now(), Object: journal.Visit, ID: visit, Verb: verb, Data: data})
}

// ReturnWithin is within what time a reader who comes back was not helped for good.
const ReturnWithin = 7 * day

// note adds an event to a visit.
func (v *Visit) note(e journal.Event) error {
	v.ID = e.ID
	switch e.Verb {
	case visitBegan:
		var d struct{ Reader string }
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return err
		}
		v.Reader, v.Created = d.Reader, At(e.At)
	case visitHelped:
		v.Helped = true
	case visitAsked:
		v.Asked = true
	}
	return nil
}

// resolved reports whether the visit counts as help that the reader found alone: confirmed, or
// assumed because no ticket was opened and nobody came back.
func (v *Visit) resolved() bool { return !v.Asked && (v.Helped || !v.Returned) }

// certain reports whether the days are over in which the reader may come back.
func (v *Visit) certain(w frame) bool {
	return v.Asked || v.Helped || v.Returned || w.now > v.Created+ReturnWithin
}

func (v *Visit) row(w frame, value float64) []Row {
	return []Row{{Ticket: v.ID, Counts: true, Value: value, At: v.Created, Provisional: !v.certain(w), visit: true}}
}

// selfService is the row of a visit.
func selfService(w frame, v *Visit) []Row {
	return v.row(w, share(!v.Asked))
}

// deflected is the row of a visit among those of tickets.
func deflected(w frame, v *Visit) []Row {
	if !v.resolved() {
		return nil
	}
	return v.row(w, 1)
}

// deflection is the row of a ticket, which nobody's own search saved.
func deflection(w frame, f *Facts) []Row {
	rows := volume(w, f)
	for i := range rows {
		rows[i].Value = 0
	}
	return rows
}

// parts counts visits by what is known of them.
type parts struct{ confirmed, assumed, returned int }

func (p *parts) add(v *Visit) {
	switch {
	case v.Asked:
	case v.Helped:
		p.confirmed++
	case v.Returned:
		p.returned++
	default:
		p.assumed++
	}
}

func (p parts) list() []Part {
	return []Part{{"confirmed", p.confirmed}, {"assumed", p.assumed}, {"returned", p.returned}}
}
