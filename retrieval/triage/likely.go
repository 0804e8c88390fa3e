package triage

import "github.com/deskbook/deskbook/desk"

// Likely returns how probable each category is for a text, as learned from the team's
// tickets; nil where categories were not learned or no word of the text was ever seen.
func (l *Learning) Likely(text string) map[string]float64 {
	current := l.current.Load()
	if current == nil || current.model == nil {
		return nil
	}
	return current.model.likely(desk.FieldCategory, text)
}

func (m *Classifiers) likely(f desk.Field, text string) map[string]float64 {
	c := m.fields[f]
	if c == nil {
		return nil
	}
	row := c.vocabulary.Row(termsOf(text, ""))
	if len(row) == 0 {
		return nil
	}
	out := make(map[string]float64, len(c.Classes))
	for i, p := range c.probabilities(c.scores(row)) {
		out[c.Classes[i]] = p
	}
	return out
}
