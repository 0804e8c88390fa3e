package api_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/version"
	"github.com/deskbook/deskbook/summarize/ask"
)

// crowd is a world in which everything that has rows has as many as the test asks for.
type crowd struct {
	*world
	rows int
}

// populate adds rows until there are n of each kind, and a draft with n of everything.
func (c *crowd) populate(n int) {
	c.Helper()
	if c.rows == 0 {
		c.centre()
	}
	for i := c.rows; i < n; i++ {
		c.addArticle(i)
		c.addTickets(i)
		c.addDraft(i, 1)
		c.addPeople(i)
		c.addRecords(i)
	}
	c.rows = n
	c.drafts = []string{c.addDraft(1000+n, n)}
	c.catchUp()
}

// centre creates the objects around which the rows are added.
func (c *crowd) centre() {
	c.Helper()
	c.hide("first", access.AudiencePublic, kb.Validated)
	t, err := c.desk.OpenTicket(c.Context(), c.actor("rita"),
		desk.NewTicket{Subject: "Printer queue stuck", Body: "The printer queue is stuck, error 0x00000709."})
	if err != nil {
		c.Fatal(err)
	}
	c.tickets, c.world.users = []string{t.ID}, []string{c.env.users["rolf"].ID}
	c.articles, c.passages = c.articles[:1], c.passages[:1]
	c.tokens = []string{"none"}
}

func (c *crowd) must(_ any, err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// addArticle adds an article, and a revision and a link to the first one.
func (c *crowd) addArticle(i int) {
	c.Helper()
	ctx, all := c.Context(), c.actor("all")
	slug := fmt.Sprintf("stuck-queue-%d", i)
	a, err := c.kb.Create(ctx, all, kb.NewArticleInput{
		Title: fmt.Sprintf("Printer queue stuck on floor %d", i), Slug: slug, Audience: access.AudiencePublic,
		Markdown: fmt.Sprintf("## Issue\n\nThe printer queue on floor %d is stuck.\n\n## Resolution\n\nRestart it.\n", i),
		Kind:     kb.Troubleshooting, Confidence: kb.Validated, Service: "printing", Tags: []string{"printer"},
	})
	c.must(a, err)
	old, err := c.kb.Create(ctx, all, kb.NewArticleInput{
		Title: fmt.Sprintf("Old printer on floor %d", i), Slug: fmt.Sprintf("old-printer-%d", i),
		Markdown: "## Resolution\n\nThrow it away.\n", Audience: access.AudiencePublic, Confidence: kb.Validated,
	})
	c.must(old, err)
	c.must(c.kb.Merge(ctx, all, old.ID, a.ID, 1))
	var links strings.Builder
	for k := range i + 1 {
		fmt.Fprintf(&links, "- [floor %d](/articles/stuck-queue-%d), [once](/articles/old-printer-%d)\n", k, k, k)
	}
	text := "## Issue\n\nThe printer queue is stuck.\n\n## Resolution\n\nRestart it, then see\n\n" + links.String()
	c.must(c.kb.Update(ctx, all, c.articles[0], i+1, kb.Patch{Markdown: &text}))
	helped := i%2 == 0
	c.must(nil, c.kb.Rate(ctx, access.Actor{}, c.articles[0], kb.Feedback{Helped: helped}))
}

// addTickets adds a resolved ticket, an open one, one that is merged into the first, and a
// message, a link and a dismissal to the first.
func (c *crowd) addTickets(i int) {
	c.Helper()
	ctx, anna, first := c.Context(), c.actor("anna"), c.tickets[0]
	open := func(subject string) string {
		t, err := c.desk.OpenTicket(ctx, c.actor("rita"),
			desk.NewTicket{Subject: subject, Body: "The printer queue is stuck, error 0x00000709."})
		c.must(t, err)
		return t.ID
	}
	slug := fmt.Sprintf("stuck-queue-%d", i)
	solved := open(fmt.Sprintf("Printer queue stuck on floor %d", i))
	c.must(c.desk.Resolve(ctx, anna, solved, desk.ResolveInput{Code: desk.Fixed, Articles: []string{slug}}))
	open(fmt.Sprintf("Printer queue stuck again on floor %d", i))
	c.must(c.desk.Merge(ctx, anna, open(fmt.Sprintf("Printer queue, third time, floor %d", i)), first))
	_, _, err := c.desk.Reply(ctx, anna, first, desk.NewMessage{
		Text: fmt.Sprintf("Compare /articles/%s. It did not help on floor %d.", slug, i), Visibility: desk.PublicReply,
	})
	c.must(nil, err)
	c.must(c.desk.Link(ctx, anna, first, slug))
	if i%2 == 1 {
		c.must(c.desk.Dismiss(ctx, anna, first, slug, "another printer"))
	}
}

// addDraft proposes an edit of the first article with n tickets and pieces of evidence.
func (c *crowd) addDraft(i, n int) string {
	c.Helper()
	p := kb.Proposal{
		ArticleID: c.articles[0], Title: fmt.Sprintf("Printer queue stuck, draft %d", i), Submit: true,
		Markdown: fmt.Sprintf("## Issue\n\nQueue %d is stuck.\n\n## Resolution\n\nRestart it twice.\n", i),
		Audience: access.AudiencePublic, Engine: kb.ByRules, Comment: "Please read.",
	}
	for k := range n {
		ticket := fmt.Sprint(100_000 + i*1000 + k)
		p.Tickets, p.Subjects = append(p.Tickets, ticket), append(p.Subjects, "Queue "+ticket)
		p.Evidence = append(p.Evidence, kb.DraftEvidence{N: k + 1, Ticket: ticket, Message: 1, Text: "It is stuck."})
	}
	d, err := c.kb.Propose(c.Context(), access.System(), p)
	c.must(d, err)
	return d.ID
}

// addPeople adds a user, and a token to the first one.
func (c *crowd) addPeople(i int) {
	c.Helper()
	now := time.Now().UTC()
	u := auth.User{
		ID: fmt.Sprintf("u_crowd%d", i), Email: fmt.Sprintf("crowd%d@example.org", i), Name: fmt.Sprintf("Person %d", i),
		PasswordHash: "none", Roles: []access.Role{access.Agent}, CreatedAt: now, UpdatedAt: now,
	}
	c.must(nil, c.store.CreateUser(c.Context(), u, journal.Entry{}))
	for _, owner := range []string{"rolf", "all"} {
		c.token(owner, nil)
	}
}

// addRecords adds a gap, a finished evaluation, trained versions and a model call.
func (c *crowd) addRecords(i int) {
	c.Helper()
	ctx, now := c.Context(), time.Now().UTC()
	entry := func(string) journal.Entry { return journal.Entry{} }
	wording := strings.Repeat("x", i+3)
	c.must(nil, c.store.SaveGap(ctx, desk.GapRecord{
		Kind: desk.GapKinds()[i%len(desk.GapKinds())], Query: "where is " + wording, Wording: wording,
		Ticket: c.tickets[0], Reader: "staff", At: now,
	}))
	run, err := c.store.StartEvaluation(ctx,
		learning.EvaluationRun{State: learning.RunWaiting, By: "u_sven", CreatedAt: now}, entry)
	c.must(run, err)
	run.State, run.StartedAt, run.FinishedAt = learning.RunDone, now, now
	run.Report = &learning.HistoryReport{Tickets: i}
	c.must(nil, c.store.SaveEvaluation(ctx, run, journal.Entry{}))
	for _, kind := range []version.Kind{version.Ranker, version.Triage} {
		v, err := c.store.StartVersion(ctx,
			version.Version{Kind: kind, State: version.Training, By: "u_sven", CreatedAt: now}, entry)
		c.must(v, err)
		v.State, v.DecidedAt, v.Reason = version.Rejected, now, "no better"
		c.must(nil, c.store.DecideVersion(ctx, v, version.Replaced, false, journal.Entry{}))
	}
	call := ask.Call{At: now, Action: "handoff", Ticket: c.tickets[0], Sent: "text"}
	id, _, err := c.store.ReserveCall(ctx, call, now, nil)
	c.must(id, err)
	c.addProblem("Printing", now)
}
