package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// upload sends a form with a file, as a browser does.
func (s *site) upload(as access.Actor, target, name, content string, fields ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	s.as = as
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = file.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, target, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	rec := httptest.NewRecorder()
	s.echo.ServeHTTP(rec, req)
	return rec
}

func TestTicketPageFiles(t *testing.T) {
	s := newSite(t)
	rec := s.upload(requester, "/tickets/1001/messages", `C:\x\port.png`, "x", "text", "hi", "visibility", "public")
	if rec.Code != http.StatusSeeOther || s.desk.last() != `reply 1001|public|hi C:\x\port.png=x` {
		t.Errorf("%d %s", rec.Code, s.desk.last())
	}
	s.desk.err = fault.New(fault.TooLarge, "the file port.png is larger than 50 MiB")
	rec = s.upload(agent, "/tickets/1001/messages", "port.png", "x", "text", "my words", "visibility", "internal")
	page := rec.Body.String()
	if rec.Code != http.StatusRequestEntityTooLarge || !strings.Contains(page, "my words") ||
		!strings.Contains(page, "larger than 50 MiB") || !strings.Contains(page, "choose the file again") {
		t.Errorf("%d %s", rec.Code, page)
	}
	page = s.get(requester, "/tickets/1001").Body.String()
	if !strings.Contains(page, `<img src="/files/`+strings.Repeat("a", 64)) || strings.Contains(page, "CANARY-FILE") {
		t.Errorf("the requester sees %s", page)
	}
	if page = s.get(agent, "/tickets/1001").Body.String(); strings.Count(page, "CANARY-FILE") != 2 ||
		!strings.Contains(page, "12 KB") {
		t.Errorf("the agent sees %s", page)
	}
}

// TestArticleFormFiles: without scripts a file is named at the end of the text.
func TestArticleFormFiles(t *testing.T) {
	s := newSite(t)
	for _, target := range []string{"/articles/new", "/articles/vpn-drops/edit"} {
		rec := s.upload(knower, target, "port.png", "x",
			"title", "T", "markdown", "My words\n\n", "do", "attach", "base", "3")
		page := rec.Body.String()
		if rec.Code != http.StatusOK || s.kb.last() != "upload port.png" ||
			!strings.Contains(page, "My words\n\n[port](files/port.png)\n</textarea>") ||
			!strings.Contains(page, " data-fresh>") {
			t.Errorf("%s: %d %s %s", target, rec.Code, s.kb.last(), page)
		}
		s.kb.err = fault.New(fault.TooLarge, "the file is too large")
		rec = s.upload(knower, target, "port.png", "x", "title", "T", "markdown", "My words", "do", "save", "base", "2")
		page = rec.Body.String()
		if rec.Code != http.StatusRequestEntityTooLarge || !strings.Contains(page, "My words</textarea>") {
			t.Errorf("%s: %d %s", target, rec.Code, page)
		}
		if strings.Contains(target, "edit") && !strings.Contains(page, `name="base" value="2"`) {
			t.Errorf("%s is based on another revision: %s", target, page)
		}
	}
}

// TestNewTicketFiles: what was chosen in the first step is sent with the second, and what was
// chosen before a mistake is not to be chosen again.
func TestNewTicketFiles(t *testing.T) {
	s := newSite(t)
	rec := s.upload(requester, "/tickets/new", "blue port.png", "x",
		"subject", "VPN drops", "body", "every hour", "key", "k")
	s.shows(rec, http.StatusOK, "Do these articles help?", "Files you have sent", "blue port.png")
	checkHTML(t, rec.Body.String())
	kept := field(t, rec, "/tickets", "kept")
	rec = s.upload(requester, "/tickets", "log.txt", "y", "subject", "VPN drops", "body", "every hour", "key", "k",
		"kept", kept)
	s.sent(rec, "/tickets/2000?done=opened")
	if got := s.desk.last(); got != "open VPN drops|every hour|portal||0 log.txt kept blue port.png" {
		t.Errorf("got %q", got)
	}
	again := s.upload(requester, "/tickets", "log.txt", "y", "subject", "VPN drops", "body", "every hour", "key", "k",
		"kept", kept)
	s.sent(again, "/tickets/2000?done=opened")

	s.desk.err = fault.InvalidField("subject", "is too long")
	rec = s.upload(requester, "/tickets", "log.txt", "y", "subject", "VPN", "body", "my words", "kept", kept)
	s.shows(rec, http.StatusUnprocessableEntity, "is too long", "my words", "blue port.png", "log.txt")
	s.lacks(rec, "again: browsers")
	s.desk.err = fault.New(fault.Invalid, "the file log.txt is empty")
	rec = s.upload(requester, "/tickets", "log.txt", "", "subject", "VPN", "body", "my words", "kept", kept)
	s.shows(rec, http.StatusUnprocessableEntity, "The file log.txt is empty.", "my words", "blue port.png",
		"choose the file again")
}

// TestDraftFormFiles: without scripts a file is named at the end of the draft's text.
func TestDraftFormFiles(t *testing.T) {
	s := newSite(t)
	fields := []string{"version", "2", "title", "T", "markdown", "My words\n\n", "kind", "faq", "audience", "internal"}
	rec := s.upload(agent, "/reviews/r_1/edit", "port.png", "x", append(fields, "do", "attach")...)
	page := rec.Body.String()
	if rec.Code != http.StatusOK || s.kb.last() != "upload port.png" ||
		!strings.Contains(page, `id="edit" data-key="e" open`) || !strings.Contains(page, " data-fresh>") ||
		!strings.Contains(page, "My words\n\n[port](files/port.png)\n</textarea>") {
		t.Errorf("%d %s %s", rec.Code, s.kb.last(), page)
	}
	checkHTML(t, page)
	s.sent(s.upload(agent, "/reviews/r_1/edit", "port.png", "x", fields...), "/reviews/r_1?done=drafted")
	if got := *s.kb.patch.Markdown; got != "My words\n\n[port](files/port.png)\n" {
		t.Errorf("saved %q", got)
	}
	rec = s.upload(agent, "/reviews/r_1/edit", "port.png", "", fields...)
	s.shows(rec, http.StatusUnprocessableEntity, "The file port.png is empty.", "My words")
}
