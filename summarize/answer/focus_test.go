package answer_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/summarize/answer"
)

func TestFocus(t *testing.T) {
	long := strings.Repeat("It also did this and that with folders, mails, calendars and tasks. ", 4)
	tests := []struct{ name, in, want string }{
		{"short", "How do I print?", "How do I print?"},
		{"subject line", "Printer prints blank pages\nHello, " + long, "Printer prints blank pages"},
		{"first sentence", "Hello. The printer prints blank pages. " + long, "The printer prints blank pages."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := answer.FocusOf(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPairShare(t *testing.T) {
	question := "the badge reader blinks red"
	near := answer.PairShareOf(question, "A badge reader that blinks red.")
	far := answer.PairShareOf(question, "Red lamps. Whoever wears a badge and likes to read a lot of long and "+
		"tiring manuals about lamps blinks. The reader of this waits.")
	if near != 1 || far >= near {
		t.Errorf("near %v, far %v", near, far)
	}
	if got := answer.PairShareOf("", "text"); got != 0 {
		t.Errorf("no question: %v", got)
	}
}
