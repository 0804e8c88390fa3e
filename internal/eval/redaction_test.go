package eval_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/eval"
)

// TestEvaluateRedact holds the measured quality: it may rise.
func TestEvaluateRedact(t *testing.T) {
	texts := eval.RedactTexts([]eval.Thread{{ID: "1", Title: "VPN", Messages: []eval.Message{{Text: "mail anna@x.test"}, {Text: "thanks"}}}})
	var log strings.Builder
	o := eval.RedactionOptions{Family: "held", Texts: texts, Show: 5, Log: &log}
	r, err := eval.Redaction(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Recall < 0.95 || r.Chars < 0.97 || r.Items < 0.99 || r.Exact < 0.98 {
		t.Errorf("redaction got worse:\n%s", r)
	}
	if len(r.Kinds) < 15 || len(r.Variants) < 10 || len(r.Near) < 15 {
		t.Errorf("%d kinds, %d variants, %d near misses", len(r.Kinds), len(r.Variants), len(r.Near))
	}
	for _, n := range r.Near {
		if n.Left < 0.9 {
			t.Errorf("%s: only %.3f are left alone", n.Name, n.Left)
		}
	}
	if r.Real != 3 || r.Touched != 1 || r.Takings["email"] != 1 || !strings.Contains(log.String(), "⟦anna@x.test⟧") {
		t.Errorf("%d texts, %d touched, %v, log %q", r.Real, r.Touched, r.Takings, log.String())
	}
	again, err := eval.Redaction(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("measured twice (-first +second):\n%s", diff)
	}
	if _, err := eval.Redaction(context.Background(), eval.RedactionOptions{Family: "other"}); err == nil {
		t.Error("an unknown family is no error")
	}
}
