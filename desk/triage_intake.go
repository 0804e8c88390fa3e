package desk

import (
	"context"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
)

// triageIntake sorts a new ticket where the service model lets triage act by itself:
// fields that nobody chose get what is probable enough. It gives what the event says,
// nil when nothing was set. Priority 1 is declared by people, so impact and urgency
// that would make it stay as they were.
func (s *Service) triageIntake(ctx context.Context, t *Ticket, chosen []Field) map[string]any {
	m := s.Model()
	if s.Triager == nil || !m.Boundary(t.Category, ActionTriage).Allows() {
		return nil
	}
	origins := make(map[Field]Origin)
	for _, f := range chosen {
		origins[f] = ByDesk
	}
	opinions, err := s.opinions(ctx, *t, origins)
	if err != nil {
		s.Log.WarnContext(ctx, "intake without triage", "error", err)
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
			s.Log.WarnContext(ctx, "intake without triage", "error", err)
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
	data := map[string]any{"boundary": BoundaryAutonomous, "rule": rules, "confidence": confidence}
	for name, diff := range changes(before, *t) {
		data[name] = diff
	}
	return data
}

// autonomous picks the opinions that may be put into effect without a person, and
// gives the lines of the service model that allow it. What rests on a name alone was
// never measured and is for people to judge.
func autonomous(m *ServiceModel, t Ticket, opinions []Opinion, chosen []Field) (set map[Field]Opinion, rules []string) {
	set = make(map[Field]Opinion)
	pick := func(o Opinion) {
		b, rule := narrower(m, t.Category, o)
		if o.Value == "" || o.Basis == FromName || b != BoundaryAutonomous || o.Value == fieldValue(t, o.Field) || slices.Contains(chosen, o.Field) {
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

// values gives what the opinions propose.
func values(set map[Field]Opinion) map[Field]string {
	out := make(map[Field]string, len(set))
	for f, o := range set {
		out[f] = o.Value
	}
	return out
}

// chosenFields lists the fields that whoever opened the ticket gave a value.
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
