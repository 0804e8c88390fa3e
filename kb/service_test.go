package kb_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

func TestCreate(t *testing.T) {
	b := newBench()
	a, err := b.Create(
		t.Context(), agent,
		kb.NewArticleInput{
			Title: " VPN  drops\n", Markdown: "Text", Tags: []string{"b", "b ", ""}, Tickets: []string{"1001"},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(
		a.Slug, a.Revision, a.Kind, a.Confidence, a.Audience, a.Governance, a.Tags, a.SourceTickets, a.Author,
		len(a.Passages),
	); got !=
		"vpn-drops1troubleshootingnot_validatedinternalexperience[b] [1001]u_agent1" {
		t.Error(got)
	}
	second, err := b.Create(t.Context(), agent, kb.NewArticleInput{Title: "VPN drops", Markdown: "Text"})
	if err != nil || second.Slug != "vpn-drops-2" {
		t.Errorf("slug %s, %v", second.Slug, err)
	}
	for name, c := range map[string]struct {
		actor access.Actor
		in    kb.NewArticleInput
		kind  fault.Kind
	}{
		"visitor":   {visitor, kb.NewArticleInput{Title: "T", Markdown: "x"}, fault.Unauthenticated},
		"requester": {requester, kb.NewArticleInput{Title: "T", Markdown: "x"}, fault.Forbidden},
		"admin":     {admin, kb.NewArticleInput{Title: "T", Markdown: "x"}, fault.Forbidden},
		"token without the scope": {
			access.Actor{ID: "u", Roles: manager.Roles, Scopes: []access.Permission{access.ReadArticles}},
			kb.NewArticleInput{Title: "T", Markdown: "x"},
			fault.Forbidden,
		},
		"agent validates": {
			agent, kb.NewArticleInput{Title: "T", Markdown: "x", Confidence: kb.Validated}, fault.Forbidden,
		},
		"agent under compliance": {
			agent, kb.NewArticleInput{Title: "T", Markdown: "x", Governance: kb.Compliance}, fault.Forbidden,
		},
		"no title":     {manager, kb.NewArticleInput{Title: " ", Markdown: "x"}, fault.Invalid},
		"no text":      {manager, kb.NewArticleInput{Title: "T", Markdown: " \n"}, fault.Invalid},
		"unknown kind": {manager, kb.NewArticleInput{Title: "T", Markdown: "x", Kind: "poem"}, fault.Invalid},
		"slug taken": {
			manager, kb.NewArticleInput{Title: "T", Markdown: "x", Slug: "vpn-drops"}, fault.Conflict,
		},
		"slug unfit":               {manager, kb.NewArticleInput{Title: "T", Markdown: "x", Slug: "a/b"}, fault.Invalid},
		"text with a zero byte":    {manager, kb.NewArticleInput{Title: "T", Markdown: "x\x00"}, fault.Invalid},
		"locale that is no locale": {manager, kb.NewArticleInput{Title: "T", Markdown: "x", Locale: "<b>"}, fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.Create(t.Context(), c.actor, c.in)
			wantKind(t, err, c.kind)
		})
	}
}

func TestCreateOnce(t *testing.T) {
	b := newBench()
	in := kb.NewArticleInput{Title: "T", Markdown: "x", Idempotency: journal.Idempotency{Key: "k", Hash: "h"}}
	first, err := b.Create(t.Context(), manager, in)
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.Create(t.Context(), manager, in)
	if err != nil || second.ID != first.ID {
		t.Errorf("repeated: %s, %v; want %s", second.ID, err, first.ID)
	}
	in.Idempotency.Hash = "other"
	_, err = b.Create(t.Context(), manager, in)
	wantKind(t, err, fault.Conflict)
}

func TestUpdate(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{})
	after, err := b.Update(
		t.Context(), agent, a.ID, 1, kb.Patch{Markdown: ptr(a.Markdown + "\nMore.\n"), Owner: ptr("jo")},
	)
	if err != nil || after.Revision != 2 || after.Author != "u_agent" ||
		!after.CreatedAt.Equal(a.CreatedAt) || !after.UpdatedAt.After(a.UpdatedAt) {
		t.Fatalf("%+v, %v", after, err)
	}
	if diff := cmp.Diff(a.Passages[0].ID, after.Passages[0].ID); diff != "" {
		t.Error(diff)
	}
	same, err := b.Update(t.Context(), agent, a.ID, 2, kb.Patch{Owner: ptr("jo ")})
	if err != nil || same.Revision != 2 {
		t.Errorf("an update without a change made revision %d, %v", same.Revision, err)
	}
	if diff := cmp.Diff([]string{"article created", "article updated"}, b.store.verbs()); diff != "" {
		t.Error(diff)
	}
	compliant := b.article(t, kb.NewArticleInput{Title: "Rules", Governance: kb.Compliance, Confidence: kb.Validated})
	open := b.article(t, kb.NewArticleInput{Title: "Open", Audience: access.Customer})
	second := b.article(t, kb.NewArticleInput{Title: "Rules 2", Governance: kb.Compliance, Confidence: kb.Validated})
	narrowed := b.article(t, kb.NewArticleInput{Title: "Narrowed", Audience: access.Customer})
	for name, c := range map[string]struct {
		actor access.Actor
		id    string
		base  int
		patch kb.Patch
		kind  fault.Kind
	}{
		"stale":                      {agent, a.ID, 1, kb.Patch{Owner: ptr("x")}, fault.Conflict},
		"from the future":            {agent, a.ID, 3, kb.Patch{Owner: ptr("x")}, fault.Conflict},
		"missing":                    {agent, "a_none", 1, kb.Patch{Owner: ptr("x")}, fault.NotFound},
		"requester":                  {requester, a.ID, 2, kb.Patch{Owner: ptr("x")}, fault.Forbidden},
		"visitor":                    {visitor, a.ID, 2, kb.Patch{Owner: ptr("x")}, fault.Unauthenticated},
		"agent, compliance":          {agent, compliant.ID, 1, kb.Patch{Owner: ptr("x")}, fault.Forbidden},
		"agent validates":            {agent, a.ID, 2, kb.Patch{Confidence: ptr(kb.Validated)}, fault.Forbidden},
		"agent archives":             {agent, a.ID, 2, kb.Patch{Confidence: ptr(kb.Archived)}, fault.Forbidden},
		"agent widens the audience":  {agent, open.ID, 1, kb.Patch{Audience: ptr(access.AudiencePublic)}, fault.Forbidden},
		"agent changes governance":   {agent, a.ID, 2, kb.Patch{Governance: ptr(kb.Compliance)}, fault.Forbidden},
		"bad value":                  {manager, a.ID, 2, kb.Patch{Audience: ptr(access.Audience("all"))}, fault.Invalid},
		"agent narrows the audience": {agent, narrowed.ID, 1, kb.Patch{Audience: ptr(access.Internal)}, fault.Kind(-1)},
		"manager, compliance":        {manager, second.ID, 1, kb.Patch{Owner: ptr("x")}, fault.Kind(-1)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.Update(t.Context(), c.actor, c.id, c.base, c.patch)
			if c.kind == fault.Kind(-1) {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantKind(t, err, c.kind)
		})
	}
}

func TestUpdateRaceIsAConflict(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{})
	b.store.beforeSave = func() {
		if _, err := b.Update(context.Background(), manager2, a.ID, 1, kb.Patch{Owner: ptr("first")}); err != nil {
			t.Error(err)
		}
	}
	_, err := b.Update(t.Context(), manager, a.ID, 1, kb.Patch{Owner: ptr("second")})
	wantKind(t, err, fault.Conflict)
	if got, err := b.Article(t.Context(), manager, a.ID); err != nil || got.Owner != "first" {
		t.Errorf("owner %q, %v", got.Owner, err)
	}
}

func TestRestoreKeepsStates(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{Audience: access.AudiencePublic, Confidence: kb.Validated, Markdown: "Old words"})
	a2, err := b.Update(
		t.Context(), manager, a.ID, 1,
		kb.Patch{Audience: ptr(access.Internal), Markdown: ptr("New words"), Title: ptr("New")},
	)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Restore(t.Context(), manager, a.ID, 1, a2.Revision)
	if err != nil || got.Revision != 3 || got.Markdown != "Old words" ||
		got.Title != a.Title || got.Audience != access.Internal {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = b.Restore(t.Context(), manager, a.ID, 1, 2)
	wantKind(t, err, fault.Conflict)
	_, err = b.Restore(t.Context(), manager, a.ID, 9, 3)
	wantKind(t, err, fault.NotFound)
}

func TestArchiveAndMerge(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{Title: "A", Tickets: []string{"1", "2"}})
	into := b.article(t, kb.NewArticleInput{Title: "B", Tickets: []string{"2"}})
	_, err := b.Merge(t.Context(), agent, a.ID, into.ID, 1)
	wantKind(t, err, fault.Forbidden)
	_, err = b.Merge(t.Context(), manager, a.ID, a.Slug, 1)
	wantKind(t, err, fault.Invalid)
	_, err = b.Merge(t.Context(), manager, a.ID, into.ID, 7)
	wantKind(t, err, fault.Conflict)
	merged, err := b.Merge(t.Context(), manager, a.ID, into.ID, 1)
	if err != nil || merged.SupersededBy != into.ID || merged.Confidence != kb.Archived {
		t.Fatalf("%+v, %v", merged, err)
	}
	kept, err := b.Article(t.Context(), agent, into.ID)
	if err != nil || cmp.Diff([]string{"2", "1"}, kept.SourceTickets) != "" || kept.Revision != 2 {
		t.Errorf("%+v, %v", kept, err)
	}
	last := b.store.entries[len(b.store.entries)-1]
	if len(last.Changes) != 2 || len(last.Events) != 2 {
		t.Errorf("entry %+v", last)
	}
	_, err = b.Merge(t.Context(), manager, into.ID, a.ID, 2)
	wantKind(t, err, fault.Conflict)
	_, err = b.Archive(t.Context(), manager, a.ID, merged.Revision)
	wantKind(t, err, fault.Conflict)
	_, err = b.Update(t.Context(), agent, a.ID, merged.Revision, kb.Patch{Owner: ptr("x")})
	wantKind(t, err, fault.Forbidden)
	back, err := b.Update(t.Context(), manager, a.ID, merged.Revision, kb.Patch{Confidence: ptr(kb.Validated)})
	if err != nil || back.SupersededBy != "" {
		t.Errorf("%+v, %v", back, err)
	}
}

// TestMergedArticleLeadsOn reads the old address of a merged article: readers who may not
// see archived articles get its successor, unless one of the two is hidden from them.
func TestMergedArticleLeadsOn(t *testing.T) {
	b := newBench()
	visitor := access.Actor{}
	publish := func(title string, audience access.Audience) kb.Article {
		return b.article(t, kb.NewArticleInput{Title: title, Audience: audience, Confidence: kb.Validated})
	}
	first, second, last := publish("First", access.AudiencePublic), publish(
		"Second", access.AudiencePublic,
	), publish("Last", access.AudiencePublic)
	secret, inside := publish("Secret", access.Internal), publish("Inside", access.Internal)
	for _, m := range [][2]kb.Article{{first, second}, {second, last}, {secret, last}} {
		if _, err := b.Merge(t.Context(), manager, m[0].ID, m[1].ID, m[0].Revision); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := b.Article(t.Context(), visitor, first.Slug); err != nil || a.ID != last.ID {
		t.Errorf("the first address leads to %q, %v; want the last", a.Title, err)
	}
	if a, err := b.Article(t.Context(), manager, first.Slug); err != nil || a.ID != first.ID {
		t.Errorf("staff read %q, %v; want the archived one", a.Title, err)
	}
	_, err := b.Article(t.Context(), visitor, secret.Slug)
	wantKind(t, err, fault.NotFound)
	public := publish("Public", access.AudiencePublic)
	if _, err := b.Merge(t.Context(), manager, public.ID, inside.ID, 1); err != nil {
		t.Fatal(err)
	}
	_, err = b.Article(t.Context(), visitor, public.Slug)
	wantKind(t, err, fault.NotFound)
}

// TestVisibility shows every reader every state of an article.
func TestVisibility(t *testing.T) {
	b := newBench()
	for _, audience := range kb.Audiences() {
		for _, confidence := range kb.Confidences() {
			slug := fmt.Sprint(audience, "-", string(confidence[0]))
			b.article(t, kb.NewArticleInput{Slug: slug, Audience: audience, Confidence: confidence})
		}
	}
	for name, c := range map[string]struct {
		actor        access.Actor
		read, listed []string
	}{
		"visitor":   {visitor, []string{"public-v"}, []string{"public-v"}},
		"admin":     {admin, []string{"public-v"}, []string{"public-v"}},
		"requester": {requester, []string{"customer-v", "public-v"}, []string{"customer-v", "public-v"}},
		"agent": {
			agent,
			[]string{
				"internal-w", "internal-n", "internal-v", "internal-a", "customer-w", "customer-n", "customer-v", "customer-a",
				"public-w", "public-n", "public-v", "public-a",
			},
			[]string{
				"internal-w", "internal-n", "internal-v", "customer-w", "customer-n", "customer-v", "public-w", "public-n",
				"public-v",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var read, listed []string
			page, err := b.Articles(t.Context(), c.actor, kb.ArticleFilter{Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			shown := map[string]bool{}
			for _, a := range page.Articles {
				shown[a.Slug] = true
			}
			for _, audience := range kb.Audiences() {
				for _, confidence := range kb.Confidences() {
					slug := fmt.Sprint(audience, "-", string(confidence[0]))
					if shown[slug] {
						listed = append(listed, slug)
					}
					a, err := b.Article(t.Context(), c.actor, slug)
					if err == nil {
						read = append(read, slug)
						_, err = b.Passage(t.Context(), c.actor, a.Passages[0].ID, 0)
					}
					if err != nil && !fault.Is(err, fault.NotFound) {
						t.Error(err)
					}
				}
			}
			if diff := cmp.Diff(c.read, read); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.listed, listed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPassage(t *testing.T) {
	b := newBench()
	a := b.article(
		t,
		kb.NewArticleInput{
			Audience: access.AudiencePublic, Confidence: kb.Validated, Markdown: "Lead of it\n\n## Fix\n\nFirst fix here\n",
		},
	)
	fix := a.Passages[1].ID
	if _, err := b.Update(
		t.Context(), manager, a.ID, 1, kb.Patch{Markdown: ptr("Lead of it\n\n## Fix\n\nSecond fix here\n")},
	); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Update(t.Context(), manager, a.ID, 2, kb.Patch{Markdown: ptr("Lead of it\n")}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		id       string
		revision int
		want     string
	}{
		"newest that holds it": {fix, 0, "2 Fix Second fix here false"},
		"as it was cited":      {fix, 1, "1 Fix First fix here false"},
		"current":              {a.Passages[0].ID, 0, "3  Lead of it true"},
		"current by number":    {a.Passages[0].ID, 3, "3  Lead of it true"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := b.Passage(t.Context(), visitor, c.id, c.revision)
			if got := fmt.Sprint(
				v.Revision, " ", v.Heading, " ", v.Text, " ", v.Current,
			); err != nil || got != c.want || v.Article != a.ID {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
	for _, id := range []string{fix + "9", "a_none.1", "x", a.Slug + ".1", ""} {
		_, err := b.Passage(t.Context(), visitor, id, 0)
		wantKind(t, err, fault.NotFound)
	}
	_, err := b.Passage(t.Context(), visitor, fix, 3)
	wantKind(t, err, fault.NotFound)
	if _, err := b.Update(
		t.Context(), manager, a.ID, 3,
		kb.Patch{Audience: ptr(access.Internal), ReviewBy: ptr(time.Date(2027, 1, 1, 5, 0, 0, 0, time.UTC))},
	); err != nil {
		t.Fatal(err)
	}
	_, err = b.Passage(t.Context(), visitor, fix, 1)
	wantKind(t, err, fault.NotFound)
}

// TestValidatedAt: an article is validated again by whoever may validate it, and stays
// validated as it was when others edit it.
func TestValidatedAt(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{Confidence: kb.NotValidated})
	if !a.ValidatedAt.IsZero() {
		t.Errorf("not validated, and validated at %v", a.ValidatedAt)
	}
	for _, step := range []struct {
		name  string
		actor access.Actor
		patch kb.Patch
		want  func(before, after kb.Article) bool
	}{
		{"validated", manager, kb.Patch{Confidence: ptr(kb.Validated)}, func(_, after kb.Article) bool {
			return after.ValidatedAt.Equal(after.UpdatedAt)
		}},
		{"edited by an agent", agent, kb.Patch{Markdown: ptr("More words")}, func(before, after kb.Article) bool {
			return after.ValidatedAt.Equal(before.ValidatedAt) && after.UpdatedAt.After(after.ValidatedAt)
		}},
		{"edited by a manager", manager, kb.Patch{Markdown: ptr("Other words")}, func(_, after kb.Article) bool {
			return after.ValidatedAt.Equal(after.UpdatedAt)
		}},
		{"no longer valid", manager, kb.Patch{Confidence: ptr(kb.WIP)}, func(_, after kb.Article) bool {
			return after.ValidatedAt.IsZero()
		}},
	} {
		after, err := b.Update(t.Context(), step.actor, a.ID, a.Revision, step.patch)
		if err != nil || !step.want(a, after) {
			t.Fatalf("%s: %v → %v, updated %v, %v", step.name, a.ValidatedAt, after.ValidatedAt, after.UpdatedAt, err)
		}
		a = after
	}
}
