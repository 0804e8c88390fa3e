package summarize_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/summarize"
)

// If the service model switches answers off, a question is refused with the rule and the
// nearest articles.
func TestAnswersSwitchedOff(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		o := summarize.Deps{Search: vpnBase()}
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
