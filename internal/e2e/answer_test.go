package e2e_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestAnswersOffForACategory asks questions without a category while the service model
// forbids answers in one: those that may belong to it are refused, by API and page, with the
// rule and the reason.
func TestAnswersOffForACategory(t *testing.T) {
	p := program(t)
	d := boot(t, p, "rita")
	importJSON(t, p, writeFiles(t, map[string]string{
		"odd.md": "---\ntitle: Odd letters from the bank\ncategories: [security]\n---\n\n" +
			"1. Do not open odd letters from the bank.\n2. Put odd letters from the bank into the red box.\n",
	}))
	for question, rule := range map[string]string{
		"What do I do after I clicked on a phishing link?":          "automation.categories.security.auto_answer",
		"What do I do with odd letters from the bank?":              "automation.categories.security.auto_answer",
		"How do I reset my forgotten password or unlock my account": "automation.default.auto_answer",
	} {
		var a struct {
			Refused      bool
			Reason, Rule string
			Sentences    []struct{ Text string }
			Nearest      []struct{ Score float64 }
		}
		d.call(t, "rita", "POST", "/answers", map[string]string{"question": question}, &a)
		off := strings.Contains(rule, "security")
		if a.Refused != off || a.Rule != rule || len(a.Nearest) == 0 || (len(a.Sentences) == 0) != off {
			t.Errorf("%s: %+v", question, a)
		}
		if off && (!strings.Contains(a.Reason, rule) || !strings.Contains(a.Reason, "may be about security")) {
			t.Errorf("%s: reason %q", question, a.Reason)
		}
		page := getPage(t, d, "/search?q="+strings.ReplaceAll(question, " ", "+"), login(t, d, "rita@example.test"))
		if strings.Contains(page, `id="answer-h"`) == off {
			t.Errorf("%s: the page has an answer: %v", question, off)
		}
	}
	d.stop(t)
	if !strings.Contains(readFiles(t, d.Data)[modelFile], "auto_answer: off") {
		t.Errorf("%s has no category without answers", filepath.Join(d.Data, modelFile))
	}
}

const modelFile = "service-model.yaml"
