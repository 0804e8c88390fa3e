package problem

import (
	"strings"

	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/problem"
)

// lines returns the lines of a text that are not empty.
func lines(text string) (out []string) {
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// rules say in words why there is a candidate.
var rules = map[problem.Rule]string{
	problem.ByCluster:  "Several incidents are alike",
	problem.ByOutage:   "Suspected outage",
	problem.ByPriority: "Priority 1 on a critical service",
}

// RuleText returns why there is a candidate.
func (l List) RuleText(r problem.Rule) string { return rules[r] }

// Text returns how often the workaround held.
func (r Rate) Text() string { return layout.Outcome(r.Outcome) }
