package problem

import "github.com/deskbook/deskbook/internal/stat"

// Outcome says in how many tickets an article was applied, and in how many of them it held: the
// ticket was not reopened within the reopen days after the article was applied.
type Outcome struct{ Applied, Held int }

// Enough is how many applications a percentage needs.
const Enough = 10

// Rate returns the share of tickets in which the article held, with its Wilson 95% interval. ok is
// false without applications.
func (o Outcome) Rate() (rate, low, high float64, ok bool) {
	if o.Applied == 0 {
		return 0, 0, 0, false
	}
	low, high = stat.Wilson(o.Held, o.Applied, 1.959964)
	return float64(o.Held) / float64(o.Applied), low, high, true
}
