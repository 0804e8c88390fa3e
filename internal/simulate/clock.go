package simulate

import (
	"math/rand/v2"
	"time"
)

// lastDay is the last day of every desk: fixed, so that the same seed produces the same bytes.
var lastDay = time.Date(2025, 12, 19, 0, 0, 0, 0, time.UTC)

// workday reports whether people work on the day.
func workday(day time.Time) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// load is how many tickets come in, hour by hour, relative to each other.
var load = [24]float64{
	7: 2, 8: 9, 9: 12, 10: 11, 11: 9, 12: 5, 13: 8, 14: 10, 15: 9, 16: 6, 17: 3, 18: 1, 19: .5, 20: .5,
}

// moment returns a time of the day at which a ticket comes in.
func moment(r *rand.Rand, day time.Time) time.Time {
	sum := 0.0
	for _, x := range load {
		sum += x
	}
	x := r.Float64() * sum
	hour := 0
	for ; hour < 23 && x >= load[hour]; hour++ {
		x -= load[hour]
	}
	return day.Add(time.Duration(hour)*time.Hour + time.Duration(r.IntN(3600))*time.Second)
}

// later returns the time that working hours of the desk make of a time and a wait: nobody
// answers at night or at a weekend.
func later(at time.Time, wait time.Duration) time.Time {
	const opens, closes = 8 * time.Hour, 18 * time.Hour
	at = at.Truncate(time.Second)
	for {
		day := at.Truncate(24 * time.Hour)
		start, end := day.Add(opens), day.Add(closes)
		if at.Before(start) {
			at = start
		}
		if workday(day) && at.Before(end) {
			left := end.Sub(at)
			if wait <= left {
				return at.Add(wait.Truncate(time.Second))
			}
			wait -= left
		}
		at = day.Add(24 * time.Hour)
	}
}

// around returns a wait with this median, mostly shorter and sometimes much longer.
func around(r *rand.Rand, median time.Duration) time.Duration {
	x := r.NormFloat64()
	f := 1.0
	for ; x > 0; x -= .5 {
		f *= 1.5
	}
	if x < -.5 {
		f *= .5
	}
	return time.Duration(f * (.6 + .8*r.Float64()) * float64(median))
}
