package model_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
)

func TestModelAI(t *testing.T) {
	ai := shippedModel(t).AI()
	if ai.Currency != "EUR" || ai.KeepSent != 30*24*time.Hour ||
		ai.Budget != (model.AIBudget{Tokens: 2_000_000, Money: 5}) {
		t.Errorf("%+v", ai)
	}
	want := model.AIAction{
		Enabled: true, Temperature: 0.1, MaxTokens: 800, Deadline: 30 * time.Second,
		Budget: model.AIBudget{Tokens: 1_000_000, Money: model.Unlimited},
	}
	if diff := cmp.Diff(want, ai.Action(model.AIAnswer)); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if d := ai.Action(model.AIDraft); d.Deadline != 2*time.Minute || d.MaxTokens != 1500 {
		t.Errorf("draft is not based on the default row: %+v", d)
	}
	if a := ai.Action("novel"); a.Enabled {
		t.Error("an unknown action may use a model")
	}
}

// A file without the section has the same rules as the shipped one.
func TestModelWithoutAI(t *testing.T) {
	text := shippedText(t)
	from, to := strings.Index(text, "\nai:\n"), strings.Index(text, "# Shown wherever automation stops")
	m, err := model.Parse([]byte(text[:from+1] + text[to:]))
	if err != nil {
		t.Fatal(err)
	}
	ai, shipped := m.AI(), shippedModel(t).AI()
	if ai.Currency != shipped.Currency || ai.Budget != shipped.Budget || ai.KeepSent != shipped.KeepSent {
		t.Errorf("without: %+v, shipped: %+v", ai, shipped)
	}
	for _, name := range model.AIActions() {
		if diff := cmp.Diff(shipped.Action(name), ai.Action(name)); diff != "" {
			t.Errorf("%s (-shipped +without):\n%s", name, diff)
		}
	}
}

func TestModelAIRules(t *testing.T) {
	text := strings.Replace(shippedText(t), "answer: {max_output_tokens: 800,",
		"answer: {enabled: false, model: tiny, input_price: 0.5, output_price: 1.5, daily_money: 0,", 1)
	m, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	ai := m.AI()
	a := ai.Action(model.AIAnswer)
	if a.Enabled || a.Model != "tiny" || a.Budget.Money != 0 || ai.Rule(model.AIAnswer) != "ai.actions.answer.enabled" ||
		ai.Rule(model.AIDraft) != "ai.default.enabled" {
		t.Errorf("%+v, rules %s and %s", a, ai.Rule(model.AIAnswer), ai.Rule(model.AIDraft))
	}
	if got := a.Cost(2000, 100); got != 1_150_000 {
		t.Errorf("2,000 and 100 tokens cost %d millionths", got)
	}
}

func TestModelAIRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, reason string }{
		{"currency", "currency: EUR", "currency: euro", "three capital letters"},
		{"tokens", "daily_tokens: 2000000", "daily_tokens: many", "whole number"},
		{"negative tokens", "daily_tokens: 2000000", "daily_tokens: -1", "whole number"},
		{"money", "daily_money: 5.00", "daily_money: .inf", "not a number"},
		{"retention", "keep_sent_days: 30", "keep_sent_days: for ever", "whole number"},
		{"temperature", "temperature: 0.1", "temperature: 3", "from 0 to 2"},
		{"reply", "max_output_tokens: 1500", "max_output_tokens: 0", "from 64"},
		{"deadline", "deadline: 45s", "deadline: 1h", "from 1s to 10m"},
		{"price", "input_price: 0 ", "input_price: free ", "not a number"},
		{"default row", "    input_price: 0 ", "    entry_price: 0 ", "input_price is missing"},
		{"action", "    draft: {deadline: 2m}", "    novel: {deadline: 2m}", "unknown action"},
		{"key of an action", "draft: {deadline: 2m}", "draft: {dedline: 2m}", "unknown key"},
		{"truth", "    enabled: true", "    enabled: yes", "not one of true, false"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := shippedText(t)
			i := strings.Index(text, "\nai:\n")
			part := strings.Replace(text[i:], tt.old, tt.new, 1)
			if part == text[i:] {
				t.Fatalf("the shipped model has no %q", tt.old)
			}
			_, err := model.Parse([]byte(text[:i] + part))
			var problems model.Problems
			if !fault.Is(err, fault.Invalid) || !errors.As(err, &problems) {
				t.Fatal(err)
			}
			for _, p := range problems {
				if strings.Contains(p.Reason, tt.reason) && strings.HasPrefix(p.Path, "ai") && p.Line > 1 {
					return
				}
			}
			t.Errorf("got %v", problems)
		})
	}
}

// Days are those of the desk's time zone, even if they have 23 or 25 hours.
func TestModelDay(t *testing.T) {
	text := strings.Replace(shippedText(t), "time_zone: Etc/UTC ", "time_zone: Europe/Berlin ", 1)
	m, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string][2]string{
		"2026-11-22T22:59:59Z": {"2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"},
		"2026-11-22T23:00:00Z": {"2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"},
		"2026-10-25T12:00:00Z": {"2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		"2026-03-29T12:00:00Z": {"2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		from, until := m.Day(moment)
		got := [2]string{from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339)}
		if got != want {
			t.Errorf("%s is in %v, want %v", at, got, want)
		}
	}
}
