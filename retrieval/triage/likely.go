package triage

import "github.com/deskbook/deskbook/desk"

// Likely returns how probable each category is for a text, as learned from the team's
// tickets; nil where categories were not learned or no word of the text was ever seen.
func (s *Service) Likely(text string) map[string]float64 {
	m := s.current.Load()
	if m == nil {
		return nil
	}
	return m.likely(desk.FieldCategory, text)
}

func (m *Classifiers) likely(f desk.Field, text string) map[string]float64 {
	c := m.fields[f]
	if c == nil {
		return nil
	}
	row := c.vocabulary.Features(termsOf(text, ""))
	if len(row) == 0 {
		return nil
	}
	out := make(map[string]float64, len(c.Classes))
	for i, p := range c.probabilities(c.scores(row)) {
		out[c.Classes[i]] = p
	}
	return out
}
