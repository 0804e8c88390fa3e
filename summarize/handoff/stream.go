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

// Progress is told how a summary is coming along, in the calling goroutine.
// Fields may be nil. Whatever it is told has passed the same check as a finished
// text; still only the summary that StreamSummary returns counts, for the model may
// yet fail and all its lines be void.
type Progress struct {
	// Extractive gets the extractive summary, before a model is asked.
	Extractive func(s Summary)
	// Line gets a line that the model wrote, once it is checked.
	Line func(section string, l Line)
	// Again says that the lines so far are void, and why: the model is asked again.
	Again func(reason string)
}

// ExtractiveSummary gives the summary that needs no model, at once. An error is
// returned only when the context has ended.
func (w *Writer) ExtractiveSummary(ctx context.Context, t desk.Ticket) (Summary, error) {
	if err := ctx.Err(); err != nil {
		return Summary{}, fmt.Errorf("summarize ticket %s: %w", t.ID, err)
	}
	return summarizeExtractive(t), nil
}

// StreamSummary is Summarize that tells how it is coming along: the extractive
// summary at once, then what the model writes line by line.
func (w *Writer) StreamSummary(ctx context.Context, t desk.Ticket, p Progress) (Summary, error) {
	t = thread.OpenedByRequester(t)
	s, err := w.ExtractiveSummary(ctx, t)
	if err != nil {
		return Summary{}, err
	}
	if p.Extractive != nil {
		p.Extractive(s)
	}
	if !w.Client.Configured() {
		return s, nil
	}
	written, err := w.summarizeByModel(ctx, t, s, p)
	switch {
	case err == nil:
		return written, nil
	case ctx.Err() != nil: // nobody reads it, and it says nothing about the model
		return Summary{}, fmt.Errorf("summarize ticket %s: %w", t.ID, ctx.Err())
	}
	s.Reason = ask.Reason(err)
	return s, nil
}

// lineShower gives what shows lines while a reply is being written, by the rules that
// the whole will be read by.
func lineShower(ev *evidence.Set, r *evidence.Redactor, show func(section string, l Line)) (piece func(key string, raw []byte), again func()) {
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
