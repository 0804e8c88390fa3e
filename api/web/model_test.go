package web_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/replay"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// versions is a store of service models in memory.
type versions struct {
	model.Store
	list      []model.Version
	proposals []model.Proposal
}

func (s *versions) AddModelVersion(
	_ context.Context, v model.Version, _ int, decided *model.Proposal, _ func(model.Version) journal.Entry,
) (model.Version, error) {
	if decided != nil {
		s.proposals[decided.ID-1] = *decided
	}
	v.Number = len(s.list) + 1
	s.list = append(s.list, v)
	return v, nil
}

func (s *versions) ModelVersions(_ context.Context, before, limit int) (out []model.Version, err error) {
	for i := len(s.list) - 1; i >= 0 && len(out) < limit; i-- {
		if before == 0 || s.list[i].Number < before {
			out = append(out, s.list[i])
		}
	}
	return out, nil
}

func (s *versions) AddModelProposal(
	_ context.Context, p model.Proposal, _ func(model.Proposal) journal.Entry,
) (model.Proposal, error) {
	p.ID = len(s.proposals) + 1
	s.proposals = append(s.proposals, p)
	return p, nil
}

func (s *versions) ModelProposals(context.Context, int) ([]model.Proposal, error) {
	return s.proposals, nil
}

func (s *versions) ModelProposal(_ context.Context, id int) (model.Proposal, error) {
	if id < 1 || id > len(s.proposals) {
		return model.Proposal{}, fault.New(fault.NotFound, "no such proposal")
	}
	return s.proposals[id-1], nil
}

func registry(t *testing.T, text []byte) *model.Registry {
	t.Helper()
	r := model.NewRegistry(&versions{}, func() time.Time { return noon })
	if _, err := r.AddFile(t.Context(), text, "as shipped"); err != nil {
		t.Fatal(err)
	}
	return r
}

// replayer finds one ticket that would flip.
type replayer struct{}

func (replayer) Run(_ context.Context, text string, _ time.Time) (replay.Report, error) {
	if _, err := model.Parse([]byte(text)); err != nil {
		return replay.Report{}, err
	}
	return replay.Report{
		Tickets: 3, Changed: []replay.Flip{{Ticket: "1001", Field: "resolution", From: "met", To: "breached"}},
		Totals: map[string]int{"resolution": 1}, Misses: []replay.Misses{{Target: "resolution", After: 1}},
		Worst: []replay.Worst{{Ticket: "1001", Target: "resolution", Over: 7200}},
	}, nil
}

// inbox has one task.
type inbox struct{ done int64 }

func (x *inbox) List(_ context.Context, _ access.Actor, done bool, _ int64, _ int) ([]desk.Notice, error) {
	if done != (x.done == 7) {
		return nil, nil
	}
	n := desk.Notice{Number: 7, At: noon, Notice: journal.Notice{
		Task: true, Title: "Breached <b>", Recipient: "role:agent", Object: journal.Ticket, ID: "1001",
	}}
	if done {
		n.DoneAt = noon
	}
	return []desk.Notice{n}, nil
}

func (x *inbox) Done(_ context.Context, _ access.Actor, number int64) (desk.Notice, error) {
	x.done = number
	return desk.Notice{}, nil
}

// TestModelPages changes the service model on its pages: a check with its diff, a text with
// problems, a new version, a stale form, and a change that another person approves.
func TestModelPages(t *testing.T) {
	s := newSite(t)
	sven := access.Actor{ID: "u_sven", Name: "Sven", Roles: []access.Role{access.ServiceManager}}
	other := access.Actor{ID: "u_other", Name: "Olga", Roles: []access.Role{access.ServiceManager}}
	shipped := string(content.ServiceModel())
	reviewed := strings.Replace(shipped, "version: 1\n", "version: 1\nchanges_reviewed: true\n", 1)
	send := func(base, text, do string) *httptest.ResponseRecorder {
		t.Helper()
		return s.post(sven, "/model", "base", base, "text", text, "do", do, "reason", "because")
	}
	s.shows(s.get(sven, "/model"), 200, "version 1, by the file in the data folder")
	s.shows(s.get(sven, "/model/edit"), 200, "handoff_line:")
	s.shows(send("1", reviewed, "preview"), 200, "changes_reviewed: true", "Changes from version 1")
	s.shows(send("1", shipped+"surprise: 1\n", "save"), 422, "column 1", "unknown key")
	shown := s.post(sven, "/model", "base", "1", "text", reviewed, "do", "replay", "since", "2026-01-31")
	s.shows(shown, 200, "3 tickets since 2026-01-31, 1 change", "#1001 would miss its Resolution by 2 h", "breached")
	s.shows(s.post(sven, "/model", "base", "1", "text", reviewed, "do", "replay", "since", "soon"), 422, "must be a date")
	s.sent(send("1", reviewed, "save"), "/model?done=model-changed")
	s.shows(send("1", shipped, "save"), 409, "ersion 2 of the service model is in force by now")
	s.sent(send("2", shipped, "save"), "/model/proposals/1?done=model-proposed")
	s.shows(s.get(sven, "/model"), 200, "waits for approval", "version 2")
	s.shows(s.get(sven, "/model/proposals/1"), 200, "Another service manager has to approve your change")
	s.shows(s.post(sven, "/model/proposals/1", "do", "approve"), 403, "nother person must approve")
	s.sent(s.post(other, "/model/proposals/1", "do", "approve"), "/model?done=model-changed")
	s.shows(s.get(sven, "/model/versions"), 200, "Approved", "as shipped")
	s.shows(s.get(sven, "/model/versions/3"), 200, "Changes from version 2")
	s.shows(s.get(sven, "/model/versions/1"), 200, "This is the first version")
	s.shows(s.get(sven, "/model/versions/9"), 404)
}

func TestNotices(t *testing.T) {
	s := newSite(t)
	anna := access.Actor{ID: "u_anna", Name: "Anna", Roles: []access.Role{access.Agent}}
	s.shows(s.get(anna, "/notices"), 200, "Breached <b>", "role:agent")
	s.sent(s.post(anna, "/notices/7/done"), "/notices?done=done")
	s.shows(s.get(anna, "/notices"), 200, "Nothing to do")
	s.shows(s.get(anna, "/notices?done=1"), 200, "Breached")
}
