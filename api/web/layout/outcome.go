package layout

import (
	"fmt"
	"math"

	"github.com/deskbook/deskbook/desk/problem"
)

// Outcome says in how many tickets an article held: "held in 8 of 10 tickets (80%, between 49% and 94%)".
// Few tickets make no percentage, since 1 of 1 is not 100%.
func Outcome(o problem.Outcome) string {
	rate, low, high, ok := o.Rate()
	percent := func(p float64) int { return int(math.Round(p * 100)) }
	switch {
	case !ok:
		return "not applied to a ticket yet"
	case o.Applied < problem.Enough:
		return fmt.Sprintf("held in %d of %s", o.Held, Plural(o.Applied, "ticket", "tickets"))
	}
	return fmt.Sprintf("held in %d of %d tickets (%d%%, between %d%% and %d%%)",
		o.Held, o.Applied, percent(rate), percent(low), percent(high))
}
