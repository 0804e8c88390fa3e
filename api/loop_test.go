package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// TestLoop goes from a ticket to a published article and on to the next ticket, for
// which it is suggested. It uses HTTP only, except for the background draft.
func TestLoop(t *testing.T) {
	e := newEnv(t)
	opened := e.post("rita", "/api/v1/tickets", map[string]any{
		"subject": "Label printer prints blank labels",
		"body":    "The Zebra ZT230 in the warehouse prints blank labels since this morning.",
	}).want(http.StatusCreated)
	id := opened.str("id")
	address := "/api/v1/tickets/" + id
	if got := opened.header.Get("Location"); got != address {
		t.Errorf("Location %q, want %q", got, address)
	}
	if opened.str("messages.0.text") == "" || opened.str("status") != "new" || opened.str("channel") != "api" {
		t.Errorf("ticket %s", opened.body)
	}

	e.patch("anna", address, map[string]any{"assignee": "anna@example.org", "category": "printing"}).want(http.StatusOK)
	note := e.post("anna", address+"/messages", map[string]any{
		"text": "Cleaned the head, no change. Firmware is V72.20.", "visibility": "internal",
	}).want(http.StatusCreated)
	if note.get("n") != 2.0 || note.str("visibility") != "internal" {
		t.Errorf("message %s", note.body)
	}
	e.post("anna", address+"/messages", map[string]any{"text": "We are looking into it.", "visibility": "public"}).
		want(http.StatusCreated)

	esc := e.post("anna", address+"/escalate",
		map[string]any{"group": "second-line", "reason": "Needs the print server."}).want(http.StatusOK)
	if esc.str("ticket.group") != "second-line" || len(esc.list("summary.sections")) == 0 {
		t.Errorf("escalation %s", esc.body)
	}
	messages := len(esc.list("ticket.messages"))
	sum := e.get("anna", address+"/summary").want(http.StatusOK)
	for _, s := range sum.list("sections") {
		for _, l := range s.(map[string]any)["lines"].([]any) {
			for _, n := range l.(map[string]any)["messages"].([]any) {
				if n := n.(float64); n < 1 || int(n) > messages {
					t.Errorf("line %v refers to message %v of %d", l, n, messages)
				}
			}
		}
	}

	resolved := e.post("anna", address+"/resolve", map[string]any{
		"code":     "fixed",
		"note":     "The media type was set to direct thermal. Set it to thermal transfer in the printer's menu.",
		"articles": []string{},
	}).want(http.StatusOK)
	if resolved.str("status") != "resolved" || resolved.get("knowledge") != nil {
		t.Errorf("resolution %s", resolved.body)
	}

	draft, err := e.kb.Propose(t.Context(), access.System(), kb.Proposal{
		Title: "Label printer prints blank labels",
		Markdown: "## Issue\n\nThe Zebra ZT230 prints blank labels.\n\n## Environment\n\nZebra ZT230, firmware V72.20\n\n" +
			"## Resolution\n\nSet the media type to thermal transfer in the printer's menu.\n",
		Audience: access.AudiencePublic, Tickets: []string{id}, Subjects: []string{"Label printer prints blank labels"},
		Evidence:   []kb.DraftEvidence{{N: 1, Ticket: id, Message: 1, Text: "prints blank labels"}},
		Redactions: []kb.Redaction{{Kind: "email", Count: 1}}, Engine: kb.ByRules, Submit: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	queue := e.get("kim", "/api/v1/reviews?ticket="+id+"&status=in_review").want(http.StatusOK)
	if len(queue.list("reviews")) != 1 || queue.str("reviews.0.id") != draft.ID ||
		len(queue.list("reviews.0.checks")) == 0 {
		t.Fatalf("queue %s", queue.body)
	}
	review := "/api/v1/reviews/" + draft.ID
	read := e.get("kim", review).want(http.StatusOK)
	if read.str("evidence.0.ticket") != id || read.str("redactions.0.kind") != "email" || read.str("base_markdown") != "" {
		t.Errorf("review %s", read.body)
	}
	approved := e.post("kim", review+"/approve", map[string]any{"comment": "Clear."}).want(http.StatusOK)
	article := approved.str("article")
	if approved.str("status") != "approved" || article == "" || approved.str("published_article.id") != article {
		t.Errorf("approval %s", approved.body)
	}
	e.post("kim", review+"/approve", nil).want(http.StatusConflict)

	e.catchUp()
	second := e.post("rolf", "/api/v1/tickets", map[string]any{
		"subject": "Blank labels from the Zebra printer", "body": "Our label printer prints blank labels, Zebra ZT230.",
	}).want(http.StatusCreated)
	if got := second.str("suggestions.articles.0.article.id"); got != article {
		t.Errorf("first suggestion %s, want %s", got, article)
	}
	if got := second.list("suggestions.tickets"); len(got) != 0 {
		t.Errorf("a requester is shown other people's tickets: %v", got)
	}
	forAnna := e.get("anna", "/api/v1/tickets/"+second.str("id")).want(http.StatusOK)
	if got := forAnna.str("suggestions.tickets.0.id"); got != id {
		t.Errorf("similar ticket %s, want %s", got, id)
	}
}

// TestAnswersAreAsPromised calls what the loop leaves out.
func TestAnswersAreAsPromised(t *testing.T) {
	e := newEnv(t)
	created := e.post("all", "/api/v1/articles", map[string]any{
		"title": "Connect to the VPN from home", "audience": "public", "confidence": "validated", "kind": "howto",
		"markdown": "Lead.\n\n## Steps\n\n1. Open the VPN client.\n2. Choose the gateway vpn.example.org.\n" +
			"3. Sign in with your account.\n",
		"owner": "second-line", "review_by": "2027-06-30", "tags": []string{"vpn"},
	}).want(http.StatusCreated)
	id := created.str("id")
	other := e.post("all", "/api/v1/articles", map[string]any{
		"title": "VPN from home, once more", "audience": "public", "confidence": "validated",
		"markdown": "## Resolution\n\nSee [the article](/articles/" + created.str("slug") + ").\n",
	}).want(http.StatusCreated)
	e.catchUp()
	ticket := e.open("rita", "VPN?", "How do I connect to the VPN from home?")
	second := e.open("rita", "VPN again", "Same question.")

	hit := e.get("", "/api/v1/search?q=vpn+from+home&limit=5").want(http.StatusOK)
	if hit.str("hits.0.article.id") == "" || hit.str("hits.0.passage.id") == "" {
		t.Errorf("search %s", hit.body)
	}
	completed := e.get("", "/api/v1/complete?q=connect+to+the+v").want(http.StatusOK)
	if completed.str("completions.0.url") != "/articles/"+created.str("slug") {
		t.Errorf("complete %s", completed.body)
	}
	answer := e.post("", "/api/v1/answers", map[string]any{"question": "How do I connect to the VPN from home?"}).
		want(http.StatusOK)
	if answer.get("refused") == false {
		passage := answer.str("sentences.0.citations.0.passage")
		cited := e.get("", "/api/v1/passages/"+passage+"?revision=1").want(http.StatusOK)
		if cited.str("article") != answer.str("sentences.0.citations.0.article") {
			t.Errorf("citation %s of %s", cited.body, answer.body)
		}
	} else {
		t.Errorf("refused: %s", answer.body)
	}
	e.post("rita", "/api/v1/suggestions", map[string]any{"subject": "VPN", "body": "from home"}).want(http.StatusOK)

	listed := e.get("", "/api/v1/articles?order=newest&limit=1&tag=vpn").want(http.StatusOK)
	if listed.str("articles.0.id") != id {
		t.Errorf("list %s", listed.body)
	}
	e.post("", "/api/v1/articles/"+id+"/feedback", map[string]any{"helped": true}).want(http.StatusNoContent)
	e.post("", "/api/v1/articles/"+id+"/feedback", map[string]any{"helped": true, "comment": "x"}).
		want(http.StatusUnauthorized)
	e.post("anna", "/api/v1/tickets/"+ticket+"/dismissals", map[string]any{"article": id, "reason": "other client"}).
		want(http.StatusOK)
	linked := e.post("anna", "/api/v1/tickets/"+ticket+"/links", map[string]any{"article": created.str("slug")}).
		want(http.StatusCreated)
	if linked.str("links.0.article") != id {
		t.Errorf("links %s", linked.body)
	}
	merged := e.post("anna", "/api/v1/tickets/"+second+"/merge", map[string]any{"into": ticket}).want(http.StatusOK)
	if merged.str("merged_into") != ticket || merged.str("status") != "closed" {
		t.Errorf("merge %s", merged.body)
	}
	events := e.get("anna", "/api/v1/tickets/"+ticket+"/events").want(http.StatusOK)
	var verbs []string
	for _, v := range events.list("events") {
		verbs = append(verbs, v.(map[string]any)["verb"].(string))
	}
	if d := cmp.Diff([]string{"created", "suggestion_dismissed", "article_linked", "absorbed"}, verbs); d != "" {
		t.Error(d)
	}
	e.post("anna", "/api/v1/tickets/"+ticket+"/resolve", map[string]any{"code": "answered", "articles": []string{id}}).
		want(http.StatusOK)
	e.post("rita", "/api/v1/tickets/"+ticket+"/reopen", map[string]any{"reason": "Still no."}).want(http.StatusOK)
	counts := e.get("anna", "/api/v1/tickets/counts").want(http.StatusOK)
	if counts.get("total") != 1.0 {
		t.Errorf("counts %s", counts.body)
	}
	queue := e.get("anna", "/api/v1/tickets?status=new,open&order=priority&limit=1&mine=false&type=question").
		want(http.StatusOK)
	if len(queue.list("tickets")) != 1 || queue.str("tickets.0.id") != ticket {
		t.Errorf("queue %s", queue.body)
	}
	gone := e.post("kim", "/api/v1/articles/"+other.str("id")+"/merge", map[string]any{"into": id}, "If-Match",
		other.header.Get("ETag")).want(http.StatusOK)
	if gone.str("superseded_by") != id || gone.str("confidence") != "archived" {
		t.Errorf("merge %s", gone.body)
	}
	if html := other.str("html"); !strings.Contains(html, `href="/articles/`+created.str("slug")+`"`) {
		t.Errorf("the link between articles does not resolve: %s", html)
	}
	e.get("admin", "/api/v1/usage").want(http.StatusOK)
	e.get("", "/livez").want(http.StatusOK)
	e.catchUp()
	e.get("", "/readyz").want(http.StatusOK)
	figures := e.get("", "/metrics").want(http.StatusOK)
	if !strings.Contains(string(figures.body),
		`deskbook_http_request_seconds_count{method="GET",route="/api/v1/search",status="200"} 1`) {
		t.Errorf("metrics lack the search:\n%.2000s", figures.body)
	}
}
