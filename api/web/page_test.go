package web_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/learning"
)

var pages = []struct {
	name, path string
	as         access.Actor
}{
	{"home of a visitor", "/", visitor},
	{"home of an agent", "/?done=signed-out", agent},
	{"search", "/search?q=vpn+%3Cscript%3Ealert(1)%3C/script%3E&kind=faq", visitor},
	{"search without words", "/search", visitor},
	{"articles", "/articles?tag=vpn", visitor},
	{"articles of staff", "/articles", everyone},
	{"article", "/articles/vpn-drops", visitor},
	{"article for staff", "/articles/vpn-drops", everyone},
	{"article that did not help", "/articles/vpn-drops/unsolved", requester},
	{"revisions", "/articles/vpn-drops/revisions", everyone},
	{"old revision", "/articles/vpn-drops/revisions/2", everyone},
	{"current revision", "/articles/vpn-drops/revisions/3", visitor},
	{"new article", "/articles/new?title=%22%3E%3Cscript%3E", agent},
	{"edit article", "/articles/vpn-drops/edit", everyone},
	{"new ticket", "/tickets/new?subject=%22%3E%3Cscript%3E&body=%3C/textarea%3E%3Cscript%3E", requester},
	{"new ticket of an agent", "/tickets/new", agent},
	{"queue", "/tickets?view=group&group=service-desk&text=%22%3E%3Cscript%3E", agent},
	{"own tickets", "/tickets", requester},
	{"ticket", "/tickets/1001", requester},
	{"ticket for staff", "/tickets/1001?summary=1", everyone},
	{"reviews", "/reviews", everyone},
	{"review", "/reviews/r_1", everyone},
	{"review without permission to decide", "/reviews/r_1", agent},
	{"login", "/login?next=/tickets", visitor},
	{"setup", "/setup?key=%22%3E%3Cscript%3E", visitor},
	{"setup without key", "/setup", visitor},
	{"account", "/account", everyone},
	{"users", "/admin/users", everyone},
	{"service model", "/model", agent},
	{"evaluation", "/evaluation", everyone},
	{"evaluation of a knowledge manager", "/evaluation?run=2", knower},
	{"gaps", "/gaps?kind=no_article", knower},
	{"report", "/report?from=2026-11-01&to=2026-11-22&group=%22%3E%3Cscript%3E", everyone},
	{"measure", "/report/compliance_supplier?from=2026-11-01&to=2026-11-22", everyone},
	{"signs", "/report/signs?from=2026-11-01", everyone},
	{"measure of seconds", "/report/mttr?pending=out", knower},
	{"missing", "/articles/none", visitor},
}

// TestPages opens every page with hostile text in every field and checks the HTML.
func TestPages(t *testing.T) {
	for _, tt := range pages {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			rec := s.get(tt.as, tt.path)
			if rec.Code != 200 && tt.name != "missing" {
				t.Fatalf("status %d\n%s", rec.Code, rec.Body)
			}
			checkHTML(t, rec.Body.String())
		})
	}
}

// checkHTML checks what must hold for every page: hostile text did not become an
// element, IDs are unique and references valid, and the page is accessible.
func checkHTML(t *testing.T, body string) {
	t.Helper()
	root := parse(t, body)
	ids, labels := make(map[string]bool), make(map[string]bool)
	var scripts, mains, headings, titles int
	walk(root, func(n *html.Node) {
		if id, ok := attr(n, "id"); ok {
			if ids[id] {
				t.Errorf("duplicate id %q", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "script":
			scripts++
			if src, _ := attr(n, "src"); !strings.HasPrefix(src, "/static/app.js?v=") || n.FirstChild != nil {
				t.Errorf("unexpected script %q", src)
			}
		case "style", "iframe", "object", "embed", "base", "meta-refresh", "foreignobject", "use", "animate", "set":
			t.Errorf("element %s", n.Data)
		case "svg":
			role, _ := attr(n, "role")
			if label, _ := attr(n, "aria-label"); role != "img" || label == "" {
				t.Errorf("a drawing without a label")
			}
		case "main":
			mains++
		case "h1":
			headings++
		case "title":
			if n.Namespace == "" { // parts of a drawing have titles as well
				titles++
			}
		case "label":
			if to, ok := attr(n, "for"); ok {
				labels[to] = true
			}
		case "img":
			if src, _ := attr(n, "src"); !strings.HasPrefix(src, "/static/") && !strings.HasPrefix(src, "/files/") {
				t.Errorf("image %q", src)
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" ||
				strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
				t.Errorf("attribute %s=%q of %s", a.Key, a.Val, n.Data)
			}
		}
	})
	if scripts != 1 || mains != 1 || headings < 1 || titles != 1 {
		t.Errorf("%d scripts, %d main, %d h1, %d titles; want one each", scripts, mains, headings, titles)
	}
	walk(root, func(n *html.Node) { checkLabels(t, n, ids, labels) })
}

// checkLabels checks that every field has a label and every button and link a name, and
// that ARIA references exist.
func checkLabels(t *testing.T, n *html.Node, ids, labels map[string]bool) {
	t.Helper()
	for _, key := range []string{"aria-labelledby", "aria-describedby"} {
		if to, ok := attr(n, key); ok && !ids[to] {
			t.Errorf("%s of %s refers to the missing id %q", key, n.Data, to)
		}
	}
	_, aria := attr(n, "aria-label")
	switch n.Data {
	case "input", "select", "textarea":
		id, _ := attr(n, "id")
		kind, _ := attr(n, "type")
		wrapped := n.Parent != nil && n.Parent.Data == "label"
		if kind != "hidden" && !labels[id] && !wrapped && !aria {
			name, _ := attr(n, "name")
			t.Errorf("field %s %q has no label", n.Data, name)
		}
	case "button", "a":
		if !aria && strings.TrimSpace(inner(n)) == "" {
			t.Errorf("%s without a name", n.Data)
		}
	}
}

func inner(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
		b.WriteString(inner(c))
	}
	return b.String()
}

// TestEmptyPages checks that pages with nothing to show say so.
func TestEmptyPages(t *testing.T) {
	tests := []struct {
		name, path string
		as         access.Actor
		empty      func(*site)
		want       []string
	}{
		{
			"search", "/search?q=zzz", visitor, func(s *site) { s.find.results = retrieval.Results{} },
			[]string{"Nothing found for", "Sign in and open a ticket with this text"},
		},
		{
			"a search corrected", "/search?q=pritner", visitor, func(s *site) { s.find.results.Corrected = "printer" },
			[]string{"Not all words of “ pritner ” were found", "Showing results for printer"},
		},
		{
			"search of a requester", "/search?q=zzz", requester, func(s *site) { s.find.results = retrieval.Results{} },
			[]string{"Open a ticket with this text"},
		},
		{
			"ticket without suggestions", "/tickets/1001", agent,
			func(s *site) { s.desk.suggest = desk.Suggestions{BelowFloor: true} },
			[]string{"Nothing in the knowledge base is a close enough match"},
		},
		{
			"ticket without a thread", "/tickets/1001", agent,
			func(s *site) { s.desk.ticket.Messages, s.desk.ticket.Links = nil, nil },
			[]string{
				"There are no messages",
				"There are no links yet",
			},
		},
		{
			"evaluation", "/evaluation", everyone, func(s *site) { s.learn.runs, s.learn.versions = nil, nil },
			[]string{"No evaluations yet", "Click “Evaluate now”", "Nothing has been trained yet"},
		},
		{"evaluation without tickets to evaluate", "/evaluation", everyone, func(s *site) {
			s.learn.runs = s.learn.runs[1:]
			s.learn.runs[0].Report = &learning.HistoryReport{Without: 3}
		}, []string{"No tickets to evaluate yet", "3 tickets were resolved without an article"}},
		{"draft without evidence", "/reviews/r_1", knower, func(s *site) {
			s.kb.draft = kb.Draft{ID: "r_1", Version: 1, Title: "T", Markdown: "t", Status: kb.InReview, Decision: kb.NewArticle}
		}, []string{"does not come from a ticket", "There are no checks", "None yet"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			tt.empty(s)
			rec := s.get(tt.as, tt.path)
			s.shows(rec, 200, tt.want...)
			checkHTML(t, rec.Body.String())
		})
	}
}
