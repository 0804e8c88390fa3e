package kb_test

import (
	"slices"
	"strings"
	"testing"
	"time"

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

// TestStandardOfAKind: the sections that must be there and the time until the next
// review are those of the service model.
func TestStandardOfAKind(t *testing.T) {
	for _, c := range []struct {
		name     string
		sections []string
		passed   bool
		detail   string
	}{
		{"the template where none are named", nil, false, "missing: Environment, Cause"},
		{"none", []string{}, true, ""},
		{"its own", []string{"Issue", "Rollback plan"}, false, "missing: Rollback plan"},
		{"its own, there", []string{"Resolution", "issue"}, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(kb.WithStandard(func() kb.Standard {
				return kb.Standard{Kinds: map[kb.Kind]kb.KindStandard{kb.Troubleshooting: {
					Sections: c.sections, Review: 90 * 24 * time.Hour,
				}}}
			}))
			p := fromTicket("1001", 1)
			p.Kind, p.Markdown = kb.Troubleshooting, "## Issue\n\nThe VPN drops.\n\n## Resolution\n\nRestart it.\n"
			d := b.propose(t, access.System(), p)
			i := slices.IndexFunc(d.Checks, func(x kb.Check) bool { return x.Name == kb.SectionsPresent })
			if got := d.Checks[i]; got.Passed != c.passed || !strings.Contains(got.Detail, c.detail) {
				t.Errorf("%+v", got)
			}
			_, a, err := b.Approve(t.Context(), manager, d.ID, "")
			if err != nil {
				t.Fatal(err)
			}
			if days := a.ReviewBy.Sub(a.UpdatedAt).Hours() / 24; days < 89 || days > 90 {
				t.Errorf("to be reviewed in %.1f days", days)
			}
		})
	}
}
