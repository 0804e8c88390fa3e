package summarize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize"
)

// TestAnswersSwitchedOff: what the service model does not let be answered is
// refused with the rule and its reason, and the nearest articles stay.
func TestAnswersSwitchedOff(t *testing.T) {
	const question = "How do I fix the stale VPN certificate?"
	for name, permit := range map[string]func(desk.AnswerRequest) desk.Permit{
		"allowed": func(desk.AnswerRequest) desk.Permit {
			return desk.Permit{Allowed: true, Rule: "automation.default.auto_answer"}
		},
		"off by default": func(desk.AnswerRequest) desk.Permit {
			return desk.Permit{Rule: "automation.default.auto_answer"}
		},
		"off by its words": func(q desk.AnswerRequest) desk.Permit {
			return desk.Permit{
				Allowed: !strings.Contains(q.Question, "VPN"), Rule: "automation.categories.network.auto_answer", Why: "the VPN",
			}
		},
		"off by the article": func(q desk.AnswerRequest) desk.Permit {
			off := slices.Contains(q.Categories, "network") && q.Title == "VPN sign-in is rejected"
			return desk.Permit{Allowed: !off, Rule: "automation.categories.network.auto_answer", Why: "the article"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := vpnBase()
			found.articles[1].Categories = []string{"network"}
			var asked []desk.AnswerRequest
			var last desk.Permit
			o := summarize.Deps{Search: found, Library: found, Answers: func(q desk.AnswerRequest) desk.Permit {
				asked, last = append(asked, q), permit(q)
				return last
			}}
			a, err := summarize.New(o).Answer(t.Context(), question, visitor())
			if err != nil {
				t.Fatal(err)
			}
			off := name != "allowed"
			if a.Refused != off || a.Off != off || len(a.Nearest) == 0 || len(a.Sentences) == 0 != off || a.Rule != last.Rule {
				t.Errorf("%+v", a)
			}
			if off && (!strings.Contains(a.Reason, last.Rule) || !strings.Contains(a.Reason, last.Why)) {
				t.Errorf("reason %q", a.Reason)
			}
			want := []desk.AnswerRequest{
				{Question: question},
				{Question: question, Title: "VPN sign-in is rejected", Categories: []string{"network"}},
			}
			if diff := cmp.Diff(want[:len(asked)], asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}
