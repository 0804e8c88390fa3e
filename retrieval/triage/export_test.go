package triage

// What the tests look at from outside.

// Said is a first choice and whether it was right.
type Said struct {
	P     float64
	Right bool
}

func choicesOf(list []Said) []Choice {
	out := make([]Choice, len(list))
	for i, s := range list {
		out[i] = Choice{P: s.P, Value: "a", Truth: "b"}
		if s.Right {
			out[i].Truth = "a"
		}
	}
	return out
}

// FloorFor returns the floor of the choices.
func FloorFor(list []Said) float64 { return floorFor(choicesOf(list), TargetPrecision) }

// TemperatureFor returns the temperature of the scores.
func TemperatureFor(scores [][]float64, truth []int) float64 {
	t, _ := temperatureFor(scores, truth)
	return t
}

// Words returns the words of a text.
func Words(text string) []string { return words(text, maxBodyBytes) }

// TermCount returns the number of features of a ticket.
func TermCount(subject, body string) int { return len(termsOf(subject, body)) }
