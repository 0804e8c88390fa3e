package web_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

type fakeDesk struct {
	calls
	ticket  desk.Ticket
	triage  desk.Triage
	filter  desk.Filter
	opened  map[string]string // idempotency key to ticket
	suggest desk.Suggestions
	sent    string // the summary sent with an escalation
}

func newDesk() *fakeDesk {
	return &fakeDesk{
		opened: make(map[string]string),
		ticket: desk.Ticket{
			ID: "1001", Version: 4, Subject: "VPN drops " + hostile, Requester: requester.ID, RequesterName: "Rita " + hostile,
			Channel: desk.Direct, Bypass: true, Type: desk.Incident, Status: desk.Open, Service: "remote-access " + hostile,
			Category: "network", Impact: 2, Urgency: 2, Priority: 3, Group: "service-desk", Assignee: agent.ID,
			Messages: []desk.Message{
				{
					N: 1, Kind: desk.Reply, AuthorName: "Rita " + hostile, Visibility: desk.PublicReply, At: noon,
					Text: "See https://example.org/a?b=1. " + hostile,
					Files: []desk.File{{
						Name: hostile + ".png", Info: blob.Info{ID: strings.Repeat("a", 64), Type: "image/png", Size: 9},
					}},
				},
				{
					N: 2, Kind: desk.Reply, AuthorName: "Anna", FromDesk: true, Visibility: desk.InternalNote, At: noon,
					Text:  "CANARY-NOTE " + hostile,
					Files: []desk.File{{Name: "CANARY-FILE.txt", Info: blob.Info{ID: strings.Repeat("b", 64), Size: 12_345}}},
				},
				{
					N: 3, Kind: desk.Escalation, AuthorName: "Anna", FromDesk: true, Visibility: desk.InternalNote, At: noon,
					Text: "handed over",
				},
			},
			Links: []desk.Link{
				{Kind: desk.ArticleLink, Target: "a_1", Title: "VPN drops " + hostile, Applied: true, By: agent.ID, At: noon},
				{Kind: desk.DuplicateLink, Target: "1000", Title: "older " + hostile, By: agent.ID, At: noon},
			},
			Knowledge: &desk.Knowledge{Decision: "new", Reason: "nothing covers it " + hostile, Review: "r_1"},
			Reopens:   1, CreatedAt: noon, UpdatedAt: noon,
		},
		suggest: desk.Suggestions{
			Articles: []desk.ArticleHit{hit("a_1")}, KnownErrors: []desk.ArticleHit{hit("a_2")},
			Tickets: []desk.TicketHit{{
				ID: "990", Subject: "CANARY-OTHER " + hostile, Score: .7, Why: []string{"same words"},
				Resolution: "renewed " + hostile,
			}},
		},
	}
}

// Ticket shows a requester what the desk would: neither notes nor links inside.
func (f *fakeDesk) Ticket(_ context.Context, a access.Actor, id string) (desk.Ticket, error) {
	t := f.ticket
	if id != t.ID || !a.Staff() && a.ID != t.Requester {
		return desk.Ticket{}, fault.New(fault.NotFound, "there is no ticket %s", id)
	}
	if !a.Staff() {
		t.Messages, t.Knowledge, t.Bypass, t.Links = t.VisibleMessages(false), nil, false, t.Links[:1]
	}
	return t, nil
}

func (f *fakeDesk) Tickets(_ context.Context, _ access.Actor, filter desk.Filter) (desk.Page, error) {
	f.filter = filter
	return desk.Page{Tickets: []desk.Ticket{f.ticket}, Next: "cursor2"}, nil
}

func (f *fakeDesk) Events(context.Context, access.Actor, string) ([]journal.Event, error) {
	return []journal.Event{
		{
			At: noon, Actor: agent.ID, Verb: "updated",
			Data: journal.Data(map[string]any{"status": []string{"new", hostile}, "none": nil}),
		},
		{At: noon, Actor: access.System().ID, Verb: "knowledge_decided"},
	}, nil
}

func (f *fakeDesk) Counts(context.Context, access.Actor) (desk.Counts, error) {
	return desk.Counts{
		ByStatus: map[desk.Status]int{desk.New: 2, desk.Closed: 9}, ByGroup: map[string]int{"service-desk": 1}, Bypassed: 1,
	}, nil
}

func (f *fakeDesk) Suggest(_ context.Context, a access.Actor, _ string) (desk.Suggestions, error) {
	if f.err != nil {
		return desk.Suggestions{}, f.err
	}
	s := f.suggest
	if !a.Staff() {
		s.Tickets = nil
	}
	return s, nil
}

func (f *fakeDesk) KeepFiles(
	_ context.Context, _ access.Actor, files []desk.NewFile, kept []string,
) ([]desk.File, error) {
	var out []desk.File
	for _, path := range kept {
		out = append(out, desk.File{Name: path[len("ticket/")+64+1:], Info: blob.Info{ID: path[len("ticket/"):][:64]}})
	}
	for _, file := range files {
		stored, err := blob.New(file.Name, file.Content)
		if err != nil {
			return nil, err
		}
		out = append(out, desk.File{Name: stored.Name, Info: stored.Info})
	}
	return out, nil
}

func (f *fakeDesk) OpenTicket(_ context.Context, _ access.Actor, in desk.NewTicket) (desk.Ticket, error) {
	said := fmt.Sprintf("open %s|%s|%s|%s|%d", in.Subject, in.Body, in.Channel, in.Requester, in.Impact)
	for _, file := range in.Files {
		said += " " + file.Name
	}
	for _, path := range in.Kept {
		said += " kept " + path[len("ticket/")+64+1:]
	}
	if err := f.say("%s", said); err != nil {
		return desk.Ticket{}, err
	}
	if id, ok := f.opened[in.Idempotency.Key]; ok {
		return desk.Ticket{}, &journal.Replay{Object: id, Same: true}
	}
	t := f.ticket
	t.ID = fmt.Sprint(2000 + len(f.opened))
	f.opened[in.Idempotency.Key] = t.ID
	return t, nil
}

func (f *fakeDesk) Reply(_ context.Context, _ access.Actor, id string, in desk.NewMessage) (desk.Ticket, desk.Message,
	error,
) {
	said := fmt.Sprintf("reply %s|%s|%s", id, in.Visibility, in.Text)
	for _, file := range in.Files {
		content, err := io.ReadAll(file.Content)
		if err != nil {
			return desk.Ticket{}, desk.Message{}, err
		}
		said += fmt.Sprintf(" %s=%s", file.Name, content)
	}
	return f.ticket, desk.Message{N: 4}, f.say("%s", said)
}

func (f *fakeDesk) Link(_ context.Context, _ access.Actor, id, article string) (desk.Ticket, error) {
	return f.ticket, f.say("link %s|%s", id, article)
}

func (f *fakeDesk) Dismiss(_ context.Context, _ access.Actor, id, article, _ string) (desk.Ticket, error) {
	return f.ticket, f.say("dismiss %s|%s", id, article)
}

func (f *fakeDesk) Approve(context.Context, access.Actor, string) (desk.Ticket, error) {
	return f.ticket, f.say("approve")
}

func (f *fakeDesk) Clocks(context.Context, access.Actor, string) ([]clock.Clock, error) {
	return []clock.Clock{
		{
			Target: "first_response", Kind: model.FirstResponse, Goal: time.Hour, Spent: 2 * time.Hour,
			Due: noon.Add(-time.Hour), Phase: clock.Breached,
		},
		{
			Target: "resolution", Kind: model.Resolution, Goal: 8 * time.Hour, Spent: time.Hour, Due: noon.Add(7 * time.Hour),
			Phase: clock.Running,
		},
		{Target: "supplier:acme", Kind: model.SupplierTarget, Goal: time.Hour, Spent: time.Minute, Phase: clock.Paused},
	}, nil
}

func (f *fakeDesk) Triage(_ context.Context, _ access.Actor, _ string) (desk.Triage, error) {
	return f.triage, nil
}

func (f *fakeDesk) TakeProposals(_ context.Context, _ access.Actor, id string,
	values map[desk.Field]string,
) (desk.Ticket, error) {
	return f.ticket, f.say("take %s|%v", id, values)
}

func (f *fakeDesk) Update(_ context.Context, _ access.Actor, id string, p desk.Patch) (desk.Ticket, error) {
	text := "update " + id
	if p.Assignee != nil {
		text += "|assignee=" + *p.Assignee
	}
	if p.Status != nil {
		text += "|status=" + string(*p.Status)
	}
	if p.Impact != nil {
		text += fmt.Sprintf("|impact=%d", *p.Impact)
	}
	if p.Group != nil {
		text += "|group=" + *p.Group
	}
	return f.ticket, f.say("%s|version=%d", text, p.Version)
}

func (f *fakeDesk) Merge(_ context.Context, _ access.Actor, id, into string) (desk.Ticket, error) {
	return f.ticket, f.say("merge %s|%s", id, into)
}

func (f *fakeDesk) EscalateWith(_ context.Context, _ access.Actor, id, group, reason string,
	summary func(desk.Ticket) (string, error),
) (desk.Ticket, error) {
	err := f.say("escalate %s|%s|%s", id, group, reason)
	if err == nil {
		f.sent, err = summary(f.ticket)
	}
	return f.ticket, err
}

func (f *fakeDesk) Resolve(_ context.Context, _ access.Actor, id string, in desk.ResolveInput) (desk.Ticket, error) {
	return f.ticket, f.say("resolve %s|%s|%s|%v", id, in.Code, in.Note, in.Articles)
}

func (f *fakeDesk) Reopen(_ context.Context, _ access.Actor, id, reason string) (desk.Ticket, error) {
	return f.ticket, f.say("reopen %s|%s", id, reason)
}
