package ask

import (
	"cmp"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/stat"
)

// UnderWay is the outcome of a call that was admitted and has not ended. Its tokens and
// cost are the maximum that it may use. It is also the outcome of a call whose process was
// killed: what that call used is unknown.
const UnderWay = "under way"

// lostAfter is the age at which a call that has not ended never will: no deadline is that
// long.
const lostAfter = 15 * time.Minute

// DayUsage sums the calls of one action on one day.
type DayUsage struct {
	Day    time.Time // midnight in the desk's time zone
	Action string
	Calls  int // that have ended
	OK     int // whose text was used
	Open   int // under way
	// Reasons are why the text of the others was not used, the most frequent first.
	Reasons          []ReasonCount
	PromptTokens     int
	CompletionTokens int
	Cost             int64 // in millionths of Currency
	Currency         string
	P50, P95         time.Duration // of the calls that have ended
}

// ReasonCount is the number of calls that ended with a reason.
type ReasonCount struct {
	Reason string
	N      int
}

// FellBack returns the number of calls that have ended and whose text was not used.
func (d DayUsage) FellBack() int { return d.Calls - d.OK }

// Budget is what may be used on a day and what has been used. A limit below 0 means no limit.
type Budget struct {
	Action     string // "" for all actions together
	Tokens     int    // used or reserved
	TokenLimit int
	Cost       int64 // used or reserved, in millionths of Currency
	CostLimit  int64
	Currency   string
	Until      time.Time // when it is reset
}

// Tally sums calls by day and action, the newest day first. It leaves out costs in a
// currency other than the newest call's, which cannot be added.
func Tally(calls []Call, midnight func(time.Time) time.Time, now time.Time) []DayUsage {
	type key struct {
		day    int64
		action string
	}
	sums, times, reasons := map[key]*DayUsage{}, map[key][]time.Duration{}, map[key]map[string]int{}
	currency := ""
	for _, c := range calls {
		currency = cmp.Or(currency, c.Currency)
		day := midnight(c.At)
		k := key{day.Unix(), c.Action}
		if sums[k] == nil {
			sums[k], reasons[k] = &DayUsage{Day: day, Action: c.Action, Currency: currency}, map[string]int{}
		}
		d := sums[k]
		d.PromptTokens += c.PromptTokens
		d.CompletionTokens += c.CompletionTokens
		if c.Currency == currency {
			d.Cost += c.Cost
		}
		switch outcome := c.OutcomeAt(now); outcome {
		case UnderWay:
			d.Open++
			continue
		case "ok":
			d.OK++
		default:
			reasons[k][outcome]++
		}
		d.Calls++
		times[k] = append(times[k], c.Duration)
	}
	out := make([]DayUsage, 0, len(sums))
	for k, d := range sums {
		slices.Sort(times[k])
		d.P50, d.P95 = stat.Rank(times[k], 0.5), stat.Rank(times[k], 0.95)
		for reason, n := range reasons[k] {
			d.Reasons = append(d.Reasons, ReasonCount{reason, n})
		}
		slices.SortFunc(d.Reasons, func(a, b ReasonCount) int {
			return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Reason, b.Reason))
		})
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b DayUsage) int {
		return cmp.Or(b.Day.Compare(a.Day), cmp.Compare(a.Action, b.Action))
	})
	return out
}

// OutcomeAt returns how the call ended, as far as is known at the time now.
func (c Call) OutcomeAt(now time.Time) string {
	if c.Outcome == UnderWay && now.Sub(c.At) > lostAfter {
		return "the server stopped before the model had answered"
	}
	return c.Outcome
}
