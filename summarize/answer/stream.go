package answer

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Progress is told how an answer is coming along, as SummaryProgress is.
type Progress struct {
	Extractive func(a Answer)
	Sentence   func(s Sentence)
	Again      func(reason string)
}

// ExtractiveAnswer answers as Answer does, without a model and so at once.
func (w *Writer) ExtractiveAnswer(ctx context.Context, question string, vis kb.Visibility) (Answer, error) {
	f, err := w.FindAnswer(ctx, question, vis)
	if err != nil || f.Refused {
		return f.Answer, err
	}
	return f.Extract(), nil
}

// StreamAnswer is Answer that tells how it is coming along: the extractive answer at
// once, then what the model writes sentence by sentence. A refusal is told as the
// extractive answer too.
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

// Found is what an answer is written from, or the refusal because there is
// nothing.
type Found struct {
	Answer
	question    string
	asked       weighedQuestion
	ranked      []source
	Probability float64 // that its article answers
}

func (f Found) Extract() Answer {
	a := f.Answer
	a.Sentences = extractAnswer(f.asked, f.ranked)
	if len(a.Sentences) == 0 {
		return a.refuse("no sentence of the nearest articles answers the question")
	}
	return a
}
