package model

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
)

// Problem is one problem in a service model.
type Problem struct {
	Line   int    // from 1
	Path   string // the keys that lead there, joined by dots; "" for the whole file
	Reason string
}

// String returns the problem as "line 12: groups.second-line.calendar: reason".
func (p Problem) String() string {
	if p.Path == "" {
		return fmt.Sprintf("line %d: %s", p.Line, p.Reason)
	}
	return fmt.Sprintf("line %d: %s: %s", p.Line, p.Path, p.Reason)
}

// Problems lists the problems in a service model, in order of line.
type Problems []Problem

// Error lists the problems, one per line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// refused returns the fault that carries the problems.
func (ps Problems) refused() error {
	slices.SortStableFunc(ps, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	fields := make([]fault.Field, len(ps))
	for i, p := range ps {
		line := "line " + strconv.Itoa(p.Line)
		fields[i] = fault.Field{Field: line, Message: strings.TrimPrefix(p.String(), line+": ")}
	}
	msg := "the service model was refused: " + ps[0].String()
	if n := len(ps) - 1; n > 0 {
		msg = fmt.Sprintf("%s (and %d more)", msg, n)
	}
	return &fault.Error{Kind: fault.Invalid, Message: msg, Fields: fields, Err: ps}
}
