package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// draft proposes a new article as the background job does.
func (e *env) draft(ticket, requester string, earlier ...string) kb.Draft {
	e.Helper()
	d, err := e.kb.Propose(e.Context(), access.System(), kb.Proposal{
		Title:    "Printer prints blank labels",
		Markdown: "## Issue\n\nBlank labels.\n\n## Resolution\n\nTurn the roll around.\n", Tickets: []string{ticket},
		Subjects: []string{"Blank labels"}, Engine: kb.ByRules, Submit: true, Earlier: earlier,
		Sources: []kb.Source{{
			Ticket: ticket, Requester: requester, Subject: "Blank labels", Message: 2, Confirms: "Turning the roll helped.",
		}},
		Evidence: []kb.DraftEvidence{{N: 1, Ticket: ticket, Message: 2, Text: "Turning the roll helped."}},
	})
	if err != nil {
		e.Fatal(err)
	}
	return d
}

func TestRejectWithReason(t *testing.T) {
	e := newEnv(t)
	slug := e.post("kim", "/api/v1/articles",
		map[string]any{"title": "Label printers", "markdown": "Turn the roll around."}).want(http.StatusCreated).str("slug")
	d := e.draft("1001", "u_rita")
	review := "/api/v1/reviews/" + d.ID
	e.post("kim", review+"/reject", map[string]any{"reason": "duplicate"}).want(http.StatusBadRequest)
	e.post("kim", review+"/reject", map[string]any{"reason": "duplicate", "article": "none"}).want(http.StatusBadRequest)
	e.post("anna", review+"/reject", map[string]any{"reason": "wrong"}).want(http.StatusForbidden)
	got := e.post("kim", review+"/reject",
		map[string]any{"reason": "duplicate", "article": slug, "comment": "Covered there."}).want(http.StatusOK)
	if got.str("rejection.reason") != "duplicate" || got.str("rejection.title") != "Label printers" ||
		got.get("quality.waiting_seconds").(float64) < 0 {
		t.Errorf("%s", got.body)
	}
	again := e.draft("1002", "u_rolf", d.ID)
	seen := e.get("kim", "/api/v1/reviews/"+again.ID).want(http.StatusOK)
	if seen.str("earlier.0.by") != "u_kim" || seen.str("earlier.0.text") != "Covered there." ||
		seen.str("sources.0.confirms") != "Turning the roll helped." {
		t.Errorf("%s", seen.body)
	}
	// Without a reason it is "other".
	plain := e.post("kim", "/api/v1/reviews/"+again.ID+"/reject", map[string]any{"comment": "no"}).want(http.StatusOK)
	if plain.str("rejection.reason") != "other" {
		t.Errorf("%s", plain.body)
	}
}

func TestApprovalAndQuality(t *testing.T) {
	e := newEnv(t)
	d := e.draft("1001", "u_rita")
	review := "/api/v1/reviews/" + d.ID
	edited := e.patch("kim", review,
		map[string]any{"markdown": "## Issue\n\nBlank labels.\n\n## Resolution\n\nTurn the roll.\n"}, "If-Match", "*").
		want(http.StatusOK)
	if !slices.Contains(edited.list("editors"), any("u_kim")) || edited.str("proposed.title") != d.Title {
		t.Errorf("%s", edited.body)
	}
	e.post("kim", review+"/approve", nil).want(http.StatusForbidden)
	approved := e.post("all", review+"/approve", map[string]any{"confirmed": []string{"concise"}}).want(http.StatusOK)
	if x := approved.get("quality.distance").(float64); x <= 0 || x >= .2 || len(approved.list("checks")) != 13 {
		t.Errorf("%s", approved.body)
	}
	other := e.draft("1002", "u_rita")
	e.post("kim", "/api/v1/reviews/"+other.ID+"/reject", map[string]any{"reason": "unclear"}).want(http.StatusOK)
	q := e.get("sven", "/api/v1/reviews/quality").want(http.StatusOK)
	if q.get("total.approved") != 1.0 || q.get("total.rejected") != 1.0 || q.str("rows.0.author") != "system" ||
		q.str("rows.0.engine") != "extractive" ||
		q.str("rejections.0.reason") != "unclear" || q.get("total.median_distance").(float64) <= 0 {
		t.Errorf("%s", q.body)
	}
	later := e.get("kim", "/api/v1/reviews/quality?since=2999-01-01").want(http.StatusOK)
	if later.get("total.approved") != 0.0 || later.get("total.median_distance") != nil || len(later.list("rows")) != 0 {
		t.Errorf("%s", later.body)
	}
	e.get("kim", "/api/v1/reviews/quality?since=soon").want(http.StatusBadRequest)
	e.get("anna", "/api/v1/reviews/quality").want(http.StatusForbidden)
}
