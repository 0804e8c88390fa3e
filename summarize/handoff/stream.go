package handoff

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Progress receives a summary while it is being written, in the calling goroutine.
// Fields may be nil. Everything it receives has passed the same check as a finished
// text, but only the summary that StreamSummary returns counts: the model may still
// fail, and its lines are then void.
type Progress struct {
	// Extractive receives the extractive summary before a model is asked.
	Extractive func(s Summary)
	// Line receives each line that the model wrote, once it has been checked.
	Line func(section string, l Line)
	// Again reports that the lines so far are void, and why: the model is asked again.
	Again func(reason string)
}

// ExtractiveSummary returns the summary that needs no model. An error is returned only
// when the context has ended.
func (w *Writer) ExtractiveSummary(ctx context.Context, t desk.Ticket) (Summary, error) {
	if err := ctx.Err(); err != nil {
		return Summary{}, fmt.Errorf("summarize ticket %s: %w", t.ID, err)
	}
	return summarizeExtractive(t), nil
}

// StreamSummary summarizes like Summarize and reports its progress: first the extractive
// summary, then what the model writes, line by line.
func (w *Writer) StreamSummary(ctx context.Context, t desk.Ticket, p Progress) (Summary, error) {
	t = thread.OpenedByRequester(t)
	s, err := w.ExtractiveSummary(ctx, t)
	if err != nil {
		return Summary{}, err
	}
	if p.Extractive != nil {
		p.Extractive(s)
	}
	if !w.client.Configured() {
		return s, nil
	}
	written, err := w.summarizeByModel(ctx, t, s, p)
	switch {
	case err == nil:
		return written, nil
	case ctx.Err() != nil: // the reader has gone; that is no failure of the model
		return Summary{}, fmt.Errorf("summarize ticket %s: %w", t.ID, ctx.Err())
	}
	s.Reason = ask.Reason(err)
	return s, nil
}

// lineShower returns a pair of callbacks: piece shows the lines of a reply while it is
// being written, by the rules that the whole reply is read by; again starts over.
func lineShower(
	ev *evidence.Set, r *evidence.Redactor, show func(section string, l Line),
) (piece func(key string, raw []byte), again func()) {
	shown := map[string][]Line{}
	piece = func(key string, raw []byte) {
		c, ok := ask.ClaimOf(raw)
		if !ok || !slices.Contains(modelSections, key) || len(shown[key]) == MaxLines {
			return
		}
		if l, ok := supportedLine(ev, shown[key], c, r); ok {
			shown[key] = append(shown[key], l)
			show(key, l)
		}
	}
	return piece, func() { clear(shown) }
}
