package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// fakeStreams writes the fake writer's texts in pieces, as a model would.
type fakeStreams struct {
	*fakeWriter
	off    bool
	engine string
}

func (f *fakeStreams) UsesModel(string, string) bool { return !f.off }

func (f *fakeStreams) ExtractiveSummary(context.Context, desk.Ticket) (handoff.Summary, error) {
	return f.summary, nil
}

func (f *fakeStreams) ExtractiveAnswer(context.Context, string, kb.Visibility) (answer.Answer, error) {
	return f.answer, nil
}

func (f *fakeStreams) StreamAnswer(_ context.Context, _ string, _ kb.Visibility, p answer.Progress) (answer.Answer, error) {
	p.Sentence(f.answer.Sentences[0])
	p.Again("the reply was cut")
	for _, s := range f.answer.Sentences {
		p.Sentence(s)
	}
	a := f.answer
	a.Engine = f.engine
	return a, nil
}

// The page has the answer without a model at once and says where a model's comes from.
func TestAnswerIsStreamed(t *testing.T) {
	s := newSite(t)
	s.streams.off = false
	page := s.get(visitor, "/search?q=vpn+drops").Body.String()
	for _, want := range []string{"Quoted from our articles", "Renew the certificate.", `data-stream="/search/answer?q=vpn`, "/static/stream.js?v=", "<noscript>", "/search?answer=model"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	sound(t, page)
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
		req, rec := httptest.NewRequest(http.MethodGet, "/search/answer?q=vpn+drops", nil), httptest.NewRecorder()
		req.Header.Set(name, value)
		s.echo.ServeHTTP(rec, req)
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/search?q=vpn+drops" {
			t.Errorf("%s: %s gives %d %s", name, value, rec.Code, rec.Header().Get("Location"))
		}
	}
	s.streams.off = true
	if page := s.get(visitor, "/search?q=vpn+drops").Body.String(); strings.Contains(page, "data-stream") {
		t.Error("a stream is offered where no model writes")
	}
}

// The summary without a model is there at once, and a kept one needs no stream.
func TestSummaryIsStreamed(t *testing.T) {
	s := newSite(t)
	s.streams.off = false
	page := s.get(agent, "/tickets/1001?summary=1").Body.String()
	for _, want := range []string{`id="summary-lines"`, `data-stream="/api/v1/tickets/1001/summary?stream=1"`, "reinstalled", "<noscript>", "summary=model"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	sound(t, page)
	if page := s.get(agent, "/tickets/1001?summary=model").Body.String(); strings.Contains(page, "data-stream") {
		t.Error("who waited for the summary is sent it once more")
	}
	if page := s.get(requester, "/tickets/1001?summary=1").Body.String(); strings.Contains(page, "data-stream") {
		t.Error("a requester is offered the desk's summary")
	}
}
