package triage

import "github.com/deskbook/deskbook/desk"

// Likely returns how probable each category is for a text, as learned from the team's
// tickets. It is nil if categories were not learned or no word of the text is known.
func (s *Service) Likely(text string) map[string]float64 {
	current := s.current.Load()
	if current == nil || current.fields[desk.FieldCategory] == nil {
		return nil
	}
	c := current.fields[desk.FieldCategory]
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
