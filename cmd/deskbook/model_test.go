package main

import (
	"log/slog"
	"os"
	"strings"
	"testing"
)

// TestRefusedServiceModel: the reason is reported until a good file is there.
func TestRefusedServiceModel(t *testing.T) {
	cfg := &config{data: t.TempDir()}
	m, err := openModel(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	good, before := m.Text(), m.Model()
	for _, step := range []struct {
		text, reason string
	}{
		{strings.Replace(good, "publish_gate: off", "publish_gate: 7", 1), "publish_gate"},
		{good, ""},
		{"groups: [", "line"},
	} {
		if err := os.WriteFile(m.path, []byte(step.text), 0o600); err != nil {
			t.Fatal(err)
		}
		m.reload(t.Context())
		if got := m.Refused(); (got == "") != (step.reason == "") || !strings.Contains(got, step.reason) {
			t.Errorf("refused with %q, want %q", got, step.reason)
		}
		if m.Model().Name != before.Name {
			t.Error("the last good one is not in force")
		}
	}
}
