package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
)

// fakeVisits notes what becomes of visits, by the letters of their ids in order.
type fakeVisits struct {
	ids  []string
	said []string
}

func (f *fakeVisits) note(verb, id string) error {
	for i, known := range f.ids {
		if known == id {
			f.said = append(f.said, verb+" "+string(rune('a'+i)))
			return nil
		}
	}
	f.ids = append(f.ids, id)
	return f.note(verb, id)
}

func (f *fakeVisits) VisitBegan(_ context.Context, id, _ string) error { return f.note("began", id) }

func (f *fakeVisits) VisitHelped(_ context.Context, id string) error { return f.note("helped", id) }

func (f *fakeVisits) VisitAsked(_ context.Context, id string) error { return f.note("asked", id) }

// TestVisits: a browser counts when it opens an article after another page, once a visit; a new
// visit begins after half an hour. People of the desk and programs without cookies never count.
func TestVisits(t *testing.T) {
	old := "deskbook_visit=0123456789abcdef.fedcba9876543210.1.1"
	for _, tt := range []struct {
		name  string
		as    access.Actor
		first string // a cookie
		pages []string
		want  []string
	}{
		{"an article alone", visitor, "", []string{"/articles/vpn-drops"}, nil},
		{
			"a search, then two articles", visitor, "",
			[]string{"/search?q=vpn", "/articles/vpn-drops", "/articles/vpn-drops"},
			[]string{"began a"},
		},
		{
			"it helped", visitor, "",
			[]string{"/", "/articles/vpn-drops", "POST /articles/vpn-drops/feedback?helped=yes"},
			[]string{"began a", "helped a"},
		},
		{
			"it did not", visitor, "",
			[]string{"/", "/articles/vpn-drops", "POST /articles/vpn-drops/feedback?helped=no"},
			[]string{"began a"},
		},
		{
			"a ticket", requester, "",
			[]string{"/", "/articles/vpn-drops", "POST /tickets?subject=VPN&body=It+drops"},
			[]string{"began a", "asked a"},
		},
		{"hours later", visitor, old, []string{"/articles/vpn-drops"}, []string{"began a"}},
		{"no cookie of ours", visitor, "deskbook_visit=x", []string{"/articles/vpn-drops"}, nil},
		{"at the desk", agent, "", []string{"/", "/articles/vpn-drops"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.as = tt.as
			cookie := tt.first
			for _, page := range tt.pages {
				method, path, form := http.MethodGet, page, ""
				if rest, ok := strings.CutPrefix(page, "POST "); ok {
					method = http.MethodPost
					path, form, _ = strings.Cut(rest, "?")
				}
				r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if cookie != "" {
					r.Header.Set("Cookie", cookie)
				}
				w := httptest.NewRecorder()
				s.echo.ServeHTTP(w, r)
				for _, c := range w.Result().Cookies() {
					if c.Name == "deskbook_visit" {
						cookie = c.Name + "=" + c.Value
					}
				}
			}
			if d := cmp.Diff(tt.want, s.seen.said); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if len(s.seen.ids) > 0 && strings.Contains(old, s.seen.ids[0]) {
				t.Error("the visit goes on after it ended")
			}
		})
	}
}
