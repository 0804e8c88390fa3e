package summarize

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

// SummaryProgress is told how a summary is coming along, in the calling goroutine.
// Fields may be nil. Whatever it is told has passed the same check as a finished
// text; still only the summary that StreamSummary returns counts, for the model may
// yet fail and all its lines be void.
type SummaryProgress struct {
	// Extractive gets the extractive summary, before a model is asked.
	Extractive func(s Summary)
	// Line gets a line that the model wrote, once it is checked.
	Line func(section string, l Line)
	// Again says that the lines so far are void, and why: the model is asked again.
	Again func(reason string)
}

// AnswerProgress is told how an answer is coming along, as SummaryProgress is.
type AnswerProgress struct {
	Extractive func(a Answer)
	Sentence   func(s Sentence)
	Again      func(reason string)
}

// UsesModel reports whether a model would be asked for the action on a ticket of the
// category. The budget can still forbid it.
func (w *Writer) UsesModel(action, category string) bool {
	if w.opts.Model == nil || w.err != nil {
		return false
	}
	if w.opts.Rule == nil {
		return true
	}
	_, allowed := w.opts.Rule(action, category)
	return allowed
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
func (w *Writer) StreamSummary(ctx context.Context, t desk.Ticket, p SummaryProgress) (Summary, error) {
	t = asAsked(t)
	s, err := w.ExtractiveSummary(ctx, t)
	if err != nil {
		return Summary{}, err
	}
	if p.Extractive != nil {
		p.Extractive(s)
	}
	if w.opts.Model == nil {
		return s, nil
	}
	written, err := w.summarizeByModel(ctx, t, s, p)
	switch {
	case err == nil:
		return written, nil
	case ctx.Err() != nil: // nobody reads it, and it says nothing about the model
		return Summary{}, fmt.Errorf("summarize ticket %s: %w", t.ID, ctx.Err())
	}
	s.Reason = reasonOf(err)
	return s, nil
}

// ExtractiveAnswer answers as Answer does, without a model and so at once.
func (w *Writer) ExtractiveAnswer(ctx context.Context, question string, vis kb.Visibility) (Answer, error) {
	f, err := w.findAnswer(ctx, question, vis)
	if err != nil || f.Refused {
		return f.Answer, err
	}
	return f.extractive(), nil
}

// StreamAnswer is Answer that tells how it is coming along: the extractive answer at
// once, then what the model writes sentence by sentence. A refusal is told as the
// extractive answer too.
func (w *Writer) StreamAnswer(ctx context.Context, question string, vis kb.Visibility, p AnswerProgress) (Answer, error) {
	f, err := w.findAnswer(ctx, question, vis)
	if err != nil {
		return Answer{}, err
	}
	if f.Refused {
		if p.Extractive != nil {
			p.Extractive(f.Answer)
		}
		return f.Answer, nil
	}
	a := f.extractive()
	if p.Extractive != nil {
		p.Extractive(a)
	}
	if w.opts.Model == nil {
		return a, nil
	}
	written, err := w.answerByModel(ctx, f, p)
	switch {
	case err == nil:
		return written, nil
	case ctx.Err() != nil:
		return Answer{}, fmt.Errorf("answer: %w", ctx.Err())
	}
	if !a.Refused {
		a.Reason = reasonOf(err)
	}
	return a, nil
}

// foundAnswer is what an answer is written from, or the refusal because there is
// nothing.
type foundAnswer struct {
	Answer
	question    string
	asked       inquired
	ranked      []source
	probability float64 // that its article answers
}

func (f foundAnswer) extractive() Answer {
	a := f.Answer
	a.Sentences = extractAnswer(f.asked, f.ranked)
	if len(a.Sentences) == 0 {
		return a.refuse("no sentence of the nearest articles answers the question")
	}
	return a
}

// pieceOf reads one item of a reply that is being written; strictly, as the whole is
// read when it has ended.
func pieceOf(raw []byte) (claim, bool) {
	var c claim
	if err := decodeStrict(raw, &c); err != nil {
		return claim{}, false
	}
	return c, len(boundedClaims([]claim{c}, 1)) == 1
}

// lineShower gives what shows lines while a reply is being written, by the rules that
// the whole will be read by.
func lineShower(ev *evidence, r *Redactor, show func(section string, l Line)) (piece func(key string, raw []byte), again func()) {
	shown := map[string][]Line{}
	piece = func(key string, raw []byte) {
		c, ok := pieceOf(raw)
		if !ok || !slices.Contains(modelSections, key) || len(shown[key]) == MaxLines {
			return
		}
		if l, ok := ev.line(shown[key], c, r); ok {
			shown[key] = append(shown[key], l)
			show(key, l)
		}
	}
	return piece, func() { clear(shown) }
}
