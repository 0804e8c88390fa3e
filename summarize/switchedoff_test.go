package summarize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize"
)

// If the service model switches answers off, a question is refused with the rule, its reason
// and the nearest articles.
func TestAnswersSwitchedOff(t *testing.T) {
	const network = "automation.categories.network.auto_answer"
	for name, permit := range map[string]func(desk.AnswerRequest) desk.Permit{
		"allowed": func(desk.AnswerRequest) desk.Permit {
			return desk.Permit{Allowed: true, Rule: "automation.default.auto_answer"}
		},
		"off by default": func(desk.AnswerRequest) desk.Permit {
			return desk.Permit{Rule: "automation.default.auto_answer"}
		},
		"off by its words": func(q desk.AnswerRequest) desk.Permit {
			return desk.Permit{Allowed: !strings.Contains(q.Question, "VPN"), Rule: network, Why: "the VPN"}
		},
		"off by the article": func(q desk.AnswerRequest) desk.Permit {
			off := slices.Contains(q.Categories, "network") && q.Title == "VPN sign-in is rejected"
			return desk.Permit{Allowed: !off, Rule: network, Why: "the article"}
		},
	} {
		t.Run(name, func(t *testing.T) { switchedOff(t, permit, name != "allowed") })
	}
}

func switchedOff(t *testing.T, permit func(desk.AnswerRequest) desk.Permit, off bool) {
	t.Helper()
	const question = "How do I fix the stale VPN certificate?"
	found := vpnBase()
	found.articles[1].Categories = []string{"network"}
	var asked []desk.AnswerRequest
	var last desk.Permit
	w := summarize.New(summarize.Deps{Search: found, Library: found, Answers: func(q desk.AnswerRequest) desk.Permit {
		asked, last = append(asked, q), permit(q)
		return last
	}})
	a, err := w.Answer(t.Context(), question, visitor())
	if err != nil {
		t.Fatal(err)
	}
	if a.Refused != off || a.Off != off || len(a.Nearest) == 0 || (len(a.Sentences) == 0) != off || a.Rule != last.Rule {
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
}
