package budget

import (
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/summarize/ask"
)

// Policy answers what the service model in force allows a language model to do, and how.
type Policy struct {
	Model func() *model.Service
	// DefaultModel is the language model of actions for which the service model names none.
	DefaultModel string
	// Likely returns how probable each category is for a text, nil where nobody knows.
	Likely func(text string) map[string]float64
}

// Settings returns how an action uses the language model.
func (p Policy) Settings(action string) ask.Settings {
	a := p.Model().AI().Action(action)
	if a.Model == "" {
		a.Model = p.DefaultModel
	}
	return ask.Settings{Model: a.Model, Temperature: a.Temperature, MaxTokens: a.MaxTokens, Deadline: a.Deadline}
}

// Rule returns the line of the service model that decides whether an action may use a
// language model on a ticket of a category, and whether it may.
func (p Policy) Rule(action, category string) (rule string, allowed bool) {
	m := p.Model()
	ai := m.AI()
	boundary := map[string]string{model.AIDraft: model.ActionDraftArticle, model.AIAnswer: model.ActionAutoAnswer}[action]
	if !ai.Action(action).Enabled || boundary == "" {
		return ai.Rule(action), ai.Action(action).Enabled
	}
	return m.BoundaryRule(category, boundary), m.Boundary(category, boundary).Allows()
}

// Answers returns whether a question may be answered without a person, by whatever engine.
func (p Policy) Answers(q model.AnswerRequest) model.Permit {
	return p.Model().MayAnswer(q, p.Likely(q.Question))
}
