package store_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/internal/store/storetest"
)

// statements collects the statements of stores, each form once.
type statements struct {
	mu   sync.Mutex
	seen map[string]bool
}

var manyMarks = regexp.MustCompile(`\?(, \?)+`)

func (x *statements) add(query string) {
	query = strings.Join(strings.Fields(manyMarks.ReplaceAllString(query, "?, ?")), " ")
	x.mu.Lock()
	defer x.mu.Unlock()
	x.seen[query] = true
}

// reads lists the statements that read.
func (x *statements) reads() []string {
	var out []string
	for q := range x.seen {
		if strings.HasPrefix(q, "SELECT") {
			out = append(out, q)
		}
	}
	slices.Sort(out)
	return out
}

// TestContract runs the contract and then looks at the plan of every statement that it ran:
// none may read all tickets, messages, links, events or changes.
func TestContract(t *testing.T) {
	all := statements{seen: map[string]bool{}}
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		open := fresh(t)
		return func(t *testing.T) *store.Store {
			s := open(t)
			store.Trace(s, all.add)
			return s
		}
	})
	t.Run("plans", func(t *testing.T) {
		s := fresh(t)(t)
		reads := all.reads()
		if len(reads) < 100 {
			t.Errorf("the contract ran only %d statements that read", len(reads))
		}
		for _, q := range reads {
			plan, err := store.Plan(t.Context(), s, q, make([]any, strings.Count(q, "?"))...)
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			if reason := scans(q, plan); reason != "" {
				t.Errorf("%s\n\t%s\n\t%s", reason, q, strings.Join(plan, "\n\t"))
			}
		}
	})
}

var (
	growing = regexp.MustCompile(`\b(ticket|ticket_message|ticket_link|event|change_log)( [a-z])?\b`)
	scan    = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?`)
	// few are the indexes of few tickets, however many there are.
	few = []string{"ticket_open", "ticket_bypass"}
	// most are conditions that most tickets meet, so that a page has them soon.
	most = regexp.MustCompile(`^SELECT [^(]*( WHERE \((\+status IN \(\?(, \?)?\)|merged_into = '')\))?` +
		` ORDER BY [a-z, ]*( DESC)? LIMIT \?$`)
)

// scans returns why a plan reads more of a growing table than a page, "" if it does not.
func scans(query string, plan []string) string {
	names := map[string]bool{}
	for _, m := range growing.FindAllStringSubmatch(query, -1) {
		names[m[1]] = true
		names[strings.TrimSpace(m[2])] = true
	}
	sorted := slices.ContainsFunc(plan, func(step string) bool { return strings.Contains(step, "TEMP B-TREE FOR ORDER") })
	for _, step := range plan {
		m := scan.FindStringSubmatch(step)
		if m == nil || !names[m[1]] || strings.Contains(step, "VIRTUAL TABLE") || slices.Contains(few, m[2]) ||
			strings.Contains(query, "(1 = 0)") {
			continue
		}
		if sorted || !most.MatchString(query) {
			return step
		}
	}
	return ""
}

// TestListPlans: each filter of a list of tickets reads a page of the index for it.
func TestListPlans(t *testing.T) {
	s := fresh(t)(t)
	ctx := t.Context()
	open := []desk.Status{desk.New, desk.Open, desk.Pending, desk.OnHold}
	for _, x := range []struct {
		name   string
		filter desk.Filter
		index  string
	}{
		{"queue", desk.Filter{Statuses: open, ByPriority: true}, "ticket_open"},
		{"open, newest first", desk.Filter{Statuses: open[:2]}, "ticket_open"},
		{"one open status", desk.Filter{Statuses: open[:1], ByPriority: true}, "ticket_open"},
		{"queue, next page", desk.Filter{Statuses: open, ByPriority: true, After: "3.1001"}, "ticket_open"},
		{"one ended status", desk.Filter{Statuses: []desk.Status{desk.Resolved}}, "ticket_status"},
		{"group", desk.Filter{Group: "second-line"}, "ticket_group"},
		{"mine", desk.Filter{Assignee: "u_1"}, "ticket_assignee"},
		{"unassigned", desk.Filter{Unassigned: true}, "ticket_assignee"},
		{"type", desk.Filter{Type: desk.Change}, "ticket_type"},
		{"bypass", desk.Filter{Bypass: true}, "ticket_bypass"},
		{"text", desk.Filter{Text: "printer"}, "VIRTUAL TABLE INDEX"},
		{"text, next page", desk.Filter{Text: "printer", After: "1001"}, "VIRTUAL TABLE INDEX"},
		{"text in the queue", desk.Filter{Text: "printer", Statuses: open, ByPriority: true}, "VIRTUAL TABLE INDEX"},
		{"short text", desk.Filter{Text: "pc"}, "INTEGER PRIMARY KEY (rowid>?)"},
		{"a requester's", desk.Filter{Scope: desk.Scope{Requester: "u_1"}}, "ticket_requester"},
	} {
		t.Run(x.name, func(t *testing.T) {
			if x.filter.Scope.Requester == "" {
				x.filter.Scope.All = true
			}
			var query string
			traced := fresh(t)(t)
			store.Trace(traced, func(q string) {
				if strings.Contains(q, "LIMIT") {
					query = q
				}
			})
			if _, err := traced.Tickets(ctx, x.filter); err != nil {
				t.Fatal(err)
			}
			plan, err := store.Plan(ctx, s, query, make([]any, strings.Count(query, "?"))...)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(plan, "\n"), x.index) {
				t.Errorf("the plan does not use %s:\n\t%s\n\t%s", x.index, query, strings.Join(plan, "\n\t"))
			}
		})
	}
}
