package thread_test

import (
	"testing"

	"github.com/deskbook/deskbook/summarize/thread"
)

func TestClassify(t *testing.T) {
	tests := []struct {
		text        string
		desk, first bool
		role        string
		result      thread.Result
	}{
		{"I cannot connect to the VPN since this morning.", false, true, "request", ""},
		{"The printer keeps printing blank pages.", false, true, "request", ""},
		{"I need access to the finance folder.", false, true, "request", ""},
		{"I restarted the laptop but it still fails.", false, false, "attempt", thread.Failed},
		{"Reinstalled the client, no change.", true, false, "attempt", thread.Failed},
		{"Removed the stale certificate and re-enrolled; reconnect worked.", true, false, "attempt", thread.Worked},
		{"Please clear the browser cache and try again.", true, false, "advice", ""},
		{"Open Settings > Network and select Reset.", true, false, "advice", ""},
		{"That did not help.", false, false, "outcome", thread.Failed},
		{"It works now.", false, false, "outcome", thread.Worked},
		{"Das Problem ist gelöst.", false, false, "outcome", thread.Worked},
		{"Windows 11 23H2, AnyConnect 5.1.2", false, false, "environment", ""},
		{"Error 0x80070057", false, false, "environment", ""},
		{"Model Canon iR 2525.", false, true, "environment", ""},
		{"Which version of the client do you use?", true, false, "question", ""},
		{"Next step: replace the docking station.", true, false, "decision", ""},
		{"Thank you very much for your help!", false, false, "pleasantry", ""},
		{"Hope that helps.", true, false, "pleasantry", ""},
		{"If the problem is fixed, close the window.", true, false, "advice", ""},
		{"Everything worked fine until yesterday.", false, true, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			role, result := thread.ClassifyText(tt.text, tt.desk, tt.first)
			if tt.role != "" && role != tt.role || result != tt.result {
				t.Errorf("got %s %q, want %s %q", role, result, tt.role, tt.result)
			}
		})
	}
}

func TestCleanSubject(t *testing.T) {
	tests := map[string]string{
		"RE: Fwd: [INC0012345] VPN fails!!!":              "VPN fails",
		"URGENT: printer prints blank pages, please help": "printer prints blank pages",
		"Ticket #4711: Outlook asks for password":         "Outlook asks for password",
		"How do I reset MFA?":                             "How do I reset MFA?",
		"help":                                            "help",
	}
	for in, want := range tests {
		if got := thread.CleanSubject(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestInstruction(t *testing.T) {
	tests := map[string]string{
		"Removed the stale certificate and re-enrolled": "Remove the stale certificate and re-enrol",
		"I then restarted my laptop":                    "Restart the laptop",
		"You need to delete the profile folder":         "Delete the profile folder",
		"Please clear the cache":                        "Clear the cache",
		"The certificate had expired":                   "The certificate had expired",
		"reset the password":                            "Reset the password",
	}
	for in, want := range tests {
		if got := thread.Instruction(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
