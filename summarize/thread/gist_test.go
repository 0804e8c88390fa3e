package thread_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/summarize/thread"
)

func TestGist(t *testing.T) {
	if got := thread.Gist("Printer", "It prints blank pages."); got != "Printer\nIt prints blank pages." {
		t.Errorf("of a short text: %q", got)
	}
	long := "Hello everybody, I hope you are well and had a nice weekend.\n" +
		"The printer in room 12 prints only blank pages since this morning.\n" +
		strings.Repeat("The weather was fine, and we went to the lake with the children and their friends.\n", 9) +
		"How can I get it to print my letters again?\nBest regards\nAnna Example"
	got := thread.Gist("Blank pages", long)
	for _, want := range []string{"Blank pages", "prints only blank pages", "How can I get it to print"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if strings.Contains(got, "regards") || strings.Contains(got, "Hello") || len(got) > 600 {
		t.Errorf("too much in %q", got)
	}
}
