package problem_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

var sven = access.Actor{ID: "u_sven", Roles: []access.Role{access.ServiceManager}}

// reader finds codes such as E-1 and words, and calls texts with the same first word alike.
type reader struct{ subjects map[string]string }

func (r reader) Signatures(text string) (out []string) {
	for _, w := range strings.Fields(text) {
		if strings.HasPrefix(w, "E-") {
			out = append(out, w)
		}
	}
	return out
}

func (r reader) Words(text string) (out []problem.Word) {
	for _, w := range strings.Fields(text) {
		out = append(out, problem.Word{Term: strings.ToLower(w), Text: w})
	}
	return out
}

func (r reader) Alike(_ context.Context, i problem.Incident) (out []string, err error) {
	for id, subject := range r.subjects {
		if id != i.Ticket && strings.Fields(subject)[0] == strings.Fields(i.Subject)[0] {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out, nil
}

// env is a service on a real store with a clock that a test sets.
type env struct {
	*testing.T
	*problem.Service
	store  *store.Store
	reader reader
	now    time.Time
}

func newEnv(t *testing.T) *env {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	current, err := model.Parse(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	e := &env{T: t, store: st, reader: reader{map[string]string{}}, now: noon}
	e.Service = problem.New(problem.Deps{
		Store: st, Model: func() *model.Service { return current }, Reader: e.reader,
		Articles: kb.NewService(st, time.Now), Now: func() time.Time { return e.now },
	})
	return e
}

// open opens an incident after a time, described as "subject", "service/category subject" or
// "P1 service/category subject".
func (e *env) open(after time.Duration, text string) string {
	e.Helper()
	e.now = e.now.Add(after)
	t := desk.Ticket{Type: desk.Incident, Status: desk.New, Impact: 2, Urgency: 2, Priority: 3, Channel: desk.Portal}
	if rest, ok := strings.CutPrefix(text, "P1 "); ok {
		t.Priority, text = 1, rest
	}
	if rest, ok := strings.CutPrefix(text, "Request: "); ok {
		t.Type, text = desk.Request, rest
	}
	if place, rest, ok := strings.Cut(text, " "); ok && strings.Contains(place, "/") {
		t.Service, t.Category, _ = strings.Cut(place, "/")
		text = rest
	}
	t.Subject, t.CreatedAt, t.UpdatedAt = text, e.now, e.now
	t.Messages = []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, At: e.now, Text: "See above."}}
	created, err := e.store.CreateTicket(e.Context(), func(id string) (desk.Ticket, journal.Entry) {
		return t, journal.Entry{Events: []journal.Event{{At: e.now, Object: journal.Ticket, ID: id, Verb: "created"}}}
	})
	if err != nil {
		e.Fatal(err)
	}
	e.reader.subjects[created.ID] = text
	return created.ID
}

// list returns the open candidates as "rule: tickets", the tickets counted from the first one.
func (e *env) list() (out []string) {
	e.Helper()
	found, err := e.List(e.Context(), sven)
	if err != nil {
		e.Fatal(err)
	}
	for _, c := range found {
		var tickets []string
		for _, id := range c.Tickets {
			n, err := strconv.Atoi(id)
			if err != nil {
				e.Fatal(err)
			}
			tickets = append(tickets, strconv.Itoa(n-1000))
		}
		out = append(out, fmt.Sprintf("%s: %s", c.Rule, strings.Join(tickets, " ")))
	}
	slices.Sort(out)
	return out
}

// TestRules: which incidents make which candidates under the shipped service model.
func TestRules(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	type step struct {
		after time.Duration
		text  string
	}
	repeat := func(n int, after time.Duration, text string) (out []step) {
		for range n {
			out = append(out, step{after, text})
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		steps []step
		want  []string
	}{
		{"two with one code", repeat(2, hour, "A E-1"), nil},
		{"three with one code", []step{{0, "A E-1"}, {day, "B E-1"}, {day, "C E-1"}}, []string{"cluster: 1 2 3"}},
		{"three within two months", repeat(3, 20*day, "A E-1"), nil},
		{"different codes", []step{{0, "A E-1"}, {day, "A E-2"}, {day, "A E-3"}}, nil},
		{"alike in text", repeat(3, day, "Sync stops"), []string{"cluster: 1 2 3"}},
		{
			"the same place",
			[]step{{0, "email/email A"}, {day, "email/email B"}, {day, "email/email C"}, {day, "email/ D"}},
			[]string{"cluster: 1 2 3"},
		},
		{"requests", repeat(4, hour, "Request: A E-1"), nil},
		{"an outage", repeat(4, hour/2, "A E-1"), []string{"outage: 1 2 3 4"}},
		{"four in a day", repeat(4, 3*hour, "A E-1"), []string{"cluster: 1 2 3 4"}},
		{
			"one candidate however much they share", repeat(6, 0, "network/network Link down E-1 E-2"),
			[]string{"outage: 1 2 3 4 5 6"},
		},
		{"priority 1 on a critical service", []step{{0, "P1 network/network A"}}, []string{"priority_1: 1"}},
		{"priority 1 elsewhere", []step{{0, "P1 printing/hardware A"}}, nil},
		{
			"priority 1 of a pattern",
			[]step{{0, "network/network A E-1"}, {day, "P1 network/network B E-1"}, {day, "network/network C E-1"}},
			[]string{"priority_1: 2 3"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, often := range []bool{false, true} {
				e := newEnv(t)
				for _, s := range tt.steps {
					e.open(s.after, s.text)
					if often {
						e.list()
					}
				}
				if diff := cmp.Diff(tt.want, e.list()); diff != "" {
					t.Errorf("looked at each ticket: %v: candidates (-want +got):\n%s", often, diff)
				}
			}
		})
	}
}

func TestEvidence(t *testing.T) {
	e := newEnv(t)
	add := func(title, service string, starts time.Time) string {
		t.Helper()
		c, err := e.AddChange(t.Context(), sven, problem.NewChange{
			Title: title, Class: problem.Release, Services: []string{service}, Starts: starts,
		})
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	add("too early", "network", noon.Add(-4*24*time.Hour))
	before := add("before", "network", noon.Add(-time.Hour))
	add("after", "network", noon.Add(time.Hour))
	add("elsewhere", "email", noon.Add(-time.Hour))
	e.open(0, "network/network Tunnel drops E-1")
	e.open(24*time.Hour, "network/network Tunnel slow E-1")
	e.open(24*time.Hour, "network/network Tunnel drops always E-1")
	found, err := e.List(t.Context(), sven)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v %v", found, err)
	}
	c := found[0]
	if diff := cmp.Diff([]string{"E-1", "Tunnel", "See", "above.", "drops"}, c.Terms); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
	if len(c.Changes) != 1 || c.Changes[0].ID != before || !c.Since.Equal(noon) {
		t.Errorf("changes %v since %v", c.Changes, c.Since)
	}
}

// TestMerge: what was merged takes its further incidents along.
func TestMerge(t *testing.T) {
	e := newEnv(t)
	for _, text := range []string{"A E-1", "B E-1", "C E-1", "X E-2", "Y E-2", "Z E-2"} {
		e.open(5*time.Hour, text)
	}
	found, err := e.List(t.Context(), sven)
	if err != nil || len(found) != 2 {
		t.Fatalf("%v %v", found, err)
	}
	if _, err := e.MergeCandidate(t.Context(), sven, found[0].ID, found[0].ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("merged into itself: %v", err)
	}
	into, err := e.MergeCandidate(t.Context(), sven, found[0].ID, found[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	e.open(5*time.Hour, "U E-1")
	e.open(5*time.Hour, "V E-2")
	if diff := cmp.Diff([]string{"cluster: 1 2 3 4 5 6 7 8"}, e.list()); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
	p, err := e.Create(t.Context(), sven, problem.NewProblem{Candidate: into.ID})
	if err != nil || len(p.Tickets) != 8 {
		t.Fatalf("%v %v", p, err)
	}
	e.open(5*time.Hour, "W E-1")
	if got := e.list(); got != nil {
		t.Errorf("candidates %v", got)
	}
	if p, err = e.Problem(t.Context(), sven, p.ID); err != nil || len(p.Tickets) != 9 {
		t.Errorf("%v %v", p.Tickets, err)
	}
}

// TestQuiet: a dismissed outage is not suspected again for a day.
func TestQuiet(t *testing.T) {
	e := newEnv(t)
	for range 4 {
		e.open(time.Minute, "A E-1")
	}
	found, err := e.List(t.Context(), sven)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v %v", found, err)
	}
	if _, err := e.Dismiss(t.Context(), sven, found[0].ID, "A drill."); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		e.open(time.Hour, "A E-1")
	}
	if got := e.list(); got != nil {
		t.Errorf("within a day: %v", got)
	}
	e.open(24*time.Hour, "A E-1")
	if diff := cmp.Diff([]string{"cluster: 5 6 7 8 9"}, e.list()); diff != "" {
		t.Errorf("after a day (-want +got):\n%s", diff)
	}
}

// TestRate compares intervals with those of published tables.
func TestRate(t *testing.T) {
	for _, tt := range []struct {
		outcome   problem.Outcome
		low, high float64
	}{
		{problem.Outcome{Applied: 1, Held: 1}, 0.207, 1},
		{problem.Outcome{Applied: 10, Held: 8}, 0.490, 0.943},
		{problem.Outcome{Applied: 20, Held: 0}, 0, 0.161},
	} {
		_, low, high, ok := tt.outcome.Rate()
		if !ok || fmt.Sprintf("%.3f %.3f", low, high) != fmt.Sprintf("%.3f %.3f", tt.low, tt.high) {
			t.Errorf("%v: %.3f to %.3f", tt.outcome, low, high)
		}
	}
	if _, _, _, ok := (problem.Outcome{}).Rate(); ok {
		t.Error("a rate without applications")
	}
}
