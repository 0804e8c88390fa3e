package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The page shows the extractive answer and names the stream of the language model's.
func TestAnswerIsStreamed(t *testing.T) {
	s := newSite(t)
	s.write.usesModel = true
	page := s.get(visitor, "/search?q=vpn+drops").Body.String()
	for _, want := range []string{
		"Quoted from our articles", "Renew the certificate.",
		`data-stream="/search/answer?q=vpn`, "/static/stream.js?v=", "<noscript>", "/search?answer=model",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	checkHTML(t, page)
	rec := s.get(visitor, "/search/answer?q=vpn+drops")
	if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%d %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	var names []string
	for block := range strings.SplitSeq(strings.TrimSpace(rec.Body.String()), "\n\n") {
		name, data, _ := strings.Cut(block, "\n")
		data = strings.TrimPrefix(data, "id: done\n")
		names = append(names, strings.TrimPrefix(name, "event: "))
		if !json.Valid([]byte(strings.TrimPrefix(data, "data: "))) || strings.Contains(data, "<script") {
			t.Errorf("data %q", data)
		}
	}
	if got := strings.Join(names, " "); got != "sentence again sentence done" {
		t.Errorf("events %q", got)
	}
	if strings.Contains(rec.Body.String(), "CANARY-UNCITED") {
		t.Error("a sentence whose source this reader cannot open was sent")
	}
	for _, path := range []string{"/search/answer?q=", "/search/answer?q=+"} {
		if rec := s.get(visitor, path); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
	for name, value := range map[string]string{"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/search/answer?q=vpn+drops", nil)
		req.Header.Set(name, value)
		rec := httptest.NewRecorder()
		s.echo.ServeHTTP(rec, req)
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/search?q=vpn+drops" {
			t.Errorf("%s: %s: status %d, location %s", name, value, rec.Code, rec.Header().Get("Location"))
		}
	}
	s.write.usesModel = false
	if page := s.get(visitor, "/search?q=vpn+drops").Body.String(); strings.Contains(page, "data-stream") {
		t.Error("a stream is offered although no language model is used")
	}
}

// The page shows the extractive summary at once; a stored summary needs no stream.
func TestSummaryIsStreamed(t *testing.T) {
	s := newSite(t)
	s.write.usesModel = true
	page := s.get(agent, "/tickets/1001?summary=1").Body.String()
	for _, want := range []string{
		`id="summary-lines"`, `data-stream="/api/v1/tickets/1001/summary?stream=1"`,
		"reinstalled", "<noscript>", "summary=model",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	checkHTML(t, page)
	if page := s.get(agent, "/tickets/1001?summary=model").Body.String(); strings.Contains(page, "data-stream") {
		t.Error("a page that waited for the summary offers to stream it again")
	}
	if page := s.get(requester, "/tickets/1001?summary=1").Body.String(); strings.Contains(page, "data-stream") {
		t.Error("a requester is offered the hand-off summary")
	}
}
