package layout_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

func site() *layout.Site {
	return &layout.Site{
		Asset:           func(name string) string { return "/static/" + name },
		AnonymousSearch: func() bool { return true },
	}
}

type inner struct{ Known string }

type content struct {
	List []inner
	Flag bool
}

func TestLoad(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"valid", `{{define "content"}}{{range .List}}{{.Known}}{{end}}{{end}}`, ""},
		{"does not parse", `{{define "content"}}{{range .List}}{{end}`, "parse page"},
		{"refers to a missing field", `{{define "content"}}{{.Missing}}{{end}}`, "Missing"},
		{
			"refers to a missing field inside a list", `{{define "content"}}{{range .List}}{{.Missing}}{{end}}{{end}}`,
			"Missing",
		},
		{"refers to a missing field behind a flag", `{{define "content"}}{{if .Flag}}{{.Missing}}{{end}}{{end}}`, "Missing"},
		{
			"refers to a missing field behind a flag that is off",
			`{{define "content"}}{{if .Flag}}{{else}}{{.Missing}}{{end}}{{end}}`, "Missing",
		},
		{"does not define content", `hello`, "content"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{"page.html": {Data: []byte(tt.text)}}
			var view layout.View[content]
			err := layout.Load(site(), files, &view, "page.html")
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestSegments(t *testing.T) {
	mark := func(s string) layout.Segment { return layout.Segment{Text: s, Mark: true} }
	text := func(s string) layout.Segment { return layout.Segment{Text: s} }
	tests := []struct {
		name  string
		text  string
		marks [][2]int
		want  []layout.Segment
	}{
		{"no marks", "abc", nil, []layout.Segment{text("abc")}},
		{"runes, not bytes", "äöü x", [][2]int{{1, 3}}, []layout.Segment{text("ä"), mark("öü"), text(" x")}},
		{"from start to end", "ab", [][2]int{{0, 2}}, []layout.Segment{mark("ab")}},
		{
			"overlapping", "abcdef",
			[][2]int{{0, 3}, {2, 4}, {4, 5}},
			[]layout.Segment{mark("abc"), text("d"), mark("e"), text("f")},
		},
		{"beyond the text", "abc", [][2]int{{1, 9}, {-1, 2}, {2, 2}}, []layout.Segment{text("abc")}},
		{"empty", "", [][2]int{{0, 1}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := layout.Segments(desk.PassageRef{Text: tt.text, Marks: tt.marks})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("Renew the certificate", 0, 5, 3, 9)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		var joined strings.Builder
		for _, s := range layout.Segments(desk.PassageRef{Text: text, Marks: [][2]int{{a, b}, {c, d}}}) {
			joined.WriteString(s.Text)
		}
		if want := string([]rune(text)); joined.String() != want {
			t.Errorf("got %q, want %q", joined.String(), want)
		}
	})
}

func TestSpans(t *testing.T) {
	text := func(s string) layout.Span { return layout.Span{Text: s} }
	link := func(s string) layout.Span { return layout.Span{Text: s, URL: s} }
	tests := []struct {
		text string
		want []layout.Span
	}{
		{"no address", []layout.Span{text("no address")}},
		{"see https://a.example/x?y=1. Then", []layout.Span{text("see "), link("https://a.example/x?y=1"), text(". Then")}},
		{"(http://a.example)", []layout.Span{text("("), link("http://a.example"), text(")")}},
		{"javascript:alert(1) ftp://x", []layout.Span{text("javascript:alert(1) ftp://x")}},
		{"https://", []layout.Span{text("https://")}},
		{`https://a.example"onclick=x`, []layout.Span{link("https://a.example"), text(`"onclick=x`)}},
		{"", nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, layout.Spans(tt.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPager(t *testing.T) {
	pager := func(target, next string) layout.Pager {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		return layout.NewPager(echo.New().NewContext(r, httptest.NewRecorder()), next)
	}
	if p := pager("/tickets?view=mine", ""); p.Any() {
		t.Errorf("a single page has %+v", p)
	}
	first := pager("/tickets?view=mine&done=updated", "c2")
	if first.Next != "/tickets?after=c2&back=&view=mine" || first.Prev != "" {
		t.Fatalf("first page: %+v", first)
	}
	second := pager(first.Next, "c3")
	if second.Prev != "/tickets?view=mine" {
		t.Errorf("second page leads back to %q", second.Prev)
	}
	third := pager(second.Next, "")
	if third.Prev != "/tickets?after=c2&back=&view=mine" || third.Next != "" {
		t.Errorf("third page: %+v", third)
	}
	target := "/tickets"
	for range 200 {
		target = pager(target, "cursor").Next
	}
	if len(target) > 2000 {
		t.Errorf("the address grows to %d bytes", len(target))
	}
}

func TestLocalPath(t *testing.T) {
	for p, want := range map[string]string{
		"/tickets?x=1": "/tickets?x=1", "": "/", "tickets": "/", "//evil": "/", `/\evil`: "/",
		"https://evil": "/", "/a\r\nb": "/", "/\t/evil": "/", "/a": "/a",
	} {
		if got := layout.LocalPath(p, "/"); got != want {
			t.Errorf("%q becomes %q, want %q", p, got, want)
		}
	}
}

func TestFormProblem(t *testing.T) {
	tests := []struct {
		err     error
		status  int
		message string
	}{
		{fault.InvalidField("title", "is empty"), 422, "Please correct the fields marked below."},
		{fault.New(fault.Conflict, "someone else was faster"), 409, "Someone else was faster."},
		{fault.New(fault.Forbidden, "not you"), 403, "Not you."},
		{fault.New(fault.RateLimited, "Wait!"), 429, "Wait!"},
		{fault.New(fault.NotFound, "gone"), 0, ""},
		{fault.New(fault.Internal, "secret"), 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.err.Error(), func(t *testing.T) {
			p, status, ok := layout.FormProblem(tt.err)
			if status != tt.status || p.Message != tt.message || ok != (tt.status != 0) {
				t.Errorf("got %q, %d, %v", p.Message, status, ok)
			}
		})
	}
}

func TestOnce(t *testing.T) {
	ann, bo := access.Actor{ID: "u_1"}, access.Actor{ID: "u_2"}
	same := layout.Once(ann, "open", "k", "a", "b")
	if diff := cmp.Diff(same, layout.Once(ann, "open", "k", "a", "b")); diff != "" {
		t.Error(diff)
	}
	for name, other := range map[string]string{
		"person":                    layout.Once(bo, "open", "k", "a", "b").Key,
		"action":                    layout.Once(ann, "reply", "k", "a", "b").Key,
		"form":                      layout.Once(ann, "open", "l", "a", "b").Key,
		"content":                   layout.Once(ann, "open", "k", "a", "c").Key,
		"content split differently": layout.Once(ann, "open", "k", "ab", "").Key,
	} {
		if other == same.Key {
			t.Errorf("another %s has the same key", name)
		}
	}
	if none := layout.Once(ann, "open", "", "a"); none.Key != "" {
		t.Errorf("a form without a key has %q", none.Key)
	}
}

func TestWords(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "known_error": "Known error", "howto": "How-to", "on_hold": "On hold",
		"title_in_requesters_words": "Title in the requester's words", "request-changes": "Changes requested",
	} {
		if got := layout.Words(value); got != want {
			t.Errorf("%q becomes %q, want %q", value, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		30 * time.Second:              {"less than a minute", "less than a minute"},
		59 * time.Minute:              {"59 min", "59 min"},
		3*time.Hour + 20*time.Minute:  {"3 h 20 min", "3 h 20 min"},
		26 * time.Hour:                {"1 d 2 h", "26 h"},
		50*time.Hour + 30*time.Minute: {"2 d 2 h", "50 h 30 min"},
		time.Hour:                     {"1 h", "1 h"},
	} {
		if got := [2]string{layout.Duration(d), layout.Hours(d)}; got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
