package model_test

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk/model"
)

// Days have neither gaps nor overlaps, even where the clocks change at midnight, as in
// Cairo and Beirut.
func TestDaysMeet(t *testing.T) {
	for _, name := range []string{
		"UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Beirut",
		"America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia",
	} {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			m := &model.Service{Location: zone}
			at := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC)
			if name != "Pacific/Apia" { // which skipped 30 December 2011
				at = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			_, last := m.Day(at.Add(-12 * time.Hour))
			for ; at.Before(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)); at = at.Add(20 * time.Minute) {
				from, until := m.Day(at)
				if at.Before(from) || !at.Before(until) {
					t.Fatalf("%s is in the day from %s to %s", at.In(zone), from, until)
				}
				if from.After(last) {
					t.Fatalf("no day between %s and %s", last, from)
				}
				if last.After(from) && !last.Equal(until) {
					t.Fatalf("the day before ends at %s, after %s", last, from)
				}
				last = until
			}
		})
	}
}
