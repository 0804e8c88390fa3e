package e2e_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// signIn signs the user in on the page.
func signIn(t *testing.T, d *desk, page *rod.Page, who string) {
	t.Helper()
	c := login(t, d, who+"@example.test")
	page.MustSetCookies(&proto.NetworkCookieParam{Name: c.Name, Value: c.Value, URL: d.Base})
}

// press presses the button and waits for the page that it leads to.
func press(page *rod.Page, selector string) {
	wait := page.MustWaitNavigation()
	page.MustElement(selector).MustEval(`() => this.click()`)
	wait()
	page.MustWaitLoad()
}

func value(page *rod.Page, selector string) string {
	return page.MustElement(selector).MustEval(`() => this.value`).Str()
}

// TestUnsentTextIsKept presses buttons that could lose text that has not been sent: that of
// another form, that of a form after the session has ended, and the approval of a draft
// with unsaved changes.
func TestUnsentTextIsKept(t *testing.T) {
	d := boot(t, program(t), "rita", "ada", "kim")
	id, review := resolvedTicket(t, d)
	d.call(t, "ada", "POST", "/tickets/"+id+"/reopen", map[string]string{"reason": "It prints blue again."}, nil)
	// Reopening takes the draft out of the queue; somebody submits it again.
	eventually(t, 20*time.Second, "the draft to leave the queue", func() bool {
		return draftOf(t, d, id).Status == "draft"
	})
	d.call(t, "ada", "POST", "/reviews/"+review+"/submit", map[string]string{"comment": "It holds."}, nil)
	b := chromium(t)
	page := b.MustIncognito().MustPage().Timeout(time.Minute)
	signIn(t, d, page, "ada")
	w := watch(page, must(url.Parse(d.Base)).Host)

	page.MustNavigate(d.Base + "/tickets/" + id).MustWaitLoad()
	page.MustElement("#reply-text").MustInput("half a note")
	page.MustElement("input[name=visibility][value=internal]").MustClick()
	page.MustElement("#resolve > summary").MustClick()
	page.MustElement("#note").MustInput("the cause so far")
	press(page, "button[name=to][value=me]")
	if got := value(page, "#reply-text") + ", " + value(page, "#note"); got != "half a note, the cause so far" {
		t.Errorf("after the button of another form, the texts are %q", got)
	}
	if !page.MustElement("input[name=visibility][value=internal]").MustProperty("checked").Bool() {
		t.Error("the note would be sent as a public reply")
	}

	page.MustSetCookies() // the session ends
	press(page, "#reply button[type=submit]")
	if text := page.MustElement("main").MustText(); !strings.Contains(text, "You were signed out") {
		t.Fatalf("without a session, the page says %q", text)
	}
	signIn(t, d, page, "ada")
	press(page, "main form button[type=submit]")
	last := page.MustElement(".thread li:last-child")
	if !strings.Contains(last.MustText(), "half a note") || !strings.Contains(*last.MustAttribute("class"), "internal") {
		t.Errorf("the thread ends with %q", last.MustText())
	}
	if got := value(page, "#reply-text") + ", " + value(page, "#note"); got != ", the cause so far" {
		t.Errorf("sent text is shown again, or unsent text is lost: %q", got)
	}
	for _, problem := range w.take() {
		if !strings.Contains(problem, "401") {
			t.Error(problem)
		}
	}
	press(page, "form[action='/logout'] button")
	signIn(t, d, page, "ada")
	page.MustNavigate(d.Base + "/tickets/" + id).MustWaitLoad()
	if got := value(page, "#note"); got != "" {
		t.Errorf("after signing out, the tab still has %q", got)
	}

	kim := b.MustIncognito().MustPage().Timeout(time.Minute)
	signIn(t, d, kim, "kim")
	kim.MustNavigate(d.Base + "/reviews/" + review).MustWaitLoad()
	kim.MustElement("#edit > summary").MustClick()
	kim.MustElement("#markdown").MustInput("\n\nA line of the reviewer.")
	kim.MustElement("#comment").MustInput("a remark")
	kim.MustElement("#decision button.primary").MustClick()
	if !kim.MustElement("[data-unsaved]").MustVisible() {
		t.Error("the draft is approved without the unsaved changes")
	}
	press(kim, "#edit-form button[value=approve]")
	text := kim.MustElement("main").MustText()
	for _, want := range []string{"approved and published", "a remark", "A line of the reviewer."} {
		if !strings.Contains(text, want) {
			t.Errorf("after the approval with edits, the page says %q, without %q", text, want)
		}
	}
}
