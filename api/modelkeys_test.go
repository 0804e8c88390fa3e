package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// effect is what a key of the service model changes in the running server: the text with and
// without the change, and what is looked at.
type effect struct {
	key   string
	from  string // replaced in the shipped text; "" adds to its end
	to    string
	probe func(e *env) string
	// base replaces from in the text without the change; "" leaves it as it is shipped.
	base string
	more string // added to the end of the changed text
	// shared are further keys that the same change sets.
	shared []string
}

// ticketProbe opens a ticket and returns it.
func ticketProbe(in map[string]any, fields ...string) func(e *env) string {
	return func(e *env) string {
		body := map[string]any{"subject": "Mailbox full", "body": "Outlook says the mailbox is full."}
		for k, v := range in {
			body[k] = v
		}
		r := e.post("anna", "/api/v1/tickets", body)
		if r.status != http.StatusCreated {
			return fmt.Sprint(r.status)
		}
		out := ""
		for _, f := range fields {
			out += fmt.Sprintf("%s=%v ", f, r.get(f))
		}
		return out
	}
}

// clockProbe opens a ticket, works on it, and returns goals and states of the clocks.
func clockProbe(in map[string]any, then ...map[string]any) func(e *env) string {
	return func(e *env) string {
		body := map[string]any{
			"subject": "Mailbox full", "body": "Outlook says the mailbox is full.", "impact": 2,
			"urgency": 2,
		}
		for k, v := range in {
			body[k] = v
		}
		id := e.post("rita", "/api/v1/tickets", body).want(http.StatusCreated).str("id")
		for _, p := range then {
			switch {
			case p["reply"] != nil:
				e.post("rita", "/api/v1/tickets/"+id+"/messages", map[string]any{"text": p["reply"]}).want(http.StatusCreated)
			case p["resolve"] != nil:
				e.post("anna", "/api/v1/tickets/"+id+"/resolve", map[string]any{
					"code": p["resolve"],
					"note": "Done.",
				}).want(http.StatusOK)
			case p["reopen"] != nil:
				e.post("anna", "/api/v1/tickets/"+id+"/reopen", map[string]any{"reason": p["reopen"]}).want(http.StatusOK)
			default:
				e.do("anna", http.MethodPatch, "/api/v1/tickets/"+id, p).want(http.StatusOK)
			}
		}
		out := ""
		r := e.get("anna", "/api/v1/tickets/"+id+"/clocks").want(http.StatusOK)
		for i := range r.list("clocks") {
			at := fmt.Sprintf("clocks.%d.", i)
			segments := r.list(at + "segments")
			calendar := segments[len(segments)-1].(map[string]any)["calendar"]
			out += fmt.Sprintf("%s #%v %v of %v on %v; ", r.str(at+"target"), r.get(at+"cycle"), r.str(at+"state"),
				r.get(at+"goal_seconds"), calendar)
		}
		return out
	}
}

// dueProbe returns when a resolution is due that was opened before Christmas.
func dueProbe(e *env) string {
	at := time.Date(2026, 12, 23, 20, 0, 0, 0, time.UTC)
	created := ticketEvent(at, "created", map[string]any{"type": "incident", "priority": 3, "group": "service-desk"})
	return dueOf(e, []journal.Event{created}, at)
}

func ticketEvent(at time.Time, verb string, data any) journal.Event {
	return journal.Event{At: at, Actor: "u", Object: journal.Ticket, ID: "1", Verb: verb, Data: journal.Data(data)}
}

// alarmProbe returns what is recorded and noticed on a ticket an hour and a half later.
func alarmProbe(in map[string]any) func(e *env) string {
	return func(e *env) string {
		before := noticed(e)
		id := e.post("rita", "/api/v1/tickets", merged(map[string]any{
			"subject": "Mailbox full", "body": "Outlook says so.", "service": "email", "category": "email",
		}, in)).want(http.StatusCreated).str("id")
		if in["impact"] == nil {
			e.do("anna", http.MethodPatch, "/api/v1/tickets/"+id, map[string]any{"impact": 1, "urgency": 1}).want(http.StatusOK)
		}
		later := *e.desk
		later.Now = func() time.Time { return time.Now().Add(12*time.Minute + 30*time.Second) }
		alarms := desk.Alarms{Desk: &later, Store: e.store}
		if err := alarms.Run(e.Context()); err != nil {
			e.Fatal(err)
		}
		out := ""
		events, err := e.store.TicketEvents(e.Context(), id, desk.Scope{All: true})
		if err != nil {
			e.Fatal(err)
		}
		for _, ev := range events {
			if ev.Actor == access.SystemID && ev.Verb != "triaged" {
				var data map[string]any
				_ = json.Unmarshal(ev.Data, &data)
				out += fmt.Sprintf("%s %v %v; ", ev.Verb, data["target"], data["to"])
			}
		}
		t, err := e.store.Ticket(e.Context(), id, desk.Scope{All: true})
		if err != nil {
			e.Fatal(err)
		}
		return out + fmt.Sprint(t.Group, t.Priority, since(e, before))
	}
}

// noticed counts the notices to some recipients.
func noticed(e *env) map[string]int {
	out := map[string]int{}
	for _, to := range []string{"mail:boss@example.org", "mail:sven@example.org", "mail:lena@example.org"} {
		found, err := e.store.Notices(e.Context(), desk.NoticeFilter{Recipients: []string{to}, Limit: 500})
		if err != nil {
			e.Fatal(err)
		}
		out[to] = len(found)
	}
	return out
}

// since returns who got notices since these counts.
func since(e *env, before map[string]int) string {
	out := ""
	for to, n := range noticed(e) {
		if n > before[to] {
			out += to + " "
		}
	}
	return out
}

func merged(a, b map[string]any) map[string]any {
	for k, v := range b {
		a[k] = v
	}
	return a
}

// dueOf returns when the resolution of a ticket with these events is due.
func dueOf(e *env, events []journal.Event, at time.Time) string {
	for _, c := range clock.Of(events, clock.Always(e.models.Model()), at) {
		if c.Kind == model.Resolution {
			return c.Due.Format(time.RFC3339)
		}
	}
	return "none"
}

// patchProbe opens a ticket and returns how a change of it ends, with the deviations.
func patchProbe(patch map[string]any) func(e *env) string {
	return func(e *env) string {
		id := e.post("rita", "/api/v1/tickets", map[string]any{
			"subject": "Mailbox full",
			"body":    "Outlook says so.",
		}).str("id")
		before := noticed(e)
		r := e.do("anna", http.MethodPatch, "/api/v1/tickets/"+id, patch)
		return fmt.Sprint(r.status, strings.Contains(string(e.get("anna", "/api/v1/tickets/"+id+"/events").body),
			"deviated"), since(e, before))
	}
}

// suggestProbe reports whether anything is suggested for a ticket about mail.
func suggestProbe(e *env) string {
	id := e.post("anna", "/api/v1/tickets", map[string]any{
		"subject": "Outlook mailbox is full", "body": "Outlook says the mailbox is full.", "category": "email",
	}).want(http.StatusCreated).str("id")
	return fmt.Sprint(len(e.get("anna", "/api/v1/tickets/"+id).list("suggestions.articles")) > 0)
}

func getProbe(who, path string) func(e *env) string {
	return func(e *env) string { r := e.get(who, path); return fmt.Sprint(r.status, string(r.body)) }
}

// effects is the table key → effect → test of what the desk executes of the service model.
// Keys that other packages execute have their tests there, listed in elsewhere.
func effects() []effect {
	const office = "    holidays: [2026-12-25, 2026-12-26, 2027-01-01]"
	const days = "reopen_days: 7"
	level := "  3: {calendar: office, first_response: 2h, resolution: 24h, update_every: 10h}"
	second := "    title: Second line\n    calendar: office\n"
	clocks := func(s string) string { return days + "\nclocks:\n  " + s }
	rule := func(s string) string {
		return days + "\nescalations:\n  late: {target: first_response, " + s + "}"
	}
	quick := "  3: {calendar: always, first_response: 15m, resolution: 24h, update_every: 10h}"
	told := rule("when_used: 0.5, notify: [boss@example.org]")
	p3 := clockProbe(nil)
	order := "catalogue:\n  new-laptop: {title: New laptop, service: workplace%s}\n\n# How tickets come in."
	ask := func(fields map[string]any) func(e *env) string {
		return ticketProbe(map[string]any{"request": "new-laptop", "subject": "", "body": "", "fields": fields},
			"type", "service", "category", "group", "status", "subject")
	}
	no := map[string]any{}
	hold := map[string]any{"status": "on_hold"}
	return []effect{
		{key: "time_zone", from: "time_zone: Etc/UTC", to: "time_zone: Asia/Tokyo", probe: dueProbe},
		{key: "calendars.*.time_zone", from: "  office:\n", to: "  office:\n    time_zone: Asia/Tokyo\n", probe: dueProbe},
		{
			key: "calendars.*.public_holidays", from: office, base: "    holidays: []", to: "    public_holidays: DE",
			probe: dueProbe,
		},
		{
			key: "calendars.*.holidays", from: office, to: "    holidays: [2026-12-24, 2026-12-25, 2026-12-26, 2027-01-01]",
			probe: dueProbe,
		},
		{key: "calendars.*.hours", from: "thursday: 08:00-18:00", to: "thursday: 12:00-13:00", probe: dueProbe},
		{
			key: "process_owner", from: "version: 1\n", to: "version: 1\nprocess_owner: sven@example.org\n",
			probe: getProbe("sven", "/api/v1/model"),
		},
		{
			key: "platform_owner", from: "version: 1\n", to: "version: 1\nplatform_owner: sven@example.org\n",
			probe: getProbe("sven", "/api/v1/model"),
		},
		{
			key: "people_lead", from: "version: 1\n", to: "version: 1\npeople_lead: sven@example.org\n",
			probe: getProbe("sven", "/api/v1/model"),
		},
		{
			key: "changes_reviewed", from: "version: 1\n", to: "version: 1\nchanges_reviewed: true\n",
			probe: func(e *env) string {
				r := e.get("sven", "/api/v1/model")
				return fmt.Sprint(e.put("sven", "/api/v1/model", map[string]any{"text": r.str("text") + "# x\n", "reason": "x"},
					"If-Match", r.header.Get("ETag")).status)
			},
		},
		{
			key: "locations.*.calendar", from: second, to: "    title: Second line\n    location: here\n    ola: {3: 1h}\n",
			more: "locations: {here: {title: Here, calendar: always}}\n", probe: clockProbe(nil,
				map[string]any{"group": "second-line"}), shared: []string{"groups.*.location", "groups.*.ola"},
		},
		{
			key: "groups.*.calendar", from: second, to: "    title: Second line\n    calendar: always\n    ola: {3: 1h}\n",
			probe: clockProbe(nil, map[string]any{"group": "second-line"}),
		},
		{
			key: "groups.*.members", from: "    members: []", to: "    members: [lena@example.org]",
			probe: patchProbe(map[string]any{"assignee": "anna@example.org"}),
		},
		{
			key: "membership", from: "    members: []", base: "    members: [lena@example.org]",
			to: "    members: [lena@example.org]", more: "membership: refuse\n",
			probe: patchProbe(map[string]any{"assignee": "anna@example.org"}),
		},
		{
			key: "groups.*.escalates_to", from: "escalates_to: [second-line]", to: "escalates_to: []",
			probe: patchProbe(map[string]any{"group": "second-line"}),
		},
		{
			key: "hand_overs", from: "escalates_to: [second-line]", base: "escalates_to: []", to: "escalates_to: []",
			more: "hand_overs: refuse\n", probe: patchProbe(map[string]any{"group": "second-line"}),
		},
		{
			key: "suppliers.*.targets", from: "# What users rely on.",
			to: "suppliers:\n  acme: {title: Acme, calendar: always, targets: {3: 2h}}\n# What", probe: clockProbe(nil,
				map[string]any{"status": "on_hold", "supplier": "acme"}), shared: []string{
				"suppliers.*.title",
				"suppliers.*.calendar",
			},
		},
		{
			key:  "services.*.service_levels",
			from: "    title: E-mail and calendar\n    owner",
			to: "    title: E-mail and calendar\n" +
				"    service_levels: {3: {calendar: always, first_response: 1h, resolution: 2h, update_every: 1h}}\n    owner",
			probe: clockProbe(map[string]any{"service": "email"}),
		},
		{
			key: "catalogue.*.service", from: "# How tickets come in.", to: fmt.Sprintf(order, ""), probe: ask(no),
			shared: []string{"catalogue.*.title"},
		},
		{key: "catalogue.*.category", from: "# How tickets come in.", base: fmt.Sprintf(order, ""), to: fmt.Sprintf(order,
			", category: installation"), probe: ask(no)},
		{key: "catalogue.*.group", from: "# How tickets come in.", base: fmt.Sprintf(order, ""), to: fmt.Sprintf(order,
			", group: second-line"), probe: ask(no)},
		{
			key: "catalogue.*.fields", from: "# How tickets come in.", base: fmt.Sprintf(order, ""), to: fmt.Sprintf(order,
				", fields: {size: {title: Size, type: choice, choices: [s, m], required: true}}"), probe: ask(no),
			shared: []string{
				"catalogue.*.fields.*.required", "catalogue.*.fields.*.type", "catalogue.*.fields.*.choices",
				"catalogue.*.fields.*.title",
			},
		},
		{key: "catalogue.*.approval", from: "# How tickets come in.", base: fmt.Sprintf(order, ""), to: fmt.Sprintf(order,
			", approval: [service_manager]"), probe: ask(no)},
		{
			key: "catalogue.*.resolution", from: "# How tickets come in.", base: fmt.Sprintf(order, ""),
			to:    fmt.Sprintf(order, ", resolution: 3h, calendar: always"),
			probe: clockProbe(map[string]any{"request": "new-laptop"}), shared: []string{"catalogue.*.calendar"},
		},
		{
			key: "categories.*.group", from: "    title: E-mail and calendar\n    group: service-desk",
			to:    "    title: E-mail and calendar\n    group: second-line",
			probe: ticketProbe(map[string]any{"category": "email"}, "group"),
		},
		{
			key: "categories.*.type", from: "    title: E-mail and calendar\n    group: service-desk\n    type: incident",
			to:    "    title: E-mail and calendar\n    group: service-desk\n    type: request",
			probe: ticketProbe(map[string]any{"category": "email"}, "type"),
		},
		{
			key: "intake.channels", from: "[portal, api, mail, phone]", to: "[portal, api, mail]",
			probe: ticketProbe(map[string]any{"channel": "phone"}, "status"),
		},
		{
			key: "intake.side_doors", from: "side_doors: [direct, vip]", to: "side_doors: [direct]",
			probe: ticketProbe(map[string]any{"channel": "vip"}, "bypass"),
		},
		{
			key: "intake.default_group", from: "default_group: service-desk", to: "default_group: second-line",
			probe: ticketProbe(nil, "group"),
		},
		{key: "intake.default_type", from: "default_type: incident", to: "default_type: request", probe: ticketProbe(nil,
			"type")},
		{
			key: "priority.matrix", from: "    2: [2, 3, 4]", to: "    2: [2, 4, 4]",
			probe: ticketProbe(map[string]any{"impact": 2, "urgency": 2}, "priority"),
		},
		{key: "priority.default_impact", from: "default_impact: 3", to: "default_impact: 2", probe: ticketProbe(nil,
			"impact")},
		{key: "priority.default_urgency", from: "default_urgency: 2", to: "default_urgency: 3", probe: ticketProbe(nil,
			"urgency")},
		{
			key: "priority.may_declare_1", from: "may_declare_1: [agent, service_manager]",
			to: "may_declare_1: [service_manager]", probe: ticketProbe(map[string]any{"impact": 1, "urgency": 1}, "priority"),
		},
		{key: "service_levels.*.calendar", from: level, to: strings.Replace(level, "office", "always", 1), probe: p3},
		{key: "service_levels.*.first_response", from: level, to: strings.Replace(level, "2h", "3h", 1), probe: p3},
		{key: "service_levels.*.resolution", from: level, to: strings.Replace(level, "24h", "23h", 1), probe: p3},
		{key: "service_levels.*.update_every", from: level, to: strings.Replace(level, "10h", "11h", 1), probe: p3},
		{key: "clocks.*.start", from: days, to: clocks("resolution: {start: [assigned]}"), probe: p3},
		{key: "clocks.*.pause", from: days, to: clocks("resolution: {pause: []}"), probe: clockProbe(nil, hold)},
		{key: "clocks.*.resume", from: days, to: clocks("resolution: {resume: [requester_reply]}"), probe: clockProbe(nil,
			hold, map[string]any{"reply": "Any news?"})},
		{key: "clocks.*.stop", from: days, to: clocks("resolution: {stop: [assigned]}"), probe: clockProbe(nil,
			map[string]any{"assignee": "anna@example.org"})},
		{key: "clocks.*.cancel", from: days, to: clocks("resolution: {cancel: [merged]}"), probe: clockProbe(nil,
			map[string]any{"resolve": "withdrawn"})},
		{key: "clocks.*.reset", from: days, to: clocks("resolution: {reset: [service_changed]}"), probe: clockProbe(nil,
			map[string]any{"service": "email"})},
		{key: "clocks.*.reopen", from: days, to: clocks("resolution: {reopen: restart}"), probe: clockProbe(nil,
			map[string]any{"resolve": "fixed"}, map[string]any{"reopen": "Again."})},
		{key: "near_breach", from: days, to: days + "\nnear_breach: 0.99", probe: alarmProbe(no)},
		{
			key: "escalations.*.when_used", from: days, to: rule("when_used: 0.5, notify: [boss@example.org]"),
			probe: alarmProbe(no), shared: []string{"escalations.*.target", "escalations.*.notify"},
		},
		{
			key: "escalations.*.when_left", from: days, to: rule("when_left: 10m, notify: [boss@example.org]"),
			probe: alarmProbe(no),
		},
		{
			key: "escalations.*.priorities", from: days, base: told,
			to: rule("when_used: 0.5, notify: [boss@example.org], priorities: [5]"), probe: alarmProbe(no),
		},
		{
			key: "escalations.*.services", from: days, base: told,
			to: rule("when_used: 0.5, notify: [boss@example.org], services: [network]"), probe: alarmProbe(no),
		},
		{
			key: "escalations.*.categories", from: days, base: told,
			to: rule("when_used: 0.5, notify: [boss@example.org], categories: [network]"), probe: alarmProbe(no),
		},
		{
			key: "escalations.*.groups", from: days, base: told,
			to: rule("when_used: 0.5, notify: [boss@example.org], groups: [second-line]"), probe: alarmProbe(no),
		},
		{
			key: "escalations.*.types", from: days, base: told,
			to: rule("when_used: 0.5, notify: [boss@example.org], types: [question]"), probe: alarmProbe(no),
		},
		{
			key: "clocks.*.retroactive", from: days, base: clocks("resolution: {start: [assigned], reset: []}"),
			to: clocks("resolution: {start: [assigned], retroactive: true}"), probe: func(e *env) string {
				created := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
				return dueOf(e, []journal.Event{
					ticketEvent(created, "created", map[string]any{"type": "incident", "priority": 3, "group": "service-desk"}),
					ticketEvent(created.Add(3*time.Hour), "updated", map[string]any{"assignee": []string{"", "u_anna"}}),
				}, created.Add(4*time.Hour))
			},
		},
		{key: "escalations.*.reassign", from: days, to: rule("when_used: 0.5, reassign: second-line"), probe: alarmProbe(no)},
		{
			key: "escalations.*.raise_to", from: level, base: quick, to: quick,
			more:  "escalations: {late: {target: first_response, when_used: 0.5, raise_to: 2}}\n",
			probe: alarmProbe(map[string]any{"impact": 2, "urgency": 2}),
		},
		{key: "reopen_days", from: "reopen_days: 7", to: "reopen_days: 0", probe: func(e *env) string {
			id := e.post("rita", "/api/v1/tickets", map[string]any{"subject": "a", "body": "b"}).str("id")
			e.post("anna", "/api/v1/tickets/"+id+"/resolve", map[string]any{"code": "fixed", "note": "Done."})
			return fmt.Sprint(e.post("rita", "/api/v1/tickets/"+id+"/reopen", map[string]any{"reason": "no"}).status)
		}},
		{
			key: "audiences.anonymous_search", from: "anonymous_search: true", to: "anonymous_search: false",
			probe: getProbe("", "/api/v1/search?q=mail"),
		},
		{
			key: "audiences.anonymous_reading", from: "anonymous_search: true\n  anonymous_reading: true",
			to: "anonymous_search: false\n  anonymous_reading: false", probe: getProbe("", "/api/v1/articles"),
		},
		{key: "automation.default.suggest", from: "    suggest: suggest\n", to: "    suggest: off\n", probe: suggestProbe},
		{
			key: "automation.categories.*.suggest", from: "    security:\n      draft",
			to: "    email: {suggest: off}\n    security:\n      draft", probe: suggestProbe,
		},
	}
}

// elsewhere are keys, by their beginning, with where their effect is tested.
var elsewhere = map[string]string{
	"version":             "api/web: TestModelPages shows it",
	"name":                "api/web: shown on the page of the service model",
	"locations.*.title":   "api/web: shown with the workload",
	"groups.*.title":      "api/web: TestQueue",
	"services.*.title":    "api/web: choices of forms",
	"services.*.owner":    "desk: TestEscalation notifies service_owner",
	"services.*.critical": "desk/problem",
	"categories.*.title":  "retrieval/triage, and choices of forms",
	"problem_candidates":  "desk/problem",
	"knowledge":           "kb: the checklist and the gate of publication; summarize: redaction",
	"automation":          "summarize: TestSwitchedOff; desk: TestTriage; internal/capture",
	"retrieval.floor":     "retrieval: TestFloor",
	"ai":                  "internal/budget",
	"handoff_line":        "api/web: search page",
	"thresholds":          "TestThresholds, and desk/measure",
	"retention":           "TestRetention",
}

// TestEveryKeyHasAnEffect changes each key in the running server and looks at what that
// changes. A key of the schema that is in neither table fails.
func TestEveryKeyHasAnEffect(t *testing.T) {
	e := newEnv(t)
	e.article(map[string]any{
		"title":    "Outlook mailbox is full",
		"markdown": "Outlook says the mailbox is full: empty the folder.",
	})
	e.catchUp()
	shipped := string(content.ServiceModel())
	put := func(x effect, to, more string) {
		t.Helper()
		if !strings.Contains(shipped, x.from) {
			t.Fatalf("%s: the shipped model lacks %q", x.key, x.from)
		}
		if _, err := e.models.AddFile(t.Context(), []byte(strings.Replace(shipped, x.from, to, 1)+more), x.key); err != nil {
			t.Fatalf("%s: %v", x.key, err)
		}
	}
	covered := map[string]bool{}
	for _, x := range effects() {
		covered[x.key] = true
		for _, k := range x.shared {
			covered[k] = true
		}
		base := x.from
		if x.base != "" {
			base = x.base
		}
		put(x, base, "")
		before := x.probe(e)
		put(x, x.to, x.more)
		if after := x.probe(e); before == after {
			t.Errorf("%s changes nothing: %s", x.key, after)
		}
	}
	for _, key := range schemaKeys(t) {
		known := covered[key]
		for prefix := range elsewhere {
			known = known || key == prefix || strings.HasPrefix(key, prefix+".")
		}
		if !known {
			t.Errorf("%s has no effect that is tested", key)
		}
	}
}

// schemaKeys lists the keys of the published schema that have no keys below them, with * for
// names, priorities and kinds of clocks.
func schemaKeys(t *testing.T) []string {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(model.Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	var out []string
	var visit func(s map[string]any, path string)
	visit = func(s map[string]any, path string) {
		props, _ := s["properties"].(map[string]any)
		sub, more := s["additionalProperties"].(map[string]any)
		if len(props) == 0 && !more || path == "calendars.*.hours" || strings.HasSuffix(path, ".ola") ||
			strings.HasSuffix(path, ".targets") || path == "priority.matrix" || strings.HasSuffix(path, "*.service_levels") {
			out = append(out, path)
			return
		}
		for key, p := range props {
			if path == "service_levels" || path == "clocks" {
				key = "*"
			}
			visit(p.(map[string]any), strings.TrimPrefix(path+"."+key, "."))
		}
		if more {
			visit(sub, path+".*")
		}
	}
	visit(doc, "")
	slices.Sort(out)
	return slices.Compact(out)
}

// TestThresholds: a threshold that is crossed opens a task once, and one that is not opens
// none.
func TestThresholds(t *testing.T) {
	e := newEnv(t)
	e.post("rita", "/api/v1/tickets", map[string]any{
		"subject": "Mailbox full",
		"body":    "It is full.",
	}).want(http.StatusCreated)
	text := string(content.ServiceModel()) + `thresholds:
  many: {measure: volume, above: 0.5, days: 7, task_for: service_manager}
  few: {measure: volume, below: 0.5, days: 7, task_for: service_manager}
`
	if _, err := e.models.AddFile(t.Context(), []byte(text), "thresholds"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.measures.Watch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := e.get("sven", "/api/v1/notices").list("notices")
	if len(got) != 1 || got[0].(map[string]any)["title"] != "Volume has crossed its threshold" {
		t.Errorf("notices: %v", got)
	}
}

// TestRetention: old ended tickets lose texts and people, and keep times and events.
func TestRetention(t *testing.T) {
	e := newEnv(t)
	id := e.post("rita", "/api/v1/tickets", map[string]any{"subject": "Mailbox secret", "body": "It is secret."}).str("id")
	open := e.post("rita", "/api/v1/tickets", map[string]any{"subject": "Still open", "body": "It is."}).str("id")
	e.post("anna", "/api/v1/tickets/"+id+"/resolve", map[string]any{
		"code": "fixed",
		"note": "Secret.",
	}).want(http.StatusOK)
	before := e.get("anna", "/api/v1/tickets/"+id).str("resolved_at")
	for _, want := range []int{1, 0} {
		if n, err := e.store.BlankTickets(t.Context(), time.Now().Add(time.Minute), 10); n != want || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	got := e.get("anna", "/api/v1/tickets/"+id).want(http.StatusOK)
	if strings.Contains(strings.ToLower(string(got.body)), "secret") || strings.Contains(string(got.body), "Rita") ||
		got.str("resolved_at") != before {
		t.Errorf("after: %s", got.body)
	}
	if got := e.get("anna", "/api/v1/tickets/"+open).str("subject"); got != "Still open" {
		t.Errorf("the open ticket is %q", got)
	}
	e.get("rita", "/api/v1/tickets/"+id).want(http.StatusNotFound)
}
