package summarize_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/summarize"
)

// TestAnswersCanBeSwitchedOff: what the service model does not let be answered is
// refused with the rule, and the nearest articles stay.
func TestAnswersCanBeSwitchedOff(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		o := summarize.Options{Search: vpnBase()}
		o.Answers = func() (string, bool) { return "automation.default.auto_answer", allowed }
		a, err := summarize.New(o).Answer(t.Context(), "How do I fix the stale VPN certificate?", visitor())
		if err != nil {
			t.Fatal(err)
		}
		if a.Refused == allowed || a.Off == allowed || len(a.Nearest) == 0 {
			t.Errorf("allowed %v: refused %v (%s), %d nearest", allowed, a.Refused, a.Reason, len(a.Nearest))
		}
		if !allowed && !strings.Contains(a.Reason, "automation.default.auto_answer") {
			t.Errorf("reason %q", a.Reason)
		}
	}
}
