package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func (e *env) article(fields map[string]any) reply {
	e.Helper()
	body := map[string]any{
		"title":    "Wi-Fi drops after sleep",
		"markdown": "## Issue\n\nWi-Fi is gone after sleep.\n\n## Resolution\n\nUpdate the driver.\n",
		"audience": "public", "confidence": "validated",
	}
	for k, v := range fields {
		body[k] = v
	}
	return e.post("all", "/api/v1/articles", body).want(http.StatusCreated)
}

func TestChangesAreNotLost(t *testing.T) {
	e := newEnv(t)
	first := e.article(nil)
	address := "/api/v1/articles/" + first.str("id")
	change := map[string]any{"title": "Wi-Fi is gone after sleep"}

	missing := e.patch("kim", address, change).want(http.StatusPreconditionRequired)
	if !strings.Contains(missing.str("detail"), "If-Match") {
		t.Errorf("detail %q", missing.str("detail"))
	}
	for _, tag := range []string{`"r2"`, `W/"r1"`, "r1", `"other"`} {
		e.patch("kim", address, change, "If-Match", tag).want(http.StatusPreconditionFailed)
	}
	changed := e.patch("kim", address, change, "If-Match", first.header.Get("ETag")).want(http.StatusOK)
	if changed.header.Get("ETag") != `"r2"` || changed.get("revision") != 2.0 {
		t.Errorf("changed %s", changed.body)
	}
	e.put("anna", address, map[string]any{"title": "x", "markdown": "y"}, "If-Match", `"r1"`).
		want(http.StatusPreconditionFailed)
	e.put("anna", address, map[string]any{"title": "only a title"}, "If-Match", `"r2"`).want(http.StatusBadRequest)
	e.put("anna", address, map[string]any{"title": "Whole", "markdown": "## Issue\n\nNew.\n"}, "If-Match", `"r2"`).
		want(http.StatusOK)

	old := e.get("kim", address+"/revisions/1").want(http.StatusOK)
	if old.str("title") != "Wi-Fi drops after sleep" {
		t.Errorf("revision 1 is %q", old.str("title"))
	}
	restored := e.post("kim", address+"/restore", map[string]any{"revision": 1}, "If-Match", `"r3"`).want(http.StatusOK)
	if restored.str("markdown") != first.str("markdown") || restored.get("revision") != 4.0 {
		t.Errorf("restored %s", restored.body)
	}
	revisions := e.get("kim", address+"/revisions").want(http.StatusOK)
	if len(revisions.list("revisions")) != 4 {
		t.Errorf("revisions %s", revisions.body)
	}
	e.post("kim", address+"/archive", nil, "If-Match", `"r4"`).want(http.StatusOK)
	e.get("", address).want(http.StatusNotFound)
	e.get("anna", address).want(http.StatusOK)
}

func TestUnchangedArticleIsNotSentAgain(t *testing.T) {
	e := newEnv(t)
	tag := e.article(nil).header.Get("ETag")
	address := "/api/v1/articles/wi-fi-drops-after-sleep"
	for header, status := range map[string]int{
		tag: http.StatusNotModified, "W/" + tag: http.StatusNotModified, `"a", ` + tag: http.StatusNotModified,
		"*":    http.StatusNotModified,
		`"r9"`: http.StatusOK, "": http.StatusOK,
	} {
		r := e.get("", address, "If-None-Match", header).want(status)
		if r.header.Get("ETag") != tag {
			t.Errorf("%s: ETag %q", header, r.header.Get("ETag"))
		}
		if status == http.StatusNotModified && len(r.body) > 0 {
			t.Errorf("%s: 304 with a body", header)
		}
	}
	if head := e.do("", http.MethodHead, address, nil).want(http.StatusOK); len(head.body) > 0 {
		t.Error("HEAD has a body")
	}
}

func TestCreatesHappenOnce(t *testing.T) {
	e := newEnv(t)
	ticket := e.open("rita", "One", "One")
	cases := map[string]struct {
		who, path   string
		body, other map[string]any
		id          string
	}{
		"ticket": {
			"rita", "/api/v1/tickets",
			map[string]any{"subject": "A", "body": "B"},
			map[string]any{"subject": "A", "body": "C"},
			"id",
		},
		"message": {
			"rita", "/api/v1/tickets/" + ticket + "/messages",
			map[string]any{"text": "A"},
			map[string]any{"text": "B"},
			"n",
		},
		"article": {
			"kim", "/api/v1/articles",
			map[string]any{"title": "A", "markdown": "B"},
			map[string]any{"title": "A", "markdown": "C"},
			"id",
		},
		"review": {
			"anna", "/api/v1/reviews",
			map[string]any{"title": "A", "markdown": "B"},
			map[string]any{"title": "A", "markdown": "C"},
			"id",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			first := e.post(tc.who, tc.path, tc.body, "Idempotency-Key", "k 1").want(http.StatusCreated)
			again := e.post(tc.who, tc.path, tc.body, "Idempotency-Key", "k 1").want(http.StatusCreated)
			if d := cmp.Diff(first.get(tc.id), again.get(tc.id)); d != "" {
				t.Errorf("created twice:\n%s", d)
			}
			if d := cmp.Diff(first.header.Get("Location"), again.header.Get("Location")); d != "" {
				t.Error(d)
			}
			e.post(tc.who, tc.path, tc.other, "Idempotency-Key", "k 1").want(http.StatusConflict)
			fresh := e.post(tc.who, tc.path, tc.body, "Idempotency-Key", "k 2").want(http.StatusCreated)
			if cmp.Equal(first.get(tc.id), fresh.get(tc.id)) {
				t.Error("another key returned the same object")
			}
		})
	}
	// A repetition succeeds whatever the first request or others have changed since.
	named := map[string]any{"title": "Named", "slug": "named", "markdown": "B"}
	e.post("kim", "/api/v1/articles", named, "Idempotency-Key", "n").want(http.StatusCreated)
	draft := map[string]any{"title": "Draft", "markdown": "B", "tickets": []string{ticket}}
	e.post("anna", "/api/v1/reviews", draft, "Idempotency-Key", "n").want(http.StatusCreated)
	e.post("anna", "/api/v1/tickets/"+ticket+"/resolve", map[string]any{"code": "withdrawn"}).want(http.StatusOK)
	e.patch("anna", "/api/v1/tickets/"+ticket, map[string]any{"status": "closed"}).want(http.StatusOK)
	for _, again := range []struct {
		who, path, key string
		body           map[string]any
	}{
		{"kim", "/api/v1/articles", "n", named},
		{"anna", "/api/v1/reviews", "n", draft},
		{"rita", cases["message"].path, "k 1", cases["message"].body},
	} {
		got := e.post(again.who, again.path, again.body, "Idempotency-Key", again.key).want(http.StatusCreated)
		if got.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: not marked as a repetition", again.path)
		}
	}
	// A key is scoped to its sender.
	mine := e.post("rita", "/api/v1/tickets", cases["ticket"].body, "Idempotency-Key", "k 1").want(http.StatusCreated)
	theirs := e.post("rolf", "/api/v1/tickets", cases["ticket"].body, "Idempotency-Key", "k 1").want(http.StatusCreated)
	if mine.str("id") == theirs.str("id") {
		t.Error("one person's key reached another's ticket")
	}
	e.post("rita", "/api/v1/tickets", cases["ticket"].body, "Idempotency-Key", strings.Repeat("k", 201)).
		want(http.StatusBadRequest)
}

func TestReviewsAreEditedAndDecided(t *testing.T) {
	e := newEnv(t)
	base := e.article(nil)
	proposed := e.post("anna", "/api/v1/reviews", map[string]any{
		"article": base.str("id"), "title": base.str("title"), "markdown": base.str("markdown") + "\nThen restart.\n",
	}).want(http.StatusCreated)
	address := "/api/v1/reviews/" + proposed.str("id")
	if proposed.header.Get("Location") != address || proposed.str("decision") != "edit" ||
		proposed.str("status") != "draft" {
		t.Errorf("proposed %s", proposed.body)
	}
	if !strings.Contains(proposed.str("diff"), "+Then restart.") || proposed.str("base_markdown") != base.str("markdown") {
		t.Errorf("diff %q", proposed.str("diff"))
	}
	e.patch("anna", address, map[string]any{"title": "x"}).want(http.StatusPreconditionRequired)
	edited := e.patch("anna", address, map[string]any{"title": "Wi-Fi gone after sleep"}, "If-Match",
		proposed.header.Get("ETag")).want(http.StatusOK)
	e.patch("anna", address, map[string]any{"title": "y"}, "If-Match", proposed.header.Get("ETag")).
		want(http.StatusPreconditionFailed)
	e.post("kim", address+"/approve", nil).want(http.StatusConflict) // not in review yet
	e.post("anna", address+"/submit", nil).want(http.StatusOK)
	back := e.post("kim", address+"/request-changes", map[string]any{"comment": "Which driver?"}).want(http.StatusOK)
	if back.str("status") != "changes_requested" {
		t.Errorf("status %s", back.body)
	}
	e.post("anna", address+"/submit", map[string]any{"comment": "Named it."}).want(http.StatusOK)
	e.post("anna", address+"/approve", nil).want(http.StatusForbidden)
	e.post("kim", address+"/approve", nil, "If-Match", edited.header.Get("ETag")).want(http.StatusPreconditionFailed)
	approved := e.post("kim", address+"/approve", nil, "If-Match", `"v5"`).want(http.StatusOK)
	if approved.get("published_article.revision") != 2.0 {
		t.Errorf("approved %s", approved.body)
	}
	own := e.post("all", "/api/v1/reviews",
		map[string]any{"title": "Mine", "markdown": "## Issue\n\nx\n", "submit": true}).want(http.StatusCreated)
	e.post("all", "/api/v1/reviews/"+own.str("id")+"/approve", nil).want(http.StatusForbidden)
	rejected := e.post("kim", "/api/v1/reviews/"+own.str("id")+"/reject", map[string]any{"comment": "No."}).
		want(http.StatusOK)
	if rejected.str("status") != "rejected" {
		t.Errorf("status %s", rejected.body)
	}
	e.post("anna", "/api/v1/reviews", map[string]any{"title": "x", "markdown": "y", "tickets": []string{"9999"}}).
		want(http.StatusBadRequest)
}

func TestSlugIsFoundHoweverItIsEncoded(t *testing.T) {
	e := newEnv(t)
	created := e.article(map[string]any{
		"title": "Größe ändern", "slug": "größe", "audience": "public",
		"confidence": "validated",
	})
	for _, path := range []string{"gr%C3%B6%C3%9Fe", "gr%c3%b6%c3%9fe", "%67r%C3%B6%C3%9Fe"} {
		if got := e.get("", "/api/v1/articles/"+path).want(http.StatusOK).str("id"); got != created.str("id") {
			t.Errorf("%s: got %s", path, got)
		}
	}
	e.get("", "/api/v1/articles/..%2Farticles%2Fgr%C3%B6%C3%9Fe").want(http.StatusNotFound)
}

// TestFacets counts hits by what they can be narrowed to, and returns nothing for values that
// no hit has.
func TestFacets(t *testing.T) {
	e := newEnv(t)
	for _, a := range []map[string]any{
		{"title": "Badge printer", "kind": "howto", "service": "Badges", "locale": "en"},
		{"title": "Badge lost", "kind": "howto", "service": "badges", "locale": "en-GB"},
		{"title": "Badge verloren", "kind": "faq", "locale": "de-AT"},
		{"title": "Badge of an engineer", "kind": "policy", "service": "secret", "locale": "fr", "audience": "internal"},
	} {
		a["confidence"], a["markdown"] = "validated", "## Resolution\n\nAbout the badge.\n"
		if a["audience"] == nil {
			a["audience"] = "public"
		}
		e.post("all", "/api/v1/articles", a).want(http.StatusCreated)
	}
	e.catchUp()
	facet := func(total float64, values ...any) map[string]any {
		list := []any{}
		for i := 0; i < len(values); i += 2 {
			list = append(list, map[string]any{"value": values[i], "count": values[i+1]})
		}
		return map[string]any{"total": total, "values": list}
	}
	for query, want := range map[string]map[string]any{
		"": {
			"kind": facet(3, "howto", 2.0, "faq", 1.0), "service": facet(3, "badges", 2.0),
			"locale": facet(3, "en", 2.0, "de", 1.0),
		},
		"&kind=howto": {
			"kind": facet(3, "howto", 2.0, "faq", 1.0), "service": facet(2, "badges", 2.0), "locale": facet(2, "en", 2.0),
		},
		"&locale=de&service=BADGES": {
			"kind": facet(0), "service": facet(1), "locale": facet(2, "en", 2.0),
		},
		"&service=" + url.QueryEscape("<script>\x00"): {
			"kind": facet(0), "service": facet(3, "badges", 2.0), "locale": facet(0),
		},
	} {
		got := e.get("", "/api/v1/search?q=badge"+query).want(http.StatusOK)
		if diff := cmp.Diff(any(want), got.get("facets")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
}
