package front

import (
	"bytes"
	"fmt"

	"github.com/deskbook/deskbook/internal/fault"
)

// ParseError is where and why a file is not an article. Its chain ends in a
// fault.Invalid, or a fault.TooLarge for a file beyond MaxArticle.
type ParseError struct {
	Line   int // 1-based line of the file
	Reason string
	Kind   fault.Kind
	Empty  bool // the file has no text
}

// Error returns the line and the reason.
func (e *ParseError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Unwrap returns the error's fault.
func (e *ParseError) Unwrap() error { return fault.New(e.Kind, "%s", e.Error()) }

// EmptyError returns the error of a file without text.
func EmptyError(line int, reason string) error {
	return &ParseError{Line: line, Reason: reason, Kind: fault.Invalid, Empty: true}
}

// Errorf returns the error of a file that is not an article.
func Errorf(line int, format string, args ...any) error {
	return &ParseError{Line: line, Reason: fmt.Sprintf(format, args...), Kind: fault.Invalid}
}

// LineAt returns the 1-based line of the byte offset.
func LineAt(data []byte, offset int) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }
