package answer

import (
	"context"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// permitted records what the service model says of a question, and refuses it where it may
// not be answered.
func (w *Writer) permitted(a *Answer, q model.AnswerRequest) bool {
	if w.deps.Allowed == nil {
		return true
	}
	p := w.deps.Allowed(q)
	a.Rule = p.Rule
	if p.Allowed {
		return true
	}
	reason := "answers are switched off by the service model (" + p.Rule + ")"
	if p.Why != "" {
		reason += "; " + p.Why
	}
	*a = a.refuse(reason)
	a.Off = true
	return false
}

// request returns the question with what the article that it is answered from is about.
func (w *Writer) request(
	ctx context.Context, question string, from desk.ArticleRef, vis kb.Visibility,
) (model.AnswerRequest, error) {
	q := model.AnswerRequest{Question: question, Title: from.Title}
	if w.deps.Library == nil || w.deps.Allowed == nil {
		return q, nil
	}
	a, err := w.deps.Library.Article(ctx, from.ID, vis)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return q, err
	}
	q.Categories = a.Categories
	return q, nil
}
