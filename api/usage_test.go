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
		ID: 7, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Action: "answer", Rule: "automation.default.auto_answer", Model: "m",
		PromptTokens: 100, CompletionTokens: 20, Duration: 1500 * time.Millisecond, Outcome: "ok", Sent: "CANARY-SENT", Cost: 12_500, Currency: "EUR",
	}}, "", nil
}

// What was sent is for an admin; the figures are for the service manager too.
func TestUsage(t *testing.T) {
	e := newEnv(t)
	e.serve(func(d *api.Deps) { d.Usage = fakeUsage{} })
	got := e.do("admin", http.MethodGet, "/api/v1/usage", nil).want(http.StatusOK)
	if got.str("calls.0.sent") != "CANARY-SENT" || got.get("calls.0.cost") != 0.0125 || got.get("calls.0.milliseconds") != 1500.0 {
		t.Errorf("%s", got.body)
	}
	got = e.do("sven", http.MethodGet, "/api/v1/usage", nil).want(http.StatusOK)
	if strings.Contains(string(got.body), "CANARY-SENT") || got.str("calls.0.rule") != "automation.default.auto_answer" {
		t.Errorf("%s", got.body)
	}
	for _, who := range []string{"rita", "anna", "kim"} {
		e.do(who, http.MethodGet, "/api/v1/usage", nil).want(http.StatusForbidden)
	}
	e.do("", http.MethodGet, "/api/v1/usage", nil).want(http.StatusUnauthorized)
}
