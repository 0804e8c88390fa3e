package desk

import "context"

// Field is a field of a ticket that triage proposes values for.
type Field string

// The fields. Priority follows from impact and urgency.
const (
	FieldType     Field = "type"
	FieldCategory Field = "category"
	FieldService  Field = "service"
	FieldGroup    Field = "group"
	FieldImpact   Field = "impact"
	FieldUrgency  Field = "urgency"
)

// Fields lists the fields in the order in which pages show them.
func Fields() []Field {
	return []Field{FieldType, FieldCategory, FieldService, FieldGroup, FieldImpact, FieldUrgency}
}

// Triager proposes how to sort a ticket, by its text alone. Package triage implements it.
type Triager interface {
	// Triage returns at most one opinion per field. Its values are always among the
	// choices.
	Triage(ctx context.Context, r TriageRequest) ([]Opinion, error)
}

// TriageRequest is a ticket's text with the choices for each field.
type TriageRequest struct {
	Subject string
	Body    string
	Choices map[Field][]Choice
}

// Choice is a value that a field can have, with its title.
type Choice struct {
	Value string
	Title string
}

// Basis is what an opinion is based on.
type Basis string

// The bases.
const (
	FromHistory  Basis = "history"  // the team's own past tickets
	FromName     Basis = "name"     // the value's name in the ticket
	FromCategory Basis = "category" // the proposed category
)

// Opinion is what triage proposes for a field. An empty value means that nothing was
// likely enough.
type Opinion struct {
	Field Field
	Value string
	// Confidence is the probability 0..1 that the value is right, as measured on tickets
	// later than those learned from; 0 when it has not been measured.
	Confidence float64
	Basis      Basis
	// Words are the words of the ticket that contributed most to the value. They come from
	// the requester: data, never markup.
	Words []string
}
