package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"go.yaml.in/yaml/v3"
)

// Calendar holds the hours in which time counts towards a target.
type Calendar struct {
	Name     string
	Zone     *time.Location // of the hours; nil is UTC
	Hours    [7][]Span      // by time.Weekday; in order, without overlaps; empty: closed
	Holidays []time.Time    // closed days besides the public holidays
	Region   string         // whose public holidays are closed, "" for none

	public map[int]bool // days of public holidays, see dayNumber
}

// Span is a half-open part of a day, in minutes after midnight: 0 <= From < To <= 1440.
type Span struct{ From, To int }

// Closed reports whether the day is a holiday of the calendar.
func (c Calendar) Closed(year int, month time.Month, day int) bool {
	if c.public[dayNumber(year, month, day)] {
		return true
	}
	for _, h := range c.Holidays {
		if y, m, d := h.Date(); y == year && m == month && d == day {
			return true
		}
	}
	return false
}

func dayNumber(year int, month time.Month, day int) int { return (year*100+int(month))*100 + day }

// The years whose public holidays are known.
const firstYear, lastYear = 2000, 2060

// publicHolidays returns the days of the region's public and bank holidays, and those on
// which they are observed instead.
func publicHolidays(region string) map[int]bool {
	days := map[int]bool{}
	for _, h := range regions()[region] {
		if h.Type != cal.ObservancePublic && h.Type != cal.ObservanceBank {
			continue
		}
		for year := firstYear; year <= lastYear; year++ {
			actual, observed := h.Calc(year)
			for _, at := range []time.Time{actual, observed} {
				if !at.IsZero() {
					days[dayNumber(at.Date())] = true
				}
			}
		}
	}
	return days
}

func readCalendar(name string, f *fields) Calendar {
	c := Calendar{Name: name}
	if f.has("time_zone") {
		c.Zone = location(f.get("time_zone"))
	}
	if f.has("public_holidays") {
		c.Region = oneOf(f.get("public_holidays"), slices.Sorted(maps.Keys(regions())))
		c.public = publicHolidays(c.Region)
	}
	hours := f.get("hours").fields()
	for day := time.Sunday; day <= time.Saturday; day++ {
		if key := strings.ToLower(day.String()); hours.has(key) {
			c.Hours[day] = spans(hours.get(key))
		}
	}
	hours.done()
	if hours.node != nil && len(hours.keys) == 0 {
		hours.fail("is never open")
	}
	if f.has("holidays") {
		for _, v := range f.get("holidays").items() {
			c.Holidays = append(c.Holidays, v.date())
		}
	}
	return c
}

// spans reads a span or a list of spans in order, without overlaps.
func spans(v value) []Span {
	if v.node != nil && v.node.Kind != yaml.SequenceNode {
		if s, ok := span(v); ok {
			return []Span{s}
		}
		return nil
	}
	var out []Span
	for _, item := range v.items() {
		s, ok := span(item)
		if !ok {
			continue
		}
		if n := len(out); n > 0 && s.From < out[n-1].To {
			item.fail("starts before the previous one ends")
		}
		out = append(out, s)
	}
	return out
}

// span reads a span such as 08:00-17:30; 24:00 is the end of the day.
func span(v value) (Span, bool) {
	text := v.text()
	if text == "" {
		return Span{}, false
	}
	from, to, _ := strings.Cut(text, "-")
	start, ok1 := clock(from)
	end, ok2 := clock(to)
	if !ok1 || !ok2 || start >= end {
		v.fail("%q is not a time span such as 08:00-17:30", text)
		return Span{}, false
	}
	return Span{From: start, To: end}, true
}

func clock(s string) (minutes int, ok bool) {
	if s == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}

// String returns the span as 08:00-17:30.
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}
