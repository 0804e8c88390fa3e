package measure_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// monday is day 1 of the scripts.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// moment returns the time of "DAY HH:MM" or "DAY HH:MM:SS", where day 1 is a Monday.
func moment(t *testing.T, text string) time.Time {
	t.Helper()
	var d, h, m, s int
	if n, err := fmt.Sscanf(text, "%d %d:%d:%d", &d, &h, &m, &s); n < 3 {
		t.Fatalf("time %q: %v", text, err)
	}
	return monday.AddDate(0, 0, d-1).Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute +
		time.Duration(s)*time.Second)
}

// script returns the events of a ticket that a script describes: one event a line, as
// "DAY HH:MM what", where a line without a day goes on with the one before.
func script(t *testing.T, text string) []journal.Event {
	t.Helper()
	var out []journal.Event
	status, day := "new", "1"
	for n, line := range strings.Split(strings.TrimSpace(text), "\n") {
		f := strings.Fields(line)
		if !strings.Contains(f[0], ":") {
			day, f = f[0], f[1:]
		}
		e := journal.Event{At: moment(t, day+" "+f[0]), Seq: int64(n + 1), Object: journal.Ticket, ID: "1", Actor: "agent"}
		var data map[string]any
		e.Actor, e.Verb, data = act(t, f[1], f[2:], &status)
		e.Data = journal.Data(data)
		out = append(out, e)
	}
	return out
}

// act returns the event of a word of a script.
func act(t *testing.T, word string, args []string, status *string) (actor, verb string, data map[string]any) {
	t.Helper()
	arg := strings.Join(args, " ")
	to := func(s string) map[string]any {
		d := map[string]any{"status": [2]string{*status, s}}
		*status = s
		return d
	}
	switch word {
	case "created":
		data = map[string]any{
			"type": "incident", "service": "vpn", "category": "network", "priority": 3, "group": "service-desk",
			"channel": "portal", "bypass": false, "requester": "ada", "from": "requester",
		}
		for _, a := range args {
			if k, v, ok := strings.Cut(a, "="); ok {
				data[k] = v
			} else {
				data["bypass"] = a == "bypass"
			}
		}
		return "ada", word, data
	case "reply", "note":
		visibility := map[string]string{"reply": "public", "note": "internal"}[word]
		return "agent", "message_added", map[string]any{"n": 2, "visibility": visibility, "from": "desk"}
	case "auto":
		return "system", "message_added", map[string]any{"visibility": "public", "from": "desk", "automatic": true}
	case "answer":
		return "ada", "message_added", map[string]any{"visibility": "public", "from": "requester"}
	case "assign":
		return "agent", "updated", map[string]any{"assignee": [2]string{"", arg}}
	case "pending", "on_hold", "open":
		data := to(word)
		if arg != "" {
			data["supplier"] = arg
		}
		return "agent", "updated", data
	case "close":
		return "system", "updated", to("closed")
	case "priority":
		var from, too int
		if _, err := fmt.Sscanf(arg, "%d to %d", &from, &too); err != nil {
			t.Fatal(err)
		}
		return "agent", "updated", map[string]any{"priority": [2]int{from, too}}
	case "escalate":
		return "agent", "escalated", map[string]any{"from": "service-desk", "to": "second-line", "message": 3}
	case "link":
		return "agent", "article_linked", map[string]any{"article": arg}
	case "resolve", "answered-by-rule":
		*status = "resolved"
		data := map[string]any{"code": args[0], "articles": args[1:], "message": 4}
		if word == "resolve" {
			return "agent", "resolved", data
		}
		data["automatic"] = true
		return "system", "resolved", data
	case "reopen":
		*status = "open"
		return "ada", "reopened", map[string]any{"message": 5}
	case "merge":
		*status = "closed"
		return "agent", "merged", map[string]any{"into": "2"}
	}
	t.Fatalf("unknown word %q", word)
	return "", "", nil
}
