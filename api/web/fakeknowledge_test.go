package web_test

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

type fakeKnowledge struct {
	calls
	article  kb.Article
	draft    kb.Draft
	filter   kb.ArticleFilter
	proposal kb.Proposal
	patch    kb.Patch
}

func newKnowledge() *fakeKnowledge {
	text := "# VPN drops\n\n## Issue\n\n" + hostile + "\n\n" +
		"[x](javascript:alert(1)) ![y](https://evil.example/p.png) [other](/articles/vpn-drops)\n\n" +
		"## Resolution\n\nRenew.\n"
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
		Title: "VPN drops often " + hostile, Markdown: text + "\nMore.\n", Kind: kb.Troubleshooting,
		Confidence: kb.Validated, Audience: access.Internal, Governance: kb.Experience, Owner: "o " + hostile,
		ReviewBy: noon, Tags: []string{"t " + hostile}, Tickets: []string{"1001"},
		Nearest:    kb.Nearest{ID: "a_2", Title: "near " + hostile, Score: .4},
		Evidence:   []kb.DraftEvidence{{N: 1, Ticket: "1001", Message: 2, Text: "renewed " + hostile}},
		Redactions: []kb.Redaction{{Kind: "email", Count: 2}, {Kind: hostile, Count: 1}},
		Checks: []kb.Check{
			{Name: "duplicate_avoided", Passed: true},
			{Name: "no_secrets " + hostile, Detail: "found " + hostile},
		},
		Engine: "extractive", Comments: []kb.Comment{{At: noon, By: agent.ID, Verb: "note", Text: hostile}},
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

func (f *fakeKnowledge) Upload(_ context.Context, _ access.Actor, name string, content io.ReadSeeker) (kb.File, error) {
	file, err := blob.New(name, content)
	if err == nil {
		err = f.say("upload %s", file.Name)
	}
	return kb.File{Path: "files/" + file.Name, Info: file.Info}, err
}

func (f *fakeKnowledge) WithFiles(_ context.Context, _ access.Actor, a kb.Article) (kb.Article, error) {
	return a, nil
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

func (f *fakeKnowledge) EditDraft(_ context.Context, _ access.Actor, id string, version int, p kb.Patch) (kb.Draft,
	error,
) {
	f.patch = p
	return f.draft, f.say("edit %s from %d", id, version)
}

func (f *fakeKnowledge) Submit(_ context.Context, _ access.Actor, id, _ string) (kb.Draft, error) {
	return f.draft, f.say("submit %s", id)
}

func (f *fakeKnowledge) RequestChanges(_ context.Context, _ access.Actor, id, comment string) (kb.Draft, error) {
	return f.draft, f.say("request changes of %s: %s", id, comment)
}

func (f *fakeKnowledge) ApproveWith(_ context.Context, _ access.Actor, id string, in kb.Approval) (kb.Draft, kb.Article,
	error,
) {
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
	return kb.QualityReport{
		Since: since, Total: row, Rows: []kb.QualityRow{month},
		Reasons: []kb.ReasonCount{{Reason: kb.RejectWrong, Count: 1}},
	}, nil
}
