package kb_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// TestStandard: the service model says what each check counts and from which score on
// a draft may be published.
func TestStandard(t *testing.T) {
	heavy := map[string]float64{kb.ResolutionValidated: 50, kb.Concise: 0, kb.RequestersContext: 0, kb.SymptomValidated: 0}
	for _, c := range []struct {
		name      string
		standard  kb.Standard
		confirmed []string
		refused   string // what the refusal names, "" for published
	}{
		{"no gate", kb.Standard{Weights: heavy}, nil, ""},
		{"below", kb.Standard{Weights: heavy, Gate: .8}, nil, kb.ResolutionValidated},
		{"confirmed another", kb.Standard{Weights: heavy, Gate: .8}, []string{kb.Concise}, kb.ResolutionValidated},
		{"confirmed", kb.Standard{Weights: heavy, Gate: .8}, []string{kb.ResolutionValidated}, ""},
		{"equal weights", kb.Standard{Gate: 1}, []string{kb.ResolutionValidated}, kb.Concise},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(kb.WithStandard(func() kb.Standard { return c.standard }))
			d := b.propose(t, access.System(), fromTicket("1001", 1))
			done, _, err := b.ApproveWith(t.Context(), manager, d.ID, kb.Approval{Confirmed: c.confirmed})
			if c.refused == "" {
				if err != nil || done.Status != kb.Approved {
					t.Fatalf("%s, %v", done.Status, err)
				}
				return
			}
			wantKind(t, err, fault.Conflict)
			if !strings.Contains(err.Error(), c.refused) {
				t.Errorf("the refusal does not name %s: %v", c.refused, err)
			}
			if now, err := b.Draft(t.Context(), manager, d.ID); err != nil || now.Status != kb.InReview {
				t.Errorf("%s, %v", now.Status, err)
			}
		})
	}
}

func TestScoreIsWeighted(t *testing.T) {
	for _, c := range []struct {
		name   string
		checks []kb.Check
		want   float64
	}{
		{"none", nil, 0},
		{"nothing weighed them", []kb.Check{{Passed: true}, {}}, .5},
		{"weighed", []kb.Check{{Passed: true, Weight: 3}, {Weight: 1}, {Passed: true}}, .75},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := kb.Score(c.checks); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
