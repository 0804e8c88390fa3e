package thread_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/summarize/thread"
)

// A list marker that stands alone used to end the process.
func TestSegmentLoneMarker(t *testing.T) {
	for _, in := range []string{"1. \ntext of the first item", "- \n\nx", "(a) \n  and so on"} {
		if out := thread.SpanForms(in); len(out) == 0 {
			t.Errorf("%q gave nothing", in)
		}
	}
}

func TestInstructionFromATale(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"solved by", "I solved the issue by making an app password in my account", "Make an app password in the account"},
		{"deed did it", "Removing the old add-on solved the problem.", "Remove the old add-on"},
		{"the solution was", "The solution was going into the profile folder", "Go into the profile folder"},
		{"after the deed", "When I deleted one of the accounts, all the others could sign in again", "Delete one of the accounts"},
		{"a suggestion", "My suggestion is to copy the entire profile", "Copy the entire profile"},
		{"a joint", "Then go to the profile folder", "Go to the profile folder"},
		{"a decision", "I finally decided to move the folder", "Move the folder"},
		{"a sigh", "Took me a while to see it", "Took me a while to see it"},
		{"what will be seen", "You should see the attachments at the bottom", "You should see the attachments at the bottom"},
		{"no known verb", "Wondering about it solved nothing", "Wondering about it solved nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := thread.InstructionOf(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestClauses(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"dashes", "click the gear - open Folders - select the account", []string{"click the gear", "open Folders", "select the account"}},
		{"a dash in a name", "open Mail - Settings", []string{"open Mail - Settings"}},
		{"a condition keeps its order", "First, if it asks, delete the password and sign in again, then restart", []string{"First, if it asks, delete the password and sign in again", "restart"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, thread.ClausesOf(tt.in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
