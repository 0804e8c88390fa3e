package api_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

const (
	pngFile = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
	svgFile = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
)

// part is a field of a form; one with a name is a file.
type part struct{ field, name, content string }

// form sends a form as a browser or another program does.
func (e *env) form(who, path string, parts []part, headers ...string) reply {
	e.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		create := func() (io.Writer, error) { return w.CreateFormField(p.field) }
		if p.name != "" {
			create = func() (io.Writer, error) { return w.CreateFormFile(p.field, p.name) }
		}
		to, err := create()
		if err == nil {
			_, err = io.WriteString(to, p.content)
		}
		if err != nil {
			e.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		e.Fatal(err)
	}
	return e.do(who, http.MethodPost, path, body.String(), append(headers, "Content-Type", w.FormDataContentType())...)
}

// wantFile checks what a file is served as.
func (r reply) wantFile(content, kind, disposition, name string) {
	r.t.Helper()
	r.want(http.StatusOK)
	got, params, err := mime.ParseMediaType(r.header.Get("Content-Disposition"))
	if err != nil || got != disposition || params["filename"] != name {
		r.t.Errorf("disposition %q %q (%v), want %q %q", got, params["filename"], err, disposition, name)
	}
	if string(r.body) != content || r.header.Get("Content-Type") != kind {
		r.t.Errorf("%s with %d bytes, want %s with %d", r.header.Get("Content-Type"), len(r.body), kind, len(content))
	}
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
		"Cache-Control":           "private, no-cache", "Vary": "Authorization, Cookie",
	} {
		if r.header.Get(header) != want {
			r.t.Errorf("%s: %q, want %q", header, r.header.Get(header), want)
		}
	}
}

// TestTicketFiles attaches files to a ticket and reads them as everybody.
func TestTicketFiles(t *testing.T) {
	e := newEnv(t)
	ticket := e.open("rita", "The dock has no picture", "See the picture.")
	path := "/api/v1/tickets/" + ticket + "/files"
	public := e.form("rita", path, []part{
		{field: "text", content: "Here it is."},
		{"file", `C:\Users\rita\Größe der 図.png`, pngFile},
		{"file", "../../logo.svg", svgFile},
	}).want(http.StatusCreated)
	if public.get("n") != 2.0 || public.str("visibility") != "public" || public.str("text") != "Here it is." {
		t.Errorf("message %s", public.body)
	}
	note := e.form("anna", path, []part{
		{field: "visibility", content: "internal"}, {"file", "secret.txt", "the password of the dock"},
	}).want(http.StatusCreated)
	picture, logo, secret := public.str("files.0.id"), public.str("files.1.id"), note.str("files.0.id")
	if public.str("files.0.name") != "Größe der 図.png" || public.str("files.1.name") != "logo.svg" {
		t.Errorf("files %s", public.body)
	}
	for _, prefix := range []string{"/files/", "/api/v1/files/"} {
		for _, who := range []string{"rita", "anna", "kim", "sven"} {
			e.get(who, prefix+picture).wantFile(pngFile, "image/png", "inline", "Größe der 図.png")
			e.get(who, prefix+logo).wantFile(svgFile, "image/svg+xml", "attachment", "logo.svg")
			if who != "rita" {
				e.get(who, prefix+secret).wantFile("the password of the dock", "text/plain", "attachment", "secret.txt")
			}
		}
	}
	limited := e.token("rita", []access.Permission{access.ReadArticles})
	missing := e.get("rolf", "/api/v1/files/"+strings.Repeat("0", 64)).want(http.StatusNotFound).str("detail")
	for _, x := range []struct{ who, id string }{
		{"rita", secret},
		{"rolf", picture},
		{"rolf", secret},
		{"", picture},
		{"admin", picture},
		{limited, picture},
		{"anna", picture[:63]},
		{"anna", picture + "0"},
		{"anna", strings.ToUpper(picture)},
		{"anna", "%2e%2e"},
	} {
		if r := e.get(x.who, "/api/v1/files/"+x.id).want(http.StatusNotFound); r.str("detail") != missing {
			t.Errorf("%s as %q: %s", x.id, x.who, r.body)
		}
	}
	thread := e.get("rita", "/api/v1/tickets/"+ticket).want(http.StatusOK)
	if strings.Contains(string(thread.body), secret) || !strings.Contains(string(thread.body), picture) {
		t.Errorf("rita's thread %s", thread.body)
	}
	page := e.get("rita", "/tickets/"+ticket, "Accept", "text/html")
	if page.status == http.StatusOK && strings.Contains(string(page.body), secret) {
		t.Error("rita's page names the internal file")
	}
}

// TestMergedTicketKeepsFiles: the note about a merged ticket has its files, for the desk.
func TestMergedTicketKeepsFiles(t *testing.T) {
	e := newEnv(t)
	first, second := e.open("rita", "No picture", "See below."), e.open("rolf", "No picture either", "Same here.")
	id := e.form("rita", "/api/v1/tickets/"+first+"/files", []part{{"file", "port.png", pngFile}}).
		want(http.StatusCreated).str("files.0.id")
	e.post("anna", "/api/v1/tickets/"+first+"/merge", map[string]any{"into": second}).want(http.StatusOK)
	if got := e.get("anna", "/api/v1/tickets/"+second).str("messages.1.files.0.id"); got != id {
		t.Errorf("the note names %s", got)
	}
	e.get("rita", "/files/"+id).want(http.StatusOK)
	e.get("rolf", "/files/"+id, "Accept", "application/json").want(http.StatusNotFound)
}

// TestNewTicketFiles: a new ticket has the files that came with it and those that the same
// person has sent before, and nobody else's.
func TestNewTicketFiles(t *testing.T) {
	e := newEnv(t)
	ctx, rita, rolf := t.Context(), e.actor("rita"), e.actor("rolf")
	kept, err := e.desk.KeepFiles(ctx, rita, []desk.NewFile{{Name: "port.png", Content: strings.NewReader(pngFile)}}, nil)
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	path := kept[0].Kept()
	e.get("rolf", "/api/v1/files/"+kept[0].ID).want(http.StatusNotFound)
	in := desk.NewTicket{Subject: "The port", Body: "See the picture.", Kept: []string{path, path}}
	if _, err := e.desk.OpenTicket(ctx, rolf, in); !fault.Is(err, fault.Invalid) {
		t.Errorf("with the file of another person: %v", err)
	}
	in.Files = []desk.NewFile{{Name: "log.txt", Content: strings.NewReader("It failed.")}}
	tk, err := e.desk.OpenTicket(ctx, rita, in)
	if err != nil {
		t.Fatal(err)
	}
	r := e.get("rita", "/api/v1/tickets/"+tk.ID).want(http.StatusOK)
	if got := r.str("messages.0.files.0.name") + " " + r.str("messages.0.files.1.name"); got != "port.png log.txt" {
		t.Errorf("the files are %s", got)
	}
	e.get("rita", r.str("messages.0.files.1.url")).want(http.StatusOK)
	e.get("rolf", r.str("messages.0.files.1.url")).want(http.StatusNotFound)
	many := desk.NewTicket{Subject: "Many", Body: "Many files.", Kept: []string{path}}
	for range desk.MaxFiles {
		many.Files = append(many.Files, desk.NewFile{Name: "x.txt", Content: strings.NewReader("x")})
	}
	if _, err := e.desk.OpenTicket(ctx, rita, many); !fault.Is(err, fault.Invalid) {
		t.Errorf("with too many files: %v", err)
	}
}

func TestFileRequests(t *testing.T) {
	e := newEnv(t)
	content := strings.Repeat("0123456789", 60_000)
	ticket := e.open("rita", "A log", "See the log.")
	path := "/api/v1/tickets/" + ticket + "/files"
	id := e.form("rita", path, []part{{"file", "log.txt", content}}).want(http.StatusCreated).str("files.0.id")
	file, tag := "/api/v1/files/"+id, `"`+id+`"`

	e.get("rita", file, "If-None-Match", tag).want(http.StatusNotModified)
	e.get("rita", file, "If-None-Match", `"x", W/`+tag).want(http.StatusNotModified)
	e.get("rolf", file, "If-None-Match", tag).want(http.StatusNotFound)
	e.get("", file, "If-None-Match", "*").want(http.StatusNotFound)
	if r := e.get("rita", file, "If-None-Match", `"x"`).want(http.StatusOK); string(r.body) != content {
		t.Errorf("%d bytes", len(r.body))
	}
	for given, want := range map[string]string{
		"bytes=0-9": "0123456789", "bytes=-3": "789", "bytes=262140-262149": content[262140:262150],
		"bytes=599999-": "9",
	} {
		r := e.get("rita", file, "Range", given).want(http.StatusPartialContent)
		if string(r.body) != want {
			t.Errorf("%s: %q, want %q", given, r.body, want)
		}
	}
	e.get("rita", file, "Range", "bytes=600000-").want(http.StatusRequestedRangeNotSatisfiable)
	e.get("rita", file, "Range", "bytes=0-9", "If-Range", `"other"`).want(http.StatusOK)
	if r := e.do("rita", http.MethodHead, file, nil).want(http.StatusOK); r.header.Get("Content-Length") != "600000" {
		t.Errorf("HEAD: %v", r.header)
	}

	t.Run("a repeated upload adds no message", func(t *testing.T) {
		parts := []part{{"file", "again.txt", "again"}, {field: "text", content: "x"}}
		first := e.form("rita", path, parts, "Idempotency-Key", "k").want(http.StatusCreated)
		second := e.form("rita", path, parts, "Idempotency-Key", "k").want(http.StatusCreated)
		if diff := cmp.Diff(string(first.body), string(second.body)); diff != "" ||
			second.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("repeated: %s", diff)
		}
		parts[0].content = "other"
		e.form("rita", path, parts, "Idempotency-Key", "k").want(http.StatusConflict)
	})

	t.Run("rejected", func(t *testing.T) {
		for name, x := range map[string]struct {
			who    string
			parts  []part
			status int
		}{
			"empty file":       {"rita", []part{{"file", "x.png", ""}}, http.StatusBadRequest},
			"no file":          {"rita", []part{{field: "text", content: "x"}}, http.StatusBadRequest},
			"other field":      {"rita", []part{{"file", "x.png", "x"}, {field: "txt", content: "x"}}, http.StatusBadRequest},
			"other file field": {"rita", []part{{"file", "x.png", "x"}, {"files", "y.png", "y"}}, http.StatusBadRequest},
			"wrong visibility": {
				"rita",
				[]part{{"file", "x.png", "x"}, {field: "visibility", content: "secret"}},
				http.StatusBadRequest,
			},
			"a note by the requester": {
				"rita",
				[]part{{"file", "x.png", "x"}, {field: "visibility", content: "internal"}},
				http.StatusForbidden,
			},
			"another's ticket": {"rolf", []part{{"file", "x.png", "x"}}, http.StatusNotFound},
			"visitor":          {"", []part{{"file", "x.png", "x"}}, http.StatusUnauthorized},
			"too many":         {"rita", slicesOf(part{"file", "x.png", "x"}, 11), http.StatusBadRequest},
			"too large": {
				"rita",
				[]part{{"file", "x.bin", strings.Repeat("x", blob.MaxSize+1)}},
				http.StatusRequestEntityTooLarge,
			},
		} {
			if r := e.form(x.who, path, x.parts); r.status != x.status {
				t.Errorf("%s: %d %.200s", name, r.status, r.body)
			}
		}
		e.post("rita", path, map[string]any{"text": "x"}).want(http.StatusUnsupportedMediaType)
		e.do("rita", http.MethodPost, path, "--x\r\n", "Content-Type", "multipart/form-data; boundary=x").
			want(http.StatusBadRequest)
		if n := len(e.get("rita", "/api/v1/tickets/"+ticket).list("messages")); n != 3 {
			t.Errorf("the thread has %d messages", n)
		}
	})

	t.Run("as large as allowed", func(t *testing.T) {
		largest := strings.Repeat("x", blob.MaxSize)
		id := e.form("rita", path, []part{{"file", "x.txt", largest}}).want(http.StatusCreated).str("files.0.id")
		if r := e.get("rita", "/files/"+id).want(http.StatusOK); string(r.body) != largest {
			t.Errorf("%d bytes", len(r.body))
		}
	})
}

func slicesOf(p part, n int) []part {
	out := make([]part, n)
	for i := range out {
		out[i] = p
		out[i].name = fmt.Sprintf("%d-%s", i, p.name)
	}
	return out
}

// TestArticleFiles uploads pictures for articles and follows who may read them.
func TestArticleFiles(t *testing.T) {
	e := newEnv(t)
	upload := func(who, name, content string) (id, markdown string) {
		t.Helper()
		r := e.form(who, "/api/v1/files", []part{{"file", name, content}}).want(http.StatusCreated)
		return r.str("id"), r.str("markdown")
	}
	reads := func(id string, can ...string) {
		t.Helper()
		for _, who := range []string{"", "rita", "anna", "kim", "sven", "admin"} {
			want := http.StatusNotFound
			for _, c := range can {
				if c == who {
					want = http.StatusOK
				}
			}
			if got := e.get(who, "/api/v1/files/"+id).status; got != want {
				t.Errorf("%q: %d, want %d", who, got, want)
			}
		}
	}
	picture, markdown := upload("anna", "Blue port.png", pngFile)
	reads(picture, "anna")
	e.form("rita", "/api/v1/files", []part{{"file", "x.png", pngFile}}).want(http.StatusForbidden)

	text := "## Issue\n\nNo picture.\n\n## Resolution\n\nUse this port:\n\n" + markdown + "\n"
	// Who knows its path but did not upload it cannot name it.
	thief := e.post("kim", "/api/v1/articles", map[string]any{
		"title": "A thief", "markdown": text, "audience": "public", "confidence": "validated",
	}).want(http.StatusCreated)
	if html := thief.str("html"); strings.Contains(html, "<img") || len(thief.list("files")) > 0 {
		t.Errorf("kim's article shows %s", html)
	}
	reads(picture, "anna")

	a := e.post("anna", "/api/v1/articles", map[string]any{"title": "The dock", "markdown": text}).
		want(http.StatusCreated)
	if !strings.Contains(a.str("html"), `<img src="/files/`+picture+`" alt="blue-port-`) {
		t.Errorf("the article shows %s", a.str("html"))
	}
	reads(picture, "anna", "kim", "sven")
	article := "/api/v1/articles/" + a.str("id")
	change := func(fields map[string]any) {
		t.Helper()
		tag := e.get("kim", article).header.Get("ETag")
		e.patch("kim", article, fields, "If-Match", tag).want(http.StatusOK)
	}
	change(map[string]any{"audience": "customer", "confidence": "validated"})
	reads(picture, "anna", "kim", "sven", "rita")
	change(map[string]any{"audience": "public"})
	reads(picture, "", "rita", "anna", "kim", "sven", "admin")

	// A picture that is replaced is still that of the revisions that had it.
	second, other := upload("kim", "port.png", pngFile+"other")
	change(map[string]any{"audience": "internal"})
	change(map[string]any{"markdown": strings.Replace(text, markdown, other, 1)})
	reads(second, "anna", "kim", "sven")
	reads(picture, "anna", "kim", "sven")
	change(map[string]any{"audience": "public"})
	reads(second, "", "rita", "anna", "kim", "sven", "admin")
	if html := e.get("anna", article+"/revisions/1").str("html"); !strings.Contains(html, picture) {
		t.Errorf("revision 1 shows %s", html)
	}
	tag := e.get("kim", article).header.Get("ETag")
	restored := e.post("kim", article+"/restore", map[string]any{"revision": 1}, "If-Match", tag).want(http.StatusOK)
	if html := restored.str("html"); !strings.Contains(html, picture) {
		t.Errorf("restored it shows %s", html)
	}
}

// TestDraftFiles follows a picture from its upload through a review into an article.
func TestDraftFiles(t *testing.T) {
	e := newEnv(t)
	r := e.form("anna", "/api/v1/files", []part{{"file", "port.png", pngFile}}).want(http.StatusCreated)
	id := r.str("id")
	draft := e.post("anna", "/api/v1/reviews", map[string]any{
		"title": "The blue port of the dock", "kind": "howto", "audience": "public", "submit": true,
		"markdown": "## Issue\n\nNo picture.\n\n## Resolution\n\n1. Use this port.\n\n" + r.str("markdown") + "\n",
	}).want(http.StatusCreated)
	for who, want := range map[string]int{
		"": http.StatusNotFound, "rita": http.StatusNotFound, "sven": http.StatusNotFound,
		"anna": http.StatusOK, "kim": http.StatusOK,
	} {
		e.get(who, "/api/v1/files/"+id).want(want)
	}
	approved := e.post("kim", "/api/v1/reviews/"+draft.str("id")+"/approve", map[string]any{"comment": "Good."}).
		want(http.StatusOK)
	if html := approved.str("published_article.html"); !strings.Contains(html, "/files/"+id) {
		t.Errorf("the article shows %s", html)
	}
	e.get("", "/api/v1/files/"+id).wantFile(pngFile, "image/png", "inline", "port-"+id[:12]+".png")
}

// TestFilesOfPagesAreInert: what an article shows is one of its files and nothing else.
func TestFilesOfPagesAreInert(t *testing.T) {
	e := newEnv(t)
	up, err := e.kb.Upload(t.Context(), e.actor("all"), "logo.svg", strings.NewReader(svgFile))
	if err != nil {
		t.Fatal(err)
	}
	a, err := e.kb.Create(t.Context(), e.actor("all"), kb.NewArticleInput{
		Title: "Logo", Markdown: up.Markdown() + "\n\n<img src=\"" + up.Path + "\" onerror=\"alert(1)\">\n\n" +
			"![x](/files/" + strings.Repeat("0", 64) + ") ![y](javascript:alert(1)) ![z](https://example.org/z.png)\n",
		Audience: access.AudiencePublic, Confidence: kb.Validated,
	})
	if err != nil {
		t.Fatal(err)
	}
	html := e.get("", "/api/v1/articles/"+a.ID).want(http.StatusOK).str("html")
	if strings.Count(html, "<img") != 2 || strings.Count(html, `src="/files/`+up.ID+`"`) != 2 {
		t.Errorf("shows %s", html)
	}
	for _, bad := range []string{"onerror", "javascript", `src="https`, "000"} {
		if strings.Contains(html, bad) {
			t.Errorf("has %q: %s", bad, html)
		}
	}
	e.get("", "/files/"+up.ID).wantFile(svgFile, "image/svg+xml", "attachment", "logo-"+up.ID[:12]+".svg")
}

// TestFileReopens: a file without words on a resolved ticket reopens it, as words do.
func TestFileReopens(t *testing.T) {
	e := newEnv(t)
	ticket := "/api/v1/tickets/" + e.open("rita", "No picture", "See below.")
	e.post("anna", ticket+"/resolve", map[string]any{"code": "fixed", "note": "Plugged in."}).want(http.StatusOK)
	r := e.form("rita", ticket+"/files", []part{{"file", "still.png", pngFile}}).want(http.StatusCreated)
	if r.str("kind") != "reopening" || r.str("files.0.name") != "still.png" {
		t.Errorf("message %s", r.body)
	}
	if got := e.get("anna", ticket).str("status"); got != "open" {
		t.Errorf("the ticket is %s", got)
	}
}

// TestFilesWithoutAnonymousReading: where reading needs a login, files do too.
func TestFilesWithoutAnonymousReading(t *testing.T) {
	e := newEnv(t, closed)
	up, err := e.kb.Upload(t.Context(), e.actor("all"), "port.png", strings.NewReader(pngFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.kb.Create(t.Context(), e.actor("all"), kb.NewArticleInput{
		Title: "Dock", Markdown: up.Markdown(), Audience: access.AudiencePublic, Confidence: kb.Validated,
	}); err != nil {
		t.Fatal(err)
	}
	limited := e.token("rita", []access.Permission{access.OpenTickets})
	for who, want := range map[string]int{
		"": http.StatusNotFound, "admin": http.StatusNotFound, limited: http.StatusNotFound,
		"rita": http.StatusOK, "anna": http.StatusOK,
	} {
		for _, prefix := range []string{"/files/", "/api/v1/files/"} {
			e.get(who, prefix+up.ID, "Accept", "application/json").want(want)
		}
	}
}
