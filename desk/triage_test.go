package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// sorter is a desk.Triager that always has the same opinions.
type sorter struct {
	opinions []desk.Opinion
	err      error
	asked    []desk.TriageRequest
}

func (s *sorter) Triage(_ context.Context, r desk.TriageRequest) ([]desk.Opinion, error) {
	s.asked = append(s.asked, r)
	return s.opinions, s.err
}

func learned(f desk.Field, value string) desk.Opinion {
	return desk.Opinion{Field: f, Value: value, Confidence: .951234, Basis: desk.FromHistory, Words: []string{"outlook"}}
}

// triaged returns a desk whose triage has these opinions, under a service model with this
// boundary for triage and, in rows, those of categories that differ.
func triaged(
	t *testing.T, boundary model.Boundary, rows map[string]model.Boundary, opinions ...desk.Opinion,
) (*world, *sorter) {
	t.Helper()
	w := newWorld(t)
	text := strings.Replace(string(content.ServiceModel()), "triage: suggest", "triage: "+string(boundary), 1)
	var more strings.Builder
	for name, b := range rows {
		more.WriteString("    " + name + ":\n      triage: " + string(b) + "\n")
	}
	const last = "    security:\n"
	if !strings.Contains(text, last) {
		t.Fatal("the shipped model has no row to insert others before")
	}
	text = strings.Replace(text, last, more.String()+last, 1)
	m, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := &sorter{opinions: opinions}
	w.Model, w.Triager = func() *model.Service { return m }, s
	return w, s
}

func states(t desk.Triage) map[desk.Field]desk.ProposalState {
	out := map[desk.Field]desk.ProposalState{}
	for _, p := range t.Proposals {
		out[p.Field] = p.State
	}
	return out
}

func eventOf(t *testing.T, w *world, verb string) (journal.Event, map[string]any) {
	t.Helper()
	for i := len(w.store.events) - 1; i >= 0; i-- {
		if e := w.store.events[i]; e.Verb == verb {
			var data map[string]any
			if err := json.Unmarshal(e.Data, &data); err != nil {
				t.Fatal(err)
			}
			return e, data
		}
	}
	return journal.Event{}, nil
}

func TestProposalsAreForAgentsAlone(t *testing.T) {
	w, _ := triaged(t, model.BoundarySuggest, nil, learned(desk.FieldCategory, "email"))
	id := w.open(t).ID
	got := must[desk.Triage](t)(w.Triage(ctx, ada, id))
	if got.Boundary != model.BoundarySuggest || got.Rule != "automation.default.triage" {
		t.Errorf("boundary %s by %s", got.Boundary, got.Rule)
	}
	offered := got.Offered()
	if len(offered) == 0 || offered[0].Value != "email" || offered[0].Current != "" || offered[0].Words[0] != "outlook" {
		t.Errorf("offered %+v", offered)
	}
	for _, who := range []access.Actor{rita, rob, {}, {ID: "u_kim", Roles: []access.Role{access.KnowledgeManager}}} {
		_, err := w.Triage(ctx, who, id)
		wantKind(t, err, fault.Forbidden)
		email := map[desk.Field]string{desk.FieldCategory: "email"}
		wantKind(t, second(w.TakeProposals(ctx, who, id, email)), fault.Forbidden)
	}
	wantKind(t, second(w.Triage(ctx, ada, "9")), fault.NotFound)
}

func TestTriageAsksWithClosedLists(t *testing.T) {
	w, s := triaged(t, model.BoundarySuggest, nil)
	must[desk.Triage](t)(w.Triage(ctx, ada, w.open(t).ID))
	for _, f := range desk.Fields() {
		if len(s.asked[0].Choices[f]) == 0 {
			t.Errorf("no choices for the %s", f)
		}
	}
	if c := s.asked[0].Choices[desk.FieldCategory]; len(c) != len(w.Model().Categories) || c[0].Title == "" {
		t.Errorf("categories to choose from: %+v", c)
	}
}

func TestTakeProposal(t *testing.T) {
	w, s := triaged(t, model.BoundarySuggest, nil, learned(desk.FieldCategory, "security"), learned(desk.FieldImpact, "2"))
	id := w.open(t).ID
	got := must[desk.Triage](t)(w.Triage(ctx, ada, id))
	want := map[desk.Field]desk.ProposalState{
		desk.FieldType: desk.ProposalAgrees, desk.FieldCategory: desk.ProposalOffered,
		desk.FieldGroup: desk.ProposalOffered, desk.FieldImpact: desk.ProposalOffered,
	}
	if d := cmp.Diff(want, states(got)); d != "" {
		t.Errorf("type and group follow from the category:\n%s", d)
	}
	tk := must[desk.Ticket](t)(w.TakeProposals(ctx, ada, id, map[desk.Field]string{
		desk.FieldCategory: "security", desk.FieldGroup: "second-line",
	}))
	if tk.Category != "security" || tk.Group != "second-line" || tk.Impact != 3 {
		t.Errorf("taken: %+v", tk)
	}
	e, data := eventOf(t, w, "proposal_taken")
	if e.Actor != ada.ID || data["rule"] != "automation.default.triage" ||
		data["confidence"].(map[string]any)["category"] != .951 {
		t.Errorf("event %+v %v", e, data)
	}
	got = must[desk.Triage](t)(w.Triage(ctx, ada, id))
	want = map[desk.Field]desk.ProposalState{
		desk.FieldCategory: desk.ProposalDecided, desk.FieldImpact: desk.ProposalOffered,
	}
	if d := cmp.Diff(want, states(got)); d != "" {
		t.Error(d)
	}
	n := len(w.store.events)
	must[desk.Ticket](t)(w.TakeProposals(ctx, ada, id, map[desk.Field]string{desk.FieldCategory: "security"}))
	if len(w.store.events) != n {
		t.Error("taking a proposal twice was recorded twice")
	}
	s.opinions = []desk.Opinion{learned(desk.FieldImpact, "1")}
	wantKind(t, second(w.TakeProposals(ctx, ada, id, map[desk.Field]string{desk.FieldImpact: "2"})), fault.Conflict)
	for name, bad := range map[string]map[desk.Field]string{"nothing": {}, "another field": {"subject": "x"}} {
		if err := second(w.TakeProposals(ctx, ada, id, bad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTakingPriorityOneNeedsPermission(t *testing.T) {
	w, _ := triaged(t, model.BoundarySuggest, nil, learned(desk.FieldImpact, "1"), learned(desk.FieldUrgency, "1"))
	text := strings.Replace(string(content.ServiceModel()),
		"may_declare_1: [agent, service_manager]", "may_declare_1: [service_manager]", 1)
	m := must[*model.Service](t)(model.Parse([]byte(text)))
	w.Model = func() *model.Service { return m }
	id := w.open(t).ID
	one := map[desk.Field]string{desk.FieldImpact: "1", desk.FieldUrgency: "1"}
	wantKind(t, second(w.TakeProposals(ctx, ada, id, one)), fault.Forbidden)
	if p := w.store.tickets[id].Priority; p == 1 {
		t.Error("priority 1 was declared")
	}
}

func TestBoundaries(t *testing.T) {
	opinions := []desk.Opinion{
		learned(desk.FieldCategory, "email"), learned(desk.FieldService, "email"), learned(desk.FieldUrgency, "1"),
	}
	tests := []struct {
		name     string
		boundary model.Boundary
		rows     map[string]model.Boundary
		in       desk.NewTicket
		category string // after intake
		service  string
		rule     string // of the event, "" for none
		offered  int
	}{
		{"off", model.BoundaryOff, nil, desk.NewTicket{}, "", "", "", 0},
		{"suggest", model.BoundarySuggest, nil, desk.NewTicket{}, "", "", "", 3},
		{"supervised", model.BoundarySupervised, nil, desk.NewTicket{}, "", "", "", 3},
		{"autonomous", model.BoundaryAutonomous, nil, desk.NewTicket{}, "email", "email", "automation.default.triage", 0},
		{
			"autonomous, but the proposed category is left to people", model.BoundaryAutonomous,
			map[string]model.Boundary{"email": model.BoundarySuggest},
			desk.NewTicket{},
			"", "email", "automation.default.triage", 1,
		},
		{
			"the requester chose", model.BoundaryAutonomous, nil,
			desk.NewTicket{Category: "printing"},
			"printing", "email", "automation.default.triage", 1,
		},
		{
			"the chosen category alone allows it", model.BoundarySuggest,
			map[string]model.Boundary{"printing": model.BoundaryAutonomous},
			desk.NewTicket{Category: "printing"},
			"printing", "email", "automation.categories.printing.triage", 1,
		},
		{
			"the chosen category forbids it", model.BoundaryAutonomous,
			map[string]model.Boundary{"printing": model.BoundaryOff},
			desk.NewTicket{Category: "printing"},
			"printing", "", "", 0,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, _ := triaged(t, tt.boundary, tt.rows, opinions...)
			tt.in.Subject, tt.in.Body = "Outlook hangs", "It does."
			tk := must[desk.Ticket](t)(w.OpenTicket(ctx, rita, tt.in))
			if tk.Category != tt.category || tk.Service != tt.service {
				t.Errorf("category %q, service %q; want %q, %q", tk.Category, tk.Service, tt.category, tt.service)
			}
			e, data := eventOf(t, w, "triaged")
			if (tt.rule != "") != (e.Verb != "") {
				t.Fatalf("event %+v", e)
			}
			if tt.rule != "" && (e.Actor != access.SystemID || data["boundary"] != "autonomous" ||
				data["rule"].([]any)[0] != tt.rule) {
				t.Errorf("event by %s: %v", e.Actor, data)
			}
			if _, created := eventOf(t, w, "created"); created["group"] != w.Model().DefaultGroup(tt.in.Category) {
				t.Errorf("the event does not have the ticket as it was opened: %v", created)
			}
			got := must[desk.Triage](t)(w.Triage(ctx, ada, tk.ID))
			if n := len(got.Offered()); n != tt.offered {
				t.Errorf("%d offered, want %d: %v", n, tt.offered, states(got))
			}
		})
	}
}

func TestAutonomousNeverDeclaresPriorityOne(t *testing.T) {
	w, _ := triaged(t, model.BoundaryAutonomous, nil, learned(desk.FieldImpact, "1"), learned(desk.FieldUrgency, "1"),
		learned(desk.FieldService, "email"))
	tk := must[desk.Ticket](t)(w.OpenTicket(ctx, ada, desk.NewTicket{Subject: "All down", Body: "Everything."}))
	if tk.Priority == 1 || tk.Impact == 1 || tk.Service != "email" {
		t.Errorf("ticket %+v", tk)
	}
}

func TestAutonomousIgnoresUnmeasuredOpinions(t *testing.T) {
	o := learned(desk.FieldCategory, "email")
	o.Basis = desk.FromName
	w, _ := triaged(t, model.BoundaryAutonomous, nil, o)
	if tk := w.open(t); tk.Category != "" {
		t.Errorf("category %q was set by its name alone", tk.Category)
	}
}

func TestIntakeSurvivesTriage(t *testing.T) {
	w, s := triaged(t, model.BoundaryAutonomous, nil)
	s.err = errors.New("no weights")
	id := w.open(t).ID
	if id == "" {
		t.Error("no ticket")
	}
	if _, err := w.Triage(ctx, ada, id); err == nil {
		t.Error("the error of triage was hidden")
	}
}

// TestLabelsAreHumanDecisions follows the labels of a ticket through its life.
func TestLabelsAreHumanDecisions(t *testing.T) {
	w, _ := triaged(t, model.BoundaryAutonomous, nil, learned(desk.FieldCategory, "email"),
		learned(desk.FieldService, "email"))
	id := must[desk.Ticket](t)(w.OpenTicket(ctx, rita,
		desk.NewTicket{Subject: "Outlook hangs", Body: "It does.", Type: desk.Incident})).ID
	check := func(when string, want map[desk.Field]string) {
		t.Helper()
		events := must[[]journal.Event](t)(w.store.TicketEvents(ctx, id, desk.Scope{All: true}))
		if d := cmp.Diff(want, desk.Labels(w.store.tickets[id], events)); d != "" {
			t.Errorf("%s: %s", when, d)
		}
	}
	check("as it was opened", map[desk.Field]string{})
	category := "printing"
	must[desk.Ticket](t)(w.Update(ctx, ada, id, desk.Patch{Category: &category}))
	check("corrected", map[desk.Field]string{desk.FieldCategory: "printing"})
	must[desk.Ticket](t)(w.Escalate(ctx, ada, id, "second-line", "Look."))
	check("escalated", map[desk.Field]string{desk.FieldCategory: "printing", desk.FieldGroup: "second-line"})
	must[desk.Ticket](t)(w.Resolve(ctx, ada, id, desk.ResolveInput{Code: desk.Fixed, Note: "Done."}))
	resolved := map[desk.Field]string{
		desk.FieldCategory: "printing", desk.FieldGroup: "second-line",
		desk.FieldType: "incident", desk.FieldImpact: "3", desk.FieldUrgency: "2",
	}
	check("resolved, but the service that triage set was not confirmed", resolved)
	must[desk.Ticket](t)(w.Reopen(ctx, ada, id, "Again."))
	must[desk.Ticket](t)(w.TakeProposals(ctx, ada, id, map[desk.Field]string{desk.FieldService: "email"}))
	check("confirmed", map[desk.Field]string{
		desk.FieldCategory: "printing", desk.FieldGroup: "second-line", desk.FieldService: "email",
	})
	must[desk.Ticket](t)(w.Resolve(ctx, ada, id, desk.ResolveInput{Code: desk.Withdrawn}))
	check("withdrawn", map[desk.Field]string{
		desk.FieldCategory: "printing", desk.FieldGroup: "second-line", desk.FieldService: "email",
	})
}
