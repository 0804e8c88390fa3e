package storetest

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

func build(object, verb string) problem.Build {
	return func(id string) journal.Entry { return entry(object, id, verb) }
}

// patterns checks marks, candidates, problems and changes.
func patterns(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("incidents", func(t *testing.T) { incidents(t, fresh(t)) })
	t.Run("candidates", func(t *testing.T) { candidateRows(t, fresh(t)) })
	t.Run("problems", func(t *testing.T) { problemRows(t, fresh(t)) })
	t.Run("outcomes", func(t *testing.T) { outcomes(t, fresh(t)) })
	t.Run("changes in services", func(t *testing.T) { changeRows(t, fresh(t)) })
}

func incidents(t *testing.T, again Opener) {
	s, other := again(t), again(t)
	ctx := t.Context()
	a, b := open(t, s, ticket("A")), open(t, s, ticket("B"))
	known, last, err := s.PatternsAt(ctx)
	must(t, err)
	ids, upTo, err := s.TicketsAfter(ctx, known, 10)
	must(t, err)
	wantEqual(t, ids, []string{a.ID, b.ID})
	wantEqual(t, upTo, last)
	must(t, s.AdvancePatterns(ctx, known, upTo))
	wantKind(t, other.AdvancePatterns(ctx, known, upTo), fault.Conflict)
	got, err := other.Incidents(ctx, []string{b.ID, a.ID, "999"}, noon)
	must(t, err)
	want := problem.Incident{
		Ticket: a.ID, Subject: "A", Body: "It does not work.", Requester: "u_anna", Incident: true,
		Priority: 4, CreatedAt: noon,
	}
	if len(got) != 2 {
		t.Fatalf("incidents %v", got)
	}
	wantEqual(t, got[0], want)
	none, err := other.Incidents(ctx, []string{a.ID}, noon.Add(time.Second))
	must(t, err)
	wantEqual(t, len(none), 0)

	code := problem.Mark{Kind: problem.BySignature, Value: "0x1"}
	for _, i := range got {
		must(t, s.SaveMarks(ctx, i, []problem.Mark{code, {Kind: problem.ByText, Value: a.ID}}))
	}
	must(t, s.SaveMarks(ctx, got[1], []problem.Mark{code}))
	_, err = other.TextMark(ctx, b.ID)
	wantKind(t, err, fault.NotFound)
	m, err := other.TextMark(ctx, a.ID)
	must(t, err)
	wantEqual(t, m, problem.Mark{Kind: problem.ByText, Value: a.ID})
	_, err = s.AddCandidate(ctx, problem.Candidate{
		Version: 1, Key: "k", State: problem.Waiting, Tickets: []string{b.ID}, UpdatedAt: noon,
	}, build(journal.Candidate, "created"))
	must(t, err)
	marked, err := other.Marked(ctx, code, noon, 10)
	must(t, err)
	covered := map[string]bool{}
	for _, x := range marked {
		covered[x.Ticket] = x.Covered
	}
	wantEqual(t, covered, map[string]bool{a.ID: false, b.ID: true})
}

func candidateRows(t *testing.T, again Opener) {
	s, other := again(t), again(t)
	ctx := t.Context()
	a := open(t, s, ticket("A"))
	c := filled[problem.Candidate]()
	c.Version, c.State, c.Tickets, c.Changes = 1, problem.Waiting, []string{a.ID}, nil
	c.Key, c.Rule = "k", problem.ByCluster
	id, err := s.AddCandidate(ctx, c, build(journal.Candidate, "created"))
	must(t, err)
	_, err = other.AddCandidate(ctx, c, build(journal.Candidate, "created"))
	wantKind(t, err, fault.Conflict)
	got, err := other.Candidate(ctx, id)
	must(t, err)
	c.ID = id
	wantEqual(t, got, c)
	outage := c
	outage.Key, outage.Rule = "other", problem.ByOutage
	second, err := s.AddCandidate(ctx, outage, build(journal.Candidate, "created"))
	must(t, err)
	found, err := other.Candidates(ctx, problem.Waiting, 10)
	must(t, err)
	if len(found) != 2 || found[0].ID != second {
		t.Errorf("want the outage first: %v", found)
	}
	c.Version, c.State, c.Reason = 2, problem.Dismissed, "no"
	must(t, s.SaveCandidates(ctx, []problem.Candidate{c}, entry(journal.Candidate, id, "dismissed")))
	wantKind(t, other.SaveCandidates(ctx, []problem.Candidate{c}, journal.Entry{}), fault.Conflict)
	third, err := s.AddCandidate(ctx, problem.Candidate{
		Version: 1, Key: "k", State: problem.Waiting, UpdatedAt: noon,
	}, build(journal.Candidate, "created"))
	must(t, err)
	newest, err := other.CandidateOf(ctx, "k")
	must(t, err)
	wantEqual(t, newest.ID, third)
	_, err = s.CandidateOf(ctx, "nothing")
	wantKind(t, err, fault.NotFound)
	_, err = s.Candidate(ctx, "x")
	wantKind(t, err, fault.NotFound)
}

func problemRows(t *testing.T, again Opener) {
	s, other := again(t), again(t)
	ctx := t.Context()
	a, b := open(t, s, ticket("A")), open(t, s, ticket("B"))
	from := problem.Candidate{Version: 1, Key: "k", State: problem.Waiting, Tickets: []string{a.ID}, UpdatedAt: noon}
	var err error
	from.ID, err = s.AddCandidate(ctx, from, build(journal.Candidate, "created"))
	must(t, err)
	p := filled[problem.Problem]()
	p.Version, p.State, p.Tickets = 1, problem.Open, []string{a.ID}
	from.Version, from.State = 2, problem.Accepted
	p.ID, err = s.AddProblem(ctx, p, &from, build(journal.Problem, "created"))
	must(t, err)
	got, err := other.Problem(ctx, p.ID)
	must(t, err)
	wantEqual(t, got, p)
	accepted, err := other.Candidate(ctx, from.ID)
	must(t, err)
	wantEqual(t, accepted.Into, p.ID)
	byDraft, err := other.ProblemOf(ctx, p.KnownError.Review)
	must(t, err)
	wantEqual(t, byDraft.ID, p.ID)
	_, err = other.ProblemOf(ctx, "")
	wantKind(t, err, fault.NotFound)
	p.Version, p.State, p.Tickets = 2, problem.Solved, []string{a.ID, b.ID}
	must(t, s.SaveProblem(ctx, p, nil, entry(journal.Problem, p.ID, "updated")))
	wantKind(t, s.SaveProblem(ctx, p, nil, journal.Entry{}), fault.Conflict)
	second, err := s.AddProblem(ctx, problem.Problem{Version: 1, State: problem.Open, UpdatedAt: noon}, nil,
		build(journal.Problem, "created"))
	must(t, err)
	for _, x := range []struct {
		state  problem.State
		before string
		want   []string
	}{{"", "", []string{second, p.ID}}, {problem.Open, "", []string{second}}, {"", second, []string{p.ID}}} {
		found, err := other.Problems(ctx, x.state, x.before, 10)
		must(t, err)
		var ids []string
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		wantEqual(t, ids, x.want)
	}
	_, err = s.Problems(ctx, "", "x", 10)
	wantKind(t, err, fault.Invalid)
}

// outcomes checks that an article is judged by the resolutions that applied it.
func outcomes(t *testing.T, again Opener) {
	s := again(t)
	applied := func(events ...journal.Event) {
		x := ticket("A")
		x.Links = []desk.Link{{Kind: desk.ArticleLink, Target: "a_1", Applied: true, At: noon, Message: 1}}
		created := open(t, s, x)
		for _, e := range events {
			e.Object, e.ID = journal.Ticket, created.ID
			must(t, s.Record(t.Context(), e))
		}
	}
	at := func(days int, verb string, articles ...string) journal.Event {
		return journal.Event{
			At: noon.AddDate(0, 0, days), Actor: "u_anna", Verb: verb, Data: journal.Data(map[string]any{"articles": articles}),
		}
	}
	applied(at(0, "resolved", "a_1"))                                              // held
	applied(at(0, "resolved", "a_1"), at(3, "reopened"))                           // did not
	applied(at(0, "resolved", "a_1"), at(30, "reopened"))                          // held for longer than the reopen days
	applied(at(0, "resolved", "a_2"), at(3, "reopened"), at(4, "resolved", "a_1")) // another one did not
	applied(at(0, "resolved", "a_1"), at(3, "reopened"), at(4, "resolved", "a_1")) // held only at last
	applied(at(0, "resolved"))                                                     // written from it
	got, err := s.Outcomes(t.Context(), []string{"a_1", "a_2"}, 7)
	must(t, err)
	wantEqual(t, got, map[string]problem.Outcome{"a_1": {Applied: 5, Held: 3}})
}

func changeRows(t *testing.T, again Opener) {
	s, other := again(t), again(t)
	ctx := t.Context()
	var ids []string
	for _, hour := range []int{1, 3, 2, 3} {
		c := problem.Change{
			Title: "x", Class: problem.Config, Services: []string{"email"}, Starts: noon.Add(time.Duration(hour) * time.Hour),
			Ends: noon.Add(9 * time.Hour), Approval: problem.Reviewed, Source: "s", By: "u_anna", CreatedAt: noon,
		}
		id, err := s.AddChange(ctx, c, build(journal.ChangeRecord, "recorded"))
		must(t, err)
		c.ID = id
		got, err := other.Change(ctx, id)
		must(t, err)
		wantEqual(t, got, c)
		ids = append(ids, id)
	}
	listed := func(found []problem.Change, err error) (out []string) {
		t.Helper()
		must(t, err)
		for _, c := range found {
			out = append(out, c.ID)
		}
		return out
	}
	wantEqual(t, listed(other.ChangeRecords(ctx, "", 3)), []string{ids[3], ids[1], ids[2]})
	wantEqual(t, listed(other.ChangeRecords(ctx, ids[2], 3)), []string{ids[0]})
	wantEqual(t, listed(other.ChangesBetween(ctx, noon, noon.Add(2*time.Hour))), []string{ids[2], ids[0]})
	_, err := other.ChangeRecords(ctx, "x", 3)
	wantKind(t, err, fault.Invalid)
	_, err = other.Change(ctx, "99")
	wantKind(t, err, fault.NotFound)
}
