package retrieval_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/truth"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	staff     = kb.VisibleTo(access.Actor{ID: "u_agent", Roles: []access.Role{access.Agent}})
	requester = kb.VisibleTo(access.Actor{ID: "u_req", Roles: []access.Role{access.Requester}})
	visitor   = kb.VisibleTo(access.Actor{})
	noon      = time.Date(2025, 3, 3, 12, 0, 0, 0, time.UTC)
)

// article makes an article with its passages.
func article(id, title, body string) kb.Article {
	return kb.Article{
		ID: id, Slug: id, Title: title, Revision: 1, Kind: kb.Troubleshooting, Confidence: kb.Validated,
		Audience: access.AudiencePublic, Markdown: body, Passages: kb.SplitPassages(id, body, nil),
	}
}

// resolved makes a ticket that articles resolved.
func resolved(id, subject, body string, at time.Time, articles ...string) desk.Ticket {
	t := desk.Ticket{
		ID: id, Subject: subject, Status: desk.Resolved, CreatedAt: at.Add(-time.Hour), ResolvedAt: at,
		Messages:   []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Text: body}},
		Resolution: &desk.Resolution{Code: desk.Fixed, Note: "Note of " + id, At: at, Articles: articles},
	}
	for _, a := range articles {
		t.Links = append(t.Links, desk.Link{Kind: desk.ArticleLink, Target: a, Applied: true})
	}
	return t
}

// shelf reads testdata/kb.txt: "== id | audience | confidence | kind | title", then the body.
func shelf(t testing.TB) []kb.Article {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "kb.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []kb.Article
	for _, part := range strings.Split("\n"+string(raw), "\n== ")[1:] {
		head, body, _ := strings.Cut(part, "\n")
		cells := strings.Split(head, " | ")
		if len(cells) != 5 {
			t.Fatalf("bad head %q", head)
		}
		a := article(cells[0], cells[4], body)
		a.Audience, a.Confidence, a.Kind = access.Audience(cells[1]), kb.Confidence(cells[2]), kb.Kind(cells[3])
		out = append(out, a)
	}
	return out
}

// lines reads a text file without its empty lines.
func lines(t testing.TB, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
}

// open makes an engine over the source and brings it up to date.
func open(t testing.TB, source truth.Source) *retrieval.Engine {
	t.Helper()
	return openIn(t, t.TempDir(), source)
}

func openIn(t testing.TB, dir string, source truth.Source) *retrieval.Engine {
	t.Helper()
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: dir, Source: source, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	follow(t, e)
	return e
}

func follow(t testing.TB, e *retrieval.Engine) {
	t.Helper()
	if err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// library makes an engine over the shelf.
func library(t testing.TB) (*retrieval.Engine, *eval.Snapshot) {
	t.Helper()
	s := eval.NewSnapshot()
	s.PutArticles(shelf(t)...)
	return open(t, s), s
}

func mustVerify(t testing.TB, e *retrieval.Engine) retrieval.VerifyReport {
	t.Helper()
	r, err := e.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK {
		t.Fatalf("index and source differ: %q", r.Differences)
	}
	return r
}

func withArticles(articles ...kb.Article) *eval.Snapshot {
	s := eval.NewSnapshot()
	s.PutArticles(articles...)
	return s
}

func hitIDs(hits []desk.ArticleHit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, h.Article.ID)
	}
	return out
}

func search(t testing.TB, e *retrieval.Engine, text string, vis kb.Visibility) retrieval.Results {
	t.Helper()
	r, err := e.Search(t.Context(), retrieval.Query{Text: text, Visibility: vis})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func suggest(t testing.TB, e *retrieval.Engine, subject, body string, vis kb.Visibility) desk.Suggestions {
	t.Helper()
	s, err := e.Suggest(t.Context(), desk.SuggestRequest{Subject: subject, Body: body, Visibility: vis, Tickets: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func clock() time.Time { return noon }

var vocabulary = []string{
	"vpn", "mail", "printer", "queue", "phone", "disk", "page", "token", "badge", "cable", "fan", "screen",
}
