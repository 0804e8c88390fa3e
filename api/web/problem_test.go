package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// fakeProblems has one candidate and one problem with a known error.
type fakeProblems struct{ port.ProblemManagement }

func (*fakeProblems) List(context.Context, access.Actor) ([]problem.Candidate, error) {
	return []problem.Candidate{{
		ID: "3", Rule: problem.ByOutage, Title: "Tunnel <down>", Tickets: []string{"1001", "1002"}, Terms: []string{"E-809"},
		Services: []string{"network"}, Reopenings: 1, Since: noon,
		Changes: []problem.Change{{ID: "7", Title: "Gateway 4.2", Class: problem.Release, Starts: noon.Add(-time.Hour)}},
	}}, nil
}

func (f *fakeProblems) Problems(
	ctx context.Context, a access.Actor, _ problem.State, _ string, _ int,
) ([]problem.Problem, error) {
	p, err := f.Problem(ctx, a, "5")
	return []problem.Problem{p}, err
}

func (*fakeProblems) Problem(_ context.Context, _ access.Actor, id string) (problem.Problem, error) {
	return problem.Problem{
		ID: id, Title: "Mail is late", State: problem.Open, Tickets: []string{"1003"}, Changes: []string{"7"},
		KnownError: &problem.KnownError{
			State: problem.Active, Title: "Mail waits", Symptom: "Late", Workaround: "Wait", Article: "a_1",
		},
	}, nil
}

func (*fakeProblems) Change(_ context.Context, _ access.Actor, id string) (problem.Change, error) {
	return problem.Change{ID: id, Title: "Gateway 4.2", Class: problem.Release, Starts: noon}, nil
}

func (f *fakeProblems) Changes(ctx context.Context, a access.Actor, _ string, _ int) ([]problem.Change, error) {
	c, err := f.Change(ctx, a, "7")
	return []problem.Change{c}, err
}

func (*fakeProblems) Outcomes(_ context.Context, articles ...string) (map[string]problem.Outcome, error) {
	out := map[string]problem.Outcome{}
	for _, id := range articles {
		out[id] = problem.Outcome{Applied: 1, Held: 1}
	}
	return out, nil
}

func (*fakeProblems) Create(_ context.Context, _ access.Actor, in problem.NewProblem) (problem.Problem, error) {
	if in.Title == "" {
		return problem.Problem{}, fault.InvalidField("title", "is empty")
	}
	return problem.Problem{ID: "6"}, nil
}

func TestProblemPages(t *testing.T) {
	manager := access.Actor{ID: "u_sven", Name: "Sven", Roles: []access.Role{access.ServiceManager}}
	agent := access.Actor{ID: "u_anna", Name: "Anna", Roles: []access.Role{access.Agent}}
	s := newSite(t)
	list := s.get(manager, "/problems")
	for _, want := range []string{
		"Suspected outage", "Tunnel &lt;down&gt;", `href="/tickets/1002"`, "E-809", "Gateway 4.2", "need not be the cause",
		"reopened 1 time", "Dismiss", "Problem 5: Mail is late",
	} {
		if !strings.Contains(list.Body.String(), want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	if body := s.get(agent, "/problems").Body.String(); strings.Contains(body, "Dismiss") {
		t.Error("an agent is offered a decision")
	}
	one := s.get(manager, "/problems/5").Body.String()
	if !strings.Contains(one, "held in 1 of 1 ticket.") || strings.Contains(one, "100%") {
		t.Errorf("the workaround's record: %s", one)
	}
	if body := s.get(agent, "/articles/vpn-drops").Body.String(); !strings.Contains(body, "held in 1 of 1 ticket") {
		t.Error("the article does not say how often it held")
	}
	made := s.post(manager, "/problems/candidates/3/accept", "title", "Tunnel")
	if made.Code != http.StatusSeeOther || !strings.HasPrefix(made.Header().Get("Location"), "/problems/6?") {
		t.Errorf("accepted: %d, %s", made.Code, made.Header().Get("Location"))
	}
	wrong := s.post(manager, "/problems/candidates/3/accept")
	if wrong.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body.String(), "Tunnel &lt;down&gt;") {
		t.Errorf("without a title: %d", wrong.Code)
	}
}
