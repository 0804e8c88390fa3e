package desk

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
)

// triageIntake sets the fields of a new ticket that nobody chose, where the service model
// lets triage act on its own and a value is likely enough. It returns the data of the
// event, nil when nothing was set. Only people declare priority 1, so an impact and
// urgency that would lead to it are not set.
func (s *Service) triageIntake(ctx context.Context, t *Ticket, chosen []Field) map[string]any {
	m := s.Model()
	if s.Triager == nil || !m.Boundary(t.Category, model.ActionTriage).Allows() {
		return nil
	}
	origins := make(map[Field]Origin)
	for _, f := range chosen {
		origins[f] = ByDesk
	}
	opinions, err := s.opinions(ctx, *t, origins)
	if err != nil {
		s.Log.WarnContext(ctx, "opening a ticket without triage", "error", err)
		return nil
	}
	set, rules := autonomous(m, *t, opinions, chosen)
	before := *t
	for len(set) > 0 {
		err := s.apply(t, access.System(), patchOf(values(set)))
		if err == nil && (t.Priority != 1 || before.Priority == 1) {
			break
		}
		*t = before
		n := len(set)
		delete(set, FieldImpact)
		delete(set, FieldUrgency)
		if len(set) == n {
			s.Log.WarnContext(ctx, "opening a ticket without triage", "error", err)
			return nil
		}
	}
	if len(set) == 0 {
		return nil
	}
	confidence := make(map[Field]float64)
	for f, o := range set {
		confidence[f] = round(o.Confidence)
	}
	data := map[string]any{"boundary": model.BoundaryAutonomous, "rule": rules, "confidence": confidence}
	for name, diff := range Changes(before, *t) {
		data[name] = diff
	}
	return data
}

// autonomous returns the opinions that may take effect without a human decision, and the
// rules that allow it. An opinion based on a name alone has never been measured and is
// left to people.
func autonomous(
	m *model.Service, t Ticket, opinions []Opinion, chosen []Field,
) (set map[Field]Opinion, rules []string) {
	set = make(map[Field]Opinion)
	pick := func(o Opinion) {
		b, rule := stricter(m, t.Category, o)
		if o.Value == "" || o.Basis == FromName || b != model.BoundaryAutonomous ||
			o.Value == fieldValue(t, o.Field) || slices.Contains(chosen, o.Field) {
			return
		}
		set[o.Field] = o
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	for _, o := range opinions {
		if o.Basis != FromCategory {
			pick(o)
		}
	}
	for _, o := range opinions {
		if _, category := set[FieldCategory]; category && o.Basis == FromCategory {
			pick(o)
		}
	}
	return set, rules
}

// values returns the values that the opinions propose.
func values(set map[Field]Opinion) map[Field]string {
	out := make(map[Field]string, len(set))
	for f, o := range set {
		out[f] = o.Value
	}
	return out
}

// chosenFields lists the fields that were given when the ticket was opened.
func chosenFields(in NewTicket) []Field {
	chosen := []Field{}
	add := func(f Field, given bool) {
		if given {
			chosen = append(chosen, f)
		}
	}
	add(FieldType, in.Type != "")
	add(FieldCategory, in.Category != "")
	add(FieldService, in.Service != "")
	add(FieldImpact, in.Impact != 0)
	add(FieldUrgency, in.Urgency != 0)
	return chosen
}
