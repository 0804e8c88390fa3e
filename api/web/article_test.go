package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

func compare(got, want any) string { return cmp.Diff(want, got) }

func TestArticle(t *testing.T) {
	s := newSite(t)
	rec := s.get(visitor, "/articles/vpn-drops")
	s.shows(rec, 200, "On this page", "Issue", "Resolution", "Related", "Did this help?")
	s.lacks(rec, "evil.example/p.png\"><", "Edit</a>", "Validated", "Written from", "Archive", "revision 3")
	if strings.Contains(rec.Body.String(), "<img src=\"https") {
		t.Error("a remote image is loaded")
	}
	s.shows(s.get(agent, "/articles/vpn-drops"), 200, "Edit", "Revisions", "Validated", "Public", "Past its review date",
		"Written from #1001")

	if rec := s.get(visitor, "/articles/a_1"); rec.Code != 302 || rec.Header().Get("Location") != "/articles/vpn-drops" {
		t.Errorf("the ID leads to %d %s", rec.Code, rec.Header().Get("Location"))
	}
	s.kb.article.Audience = access.Internal
	s.shows(s.get(visitor, "/articles/vpn-drops"), 404, "Page not found", "sign in")
}

// TestArticleFacts: everyone sees when an article was validated and updated, with the time zone;
// an owner who is a person is named to staff only.
func TestArticleFacts(t *testing.T) {
	s := newSite(t)
	s.kb.article.ValidatedAt = noon.AddDate(0, -2, 0)
	s.kb.article.Owner = "net team"
	rec := s.get(visitor, "/articles/vpn-drops")
	s.shows(rec, 200, "Last validated "+noon.AddDate(0, -2, 0).Format("2 Jan 2006, 15:04")+" UTC",
		"Updated "+noon.Format("2 Jan 2006, 15:04")+" UTC", "Owner net team")
	s.kb.article.Owner, s.kb.article.ValidatedAt = "ann@example.org", time.Time{}
	s.lacks(s.get(visitor, "/articles/vpn-drops"), "ann@example.org", "Last validated")
	s.shows(s.get(agent, "/articles/vpn-drops"), 200, "Owner ann@example.org", "Revision 3, updated")
}

// TestContents lists every heading once, in order; of very many those of the outer levels.
func TestContents(t *testing.T) {
	listed := func(markdown string) (entries []string) {
		s := newSite(t)
		s.kb.article.Markdown = markdown
		walk(parse(t, s.get(visitor, "/articles/vpn-drops").Body.String()), func(n *html.Node) {
			class, _ := attr(n, "class")
			if strings.HasPrefix(class, "depth-") {
				href, _ := attr(n.FirstChild, "href")
				entries = append(entries, strings.TrimPrefix(class, "depth-")+" "+inner(n)+" "+href)
			}
		})
		return entries
	}
	long := strings.Repeat("A long paragraph of the section.\n\n", 60)
	if diff := compare(
		listed("## A\n\n### With text\n\n"+long+"### Empty\n\n#### Deep\n\n##### Deeper\n\n## A\n\nText\n\n# Top\n"),
		[]string{
			"1 A #h-a", "2 With text #h-with-text", "2 Empty #h-empty", "3 Deep #h-deep", "3 Deeper #h-deeper",
			"1 A #h-a--2", "1 Top #h-top",
		},
	); diff != "" {
		t.Error(diff)
	}
	if got := listed("## Only one\n"); got != nil {
		t.Errorf("contents of one heading: %v", got)
	}
	got := listed(strings.Repeat("## Part\n\n### Detail\n\n", 150))
	if len(got) != 150 || strings.Contains(got[1], "Detail") {
		t.Errorf("%d entries, the second %q", len(got), got[1])
	}
}

func TestFeedback(t *testing.T) {
	s := newSite(t)
	s.sent(s.post(visitor, "/articles/vpn-drops/feedback", "helped", "yes"), "/articles/vpn-drops?done=thanks")
	s.sent(s.post(requester, "/articles/vpn-drops/feedback", "helped", "no"), "/articles/vpn-drops/unsolved?done=thanks")
	if diff := compare(s.kb.said, []string{"rate a_1 true", "rate a_1 false"}); diff != "" {
		t.Error(diff)
	}
	s.shows(s.get(requester, "/articles/vpn-drops/unsolved?done=thanks"), 200, "Thank you", "Open a ticket")
}

var fields = []string{
	"title", "VPN drops", "markdown", "## Issue\r\n\r\nmine", "kind", "faq", "audience", "public",
	"confidence", "not_validated", "service", "network", "owner", "net team", "review_by", "2027-01-31",
	"tags", "vpn, , drop", "categories", "network", "key", "k", "slug", "", "comment", "see 1001",
}

func TestWriteArticle(t *testing.T) {
	tests := []struct {
		name, path, do, base string
		said, to             string
	}{
		{"save a new article", "/articles/new", "save", "0", "create VPN drops", "/articles/vpn-drops?done=published"},
		{
			"propose a new article", "/articles/new", "propose", "0", "propose  from 0, submit true",
			"/reviews/r_1?done=proposed",
		},
		{"save a draft", "/articles/new", "draft", "0", "propose  from 0, submit false", "/reviews/r_1?done=drafted"},
		{"save an edit", "/articles/vpn-drops/edit", "save", "3", "update a_1 from 3", "/articles/vpn-drops?done=published"},
		{
			"propose an edit", "/articles/vpn-drops/edit", "propose", "3", "propose a_1 from 3, submit true",
			"/reviews/r_1?done=proposed",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.sent(s.post(agent, tt.path, append([]string{"do", tt.do, "base", tt.base}, fields...)...), tt.to)
			if got := s.kb.last(); got != tt.said {
				t.Errorf("got %q, want %q", got, tt.said)
			}
		})
		t.Run(tt.name+" with a mistake", func(t *testing.T) {
			s := newSite(t)
			s.kb.err = fault.InvalidField("title", "is too long")
			rec := s.post(agent, tt.path, append([]string{"do", tt.do, "base", tt.base}, fields...)...)
			s.shows(rec, 422, "is too long", "## Issue mine", "net team", "2027-01-31", "vpn, , drop", "see 1001")
			checkHTML(t, rec.Body.String())
		})
	}
	t.Run("preview saves nothing", func(t *testing.T) {
		s := newSite(t)
		rec := s.post(agent, "/articles/new", "do", "preview", "title", "T "+hostile, "markdown", "**bold** "+hostile)
		s.shows(rec, 200, "Preview: T", "bold", "**bold**")
		checkHTML(t, rec.Body.String())
		if len(s.kb.said) != 0 {
			t.Errorf("the knowledge base was asked to %v", s.kb.said)
		}
	})
	t.Run("a bad date", func(t *testing.T) {
		s := newSite(t)
		s.shows(s.post(agent, "/articles/new", "do", "save", "title", "T", "markdown", "x", "review_by", "soon"), 422,
			"must be a date", "soon")
	})
	t.Run("only writers", func(t *testing.T) {
		s := newSite(t)
		if rec := s.post(requester, "/articles/new", fields...); rec.Code != 403 || len(s.kb.said) > 0 {
			t.Errorf("got %d, and %v", rec.Code, s.kb.said)
		}
	})
}

// TestEditConflict checks that the page shows both texts and that the form is based on
// the newer revision.
func TestEditConflict(t *testing.T) {
	form := append([]string{"do", "save", "base", "2"}, fields...)
	t.Run("detected before saving", func(t *testing.T) {
		s := newSite(t)
		rec := s.post(agent, "/articles/vpn-drops/edit", form...)
		s.shows(rec, 409, "Someone else saved this article", "Revision 3 was saved by Anna", "mine", "Renew.",
			"Theirs: Troubleshooting", "Yours: FAQ", "net team")
		checkHTML(t, rec.Body.String())
		if base := field(t, rec, "/articles/vpn-drops/edit", "base"); base != "3" {
			t.Errorf("the form is based on revision %s", base)
		}
		if len(s.kb.said) != 0 {
			t.Errorf("the knowledge base was asked to %v", s.kb.said)
		}
	})
	t.Run("other conflicts are reported as they are", func(t *testing.T) {
		s := newSite(t)
		s.kb.err = fault.New(fault.Conflict, "ticket 9 has the open draft r_9 already")
		rec := s.post(agent, "/articles/vpn-drops/edit", append([]string{"do", "propose", "base", "3"}, fields...)...)
		s.shows(rec, 409, "Ticket 9 has the open draft", "mine")
		s.lacks(rec, "Someone else saved", "Edit conflict")
	})
}

func TestArticleActions(t *testing.T) {
	s := newSite(t)
	s.sent(s.post(agent, "/articles/vpn-drops/revisions/1/restore", "base", "3"), "/articles/vpn-drops?done=restored")
	s.sent(s.post(knower, "/articles/vpn-drops/archive", "base", "3"), "/articles/vpn-drops?done=archived")
	s.sent(s.post(knower, "/articles/vpn-drops/merge", "base", "3", "into", "/articles/a_1"),
		"/articles/vpn-drops?done=absorbed")
	want := []string{"restore a_1 1 from 3", "archive a_1 from 3", "merge a_1 into a_1 from 3"}
	if diff := compare(s.kb.said, want); diff != "" {
		t.Error(diff)
	}
	s.kb.err = fault.New(fault.Conflict, "the article is at revision 4 by now")
	s.shows(s.post(knower, "/articles/vpn-drops/archive", "base", "3"), 409, "The article is at revision 4 by now.")
	s.shows(s.post(knower, "/articles/vpn-drops/merge", "into", "nowhere"), 422, `there is no article "nowhere"`)
	if rec := s.get(visitor, "/articles/vpn-drops/revisions/x"); rec.Code != 404 {
		t.Errorf("revision x: %d", rec.Code)
	}
}

func TestRevision(t *testing.T) {
	s := newSite(t)
	s.shows(s.get(agent, "/articles/vpn-drops/revisions/2"), 200, "Changes from revision 1", "removed: Old text 1",
		"added: Old text 2", "Title 1", "Restore this text")
	rec := s.get(visitor, "/articles/vpn-drops/revisions/2")
	s.shows(rec, 200, "Old text 2", "This is an earlier revision")
	s.lacks(rec, "Old text 1", "Restore", "Anna")
}

func TestReview(t *testing.T) {
	s := newSite(t)
	s.shows(s.get(knower, "/reviews/r_1"), 200, "Changes", "Evidence", "ticket #1001, message 2", "Duplicate avoided",
		"not passed", "Email: 2",
		"Approve and publish", "cannot be approved yet", "Most similar published article")
	s.lacks(s.get(agent, "/reviews/r_1"), "Approve and publish")

	t.Run("authors cannot decide", func(t *testing.T) {
		s := newSite(t)
		s.kb.draft.Author = knower.ID
		rec := s.get(knower, "/reviews/r_1")
		s.shows(rec, 200, "someone else must decide")
		s.lacks(rec, "Approve and publish")
	})
	t.Run("approval applies to the version that was read", func(t *testing.T) {
		s := newSite(t)
		s.sent(s.post(knower, "/reviews/r_1/approve", "version", "2", "comment", "good"), "/reviews/r_1?done=approved")
		s.post(knower, "/reviews/r_1/approve", "comment", "good")
		if diff := compare(s.kb.said, []string{"approve r_1 version 2: good", "approve r_1 version -1: good"}); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a conflict keeps the comment", func(t *testing.T) {
		s := newSite(t)
		s.kb.err = fault.New(fault.Conflict, "draft r_1 is at version 3 by now")
		s.shows(s.post(knower, "/reviews/r_1/approve", "version", "2", "comment", "good "+hostile), 409,
			"Draft r_1 is at version 3 by now.", "good "+hostile)
	})
	t.Run("other decisions require a comment", func(t *testing.T) {
		s := newSite(t)
		for _, path := range []string{"/reviews/r_1/reject", "/reviews/r_1/request-changes"} {
			s.shows(s.post(knower, path, "comment", "  "), 422, "is required, so that the author knows what to do")
		}
		s.sent(s.post(knower, "/reviews/r_1/reject", "comment", "no"), "/reviews/r_1?done=rejected")
		s.sent(s.post(knower, "/reviews/r_1/request-changes", "comment", "more"), "/reviews/r_1?done=changes")
		if diff := compare(s.kb.said, []string{"reject r_1: no", "request changes of r_1: more"}); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("agents cannot decide", func(t *testing.T) {
		s := newSite(t)
		if rec := s.post(agent, "/reviews/r_1/approve", "version", "2"); rec.Code != 403 || len(s.kb.said) > 0 {
			t.Errorf("got %d, %v", rec.Code, s.kb.said)
		}
	})
}

func TestEditDraft(t *testing.T) {
	edit := []string{
		"version", "2", "title", "T", "markdown", "mine\r\n", "kind", "faq", "audience", "internal",
		"confidence", "validated", "tags", "a, b", "rebase", "1",
	}
	s := newSite(t)
	s.sent(s.post(agent, "/reviews/r_1/edit", edit...), "/reviews/r_1?done=drafted")
	if p := s.kb.patch; *p.Title != "T" || *p.Markdown != "mine\n" || *p.BaseRevision != 3 || len(*p.Tags) != 2 {
		t.Errorf("got patch %+v", p)
	}
	s.sent(s.post(agent, "/reviews/r_1/edit", append(edit, "do", "submit")...), "/reviews/r_1?done=submitted")
	if got := s.kb.last(); got != "submit r_1" {
		t.Errorf("got %q", got)
	}
	t.Run("a conflict shows both texts", func(t *testing.T) {
		s := newSite(t)
		s.kb.draft.Version = 5
		s.kb.err = fault.New(fault.Conflict, "draft r_1 is at version 5 by now, not 2")
		rec := s.post(agent, "/reviews/r_1/edit", edit...)
		s.shows(rec, 409, "Someone else saved this draft as version 5", "mine", "removed: Renew.")
		checkHTML(t, rec.Body.String())
		if v := field(t, rec, "/reviews/r_1/edit", "version"); v != "5" {
			t.Errorf("the form is based on version %s", v)
		}
	})
	t.Run("decided in the meantime: the input stays visible", func(t *testing.T) {
		s := newSite(t)
		s.kb.draft.Status = kb.Approved
		s.kb.err = fault.New(fault.Conflict, "draft r_1 is approved already")
		s.shows(s.post(agent, "/reviews/r_1/edit", edit...), 409, "Draft r_1 is approved already.", "mine")
	})
}
