package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
)

// Problem is one problem in a service model.
type Problem struct {
	Line   int    // from 1
	Column int    // from 1, 0 where the whole line is meant
	Path   string // the keys that lead there, joined by dots; "" for the whole file
	Reason string
}

// String returns the problem as "line 12, column 5: groups.second-line.calendar: reason".
func (p Problem) String() string { return p.place() + ": " + p.what() }

func (p Problem) place() string {
	if p.Column == 0 {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("line %d, column %d", p.Line, p.Column)
}

func (p Problem) what() string {
	if p.Path == "" {
		return p.Reason
	}
	return p.Path + ": " + p.Reason
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
		fields[i] = fault.Field{Field: p.place(), Message: p.what()}
	}
	msg := "the service model was refused: " + ps[0].String()
	if n := len(ps) - 1; n > 0 {
		msg = fmt.Sprintf("%s (and %d more)", msg, n)
	}
	return &fault.Error{Kind: fault.Invalid, Message: msg, Fields: fields, Err: ps}
}
