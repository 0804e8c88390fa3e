package kb

import (
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
)

// Standard is what the service model asks of an article.
type Standard struct {
	// Weights is what each check counts in the score; one that is not named counts 1.
	Weights map[string]float64
	// Gate is the score (0..1) below which a draft is not published, 0 for none.
	Gate float64
	// Kinds says what articles of a kind must have; for one that is not named the
	// template of the program holds.
	Kinds map[Kind]KindStandard
}

// KindStandard is what an article of one kind must have.
type KindStandard struct {
	Sections []string      // headings, or words that they begin with; nil is the template
	Review   time.Duration // from publishing until the next review, 0 for none
}

// reviewBy is the day by which an article of the kind that is published now has to be
// reviewed, zero where the standard names none.
func (s *Service) reviewBy(k Kind) time.Time {
	every := s.standard().Kinds[k].Review
	if every <= 0 {
		return time.Time{}
	}
	return s.clock().Add(every).Truncate(24 * time.Hour)
}

// WithStandard weighs the checklist, and holds what is to be published against it, by
// the standard in force. Without it all checks count the same and nothing is held back.
func WithStandard(in func() Standard) Option { return func(s *Service) { s.standard = in } }

// weighed gives the checks with what they count.
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

// Score is the weighted share of checks passed, 0..1; 0 without checks. Checks that
// nothing weighed count the same.
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

// gate refuses what the standard does not let be published. What a person has to
// answer and nobody did is not fulfilled.
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
	return fault.New(fault.Conflict, "the knowledge standard asks for a score of %.0f%% to publish, and this draft has %.0f%%; change the draft or confirm what you checked: %s",
		100*least, 100*score, strings.Join(open, ", "))
}
