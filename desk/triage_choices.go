package desk

import (
	"strconv"

	"github.com/deskbook/deskbook/desk/model"
)

// fieldValue returns a field of a ticket as text.
func fieldValue(t Ticket, f Field) string {
	switch f {
	case FieldType:
		return string(t.Type)
	case FieldCategory:
		return t.Category
	case FieldService:
		return t.Service
	case FieldGroup:
		return t.Group
	case FieldImpact:
		return strconv.Itoa(t.Impact)
	case FieldUrgency:
		return strconv.Itoa(t.Urgency)
	}
	return ""
}

// patchOf returns the patch that sets fields to these values.
func patchOf(values map[Field]string) Patch {
	var p Patch
	for f, v := range values {
		switch f {
		case FieldType:
			kind := Type(v)
			p.Type = &kind
		case FieldCategory:
			p.Category = &v
		case FieldService:
			p.Service = &v
		case FieldGroup:
			p.Group = &v
		case FieldImpact:
			p.Impact = level(v)
		case FieldUrgency:
			p.Urgency = level(v)
		}
	}
	return p
}

// level parses an impact or urgency; anything else becomes 0, which no ticket can have.
func level(text string) *int {
	n, _ := strconv.Atoi(text)
	return &n
}

// TriageChoices returns the values that each field of triage can have.
func TriageChoices(m *model.Service) map[Field][]Choice {
	out := map[Field][]Choice{
		FieldType: {{string(Incident), ""}, {string(Request), ""}, {string(Question), ""}, {string(Change), ""}},
	}
	for _, c := range m.Categories {
		out[FieldCategory] = append(out[FieldCategory], Choice{c.Name, c.Title})
	}
	for _, s := range m.Services {
		out[FieldService] = append(out[FieldService], Choice{s.Name, s.Title})
	}
	for _, g := range m.Groups {
		out[FieldGroup] = append(out[FieldGroup], Choice{g.Name, g.Title})
	}
	for _, f := range []Field{FieldImpact, FieldUrgency} {
		out[f] = []Choice{{"1", ""}, {"2", ""}, {"3", ""}}
	}
	return out
}
