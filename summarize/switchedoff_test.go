package summarize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/summarize"
)

// TestAnswersSwitchedOff: what the service model does not let be answered is
// refused with the rule and its reason, and the nearest articles stay.
func TestAnswersSwitchedOff(t *testing.T) {
	const question = "How do I fix the stale VPN certificate?"
	for name, permit := range map[string]func(model.AnswerRequest) model.Permit{
		"allowed": func(model.AnswerRequest) model.Permit {
			return model.Permit{Allowed: true, Rule: "automation.default.auto_answer"}
		},
		"off by default": func(model.AnswerRequest) model.Permit {
			return model.Permit{Rule: "automation.default.auto_answer"}
		},
		"off by its words": func(q model.AnswerRequest) model.Permit {
			return model.Permit{
				Allowed: !strings.Contains(q.Question, "VPN"), Rule: "automation.categories.network.auto_answer", Why: "the VPN",
			}
		},
		"off by the article": func(q model.AnswerRequest) model.Permit {
			off := slices.Contains(q.Categories, "network") && q.Title == "VPN sign-in is rejected"
			return model.Permit{Allowed: !off, Rule: "automation.categories.network.auto_answer", Why: "the article"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := vpnBase()
			found.articles[1].Categories = []string{"network"}
			var asked []model.AnswerRequest
			var last model.Permit
			o := summarize.Deps{Search: found, Library: found, Answers: func(q model.AnswerRequest) model.Permit {
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
			want := []model.AnswerRequest{
				{Question: question},
				{Question: question, Title: "VPN sign-in is rejected", Categories: []string{"network"}},
			}
			if diff := cmp.Diff(want[:len(asked)], asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}
