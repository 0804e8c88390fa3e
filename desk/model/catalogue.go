package model

import (
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
)

// RequestType is something that requesters can order from the catalogue: a request with
// fields of its own rather than an incident.
type RequestType struct {
	Name     string
	Title    string
	Service  string
	Category string // "" for none
	Group    string // gets it first; "" for the category's
	Fields   []RequestField
	// Calendar and Resolution are the target of its resolution whatever its priority; 0 for
	// that of the priority.
	Calendar   string
	Resolution time.Duration
	Approval   []access.Role // who may approve it before the work starts; empty: nobody needs to
}

// RequestField is a field of a request type.
type RequestField struct {
	Name     string
	Title    string
	Kind     FieldKind
	Required bool
	Choices  []string // of FieldChoice
}

// FieldKind is the kind of value that a field of a request has.
type FieldKind string

// The kinds of fields.
const (
	FieldText   FieldKind = "text"
	FieldNumber FieldKind = "number"
	FieldDate   FieldKind = "date"
	FieldChoice FieldKind = "choice"
)

// RequestType returns the request type with that name.
func (m *Service) RequestType(name string) (RequestType, bool) {
	return find(m.Catalogue, func(r RequestType) bool { return r.Name == name })
}

func readRequestType(name string, f *fields) RequestType {
	r := RequestType{Name: name, Title: f.get("title").text(), Service: f.get("service").reference("service")}
	if f.has("category") {
		r.Category = f.get("category").reference("category")
	}
	if f.has("group") {
		r.Group = f.get("group").reference("group")
	}
	if f.has("fields") {
		all := f.get("fields").fields()
		for i, key := range all.keys {
			row := all.named(i).fields()
			r.Fields = append(r.Fields, readRequestField(key, row))
			row.done()
		}
	}
	if f.has("resolution") {
		r.Resolution = f.get("resolution").duration()
		r.Calendar = f.get("calendar").reference("calendar")
	}
	if f.has("approval") {
		r.Approval = oneOfEach(f.get("approval"), access.Roles())
	}
	return r
}

func readRequestField(name string, f *fields) RequestField {
	if !fieldForm.MatchString(name) {
		f.fail("a field's name consists of lower-case letters, digits and _, at most 60 characters")
	}
	r := RequestField{Name: name, Title: f.get("title").text(), Kind: FieldText}
	if f.has("type") {
		r.Kind = oneOf(f.get("type"), []FieldKind{FieldText, FieldNumber, FieldDate, FieldChoice})
	}
	if f.has("required") {
		r.Required = f.get("required").boolean()
	}
	if f.has("choices") || r.Kind == FieldChoice {
		choices := f.get("choices")
		for _, v := range choices.items() {
			r.Choices = append(r.Choices, v.text())
		}
		if r.Kind != FieldChoice {
			choices.fail("only a field of type choice has choices")
		}
	}
	return r
}

// LevelFor returns the service level of a ticket: that of its service where it has one of
// its own for the priority, and otherwise that of the priority.
func (m *Service) LevelFor(priority int, service string) (ServiceLevel, bool) {
	level, ok := m.Level(priority)
	if s, found := m.Service(service); found {
		i := slices.IndexFunc(s.Levels, func(l ServiceLevel) bool { return l.Priority == priority })
		if i >= 0 {
			level, ok = s.Levels[i], true
		}
	}
	return level, ok
}

// ResolutionGoal returns the goal and calendar of a ticket's resolution.
func (m *Service) ResolutionGoal(priority int, service, request string) (goal time.Duration, calendar string) {
	if r, ok := m.RequestType(request); ok && r.Resolution > 0 {
		return r.Resolution, r.Calendar
	}
	level, _ := m.LevelFor(priority, service)
	return level.Resolution, level.Calendar
}
