package handoff_test

import (
	"testing"

	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/google/go-cmp/cmp"
)

func TestParseLine(t *testing.T) {
	for in, want := range map[string]handoff.Line{
		"Restarted it #3 #1":      {Text: "Restarted it", Messages: []int{1, 3}},
		"Ticket #12 is related":   {Text: "Ticket #12 is related", Messages: []int{}},
		"#4":                      {Messages: []int{4}},
		"  ":                      {Messages: []int{}},
		"Room #-1 #0":             {Text: "Room #-1 #0", Messages: []int{}},
		"It is 5":                 {Text: "It is 5", Messages: []int{}},
		"Overflow #9999999999999": {Text: "Overflow", Messages: []int{9999999999999}},
	} {
		if diff := cmp.Diff(want, handoff.ParseLine(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
	l := handoff.Line{Text: "Restarted it", Messages: []int{1, 3}}
	if diff := cmp.Diff(l, handoff.ParseLine(l.PlainLine())); diff != "" {
		t.Error(diff)
	}
}

// Whatever a person types becomes a line that survives a round trip.
func FuzzParseLine(f *testing.F) {
	for _, s := range []string{"Restarted it #3 #1", "#", "# 1", "#1#2", "a #0", "x\t#7 \u00a0", "#00009", "مرحبا #2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := handoff.ParseLine(s)
		for _, n := range l.Messages {
			if n < 1 {
				t.Errorf("message %d of %q", n, s)
			}
		}
		if diff := cmp.Diff(l, handoff.ParseLine(l.PlainLine())); diff != "" {
			t.Errorf("%q: %s", s, diff)
		}
	})
}
