package shop

const rate, rounding = 7, 2

type line struct{ cents int }

func (l line) price() int { return l.cents * rate }

func discount(o order) int {
	order := 1 // hides the type
	return order
}
