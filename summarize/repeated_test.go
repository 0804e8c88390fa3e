package summarize_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/draft"
)

// drafted returns the draft proposed for the VPN ticket of a requester.
func drafted(t *testing.T, id, ticket, requester string, status kb.DraftStatus) kb.Draft {
	t.Helper()
	source := resolved(vpnPlain(), desk.Fixed, vpnNote)
	source.ID, source.Requester = ticket, requester
	o := proposed(t, source)
	p := *o.Proposal
	return kb.Draft{
		ID: id, Decision: kb.NewArticle, Status: status, Title: p.Title, Markdown: p.Markdown, Tickets: p.Tickets,
		Subjects: p.Subjects, Sources: p.Sources, Evidence: p.Evidence,
		DecidedAt: time.Date(2026, 1, 6, 0, 0, 0, 0, time.UTC),
	}
}

func TestDraftSource(t *testing.T) {
	d := drafted(t, "r_1", "1001", "u_req", kb.InReview)
	want := []kb.Source{{
		Ticket: "1001", Requester: "u_req", Subject: "VPN rejects my sign-in after the laptop was replaced", Message: 5,
		Confirms: "Removed the stale certificate for vpn.example.test from the user store and re-enrolled; reconnect worked.",
	}}
	if diff := cmp.Diff(want, d.Sources); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The evidence of a second ticket with the same resolution goes to the open draft.
func TestDraftJoinsOpenDraft(t *testing.T) {
	open := drafted(t, "r_1", "1001", "u_req", kb.InReview)
	for _, status := range []kb.DraftStatus{kb.InReview, kb.InDraft, kb.ChangesRequested} {
		open.Status = status
		b := &base{drafts: []kb.Draft{open}}
		second := resolved(vpnPlain(), desk.Fixed, vpnNote)
		second.ID, second.Requester = "1002", "u_other"
		o, err := summarize.New(summarize.Deps{Library: b}).Draft(t.Context(), second)
		if err != nil || o.Proposal != nil || o.Addition == nil || o.Knowledge.Review != "r_1" ||
			o.Knowledge.Decision != draft.DecideNew {
			t.Fatalf("%s: %+v, %v", status, o, err)
		}
		f := o.Addition
		if f.Source.Ticket != "1002" || f.Source.Requester != "u_other" || len(f.Evidence) < 2 ||
			!strings.Contains(f.Source.Confirms, "stale certificate") {
			t.Errorf("%s: %+v", status, f)
		}
		for _, e := range f.Evidence {
			if e.Ticket != "1002" || strings.Contains(e.Text, "anna@") {
				t.Errorf("%s: evidence %+v", status, e)
			}
		}
	}
}

// Edits that add the same to an article are one draft, too.
func TestEditJoinsOpenDraft(t *testing.T) {
	partly := article(
		"a_part", "VPN rejects the sign-in",
		"Lead.\n\n## Issue\n\nThe VPN rejects the sign-in.\n\n## Resolution\n\nRestart the client.\n",
	)
	edit := drafted(t, "r_1", "1001", "u_req", kb.InReview)
	edit.Decision, edit.ArticleID, edit.BaseRevision = kb.EditArticle, "a_part", 3
	elsewhere := edit
	elsewhere.ID, elsewhere.ArticleID = "r_2", "a_other"
	for _, c := range []struct {
		name   string
		draft  kb.Draft
		review string
	}{{"of this article", edit, "r_1"}, {"of another", elsewhere, ""}} {
		t.Run(c.name, func(t *testing.T) {
			b := &base{articles: []kb.Article{partly}, drafts: []kb.Draft{c.draft}}
			second := resolved(vpnPlain(), desk.Fixed, vpnNote, "a_part")
			second.ID, second.Requester = "1002", "u_other"
			o, err := summarize.New(summarize.Deps{Library: b}).Draft(t.Context(), second)
			joined := c.review != ""
			if err != nil || o.Knowledge.Review != c.review || (o.Addition != nil) != joined || (o.Proposal == nil) != joined {
				t.Errorf("%+v, %v", o, err)
			}
		})
	}
}

// A rejected proposal comes back when another requester has the problem or the article has
// changed.
func TestDraftAfterRejection(t *testing.T) {
	rejected := drafted(t, "r_1", "1001", "u_req", kb.Rejected)
	rejected.Rejection = kb.DraftRejection{Reason: kb.RejectWrong}
	legacy := rejected
	legacy.Sources = nil
	duplicate := rejected
	duplicate.Rejection = kb.DraftRejection{Reason: kb.RejectDuplicate, Article: "a_old", Title: "Old"}
	second := rejected
	second.ID, second.Tickets = "r_2", []string{"1002"}
	second.Sources = []kb.Source{{Ticket: "1002", Requester: "u_other"}}
	changed := article("a_old", "Old", "Other text.")
	changed.UpdatedAt = rejected.DecidedAt.Add(time.Hour)
	unchanged := changed
	unchanged.UpdatedAt = rejected.DecidedAt.Add(-time.Hour)
	of := func(drafts ...kb.Draft) base { return base{drafts: drafts} }
	with := func(a kb.Article) base { return base{drafts: []kb.Draft{duplicate}, articles: []kb.Article{a}} }
	for _, c := range []struct {
		name              string
		base              base
		ticket, requester string
		decision          string
		earlier           []string
	}{
		{"the same ticket", of(rejected), "1001", "u_req", "none", nil},
		{"the same requester again", of(rejected), "1002", "u_req", "none", nil},
		{"another requester", of(rejected), "1002", "u_other", "new", []string{"r_1"}},
		{"another requester, rejected too", of(rejected, second), "1003", "u_other", "none", nil},
		{"a third requester", of(rejected, second), "1003", "u_third", "new", []string{"r_1", "r_2"}},
		{"of an earlier release, another ticket", of(legacy), "1002", "u_req", "new", []string{"r_1"}},
		{"of an earlier release, the same ticket", of(legacy), "1001", "u_req", "none", nil},
		{"the article it duplicates is unchanged", with(unchanged), "1002", "u_req", "none", nil},
		{"the article it duplicates has changed", with(changed), "1002", "u_req", "new", []string{"r_1"}},
		{"the article it duplicates is gone", of(duplicate), "1002", "u_req", "new", []string{"r_1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ticket := resolved(vpnPlain(), desk.Fixed, vpnNote)
			ticket.ID, ticket.Requester = c.ticket, c.requester
			o, err := summarize.New(summarize.Deps{Library: &c.base}).Draft(t.Context(), ticket)
			if err != nil || o.Knowledge.Decision != c.decision {
				t.Fatalf("%+v, %v", o.Knowledge, err)
			}
			if c.decision == "none" {
				if !strings.Contains(o.Knowledge.Reason, "rejected") {
					t.Errorf("reason %q", o.Knowledge.Reason)
				}
				return
			}
			if diff := cmp.Diff(c.earlier, o.Proposal.Earlier); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A short resolution that happens to be contained in a long one is a different one.
func TestDraftDoesNotJoinLongerDraft(t *testing.T) {
	long := kb.Draft{
		ID: "r_1", Decision: kb.NewArticle, Status: kb.InReview, Title: "VPN rejects my sign-in after the laptop was " +
			"replaced", Tickets: []string{"900"},
		Markdown: "## Issue\n\nThe VPN rejects my sign-in.\n\n## Resolution\n\nOpen the certificate store of the user, " +
			"export the root of the gateway, " +
			"remove the stale certificate for vpn.example.test from the user store and re-enrol. Then delete the profile of " +
			"the old laptop in the management console, " +
			"wait for the directory to replicate between the sites, renew the token of the phone, sign in at the portal and " +
			"choose the new device; reconnect worked.\n",
	}
	b := &base{drafts: []kb.Draft{long}}
	o, err := summarize.New(summarize.Deps{Library: b}).Draft(t.Context(), resolved(vpnPlain(), desk.Fixed, vpnNote))
	if err != nil || o.Addition != nil || o.Proposal == nil {
		t.Errorf("%+v, %v", o, err)
	}
}
