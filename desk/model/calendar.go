package model

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

func readCalendar(name string, f *fields) Calendar {
	c := Calendar{Name: name}
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
