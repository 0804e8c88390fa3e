package kb

import (
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

// Standard is what the service model requires of an article.
type Standard struct {
	// Weights holds each check's weight in the score; a check not named here weighs 1.
	Weights map[string]float64
	// Gate is the score (0..1) below which a draft is not published, 0 for none.
	Gate float64
	// Kinds holds what articles of each kind must have; the built-in template applies to
	// a kind not named here.
	Kinds map[Kind]KindStandard
}

// KindStandard is what an article of one kind must have.
type KindStandard struct {
	Sections []string      // headings, or words that they begin with; nil is the template
	Review   time.Duration // from publishing until the next review, 0 for none
}

// reviewBy returns the day by which an article of the kind that is published now must be
// reviewed, zero if the standard names none.
func (s *Service) reviewBy(k Kind) time.Time {
	every := s.standard().Kinds[k].Review
	if every <= 0 {
		return time.Time{}
	}
	return s.Clock().Add(every).Truncate(24 * time.Hour)
}

// WithStandard weighs the checklist by the standard in force and applies its gate to
// what is published. Without it all checks weigh the same and there is no gate.
func WithStandard(in func() Standard) Option { return func(s *Service) { s.standard = in } }

// weighed returns the checks with their weights.
func (s *Service) weighed(checks []Check) []Check {
	weights := s.standard().Weights
	out := slices.Clone(checks)
	for i := range out {
		out[i].Weight = 1
		if w, ok := weights[out[i].Name]; ok {
			out[i].Weight = w
		}
	}
	return out
}

// Score returns the weighted share of passed checks, 0..1; 0 without checks. Checks
// without any weight count equally.
func Score(checks []Check) float64 {
	var passed, all, n float64
	for _, c := range checks {
		all += c.Weight
		if c.Passed {
			passed += c.Weight
			n++
		}
	}
	switch {
	case all > 0:
		return passed / all
	case len(checks) > 0:
		return n / float64(len(checks))
	}
	return 0
}

// gate returns an error if the standard forbids publishing. A check that a person must
// answer and has not answered counts as failed.
func (s *Service) gate(checks []Check) error {
	least := s.standard().Gate
	if least == 0 {
		return nil
	}
	if !slices.ContainsFunc(checks, func(c Check) bool { return slices.Contains(HumanChecks(), c.Name) }) {
		checks = s.weighed(answered(checks, nil))
	}
	score := Score(checks)
	if score >= least {
		return nil
	}
	var open []string
	for _, c := range checks {
		if !c.Passed && c.Weight > 0 {
			open = append(open, c.Name)
		}
	}
	return fault.New(fault.Conflict, "the knowledge standard asks for a score of %.0f%% to publish, and this draft "+
		"has %.0f%%; change the draft or confirm what you checked: %s",
		100*least, 100*score, strings.Join(open, ", "))
}
