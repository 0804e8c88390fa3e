package e2e_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// noUsers makes boot start a server without users.
var noUsers = []string{}

// resolvedTicket takes a ticket through its life up to a draft in review.
func resolvedTicket(t *testing.T, d *desk) (ticket, review string) {
	t.Helper()
	var tk testkit.Ticket
	d.call(t, "rita", "POST", "/tickets", map[string]string{
		"subject": "Plotter in the drawing office prints <b>blue</b> only",
		"body": "Hello,\n\nthe plotter PL-90 prints every drawing in blue since the paper roll was changed. " +
			"Error code PL-4711 is on its panel.\n\nRita",
	}, &tk)
	d.call(t, "ada", "POST", "/tickets/"+tk.ID+"/messages", map[string]string{
		"text": "Did you restart it?", "visibility": "public",
	}, nil)
	d.call(t, "ada", "POST", "/tickets/"+tk.ID+"/messages", map[string]string{
		"text": "canary-internal: the roll is the cheap one", "visibility": "internal",
	}, nil)
	d.call(t, "ada", "POST", "/tickets/"+tk.ID+"/resolve", map[string]string{
		"code": "fixed", "note": "Error PL-4711 means that the plotter takes the roll for film. " +
			"1. Open the media menu. 2. Choose plain paper. 3. Print again; the colours are right.",
	}, nil)
	return tk.ID, draftOf(t, d, tk.ID).ID
}

// draftOf waits for the draft from a ticket's resolution.
func draftOf(t *testing.T, d *desk, ticket string) testkit.Review {
	t.Helper()
	var list struct{ Reviews []testkit.Review }
	eventually(t, 20*time.Second, "a draft from ticket "+ticket, func() bool {
		d.call(t, "kim", "GET", "/reviews?ticket="+ticket, nil, &list)
		return len(list.Reviews) > 0
	})
	return list.Reviews[0]
}

// TestLoop runs the whole loop over HTTP, and tries what each role may not do.
func TestLoop(t *testing.T) {
	d := boot(t, program(t), "rita", "rob", "ada", "kim")
	id, review := resolvedTicket(t, d)
	var r testkit.Review
	d.call(t, "kim", "GET", "/reviews/"+review, nil, &r)
	if r.Decision != "new" || r.Ticket != id || len(r.Evidence) == 0 || r.Status != "in_review" {
		t.Fatalf("review %+v", r)
	}
	if strings.Contains(r.Markdown, "canary-internal") || strings.Contains(r.Markdown, "Rita") {
		t.Errorf("the draft quotes an internal note or a name:\n%s", r.Markdown)
	}
	for who, want := range map[string]int{"rita": 403, "ada": 403} {
		if got := d.status(t, who, "POST", "/reviews/"+review+"/approve", map[string]string{}); got != want {
			t.Errorf("approval by %s returns %d, want %d", who, got, want)
		}
	}
	d.call(t, "kim", "POST", "/reviews/"+review+"/approve", map[string]string{"comment": "fine"}, &r)
	if got := d.status(t, "kim", "POST", "/reviews/"+review+"/approve", map[string]string{}); got != 409 {
		t.Errorf("a second approval returns %d, want 409", got)
	}
	var tk testkit.Ticket
	eventually(t, 5*time.Second, "the new article first on a similar ticket", func() bool {
		d.call(t, "rob", "POST", "/tickets", map[string]string{
			"subject": "Drawings come out blue", "body": "Our plotter shows PL-4711 and everything is blue.",
		}, &tk)
		d.call(t, "ada", "GET", "/tickets/"+tk.ID, nil, &tk)
		return len(tk.Suggestions.Articles) > 0 && tk.Suggestions.Articles[0].Article.ID == r.Article
	})
	h := tk.Suggestions.Articles[0]
	for _, m := range h.Passage.Marks {
		if m[0] < 0 || m[1] <= m[0] || m[1] > len([]rune(h.Passage.Text)) {
			t.Errorf("mark %v is outside the passage %q", m, h.Passage.Text)
		}
	}
	var passage struct {
		Article, Heading, Text string
		Revision               int
	}
	d.call(t, "rob", "GET", "/passages/"+url.PathEscape(h.Passage.ID), nil, &passage)
	if passage.Article != r.Article || passage.Text == "" {
		t.Errorf("passage %s is %+v", h.Passage.ID, passage)
	}
	d.call(t, "rob", "GET", "/tickets/"+tk.ID, nil, &tk)
	if len(tk.Suggestions.Tickets) != 0 {
		t.Error("a requester is shown other people's tickets")
	}
	for path, want := range map[string]int{
		"/tickets/" + id:              404,
		"/tickets/" + id + "/summary": 403,
		"/reviews/" + review:          403,
	} {
		if got := d.status(t, "rob", "GET", path, nil); got != want {
			t.Errorf("%s returns %d to rob, want %d", path, got, want)
		}
	}
}

// TestRestart restarts the server: sessions and the index survive.
func TestRestart(t *testing.T) {
	d := boot(t, program(t), "rita", "ada", "kim")
	cookie := login(t, d, "rita@example.test")
	id, _ := resolvedTicket(t, d)
	d.stop(t)
	d.start(t)
	if got := me(t, d, cookie); got != 200 {
		t.Errorf("after a restart the account page returns %d", got)
	}
	d.call(t, "rita", "GET", "/tickets/"+id, nil, nil)
	if _, err := d.Run(t.Context(), "", "user", "disable", "rita@example.test"); err != nil {
		t.Fatal(err)
	}
	if got := me(t, d, cookie); got == 200 {
		t.Error("a disabled user's session still works")
	}
	if got := d.status(t, "rita", "GET", "/tickets/"+id, nil); got != 401 {
		t.Errorf("with a disabled user's token, the ticket returns %d", got)
	}
}
