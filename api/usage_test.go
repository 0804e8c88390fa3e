package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/summarize/ask"
)

type fakeUsage struct{}

func (fakeUsage) ModelCalls(context.Context, string, int) ([]ask.Call, string, error) {
	return []ask.Call{{
		ID: 7, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Action: "answer", Rule: "automation.default.auto_answer",
		Model: "m", PromptTokens: 100, CompletionTokens: 20, Duration: 1500 * time.Millisecond, Outcome: "ok",
		Sent: "CANARY-SENT", Cost: 12_500, Currency: "EUR",
	}}, "", nil
}

// Only admins see the text that was sent; service managers see the figures.
func TestUsage(t *testing.T) {
	e := newEnv(t)
	e.serve(func(d *api.Deps) { d.Usage = fakeUsage{} })
	got := e.get("admin", "/api/v1/usage").want(http.StatusOK)
	if got.str("calls.0.sent") != "CANARY-SENT" || got.get("calls.0.cost") != 0.0125 ||
		got.get("calls.0.milliseconds") != 1500.0 {
		t.Errorf("%s", got.body)
	}
	got = e.get("sven", "/api/v1/usage").want(http.StatusOK)
	if strings.Contains(string(got.body), "CANARY-SENT") || got.str("calls.0.rule") != "automation.default.auto_answer" {
		t.Errorf("%s", got.body)
	}
	for _, who := range []string{"rita", "anna", "kim"} {
		e.get(who, "/api/v1/usage").want(http.StatusForbidden)
	}
	e.get("", "/api/v1/usage").want(http.StatusUnauthorized)
}
