package model

import (
	"slices"
	"time"
)

// The actions that a language model may write for.
const (
	AIHandoff = "handoff"
	AIAnswer  = "answer"
	AIDraft   = "draft"
)

// AIActions lists the actions that a language model may write for.
func AIActions() []string { return []string{AIHandoff, AIAnswer, AIDraft} }

// Unlimited is a budget without a limit.
const Unlimited = -1

// AI says how language models may be used, with which settings and within which budgets.
type AI struct {
	Currency string   // three letters, such as "EUR"
	Budget   AIBudget // of all actions together
	// KeepSent is how long the texts sent to a model are stored.
	KeepSent time.Duration

	standard AIAction
	actions  map[string]AIAction
	rules    map[string]string
}

// AIBudget is what may be used from midnight to midnight in the desk's time zone.
type AIBudget struct {
	Tokens int     // sent and received, or Unlimited
	Money  float64 // in the currency, or Unlimited
}

// AIAction says how an action uses a model.
type AIAction struct {
	Enabled     bool
	Model       string  // as the endpoint names it; "" means the one that the server was started with
	Temperature float64 // 0 is the most predictable
	MaxTokens   int     // of the reply
	Deadline    time.Duration
	// The prices of 1,000 tokens, in the currency; 0 for a model that you run yourself.
	InputPrice, OutputPrice float64
	Budget                  AIBudget // of this action alone
}

// AI returns the rules for language models.
func (m *Service) AI() AI { return m.ai }

// Day returns the day of a moment, from midnight to midnight in the desk's time zone.
// Where the clocks go forward at midnight, the day begins when they do.
func (m *Service) Day(at time.Time) (from, until time.Time) {
	zone := m.Location
	if zone == nil {
		zone = time.UTC
	}
	y, mo, d := at.In(zone).Date()
	return midnight(y, mo, d, zone), midnight(y, mo, d+1, zone)
}

// midnight returns the first moment of a day. When the clocks skip it, time.Date returns
// a moment on the day before, or one that is too late.
func midnight(y int, mo time.Month, d int, zone *time.Location) time.Time {
	at := time.Date(y, mo, d, 0, 0, 0, 0, zone)
	noon := time.Date(y, mo, d, 12, 0, 0, 0, zone)
	if at.Day() == noon.Day() && at.Hour() == 0 && at.Minute() == 0 {
		return at
	}
	if from, _ := noon.ZoneBounds(); at.Add(-3*time.Hour).Before(from) && from.Before(noon) {
		return from
	}
	return at
}

// Action returns how the action uses a model. An unknown action uses none.
func (a AI) Action(name string) AIAction {
	if s, ok := a.actions[name]; ok {
		return s
	}
	return AIAction{}
}

// Rule returns the path of the rule that says whether the action may use a model, for the
// record of its calls: "ai.actions.answer.enabled".
func (a AI) Rule(name string) string {
	if r, ok := a.rules[name]; ok {
		return r
	}
	return "ai.default.enabled"
}

// Cost returns what tokens cost at the action's prices, in millionths of the currency.
func (s AIAction) Cost(input, output int) int64 {
	return int64(float64(input)*s.InputPrice*1000 + float64(output)*s.OutputPrice*1000 + 0.5)
}

// defaultAI returns the rules for a service model without a section on language models,
// which older versions did not know.
func defaultAI() AI {
	a := AI{
		Currency: "EUR", Budget: AIBudget{Tokens: 2_000_000, Money: 5}, KeepSent: 30 * 24 * time.Hour,
		standard: AIAction{
			Enabled: true, Temperature: 0.1, MaxTokens: 1500, Deadline: 45 * time.Second,
			Budget: AIBudget{Tokens: Unlimited, Money: Unlimited},
		},
		actions: map[string]AIAction{},
		rules:   map[string]string{},
	}
	for _, name := range AIActions() {
		a.actions[name] = a.standard
	}
	answer, draft := a.standard, a.standard
	answer.MaxTokens, answer.Deadline, answer.Budget.Tokens = 800, 30*time.Second, 1_000_000
	draft.Deadline = 2 * time.Minute
	a.actions[AIAnswer], a.actions[AIDraft] = answer, draft
	return a
}

// readAI reads the section on language models, which may be missing.
func readAI(root *fields) AI {
	if !root.has("ai") {
		return defaultAI()
	}
	f := root.get("ai").fields()
	defer f.done()
	a := AI{
		Currency: currency(f.get("currency")),
		Budget:   AIBudget{Tokens: tokens(f.get("daily_tokens")), Money: money(f.get("daily_money"))},
		KeepSent: time.Duration(f.get("keep_sent_days").integer(0, 3660)) * 24 * time.Hour,
		actions:  map[string]AIAction{},
		rules:    map[string]string{},
	}
	row := f.get("default").fields()
	a.standard = readAIAction(row, AIAction{}, true)
	row.done()
	for _, name := range AIActions() {
		a.actions[name] = a.standard
	}
	if !f.has("actions") {
		return a
	}
	all := f.get("actions").fields()
	for _, name := range AIActions() {
		all.ask(name)
	}
	for i, name := range all.keys {
		e := all.entries[i]
		if !slices.Contains(AIActions(), name) {
			e.fail("unknown action; the actions are handoff, answer and draft")
			continue
		}
		row := e.fields()
		a.actions[name] = readAIAction(row, a.standard, false)
		if row.has("enabled") {
			a.rules[name] = "ai.actions." + name + ".enabled"
		}
		row.done()
	}
	return a
}

// readAIAction reads a row on top of the defaults s. all says that the row must have every
// key.
func readAIAction(f *fields, s AIAction, all bool) AIAction {
	read := func(key string, set func(v value)) {
		if all || f.has(key) {
			set(f.get(key))
		}
	}
	read("enabled", func(v value) { s.Enabled = v.boolean() })
	read("model", func(v value) {
		if s.Model = v.text(); s.Model == "default" {
			s.Model = ""
		}
	})
	read("temperature", func(v value) { s.Temperature = v.number(0, 2) })
	read("max_output_tokens", func(v value) { s.MaxTokens = v.integer(64, 32_000) })
	read("deadline", func(v value) { s.Deadline = deadline(v) })
	read("input_price", func(v value) { s.InputPrice = v.number(0, 1000) })
	read("output_price", func(v value) { s.OutputPrice = v.number(0, 1000) })
	read("daily_tokens", func(v value) { s.Budget.Tokens = tokens(v) })
	read("daily_money", func(v value) { s.Budget.Money = money(v) })
	return s
}

const unlimited = "unlimited"

func tokens(v value) int {
	if v.node != nil && v.node.Value == unlimited {
		return Unlimited
	}
	return v.integer(0, 1_000_000_000)
}

func money(v value) float64 {
	if v.node != nil && v.node.Value == unlimited {
		return Unlimited
	}
	return v.number(0, 1_000_000)
}

// deadline reads a duration in whole seconds, at most ten minutes.
func deadline(v value) time.Duration {
	s := v.text()
	d, err := time.ParseDuration(s)
	if s != "" && (err != nil || d < time.Second || d > 10*time.Minute || d%time.Second != 0) {
		v.fail("%q is not a duration from 1s to 10m, such as 45s", s)
		return 0
	}
	return d
}

func currency(v value) string {
	s := v.text()
	if s == "" {
		return ""
	}
	for _, c := range s {
		if c < 'A' || c > 'Z' || len(s) != 3 {
			v.fail("%q is not a currency code of three capital letters, such as EUR", s)
			return ""
		}
	}
	return s
}
