package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Order is what a request asks for, from the catalogue of the service model.
type Order struct {
	Type     string            `json:"type"`
	Fields   map[string]string `json:"fields"`
	Approval Approval          `json:"approval"`
	By       string            `json:"approved_by"` // user id
}

// Approval is the state of the approval of an order.
type Approval string

// The states; "" needs none.
const (
	ApprovalOpen Approval = "open"
	Approved     Approval = "approved"
)

// maxFieldValue bounds the value of a field, in runes.
const maxFieldValue = 2000

// order checks what is ordered against the catalogue.
func order(r model.RequestType, fields map[string]string) (Order, []fault.Field) {
	o := Order{Type: r.Name, Fields: map[string]string{}}
	var bad []fault.Field
	fail := func(name, message string) { bad = append(bad, fault.Field{Field: "fields." + name, Message: message}) }
	for name := range fields {
		if !slices.ContainsFunc(r.Fields, func(f model.RequestField) bool { return f.Name == name }) {
			fail(name, "is not a field of this request")
		}
	}
	for _, f := range r.Fields {
		value, err := cleanText("fields."+f.Name, fields[f.Name], maxFieldValue, !f.Required)
		switch {
		case err != nil:
			fail(f.Name, strings.TrimPrefix(err.Error(), "fields."+f.Name+" "))
		case value == "":
		case !valid(f, value):
			fail(f.Name, map[model.FieldKind]string{
				model.FieldNumber: "must be a number", model.FieldDate: "must be a date such as 2026-01-31",
				model.FieldChoice: "must be one of " + strings.Join(f.Choices, ", "),
			}[f.Kind])
		default:
			o.Fields[f.Name] = value
		}
	}
	if len(r.Approval) > 0 {
		o.Approval = ApprovalOpen
	}
	return o, bad
}

func valid(f model.RequestField, value string) bool {
	var err error
	switch f.Kind {
	case model.FieldNumber:
		_, err = strconv.ParseFloat(value, 64)
	case model.FieldDate:
		_, err = time.Parse(time.DateOnly, value)
	case model.FieldChoice:
		return slices.Contains(f.Choices, value)
	case model.FieldText:
	}
	return err == nil
}

// text returns the order as the lines of a message.
func (o Order) text(r model.RequestType) string {
	lines := []string{r.Title}
	for _, f := range r.Fields {
		if v := o.Fields[f.Name]; v != "" {
			lines = append(lines, f.Title+": "+v)
		}
	}
	return strings.Join(lines, "\n")
}

// withOrder fills in what the catalogue says of a request type.
func withOrder(m *model.Service, in *NewTicket) (*Order, []fault.Field) {
	if in.Request == "" {
		if len(in.Fields) > 0 {
			return nil, []fault.Field{{Field: "fields", Message: "go with a request"}}
		}
		return nil, nil
	}
	r, ok := m.RequestType(in.Request)
	if !ok {
		return nil, []fault.Field{{Field: "request", Message: "is not in the catalogue of the service model"}}
	}
	o, bad := order(r, in.Fields)
	in.Type, in.Service = Request, r.Service
	if r.Category != "" {
		in.Category = r.Category
	}
	if strings.TrimSpace(in.Subject) == "" {
		in.Subject = r.Title
	}
	in.Body = strings.TrimSpace(o.text(r) + "\n\n" + in.Body)
	return &o, bad
}

// Approve approves an order, by somebody with a role that the catalogue names. The work can
// begin then.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id string) (Ticket, error) {
	return s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if t.Order == nil || t.Order.Approval != ApprovalOpen || t.Status.Ended() {
			return journal.Entry{}, fault.New(fault.Conflict, "ticket %s waits for no approval", t.ID)
		}
		r, _ := s.Model().RequestType(t.Order.Type)
		if !actor.Has(r.Approval...) || len(r.Approval) == 0 {
			return journal.Entry{}, fault.New(fault.Forbidden, "your roles may not approve this request; the catalogue says which may")
		}
		if actor.ID == t.Requester {
			return journal.Entry{}, fault.New(fault.Forbidden, "another person must approve your own request")
		}
		before := *t
		o := *t.Order
		o.Approval, o.By = Approved, actor.ID
		t.Order, t.Status = &o, New
		s.append(t, actor, Message{Kind: Reply, Visibility: InternalNote, Text: "Approved: " + r.Title})
		data := map[string]any{"rule": "catalogue." + r.Name + ".approval", "approved": r.Name}
		for field, pair := range Changes(before, *t) {
			data[field] = pair
		}
		return s.event(actor, t.ID, "updated", data), nil
	})
}

// approvalTasks ask those who may approve an order to do so.
func approvalTasks(m *model.Service, t Ticket) []journal.Notice {
	if t.Order == nil || t.Order.Approval != ApprovalOpen {
		return nil
	}
	r, _ := m.RequestType(t.Order.Type)
	var out []journal.Notice
	for _, role := range r.Approval {
		out = append(out, journal.Notice{
			Key: fmt.Sprintf("ticket/%s/approval/%s", t.ID, role), Task: true, Recipient: "role:" + string(role),
			Title: fmt.Sprintf("Ticket %s: approve %s", t.ID, r.Title), Detail: t.Subject, Object: journal.Ticket, ID: t.ID,
		})
	}
	return out
}
