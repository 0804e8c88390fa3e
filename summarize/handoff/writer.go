package handoff

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Writer writes hand-off summaries. It is safe for concurrent use.
type Writer struct{ client *ask.Client }

// NewWriter returns a Writer.
func NewWriter(c *ask.Client) *Writer { return &Writer{c} }

// Summarize writes the hand-off summary of the ticket's whole thread, internal notes
// included: it is for staff only. If the model fails the summary is extractive; an error
// is returned only when the context has ended.
func (w *Writer) Summarize(ctx context.Context, t desk.Ticket) (Summary, error) {
	return w.StreamSummary(ctx, t, Progress{})
}
