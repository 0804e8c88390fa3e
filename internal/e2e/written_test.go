package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"

	"github.com/deskbook/deskbook/internal/testkit"
)

// slowModel starts an endpoint that writes the first part of a summary, waits for a value
// on next, and writes the rest. It returns the base URL.
func slowModel(t *testing.T, first, rest string, next <-chan struct{}) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		part := func(text, finish string) {
			delta, err := json.Marshal(text)
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s},\"finish_reason\":%s}]}\n\n", delta, finish)
			w.(http.Flusher).Flush()
		}
		part(first, "null")
		select {
		case <-next:
		case <-r.Context().Done():
			return
		}
		part(rest, `"stop"`)
		fmt.Fprint(w, "data: [DONE]\n\n")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1"
}

// TestSummaryInBrowser: the page shows the extractive text immediately and the model's
// text line by line. The model's text replaces the other only when it is complete, and
// nothing in it is executed.
func TestSummaryInBrowser(t *testing.T) {
	next := make(chan struct{})
	p := program(t)
	p.Env = []string{"DESKBOOK_LLM_MODEL=slow", "DESKBOOK_LLM_BASE_URL=" + slowModel(t,
		`{"request":[{"text":"The label printer prints blank labels.","marks":["m1"]},`+
			`{"text":"<img src=x onerror=alert(1)>","marks":["m1"]},`,
		`{"text":"Nothing was changed at the printer.","marks":["m1"]}],`+
			`"environment":[],"impact":[],"tried":[],"questions":[],"next":[]}`, next)}
	d := boot(t, p, "rita", "ada")
	var ticket testkit.Ticket
	err := testkit.Client{Base: d.Base, Token: d.tokens["rita"]}.Call(t.Context(), "POST", "/tickets", map[string]any{
		"subject": "Blank labels", "body": "The label printer prints blank labels. Nothing was changed at the printer.",
	}, &ticket)
	if err != nil {
		t.Fatal(err)
	}
	page := chromium(t).MustPage()
	c := login(t, d, "ada@example.test")
	page.MustSetCookies(&proto.NetworkCookieParam{Name: c.Name, Value: c.Value, URL: d.Base})
	w := watch(page, must(url.Parse(d.Base)).Host)
	page.MustNavigate(d.Base + "/tickets/" + ticket.ID + "?summary=1").MustWaitLoad()
	summary := page.Timeout(20 * time.Second).MustElement("#summary")
	if text := page.MustElement("#summary-lines").MustText(); !strings.Contains(text, "blank labels") {
		t.Errorf("the extractive text is %q", text)
	}
	shows(t, summary, "A language model is writing its version")
	first := page.Timeout(20 * time.Second).MustElement("[data-stream] dd").MustText()
	if !strings.HasPrefix(first, "The label printer prints blank labels.") {
		t.Errorf("the first line is %q", first)
	}
	next <- struct{}{}
	shows(t, summary, "Written by a language model from this thread")
	shows(t, summary, "Nothing was changed at the printer.")
	if page.MustHas("#summary-lines") || page.MustHas("#summary img") {
		t.Errorf("the summary is %s", summary.MustHTML())
	}
	renew(t, d, page, ticket.ID, next)
	for _, problem := range w.take() {
		t.Error(problem)
	}
}

// renew adds a message and renews the summary: the old one stays until the new one is
// complete.
func renew(t *testing.T, d *desk, page *rod.Page, ticket string, next chan<- struct{}) {
	t.Helper()
	d.call(t, "rita", "POST", "/tickets/"+ticket+"/messages", map[string]any{"text": "It still prints blank labels."}, nil)
	page.MustNavigate(d.Base + "/tickets/" + ticket + "?summary=1").MustWaitLoad()
	summary := page.Timeout(20 * time.Second).MustElement("#summary")
	summary.MustElementR("button", "Update").MustClick()
	shows(t, summary, "A language model is writing its version")
	page.Timeout(20 * time.Second).MustElement("[data-stream] dd")
	if !page.MustHas("#summary-lines") {
		t.Error("the old summary was removed before the new one was complete")
	}
	next <- struct{}{}
	shows(t, summary, "Written by a language model from this thread")
	shows(t, summary, "Reload the summary to edit it")
	if page.MustHas("#summary-lines") || page.MustHas("#edit-summary") || page.MustHas("#summary form") {
		t.Errorf("the summary is %s", summary.MustHTML())
	}
	page.MustReload().MustWaitLoad()
	text := page.MustElement("#summary").MustText()
	if strings.Contains(text, "Out of date") || !strings.Contains(text, "Written by a language model") {
		t.Errorf("after a reload, the summary is %q", text)
	}
}

// shows waits until the element contains the text.
func shows(t *testing.T, el *rod.Element, text string) {
	t.Helper()
	if err := el.Wait(rod.Eval(`(text) => this.textContent.includes(text)`, text)); err != nil {
		t.Fatalf("%q is not shown: %v", text, err)
	}
}
