package problem

import "math"

// Outcome says in how many tickets an article was applied, and in how many of them it held: the
// ticket was not reopened within the reopen days after the article was applied.
type Outcome struct{ Applied, Held int }

// Enough is how many applications a percentage needs.
const Enough = 10

// Rate returns the share of tickets in which the article held, with its Wilson 95% interval. ok is
// false without applications.
//
// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
func (o Outcome) Rate() (rate, low, high float64, ok bool) {
	if o.Applied == 0 {
		return 0, 0, 0, false
	}
	const z = 1.959964
	n, p := float64(o.Applied), float64(o.Held)/float64(o.Applied)
	centre := p + z*z/(2*n)
	spread := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	return p, max(0, (centre-spread)/scale), min(1, (centre+spread)/scale), true
}
