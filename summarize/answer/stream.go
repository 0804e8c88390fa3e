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
	f, err := w.FindAnswer(ctx, question, vis)
	if err != nil || f.Refused {
		return f.Answer, err
	}
	return f.Extract(), nil
}

// StreamAnswer answers like Answer and reports its progress: first the extractive answer
// or the refusal, then what the model writes, sentence by sentence.
func (w *Writer) StreamAnswer(ctx context.Context, question string, vis kb.Visibility, p Progress) (Answer, error) {
	f, err := w.FindAnswer(ctx, question, vis)
	if err != nil {
		return Answer{}, err
	}
	if f.Refused {
		if p.Extractive != nil {
			p.Extractive(f.Answer)
		}
		return f.Answer, nil
	}
	a := f.Extract()
	if p.Extractive != nil {
		p.Extractive(a)
	}
	if !w.Client.Configured() {
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
		a.Reason = ask.Reason(err)
	}
	return a, nil
}

// Found is what an answer is written from, or a refusal.
type Found struct {
	Answer
	question    string
	asked       weightedQuestion
	ranked      []source
	Probability float64 // that its article answers
}

func (f Found) Extract() Answer {
	a := f.Answer
	a.Sentences = extractAnswer(f.asked, f.ranked)
	if len(a.Sentences) == 0 {
		return a.refuse("no sentence in the nearest articles answers the question")
	}
	return a
}
