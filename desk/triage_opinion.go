package desk

import "context"

// Field is one of the fields of a ticket that triage decides.
type Field string

// The fields that triage decides. Priority follows from impact and urgency.
const (
	FieldType     Field = "type"
	FieldCategory Field = "category"
	FieldService  Field = "service"
	FieldGroup    Field = "group"
	FieldImpact   Field = "impact"
	FieldUrgency  Field = "urgency"
)

// Fields lists the fields that triage decides, in the order that pages show them.
func Fields() []Field {
	return []Field{FieldType, FieldCategory, FieldService, FieldGroup, FieldImpact, FieldUrgency}
}

// Triager says how a ticket should be sorted, from what it says alone. Retrieval's
// triage implements it.
type Triager interface {
	// Triage gives one opinion for each field that it can say anything about. Values
	// outside the choices are never given.
	Triage(ctx context.Context, r TriageRequest) ([]Opinion, error)
}

// TriageRequest is a ticket's text and the closed list of each field.
type TriageRequest struct {
	Subject string
	Body    string
	Choices map[Field][]Choice
}

// Choice is one value that a field can take, with the words it is known by.
type Choice struct {
	Value string
	Title string
}

// Basis says what an opinion rests on.
type Basis string

// The bases.
const (
	FromHistory  Basis = "history"  // the team's own past tickets
	FromName     Basis = "name"     // the ticket names the value
	FromCategory Basis = "category" // it follows from the category proposed
)

// Opinion is what triage thinks of one field. An empty value means that it does not
// know: nothing was probable enough.
type Opinion struct {
	Field Field
	Value string
	// Confidence is the probability 0..1 that the value is right, measured on later
	// tickets than it was learned from; 0 where nothing was measured.
	Confidence float64
	Basis      Basis
	// Words are those of the ticket that spoke most for the value. They are the
	// requester's: data, never markup.
	Words []string
}
