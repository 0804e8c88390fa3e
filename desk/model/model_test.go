package model_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

func shippedText(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("../../content/service-model.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func shippedModel(t testing.TB) *model.Service {
	t.Helper()
	m, err := model.Parse([]byte(shippedText(t)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestModelPriority(t *testing.T) {
	m := shippedModel(t)
	var got [3][3]int
	for i := range got {
		for u := range got[i] {
			got[i][u] = m.Priority(i+1, u+1)
		}
	}
	want := [3][3]int{{1, 2, 3}, {2, 3, 4}, {3, 4, 5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("priorities (-want +got):\n%s", diff)
	}
	for _, bad := range [][2]int{{0, 1}, {1, 0}, {4, 1}, {1, 4}, {-1, -1}} {
		if p := m.Priority(bad[0], bad[1]); p != 0 {
			t.Errorf("Priority(%d, %d) = %d, want 0", bad[0], bad[1], p)
		}
	}
}

func TestModelDeclarers(t *testing.T) {
	m := shippedModel(t)
	for _, tc := range []struct {
		roles []access.Role
		want  bool
	}{
		{nil, false},
		{[]access.Role{access.Requester}, false},
		{[]access.Role{access.Admin, access.KnowledgeManager}, false},
		{[]access.Role{access.Agent}, true},
		{[]access.Role{access.Requester, access.ServiceManager}, true},
	} {
		if got := m.MayDeclareP1(tc.roles); got != tc.want {
			t.Errorf("MayDeclareP1(%v) = %v", tc.roles, got)
		}
	}
}

func TestModelNames(t *testing.T) {
	m := shippedModel(t)
	if diff := cmp.Diff([]string{"service-desk", "second-line"}, m.GroupNames()); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if !m.HasCategory("sign-in") || m.HasCategory("") || m.HasCategory("unheard-of") {
		t.Error("categories are not a closed list")
	}
	if !m.HasService("email") || m.HasService("fax") || m.HasGroup("third-line") {
		t.Error("services or groups are not a closed list")
	}
	if n := m.Categories; len(n) != 11 || n[0].Name != "sign-in" || n[10].Name != "other" {
		t.Errorf("categories %q are not in the order of the file", n)
	}
	for _, tc := range []struct {
		category, group string
		kind            model.Type
	}{
		{"sign-in", "service-desk", model.Incident},
		{"access", "service-desk", model.Request},
		{"security", "second-line", model.Incident},
		{"", "service-desk", model.Incident},
		{"unheard-of", "service-desk", model.Incident},
	} {
		if g, k := m.DefaultGroup(tc.category), m.DefaultType(tc.category); g != tc.group || k != tc.kind {
			t.Errorf("category %q goes to %s as %s, want %s as %s", tc.category, g, k, tc.group, tc.kind)
		}
	}
	for channel, want := range map[model.Channel]bool{
		model.Direct: true, model.VIP: true, model.Portal: false, model.Mail: false,
	} {
		if m.Bypasses(channel) != want {
			t.Errorf("Bypasses(%s) is not %v", channel, want)
		}
	}
}

func TestModelBoundaries(t *testing.T) {
	m := shippedModel(t)
	for _, tc := range []struct {
		category, action string
		want             model.Boundary
		rule             string
	}{
		{"", model.ActionAutoAnswer, model.BoundaryAutonomous, "automation.default.auto_answer"},
		{"email", model.ActionDraftArticle, model.BoundarySupervised, "automation.default.draft_article"},
		{"security", model.ActionAutoAnswer, model.BoundaryOff, "automation.categories.security.auto_answer"},
		{"security", model.ActionSuggest, model.BoundarySuggest, "automation.default.suggest"},
		{"unheard-of", model.ActionTriage, model.BoundarySuggest, "automation.default.triage"},
		{"", "reboot_everything", model.BoundaryOff, "automation.default.reboot_everything"},
	} {
		if got := m.Boundary(tc.category, tc.action); got != tc.want {
			t.Errorf("Boundary(%q, %q) = %q, want %q", tc.category, tc.action, got, tc.want)
		}
		if got := m.BoundaryRule(tc.category, tc.action); got != tc.rule {
			t.Errorf("BoundaryRule(%q, %q) = %q, want %q", tc.category, tc.action, got, tc.rule)
		}
	}
	if model.BoundaryOff.Allows() || model.Boundary("").Allows() || !model.BoundarySuggest.Allows() {
		t.Error("Allows must be false for off and nothing, true for suggest")
	}
}

func TestModelKnowledgeStandard(t *testing.T) {
	m := shippedModel(t)
	sections := m.Knowledge.Kinds[kb.KnownError].Sections
	if diff := cmp.Diff([]string{"Issue", "Environment", "Workaround"}, sections); diff != "" {
		t.Errorf("sections of a known error (-want +got):\n%s", diff)
	}
	if got := m.ReviewInterval(kb.KnownError); got != 90*24*time.Hour {
		t.Errorf("known errors are reviewed after %v", got)
	}
	for _, check := range kb.Checklist(kb.CheckInput{Kind: kb.Troubleshooting}) {
		if m.Knowledge.Weights[check.Name] <= 0 {
			t.Errorf("check %s has no weight", check.Name)
		}
	}
	if m.Knowledge.Gate != 0 {
		t.Errorf("the publish gate ships at %v, want off", m.Knowledge.Gate)
	}
}

func TestModelValues(t *testing.T) {
	m := shippedModel(t)
	if m.Floor() <= 0 || m.Floor() >= 1 || m.ReopenDays() != 7 || !m.AnonymousSearch() || !m.AnonymousReading() ||
		m.HandoffLine() == "" {
		t.Errorf("floor %v, reopen days %d, search %v, reading %v, hand-off %q",
			m.Floor(), m.ReopenDays(), m.AnonymousSearch(), m.AnonymousReading(), m.HandoffLine())
	}
	level, ok := m.Level(1)
	want := model.ServiceLevel{
		Priority: 1, Calendar: "always", FirstResponse: 15 * time.Minute, Resolution: 4 * time.Hour, UpdateEvery: time.Hour,
	}
	if diff := cmp.Diff(want, level); !ok || diff != "" {
		t.Errorf("priority 1 (-want +got):\n%s", diff)
	}
	if _, ok := m.Level(6); ok {
		t.Error("there is a sixth priority")
	}
	office := m.Calendars[0]
	if diff := cmp.Diff([]model.Span{{From: 8 * 60, To: 17 * 60}}, office.Hours[time.Friday]); diff != "" ||
		len(office.Hours[time.Sunday]) != 0 {
		t.Errorf("office hours on Friday (-want +got):\n%s", diff)
	}
	if got := m.Calendars[1].Hours[time.Sunday][0].String(); got != "00:00-24:00" {
		t.Errorf("always on Sunday is %s", got)
	}
}

// badModels each change one place in the shipped file.
func badModels() []badModel {
	return []badModel{
		{
			name: "unknown key at the top", old: "reopen_days: 7", new: "reopen_days: 7\nreopen_weeks: 1", below: 1,
			reason: "unknown key",
		},
		{name: "unknown key deep down", old: "    title: Second line", new: "    titel: Second line", reason: "unknown key"},
		{name: "missing key", old: "    title: Second line\n", new: "", at: "  second-line:\n", reason: "title is missing"},
		{name: "missing section", old: "reopen_days: 7", new: "", at: "version: 1", reason: "reopen_days is missing"},
		{name: "key twice", old: "reopen_days: 7", new: "reopen_days: 7\nreopen_days: 8", below: 1, reason: "appears twice"},
		{
			name: "group twice", old: "  second-line:\n    title: Second line", new: "  service-desk:\n    title: Second line",
			reason: "appears twice",
		},
		{name: "name form", old: "  second-line:\n    title", new: "  Second_Line:\n    title", reason: "lower-case"},
		{name: "unknown calendar", old: "  2: {calendar: office", new: "  2: {calendar: moon", reason: `no calendar "moon"`},
		{
			name: "unknown group", old: "    owner: service-desk\n    critical: false\n  files:",
			new: "    owner: nobody\n    critical: false\n  files:", reason: `no group "nobody"`,
		},
		{
			name: "escalates to itself", old: "escalates_to: [second-line]", new: "escalates_to: [service-desk]",
			reason: "to itself",
		},
		{name: "member without address", old: "members: []", new: "members: [somebody]", reason: "not an e-mail address"},
		{name: "matrix cell", old: "    2: [2, 3, 4]", new: "    2: [2, 3, 6]", reason: "from 1 to 5"},
		{name: "matrix row", old: "    2: [2, 3, 4]", new: "    2: [2, 3]", reason: "three priorities"},
		{name: "matrix column", old: "    3: [3, 4, 5]", new: "    4: [3, 4, 5]", reason: "unknown key"},
		{
			name: "role", old: "may_declare_1: [agent, service_manager]", new: "may_declare_1: [agent, boss]",
			reason: `"boss" is not one of`,
		},
		{name: "type", old: "    type: question", new: "    type: riddle", reason: `"riddle" is not one of`},
		{
			name: "channel", old: "side_doors: [direct, vip]", new: "side_doors: [direct, pigeon]",
			reason: `"pigeon" is not one of`,
		},
		{
			name: "bypass channel that is a channel of the intake", old: "side_doors: [direct, vip]", new: "side_doors: [mail]",
			reason: "also a channel of the intake",
		},
		{
			name: "boundary", old: "    draft_article: supervised", new: "    draft_article: always",
			reason: `"always" is not one of`,
		},
		{
			name: "boundary of an unknown category", old: "    security:\n      draft_reply",
			new: "    securty:\n      draft_reply", reason: `no category "securty"`,
		},
		{name: "unknown action", old: "      draft_reply: off\n", new: "      draft_novel: off\n", reason: "unknown key"},
		{
			name: "missing default boundary", old: "    triage: suggest\n", new: "", at: "  default:\n",
			reason: "triage is missing",
		},
		{name: "floor beyond one", old: "  floor: 0.15", new: "  floor: 15", reason: "from 0 to 1"},
		{name: "floor not a number", old: "  floor: 0.15", new: "  floor: .nan", reason: "from 0 to 1"},
		{name: "floor empty", old: "  floor: 0.15", new: "  floor:", reason: "is empty"},
		{name: "floor a list", old: "  floor: 0.15", new: "  floor: [0.15]", reason: "expected a single value"},
		{name: "reopen days", old: "reopen_days: 7", new: "reopen_days: a week", reason: "whole number"},
		{name: "duration", old: "first_response: 2h", new: "first_response: 2 hours", reason: "not a duration"},
		{
			name: "response after resolution", old: "first_response: 2h", new: "first_response: 25h",
			reason: "longer than the resolution time",
		},
		{name: "truth", old: "  anonymous_search: true", new: "  anonymous_search: maybe", reason: `"maybe" is not one of`},
		{
			name: "search without reading", old: "  anonymous_reading: true", new: "  anonymous_reading: false",
			reason: "must be true while",
		},
		{name: "time zone", old: "time_zone: Etc/UTC ", new: "time_zone: Mars/Olympus ", reason: "not a time zone"},
		{name: "local time zone", old: "time_zone: Etc/UTC ", new: "time_zone: Local ", reason: "not a time zone"},
		{name: "weekday", old: "      friday: 08:00-17:00", new: "      fryday: 08:00-17:00", reason: "unknown key"},
		{
			name: "hours backwards", old: "      friday: 08:00-17:00", new: "      friday: 17:00-08:00",
			reason: "not a time span",
		},
		{
			name: "hours overlap", old: "      friday: 08:00-17:00",
			new: "      friday:\n        - 08:00-12:00\n        - 11:00-17:00", below: 2, reason: "before the previous one ends",
		},
		{name: "holiday", old: "[2026-12-25,", new: "[2026-13-25,", reason: "not a date"},
		{
			name: "kind left out", old: "    faq: {sections: [], review_every_days: 365}\n", new: "", at: "  kinds:\n",
			reason: "faq is missing",
		},
		{name: "check weight", old: "    concise: 1", new: "    concise: heavy", reason: "from 0 to 100"},
		{name: "unknown check", old: "    concise: 1", new: "    brief: 1", reason: "unknown check"},
		{name: "publish gate", old: "publish_gate: off", new: "publish_gate: on", reason: "from 0 to 1"},
		{name: "anchor", old: "reopen_days: 7", new: "reopen_days: &days 7", reason: "anchors and aliases"},
		{name: "two documents", old: "reopen_days: 7", new: "---\nreopen_days: 7", reason: "more than one document"},
		{name: "tab", old: "  floor: 0.15", new: "\tfloor: 0.15", reason: "cannot start any token"},
		{
			name: "indentation", old: "    title: Second line", new: "   title: Second line", below: 1, reason: "mapping values",
		},
		{
			name: "unclosed list", old: "side_doors: [direct, vip]", new: "side_doors: [direct, vip",
			reason: "did not find expected",
		},
		{
			name: "unclosed quote", old: "name: IT Service Desk", new: "name: \"IT Service Desk",
			reason: "unexpected end of stream",
		},
		{
			name: "text over two lines", old: "name: IT Service Desk", new: "name: |\n  IT Service\n  Desk",
			reason: "single line",
		},
		{
			name: "text too long", old: "name: IT Service Desk", new: "name: " + strings.Repeat("IT", 151),
			reason: "300 characters",
		},
		{name: "key of several words", old: "reopen_days: 7", new: "[reopen, days]: 7", reason: "single word"},
		{name: "no group at all", old: "groups:\n", new: "groups: {}\nteams:\n", reason: "has no group"},
		{
			name: "never open", old: "  always:\n    hours:\n", new: "  never:\n    hours: {}\n  always:\n    hours:\n",
			below: 1, reason: "never open",
		},
		{name: "hours not a span", old: "      friday: 08:00-17:00", new: "      friday: [8-17]", reason: "not a time span"},
		{name: "not UTF-8", old: "name: IT Service Desk", new: "name: IT Service \xff Desk", reason: "not valid UTF-8"},
	}
}

type badModel struct {
	name, old, new string
	at             string // where the problem is, if not at new
	below          int    // number of lines that the problem is below that place
	reason         string
}

// apply returns the bad file and the line of the problem.
func (b badModel) apply(t *testing.T, text string) (bad string, line int) {
	t.Helper()
	if !strings.Contains(text, b.old) {
		t.Fatalf("the shipped model has no %q", b.old)
	}
	bad = strings.Replace(text, b.old, b.new, 1)
	before, _, _ := strings.Cut(text, b.old)
	if b.at != "" {
		before, _, _ = strings.Cut(bad, b.at)
	}
	return bad, strings.Count(before, "\n") + 1 + b.below
}

func TestParseModelRefuses(t *testing.T) {
	text := shippedText(t)
	for _, tc := range badModels() {
		t.Run(tc.name, func(t *testing.T) {
			bad, line := tc.apply(t, text)
			m, err := model.Parse([]byte(bad))
			var problems model.Problems
			if m != nil || !fault.Is(err, fault.Invalid) || !errors.As(err, &problems) {
				t.Fatalf("got model %v, error %v", m != nil, err)
			}
			for _, p := range problems {
				if p.Line == line && strings.Contains(p.Reason, tc.reason) {
					return
				}
			}
			t.Errorf("want line %d: … %s …, got\n%v", line, tc.reason, problems)
		})
	}
}

func TestParseModelReportsEverythingAtOnce(t *testing.T) {
	bad := strings.NewReplacer("reopen_days: 7", "reopen_days: never", "floor: 0.15", "floor: high",
		"name: IT Service Desk", "nome: IT Service Desk").Replace(shippedText(t))
	_, err := model.Parse([]byte(bad))
	var problems model.Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	var got []string
	last := 0
	for _, p := range problems {
		if p.Line < last {
			t.Errorf("line %d after line %d", p.Line, last)
		}
		last = p.Line
		got = append(got, p.Path)
	}
	if diff := cmp.Diff([]string{"", "nome", "reopen_days", "retrieval.floor"}, got); diff != "" {
		t.Errorf("problems at (-want +got):\n%s", diff)
	}
	message, fields, ok := fault.Public(err)
	if !ok || len(fields) != 4 || !strings.Contains(message, "line ") || !strings.Contains(message, "3 more") {
		t.Errorf("the message is %q with %d fields", message, len(fields))
	}
}

func TestParseModelRefusesOtherTexts(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "only comments": "# nothing\n", "a list": "- a\n- b\n", "a word": "model", "null": "~\n",
		"too large": "name: " + strings.Repeat("a", 300<<10),
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := model.Parse([]byte(data)); m != nil || !fault.Is(err, fault.Invalid) {
				t.Errorf("got model %v, error %v", m != nil, err)
			}
		})
	}
}

// FuzzParseModel checks that any text is either a usable model or refused with lines that
// exist.
func FuzzParseModel(f *testing.F) {
	text := shippedText(f)
	f.Add(text)
	f.Add("")
	f.Add("version: 1\nname: [x\n")
	f.Add("a: &a [*a]\n")
	for _, b := range badModels() {
		f.Add(strings.Replace(text, b.old, b.new, 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := model.Parse([]byte(text))
		if err == nil {
			if p := m.Priority(2, 2); p < 1 || p > 5 {
				t.Errorf("accepted a matrix with priority %d", p)
			}
			if !m.HasGroup(m.DefaultGroup("")) || m.Boundary("", model.ActionSuggest) == "" || m.HandoffLine() == "" {
				t.Error("accepted a model without what it must have")
			}
			return
		}
		var problems model.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("refused without a problem: %v", err)
		}
		lines := strings.Count(text, "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Reason == "" {
				t.Errorf("problem %v in a text of %d lines", p, lines)
			}
		}
	})
}
