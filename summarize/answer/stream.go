package answer

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Progress receives an answer while it is being written, in the calling goroutine. Fields
// may be nil. Only the answer that StreamAnswer returns counts.
type Progress struct {
	// Extractive receives the extractive answer, or a refusal, before a model is asked.
	Extractive func(a Answer)
	// Sentence receives each sentence that the model wrote, once it has been checked.
	Sentence func(s Sentence)
	// Again reports that the sentences so far are void, and why: the model is asked again.
	Again func(reason string)
}

// ExtractiveAnswer answers like Answer, without a model and therefore at once.
func (w *Writer) ExtractiveAnswer(ctx context.Context, question string, vis kb.Visibility) (Answer, error) {
	b, err := w.find(ctx, question, vis)
	if err != nil {
		return Answer{}, err
	}
	return b.extract(), nil
}

// StreamAnswer answers like Answer and reports its progress: first the extractive answer
// or the refusal, then what the model writes, sentence by sentence.
func (w *Writer) StreamAnswer(ctx context.Context, question string, vis kb.Visibility, p Progress) (Answer, error) {
	b, err := w.find(ctx, question, vis)
	if err != nil {
		return Answer{}, err
	}
	a := b.extract()
	if p.Extractive != nil {
		p.Extractive(a)
	}
	if b.answer.Refused || !w.deps.Client.Configured() {
		return a, nil
	}
	written, err := w.answerByModel(ctx, b, p)
	switch {
	case err == nil:
		return written, nil
	case ctx.Err() != nil:
		return Answer{}, fmt.Errorf("answer: %w", ctx.Err())
	}
	if !a.Refused {
		a.Reason = ask.Reason(err)
	}
	return a, nil
}

// extract returns the extractive answer, or the refusal.
func (b basis) extract() Answer {
	a := b.answer
	if a.Refused {
		return a
	}
	if b.partial {
		return a.refuse("the nearest article covers only part of the question")
	}
	a.Sentences = b.chosen.withWarnings(b.outline).sentences(b.outline)
	if len(a.Sentences) == 0 {
		return a.refuse("no sentence in the nearest articles answers the question")
	}
	return a
}
