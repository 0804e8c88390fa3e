package web_test

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/thread"
)

// calls records what the pages asked for, in words.
type calls struct {
	said []string
	err  error // what the next change answers with
}

func (c *calls) say(format string, args ...any) error {
	c.said = append(c.said, fmt.Sprintf(format, args...))
	err := c.err
	c.err = nil
	return err
}

func (c *calls) last() string {
	if len(c.said) == 0 {
		return ""
	}
	return c.said[len(c.said)-1]
}

func hit(id string) desk.ArticleHit {
	return desk.ArticleHit{
		Article: desk.ArticleRef{ID: id, Slug: "vpn-drops", Title: "VPN drops " + hostile, Revision: 3, URL: "/articles/vpn-drops"},
		Passage: desk.PassageRef{ID: id + ".2", Heading: "Resolution " + hostile, Text: "Renew the certificate " + hostile, Marks: [][2]int{{0, 5}, {3, 900}, {22, 22 + utf8.RuneCountInString(hostile)}}},
		Score:   .83, Why: []string{"the words certificate " + hostile},
	}
}

type fakeDesk struct {
	calls
	ticket  desk.Ticket
	triage  desk.Triage
	filter  desk.Filter
	opened  map[string]string // idempotency key to ticket
	suggest desk.Suggestions
	sent    string // the summary that went with an escalation
}

func newDesk() *fakeDesk {
	return &fakeDesk{
		opened: make(map[string]string),
		ticket: desk.Ticket{
			ID: "1001", Version: 4, Subject: "VPN drops " + hostile, Requester: requester.ID, RequesterName: "Rita " + hostile,
			Channel: desk.Direct, Bypass: true, Type: desk.Incident, Status: desk.Open, Service: "remote-access " + hostile,
			Category: "network", Impact: 2, Urgency: 2, Priority: 3, Group: "service-desk", Assignee: agent.ID,
			Messages: []desk.Message{
				{N: 1, Kind: desk.Reply, AuthorName: "Rita " + hostile, Visibility: desk.PublicReply, At: noon, Text: "See https://example.org/a?b=1. " + hostile},
				{N: 2, Kind: desk.Reply, AuthorName: "Anna", FromDesk: true, Visibility: desk.InternalNote, At: noon, Text: "CANARY-NOTE " + hostile},
				{N: 3, Kind: desk.Escalation, AuthorName: "Anna", FromDesk: true, Visibility: desk.InternalNote, At: noon, Text: "handed over"},
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
			Tickets: []desk.TicketHit{{ID: "990", Subject: "CANARY-OTHER " + hostile, Score: .7, Why: []string{"same words"}, Resolution: "renewed " + hostile}},
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
		{At: noon, Actor: agent.ID, Verb: "updated", Data: journal.Data(map[string]any{"status": []string{"new", hostile}, "none": nil})},
		{At: noon, Actor: access.System().ID, Verb: "knowledge_decided"},
	}, nil
}

func (f *fakeDesk) Counts(context.Context, access.Actor) (desk.Counts, error) {
	return desk.Counts{ByStatus: map[desk.Status]int{desk.New: 2, desk.Closed: 9}, ByGroup: map[string]int{"service-desk": 1}, Bypassed: 1}, nil
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

func (f *fakeDesk) OpenTicket(_ context.Context, _ access.Actor, in desk.NewTicket) (desk.Ticket, error) {
	if err := f.say("open %s|%s|%s|%s|%d", in.Subject, in.Body, in.Channel, in.Requester, in.Impact); err != nil {
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

func (f *fakeDesk) Reply(_ context.Context, _ access.Actor, id string, in desk.NewMessage) (desk.Ticket, desk.Message, error) {
	return f.ticket, desk.Message{N: 4}, f.say("reply %s|%s|%s", id, in.Visibility, in.Text)
}

func (f *fakeDesk) Link(_ context.Context, _ access.Actor, id, article string) (desk.Ticket, error) {
	return f.ticket, f.say("link %s|%s", id, article)
}

func (f *fakeDesk) Dismiss(_ context.Context, _ access.Actor, id, article, _ string) (desk.Ticket, error) {
	return f.ticket, f.say("dismiss %s|%s", id, article)
}

func (f *fakeDesk) Triage(_ context.Context, _ access.Actor, _ string) (desk.Triage, error) {
	return f.triage, nil
}

func (f *fakeDesk) TakeProposals(_ context.Context, _ access.Actor, id string, values map[desk.Field]string) (desk.Ticket, error) {
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

func (f *fakeDesk) EscalateWith(_ context.Context, _ access.Actor, id, group, reason string, summary func(desk.Ticket) (string, error)) (desk.Ticket, error) {
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

type fakeKnowledge struct {
	calls
	article  kb.Article
	draft    kb.Draft
	filter   kb.ArticleFilter
	proposal kb.Proposal
	patch    kb.Patch
}

func newKnowledge() *fakeKnowledge {
	text := "# VPN drops\n\n## Issue\n\n" + hostile + "\n\n[x](javascript:alert(1)) ![y](https://evil.example/p.png) [other](/articles/vpn-drops)\n\n## Resolution\n\nRenew.\n"
	a := kb.Article{
		ID: "a_1", Slug: "vpn-drops", Title: "VPN drops " + hostile, Revision: 3, Kind: kb.Troubleshooting,
		Confidence: kb.Validated, Audience: access.AudiencePublic, Governance: kb.Experience,
		Owner: "owner " + hostile, ReviewBy: noon.AddDate(0, -1, 0), Service: "remote-access",
		Categories: []string{"network"}, Tags: []string{"vpn " + hostile}, Locale: "en",
		Markdown: text, SourceTickets: []string{"1001"}, Author: agent.ID, CreatedAt: noon, UpdatedAt: noon,
	}
	a.Passages = kb.SplitPassages(a.ID, a.Markdown, nil)
	return &fakeKnowledge{article: a, draft: kb.Draft{
		ID: "r_1", Version: 2, Decision: kb.EditArticle, Status: kb.InReview, ArticleID: a.ID, BaseRevision: 2,
		Title: "VPN drops often " + hostile, Markdown: text + "\nMore.\n", Kind: kb.Troubleshooting, Confidence: kb.Validated,
		Audience: access.Internal, Governance: kb.Experience, Owner: "o " + hostile, ReviewBy: noon, Tags: []string{"t " + hostile},
		Tickets: []string{"1001"}, Nearest: kb.Nearest{ID: "a_2", Title: "near " + hostile, Score: .4},
		Evidence:   []kb.DraftEvidence{{N: 1, Ticket: "1001", Message: 2, Text: "renewed " + hostile}},
		Redactions: []kb.Redaction{{Kind: "email", Count: 2}, {Kind: hostile, Count: 1}},
		Checks:     []kb.Check{{Name: "duplicate_avoided", Passed: true}, {Name: "no_secrets " + hostile, Detail: "found " + hostile}},
		Engine:     "extractive", Comments: []kb.Comment{{At: noon, By: agent.ID, Verb: "note", Text: hostile}},
		Author: access.System().ID, CreatedAt: noon, UpdatedAt: noon,
	}}
}

func (f *fakeKnowledge) Article(_ context.Context, a access.Actor, ref string) (kb.Article, error) {
	if ref != f.article.ID && ref != f.article.Slug || !a.Staff() && f.article.Audience == access.Internal {
		return kb.Article{}, fault.New(fault.NotFound, "there is no article %s", ref)
	}
	return f.article, nil
}

func (f *fakeKnowledge) Articles(_ context.Context, _ access.Actor, filter kb.ArticleFilter) (kb.ArticlePage, error) {
	f.filter = filter
	return kb.ArticlePage{Articles: []kb.Article{f.article}, Next: "a_1"}, nil
}

func (f *fakeKnowledge) Revision(_ context.Context, _ access.Actor, _ string, n int) (kb.Article, error) {
	if n > f.article.Revision {
		return kb.Article{}, fault.New(fault.NotFound, "there is no revision %d", n)
	}
	a := f.article
	if n < a.Revision {
		a.Revision, a.Title, a.Markdown = n, fmt.Sprintf("Title %d", n), fmt.Sprintf("Old text %d\n", n)
	}
	return a, nil
}

func (f *fakeKnowledge) Revisions(context.Context, access.Actor, string) ([]kb.Article, error) {
	return []kb.Article{f.article}, nil
}

func (f *fakeKnowledge) Create(_ context.Context, _ access.Actor, in kb.NewArticleInput) (kb.Article, error) {
	return f.article, f.say("create %s", in.Title)
}

func (f *fakeKnowledge) Update(_ context.Context, _ access.Actor, id string, base int, p kb.Patch) (kb.Article, error) {
	f.patch = p
	return f.article, f.say("update %s from %d", id, base)
}

func (f *fakeKnowledge) Restore(_ context.Context, _ access.Actor, id string, n, base int) (kb.Article, error) {
	return f.article, f.say("restore %s %d from %d", id, n, base)
}

func (f *fakeKnowledge) Archive(_ context.Context, _ access.Actor, id string, base int) (kb.Article, error) {
	return f.article, f.say("archive %s from %d", id, base)
}

func (f *fakeKnowledge) Merge(_ context.Context, _ access.Actor, id, into string, base int) (kb.Article, error) {
	return f.article, f.say("merge %s into %s from %d", id, into, base)
}

func (f *fakeKnowledge) Propose(_ context.Context, _ access.Actor, p kb.Proposal) (kb.Draft, error) {
	f.proposal = p
	return f.draft, f.say("propose %s from %d, submit %v", p.ArticleID, p.BaseRevision, p.Submit)
}

func (f *fakeKnowledge) Rate(_ context.Context, _ access.Actor, ref string, fb kb.Feedback) error {
	return f.say("rate %s %v", ref, fb.Helped)
}

func (f *fakeKnowledge) Draft(_ context.Context, _ access.Actor, id string) (kb.Draft, error) {
	if id != f.draft.ID {
		return kb.Draft{}, fault.New(fault.NotFound, "there is no draft %s", id)
	}
	return f.draft, nil
}

func (f *fakeKnowledge) Drafts(context.Context, access.Actor, kb.DraftFilter) (kb.DraftPage, error) {
	return kb.DraftPage{Drafts: []kb.Draft{f.draft}, Next: "r_1"}, nil
}

func (f *fakeKnowledge) Base(_ context.Context, a access.Actor, d kb.Draft) (kb.Article, error) {
	return f.Revision(context.Background(), a, d.ArticleID, d.BaseRevision)
}

func (f *fakeKnowledge) EditDraft(_ context.Context, _ access.Actor, id string, version int, p kb.Patch) (kb.Draft, error) {
	f.patch = p
	return f.draft, f.say("edit %s from %d", id, version)
}

func (f *fakeKnowledge) Submit(_ context.Context, _ access.Actor, id, _ string) (kb.Draft, error) {
	return f.draft, f.say("submit %s", id)
}

func (f *fakeKnowledge) ApproveVersion(_ context.Context, _ access.Actor, id string, version int, comment string) (kb.Draft, kb.Article, error) {
	return f.draft, f.article, f.say("approve %s version %d: %s", id, version, comment)
}

func (f *fakeKnowledge) RequestChanges(_ context.Context, _ access.Actor, id, comment string) (kb.Draft, error) {
	return f.draft, f.say("request changes of %s: %s", id, comment)
}

func (f *fakeKnowledge) Reject(_ context.Context, _ access.Actor, id, comment string) (kb.Draft, error) {
	return f.draft, f.say("reject %s: %s", id, comment)
}

func (f *fakeKnowledge) ApproveWith(_ context.Context, _ access.Actor, id string, in kb.Approval) (kb.Draft, kb.Article, error) {
	if in.Edit != nil {
		f.patch = *in.Edit
		return f.draft, f.article, f.say("approve %s version %d with edits %v: %s", id, in.Version, in.Confirmed, in.Comment)
	}
	if len(in.Confirmed) > 0 {
		return f.draft, f.article, f.say("approve %s version %d %v: %s", id, in.Version, in.Confirmed, in.Comment)
	}
	return f.draft, f.article, f.say("approve %s version %d: %s", id, in.Version, in.Comment)
}

func (f *fakeKnowledge) RejectFor(_ context.Context, _ access.Actor, id string, in kb.RejectInput) (kb.Draft, error) {
	if in.Article != "" {
		return f.draft, f.say("reject %s as %s of %s: %s", id, in.Reason, in.Article, in.Comment)
	}
	if in.Reason != "" {
		return f.draft, f.say("reject %s as %s: %s", id, in.Reason, in.Comment)
	}
	return f.draft, f.say("reject %s: %s", id, in.Comment)
}

func (f *fakeKnowledge) Opened(context.Context, access.Actor, kb.Draft) error { return nil }

func (f *fakeKnowledge) Quality(_ context.Context, _ access.Actor, since time.Time) (kb.QualityReport, error) {
	distance, waiting := .25, 3*time.Hour
	row := kb.QualityRow{Approved: 3, Rejected: 1, Measured: 2, Unchanged: 1, Distance: &distance, Waiting: &waiting}
	month := row
	month.Month, month.Author, month.Engine = "2026-11", kb.AuthorSystem, kb.ByRules
	return kb.QualityReport{Since: since, Total: row, Rows: []kb.QualityRow{month}, Reasons: []kb.ReasonCount{{Reason: kb.RejectWrong, Count: 1}}}, nil
}

type fakeFinder struct {
	results retrieval.Results
	query   retrieval.Query
	suggest desk.Suggestions
	asked   desk.SuggestRequest
}

func newFinder() *fakeFinder {
	return &fakeFinder{
		results: retrieval.Results{Hits: []desk.ArticleHit{hit("a_1"), hit("a_9")}, Next: "c2", Total: 12},
		suggest: desk.Suggestions{Articles: []desk.ArticleHit{hit("a_1")}, KnownErrors: []desk.ArticleHit{hit("a_2")}},
	}
}

func (f *fakeFinder) Search(_ context.Context, q retrieval.Query) (retrieval.Results, error) {
	f.query = q
	return f.results, nil
}

func (f *fakeFinder) Suggest(_ context.Context, r desk.SuggestRequest) (desk.Suggestions, error) {
	f.asked = r
	return f.suggest, nil
}

type fakeWriter struct {
	answer  answer.Answer
	summary handoff.Summary
	err     error
}

func newWriter() *fakeWriter {
	return &fakeWriter{
		answer: answer.Answer{Engine: ask.Extractive, Sentences: []answer.Sentence{
			{Text: "Renew the certificate. " + hostile, Citations: []evidence.Citation{{Article: "a_1", Revision: 3, Passage: "a_1.2"}}},
			{Text: "CANARY-UNCITED", Citations: []evidence.Citation{{Article: "a_secret", Revision: 1, Passage: "a_secret.1"}}},
		}},
		summary: handoff.Summary{Engine: ask.Extractive, Stale: true, Sections: []handoff.Section{
			{Name: handoff.SectionTried, Lines: []handoff.Line{{Text: "reinstalled " + hostile, Messages: []int{1, 2}, Result: thread.Failed}}},
			{Name: handoff.SectionNext},
		}},
	}
}

func (f *fakeWriter) Answer(context.Context, string, kb.Visibility) (answer.Answer, error) {
	return f.answer, f.err
}

func (f *fakeWriter) Summarize(context.Context, desk.Ticket) (handoff.Summary, error) {
	return f.summary, f.err
}

func (f *fakeWriter) StreamSummary(ctx context.Context, t desk.Ticket, _ handoff.Progress) (handoff.Summary, error) {
	return f.Summarize(ctx, t)
}

// fakeShelf keeps summaries.
type fakeShelf struct{ kept handoff.Stored }

func (f *fakeShelf) Summary(context.Context, string) (handoff.Stored, error) {
	if f.kept.Version == 0 {
		return f.kept, fault.New(fault.NotFound, "no summary yet")
	}
	return f.kept, nil
}

func (f *fakeShelf) SaveSummary(_ context.Context, k handoff.Stored, _ journal.Entry) error {
	f.kept = k
	return nil
}

type fakeAccounts struct {
	calls
	users []auth.User
}

func newAccounts() *fakeAccounts {
	return &fakeAccounts{users: []auth.User{
		{ID: "u_x", Email: "max@example.org", Name: hostile, Roles: access.Roles(), CreatedAt: noon},
		{ID: "u_d", Email: "dora@example.org", Roles: []access.Role{access.Requester}, Disabled: true, CreatedAt: noon},
	}}
}

func (f *fakeAccounts) Names(_ context.Context, ids []string) (map[string]string, error) {
	names := make(map[string]string)
	for _, a := range []access.Actor{requester, agent, knower, everyone} {
		if slices.Contains(ids, a.ID) {
			names[a.ID] = a.Name
		}
	}
	return names, nil
}

func (f *fakeAccounts) Agents(context.Context) ([]access.Actor, error) {
	return []access.Actor{{ID: "u_bo", Name: "Bo " + hostile, Email: "bo@example.org"}}, nil
}

func (f *fakeAccounts) Login(_ context.Context, email, password, _ string) (string, auth.User, error) {
	if password != "right" {
		return "", auth.User{}, fault.New(fault.Unauthenticated, "The e-mail address or the password is wrong.")
	}
	return "new-session", auth.User{}, f.say("login %s", email)
}

func (f *fakeAccounts) Logout(_ context.Context, secret string) error {
	return f.say("logout %s", secret)
}

func (f *fakeAccounts) CompleteSetup(_ context.Context, key string, in auth.NewUser) (string, auth.User, error) {
	return "first-session", auth.User{}, f.say("setup %s %s %v", key, in.Email, in.Roles)
}

func (f *fakeAccounts) ChangePassword(context.Context, access.Actor, string, string, string) (string, error) {
	return "new-session", f.say("password")
}

func (f *fakeAccounts) CreateToken(_ context.Context, _ access.Actor, _ string, in auth.NewToken) (string, auth.Token, error) {
	return "TOKEN-SECRET", auth.Token{}, f.say("token %s %v %v", in.Name, in.Scopes, in.Life)
}

func (f *fakeAccounts) Tokens(context.Context, access.Actor, string) ([]auth.Token, error) {
	return []auth.Token{
		{ID: "t_1", Name: "script " + hostile, Scopes: []access.Permission{access.ReadArticles}, CreatedAt: noon},
		{ID: "t_2", Name: "old", CreatedAt: noon, ExpiresAt: noon.Add(-1)},
	}, nil
}

func (f *fakeAccounts) RevokeToken(_ context.Context, _ access.Actor, _, id string) error {
	return f.say("revoke %s", id)
}

func (f *fakeAccounts) Users(context.Context, access.Actor) ([]auth.User, error) { return f.users, nil }

func (f *fakeAccounts) CreateUser(_ context.Context, _ access.Actor, in auth.NewUser) (auth.User, error) {
	return auth.User{}, f.say("create %s %v", in.Email, in.Roles)
}

func (f *fakeAccounts) SetRoles(_ context.Context, _ access.Actor, id string, roles []access.Role) error {
	return f.say("roles %s %v", id, roles)
}

func (f *fakeAccounts) Disable(_ context.Context, _ access.Actor, id string) error {
	return f.say("disable %s", id)
}

func (f *fakeAccounts) Enable(_ context.Context, _ access.Actor, id string) error {
	return f.say("enable %s", id)
}
