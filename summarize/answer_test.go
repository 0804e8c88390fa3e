package summarize_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
)

const vpnArticle = `The VPN client signs you in with a certificate.

## Issue

The VPN rejects the sign-in with error 0x80070057.

## Resolution

1. Open the certificate store.
2. Remove the stale certificate of vpn.example.test.
3. Re-enrol the device.

## Background

Certificates are valid for one year. The gateway checks them at each sign-in.
`

func vpnBase() *base {
	internal := article(
		"a_int", "VPN gateway internals", "The VPN sign-in error 0x80070057 hides CANARY-INTERNAL in the gateway.",
	)
	internal.Audience = access.Internal
	return &base{
		articles: []kb.Article{
			internal, article("a_vpn", "VPN sign-in is rejected", vpnArticle),
			article("a_print", "Printer prints blank pages", "Replace the toner."),
		},
		scores: map[string]float64{"a_int": 0.2, "a_vpn": 0.8, "a_print": 0.1},
	}
}

// TestAnswerInOtherWords: an article that shares few words with the question answers it where who
// read both says so.
func TestAnswerInOtherWords(t *testing.T) {
	for name, tt := range map[string]struct {
		answers map[string]float64
		refused bool
	}{
		"not read":             {nil, true},
		"read, and no answer":  {map[string]float64{"a_print": -6}, true},
		"read, and the answer": {map[string]float64{"a_print": 6}, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := vpnBase()
			b.articles, b.answers = b.articles[2:], tt.answers
			b.scores["a_print"] = 0.9
			const question = "Why does nothing appear on my letters when I send them to the device in the corridor?"
			a, err := summarize.New(summarize.Deps{Search: b}).Answer(t.Context(), question, visitor())
			if err != nil || a.Refused != tt.refused {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

func TestAnswer(t *testing.T) {
	w := over(vpnBase())
	a, err := w.Answer(t.Context(), "How do I fix the VPN error 0x80070057 when the certificate is stale?", visitor())
	if err != nil {
		t.Fatal(err)
	}
	if a.Refused || a.Engine != ask.Extractive || len(a.Sentences) != 3 {
		t.Fatalf("answer: %+v", a)
	}
	cite := evidence.Citation{Article: "a_vpn", Revision: 3, Passage: "a_vpn.3"}
	step := func(text string) answer.Sentence {
		return answer.Sentence{Text: text, Citations: []evidence.Citation{cite}, Kind: answer.KindStep, Depth: 1}
	}
	want := []answer.Sentence{
		step("Open the certificate store."),
		step("Remove the stale certificate of vpn.example.test."),
		step("Re-enrol the device."),
	}
	if diff := cmp.Diff(want, a.Sentences); diff != "" {
		t.Errorf("sentences (-want +got):\n%s", diff)
	}
	if data, err := json.Marshal(a); err != nil || strings.Contains(string(data), "CANARY") {
		t.Errorf("%s, %v", data, err)
	}
}

func TestAnswerRefuses(t *testing.T) {
	below := vpnBase()
	below.below = true
	tests := []struct {
		name, question string
		base           *base
		reason         string
	}{
		{"below the floor", "VPN certificate?", below, "likely enough"},
		{"nothing found", "VPN certificate?", &base{}, "no article"},
		{"words of no passage", "Where can I park my bicycle near the cafeteria?", vpnBase(), "do not address"},
		{"no search", "VPN?", nil, "not available"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := summarize.Deps{}
			if tt.base != nil {
				o.Search, o.Library = tt.base, tt.base
			}
			a, err := summarize.New(o).Answer(t.Context(), tt.question, visitor())
			if err != nil || !a.Refused || !strings.Contains(a.Reason, tt.reason) {
				t.Errorf("got %+v, %v", a, err)
			}
			if len(a.Sentences) != 0 || a.Sentences == nil || a.Nearest == nil {
				t.Errorf("sentences %#v, nearest %#v", a.Sentences, a.Nearest)
			}
		})
	}
	if _, err := extractive().Answer(t.Context(), " \n", visitor()); !fault.Is(err, fault.Invalid) {
		t.Errorf("empty question: %v", err)
	}
	if _, err := over(&base{err: errors.New("index gone")}).Answer(t.Context(), "x", visitor()); err == nil {
		t.Error("an error of the search was ignored")
	}
}

func TestAnswerByModel(t *testing.T) {
	b := vpnBase()
	m := says(`{"answerable":true,"sentences":[
		{"text":"Remove the stale certificate of vpn.example.test.","marks":["p1","p2","p3","p4"]},
		{"text":"Call the hotline.","marks":["p1"]},
		{"text":"Re-enrol the device.","marks":["p99"]}]}`)
	calls := &ledger{}
	w := summarize.New(summarize.Deps{
		Search: b, Library: b, Model: m, Prompts: promptFiles(), Ledger: calls,
		Rule: func(action, _ string) (string, bool) { return "rule-" + action, true },
	})
	if err := w.Ready(); err != nil {
		t.Fatal(err)
	}
	a, err := w.Answer(t.Context(), "How do I fix the stale VPN certificate? Mail me at anna@x.test", visitor())
	if err != nil {
		t.Fatal(err)
	}
	if a.Engine != ask.ByModel || len(a.Sentences) != 1 || a.Sentences[0].Citations[0].Passage != "a_vpn.3" {
		t.Errorf("answer: %+v", a)
	}
	settled := calls.settled
	if len(settled) != 1 || settled[0].Rule != "rule-answer" || settled[0].Outcome != "ok" ||
		settled[0].PromptTokens != 10 {
		t.Errorf("settled: %+v", settled)
	}
	for _, secret := range []string{"anna@x.test", "CANARY"} {
		if strings.Contains(settled[0].Sent, secret) || strings.Contains(m.asked[0].User, secret) {
			t.Errorf("%q left the process", secret)
		}
	}
}
