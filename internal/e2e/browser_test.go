package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// chromium starts a headless browser, or skips the test on a machine without Chromium.
func chromium(t *testing.T) *rod.Browser {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed; 'make test' installs it when it runs as root")
	}
	l := launcher.New().Bin(bin).NoSandbox(true).UserDataDir(t.TempDir()).
		Set("disable-background-networking").Set("disable-component-update").Set("disable-sync").
		Set("disable-gpu").Set("no-first-run")
	control, err := l.Launch()
	if err != nil {
		t.Fatal(err)
	}
	b := rod.New().ControlURL(control)
	if err := b.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		l.Kill()
	})
	return b
}

// TestPagesInBrowser opens every kind of page as every role, wide and narrow: no page may
// scroll sideways, violate its content security policy, log an error or send a request to
// another host.
func TestPagesInBrowser(t *testing.T) {
	d := boot(t, program(t))
	id, review := resolvedTicket(t, d)
	b := chromium(t)
	host := must(url.Parse(d.Base)).Host
	pages := map[string][]string{
		"": {
			"/", "/search?q=vpn+error", "/search?q=zzzzqqqq", "/articles/forgotten-password-or-locked-account",
			"/login", "/no/such/page",
		},
		"rita": {"/", "/search?q=vpn", "/tickets", "/tickets/new", "/tickets/" + id, "/account"},
		"ada":  {"/tickets", "/tickets/" + id, "/articles/new", "/model"},
		"kim":  {"/reviews", "/reviews/" + review},
		"root": {"/admin/users", "/usage"},
	}
	for who, paths := range pages {
		page := b.MustIncognito().MustPage()
		if who != "" {
			c := login(t, d, who+"@example.test")
			page.MustSetCookies(&proto.NetworkCookieParam{Name: c.Name, Value: c.Value, URL: d.Base})
		}
		w := watch(page, host)
		for _, path := range paths {
			for _, width := range []int{1280, 360} {
				t.Run(fmt.Sprintf("%s %s at %d", who, path, width), func(t *testing.T) {
					page.MustSetViewport(width, 800, 1, width < 500)
					page.MustNavigate(d.Base + path).MustWaitLoad()
					const overflow = `() => document.documentElement.scrollWidth - document.documentElement.clientWidth`
					if over := page.MustEval(overflow).Int(); over > 0 {
						t.Errorf("scrolls sideways by %d pixels", over)
					}
					if title := page.MustEval(`() => document.title`).Str(); !strings.Contains(title, "Deskbook") {
						t.Errorf("title %q", title)
					}
					if page.MustEval(`() => document.querySelectorAll("main h1").length`).Int() != 1 {
						t.Error("the page does not have exactly one main heading")
					}
					for _, problem := range w.take() {
						if path != "/no/such/page" || !strings.Contains(problem, "404") {
							t.Error(problem)
						}
					}
				})
			}
		}
	}
}

// watcher records the errors of a page and its requests to other hosts.
type watcher struct {
	mu       sync.Mutex
	problems []string
}

func watch(page *rod.Page, host string) *watcher {
	w := &watcher{}
	add := func(format string, args ...any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.problems = append(w.problems, fmt.Sprintf(format, args...))
	}
	if err := (proto.LogEnable{}).Call(page); err != nil {
		add("log: %v", err)
	}
	go page.EachEvent(func(e *proto.LogEntryAdded) {
		if e.Entry.Level == proto.LogLogEntryLevelError {
			add("%s: %s", e.Entry.Source, e.Entry.Text)
		}
	}, func(e *proto.RuntimeExceptionThrown) {
		add("script: %s", e.ExceptionDetails.Text)
	}, func(e *proto.NetworkRequestWillBeSent) {
		if u, err := url.Parse(e.Request.URL); err == nil && u.Host != host && u.Scheme != "data" {
			add("sends a request to %s", u.Host)
		}
	})()
	return w
}

func (w *watcher) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.problems
	w.problems = nil
	return p
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestFirstAdmin follows the one-time link that the first start prints.
func TestFirstAdmin(t *testing.T) {
	d := boot(t, program(t), noUsers...)
	link := ""
	for link == "" {
		line, ok := <-d.Lines
		if !ok {
			t.Fatal("the server printed no setup link")
		}
		if i := strings.Index(line, "http://"); i >= 0 {
			link = line[i:]
		}
	}
	u := must(url.Parse(link))
	form := url.Values{
		"name": {"Ann"}, "email": {"ann@example.test"}, "roles": {"admin", "agent"},
		"password": {"a long enough secret"}, "confirm": {"a long enough secret"}, "key": {u.Query().Get("key")},
	}
	resp := postForm(t, d.Base, u.Path, form, nil)
	if resp.StatusCode != http.StatusSeeOther || len(resp.Cookies()) == 0 {
		t.Fatalf("setup returns %s", resp.Status)
	}
	if got := me(t, d, resp.Cookies()[0]); got != http.StatusOK {
		t.Errorf("the first admin's account page returns %d", got)
	}
	if again := postForm(t, d.Base, u.Path, form, nil); again.StatusCode < 400 {
		t.Errorf("the link worked a second time: %s", again.Status)
	}
}
