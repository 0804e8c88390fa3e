package thread_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/summarize/thread"
)

// TestSegmentLoneMarker covers list markers without text, which once caused a panic.
func TestSegmentLoneMarker(t *testing.T) {
	for _, in := range []string{"1. \ntext of the first item", "- \n\nx", "(a) \n  and so on"} {
		if out := thread.SpanForms(in); len(out) == 0 {
			t.Errorf("%q: no spans", in)
		}
	}
}

func TestInstructionFromReport(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"solved by", "I solved the issue by making an app password in my account", "Make an app password in the account"},
		{"credited action", "Removing the old add-on solved the problem.", "Remove the old add-on"},
		{"the solution was", "The solution was going into the profile folder", "Go into the profile folder"},
		{"result", "When I deleted one of the accounts, the others could sign in again", "Delete one of the accounts"},
		{"suggestion", "My suggestion is to copy the entire profile", "Copy the entire profile"},
		{"connective", "Then go to the profile folder", "Go to the profile folder"},
		{"decision", "I finally decided to move the folder", "Move the folder"},
		{"complaint", "Took me a while to see it", "Took me a while to see it"},
		{"expected result", "You should see the attachments at the bottom", "You should see the attachments at the bottom"},
		{"unknown verb", "Wondering about it solved nothing", "Wondering about it solved nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := thread.Instruction(tt.in); got != tt.want {
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
		{
			"dashes", "click the gear - open Folders - select the account",
			[]string{"click the gear", "open Folders", "select the account"},
		},
		{"dash in a name", "open Mail - Settings", []string{"open Mail - Settings"}},
		{
			"condition", "First, if it asks, delete the password and sign in again, then restart",
			[]string{"First, if it asks, delete the password and sign in again", "restart"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, thread.Clauses(tt.in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
