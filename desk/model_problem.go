package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
)

// ModelProblem is one thing wrong in a service model.
type ModelProblem struct {
	Line   int    // 1 for the first
	Path   string // where in the model, keys joined by dots; "" for the whole
	Reason string
}

// String gives the problem as "line 12: groups.second-line.calendar: reason".
func (p ModelProblem) String() string {
	if p.Path == "" {
		return fmt.Sprintf("line %d: %s", p.Line, p.Reason)
	}
	return fmt.Sprintf("line %d: %s: %s", p.Line, p.Path, p.Reason)
}

// ModelProblems is all that is wrong in a service model, in order of line.
type ModelProblems []ModelProblem

// Error lists the problems, one a line.
func (ps ModelProblems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// refused makes the fault that carries the problems.
func (ps ModelProblems) refused() error {
	slices.SortStableFunc(ps, func(a, b ModelProblem) int { return cmp.Compare(a.Line, b.Line) })
	fields := make([]fault.Field, len(ps))
	for i, p := range ps {
		fields[i] = fault.Field{Field: "line " + strconv.Itoa(p.Line), Message: strings.TrimPrefix(p.String(), fmt.Sprintf("line %d: ", p.Line))}
	}
	msg := "the service model is refused, " + ps[0].String()
	if n := len(ps) - 1; n > 0 {
		msg = fmt.Sprintf("%s (and %d more)", msg, n)
	}
	return &fault.Error{Kind: fault.Invalid, Message: msg, Fields: fields, Err: ps}
}
