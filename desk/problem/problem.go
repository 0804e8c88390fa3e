package problem

import (
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

// State is the state of a problem.
type State string

// The states of a problem.
const (
	Open   State = "open"
	Solved State = "resolved"
)

// States lists the states of a problem.
func States() []State { return []State{Open, Solved} }

// Category says what kind of cause a problem has.
type Category string

// The cause categories.
const (
	Integration    Category = "integration"
	ReleaseHandoff Category = "release_handoff"
	Knowledge      Category = "knowledge"
	Ownership      Category = "ownership"
	Supplier       Category = "supplier"
	Capacity       Category = "capacity"
	Defect         Category = "defect"
)

// Categories lists the cause categories.
func Categories() []Category {
	return []Category{Integration, ReleaseHandoff, Knowledge, Ownership, Supplier, Capacity, Defect}
}

// Problem is the cause of incidents, known or not.
type Problem struct {
	ID            string   `json:"-"` // decimal number, assigned by the store
	Version       int      `json:"-"` // incremented with every saved change
	Title         string   `json:"title"`
	Service       string   `json:"service"`
	State         State    `json:"-"`
	CauseCategory Category `json:"cause_category"` // "" until it is known
	Cause         string   `json:"cause"`
	// Tickets are the incidents that it caused, in the order of their numbers.
	Tickets []string `json:"-"`
	// Changes are those before the onset: a correlation, for a person to judge.
	Changes    []string    `json:"changes"`
	KnownError *KnownError `json:"known_error,omitempty"`
	By         string      `json:"by"` // user id
	CreatedAt  time.Time   `json:"created_at"`
	UpdatedAt  time.Time   `json:"-"`
}

// KnownErrorState is the state of a known error.
type KnownErrorState string

// The states of a known error: in review, in force, fixed by a change, no longer of use.
const (
	Draft   KnownErrorState = "draft"
	Active  KnownErrorState = "active"
	Fixed   KnownErrorState = "fixed"
	Retired KnownErrorState = "retired"
)

// KnownErrorStates lists the states of a known error.
func KnownErrorStates() []KnownErrorState { return []KnownErrorState{Draft, Active, Fixed, Retired} }

// KnownError is a problem with a workaround.
type KnownError struct {
	Title      string          `json:"title"`
	Symptom    string          `json:"symptom"`
	Workaround string          `json:"workaround"`
	Signature  []string        `json:"signature"` // error codes and messages
	Versions   string          `json:"versions"`  // those affected
	State      KnownErrorState `json:"state"`
	FixChange  string          `json:"fix_change"` // id of the change that fixed it
	ReviewBy   time.Time       `json:"review_by"`
	Review     string          `json:"review"`  // id of the draft of its article
	Article    string          `json:"article"` // id, "" until the draft is approved
	// ToldAt is when the requesters were told of the fix; zero before.
	ToldAt time.Time `json:"told_at"`
}

// Number returns the number of the known error of a problem.
func (KnownError) Number(problem string) string { return "KE-" + problem }

// next lists the states that a known error can be changed to by hand. It becomes active with
// the approval of its article.
var next = map[KnownErrorState][]KnownErrorState{
	Draft:  {Retired},
	Active: {Fixed, Retired},
	Fixed:  {Active, Retired},
}

// blame are the words that name a person instead of a cause.
var blame = []string{
	"human", "human error", "human failure", "human mistake", "user error", "user mistake", "operator error",
	"operator mistake", "mistake",
}

// blames reports whether a text says no more than that somebody made a mistake.
func blames(text string) bool {
	between := func(r rune) bool { return strings.ContainsRune(" \t\n_-.,;:!\"'", r) }
	words := strings.FieldsFunc(strings.ToLower(text), between)
	return slices.Contains(blame, strings.Join(words, " "))
}

const noBlame = `"human error" is where an analysis begins and not a cause. Say what made the error possible ` +
	"or did not stop it"

// checkCause checks the cause of a problem. Human error alone is none.
func checkCause(c Category, text string) []fault.Field {
	var bad []fault.Field
	switch {
	case blames(string(c)):
		bad = append(bad, fault.Field{Field: "cause_category", Message: noBlame + ", as one of " + categories()})
	case c != "" && !slices.Contains(Categories(), c):
		bad = append(bad, fault.Field{Field: "cause_category", Message: "must be one of " + categories()})
	}
	if blames(text) {
		bad = append(bad, fault.Field{Field: "cause", Message: noBlame + "."})
	}
	return bad
}

func categories() string {
	var out []string
	for _, c := range Categories() {
		out = append(out, string(c))
	}
	return strings.Join(out, ", ")
}
