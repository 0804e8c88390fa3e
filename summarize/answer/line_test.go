package answer_test

import (
	"testing"

	"github.com/deskbook/deskbook/summarize/answer"
)

func TestAnswerLineDropsStrayNumber(t *testing.T) {
	for text, want := range map[string]string{
		"To set a Primary Password: 1.": "To set a Primary Password:",
		"Install version 12.":           "Install version 12.",
	} {
		if got := answer.LineOf(text); got != want {
			t.Errorf("%q is quoted as %q", text, got)
		}
	}
}
