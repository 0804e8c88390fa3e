package e2e_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"

	"github.com/deskbook/deskbook/internal/testkit"
)

// A picture that browsers can show, and one that would run a script if it were a page.
const (
	dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
		"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
	scripted = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30">` +
		`<rect width="40" height="30" fill="#279"/><script>document.title = "run"; top.document.title = "run"</script></svg>`
)

// shown waits until all pictures of a page are loaded, and returns how many there are. A
// picture that cannot be shown has no width.
func shown(t *testing.T, page *rod.Page, selector string) int {
	t.Helper()
	page.MustEval(`selector => document.querySelectorAll(selector).forEach(i => { i.loading = "eager"; })`, selector)
	const complete = `selector => Array.from(document.querySelectorAll(selector)).every(i => i.complete)`
	page.Timeout(20*time.Second).MustWait(complete, selector)
	const visible = `selector => Array.from(document.querySelectorAll(selector)).filter(i => i.naturalWidth > 0).length`
	return page.MustEval(visible, selector).Int()
}

// narrow fails the test if the page scrolls sideways in a narrow window.
func narrow(t *testing.T, page *rod.Page) {
	t.Helper()
	for _, width := range []int{360, 1280} {
		page.MustSetViewport(width, 800, 1, width < 500)
		over := page.MustEval(`() => document.documentElement.scrollWidth - document.documentElement.clientWidth`).Int()
		if over > 0 {
			t.Errorf("at %d it scrolls sideways by %d pixels", width, over)
		}
	}
}

// TestFilesInBrowser attaches files to a ticket and inserts one into an article, as people
// do: pictures are shown, an SVG's script does not run, and the file keeps its name.
func TestFilesInBrowser(t *testing.T) {
	d := boot(t, program(t), "rita", "kim")
	var ticket testkit.Ticket
	d.call(t, "rita", "POST", "/tickets", map[string]any{"subject": "The dock", "body": "See the picture."}, &ticket)
	dir := writeFiles(t, map[string]string{"blue port.png": dot, "logo.svg": scripted, "log.txt": "It failed.\n"})
	at := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, filepath.Join(dir, name))
		}
		return paths
	}
	b := chromium(t)
	page := b.MustPage()
	w := watch(page, must(url.Parse(d.Base)).Host)
	signIn(t, d, page, "rita")
	page.MustNavigate(d.Base + "/tickets/" + ticket.ID).MustWaitLoad()
	page.MustElement("#reply-file").MustSetFiles(at("blue port.png", "logo.svg", "log.txt")...)
	press(page, "#reply button[type=submit]")
	shows(t, page.Timeout(20*time.Second).MustElement(".files"), "blue port.png")
	if n := shown(t, page, ".files img"); n != 2 {
		t.Errorf("%d pictures are shown", n)
	}
	narrow(t, page)
	if shot := os.Getenv("DESKBOOK_SHOTS"); shot != "" {
		page.MustScreenshotFullPage(filepath.Join(shot, "ticket.png"))
	}
	if title := page.MustEval(`() => document.title`).Str(); title == "run" {
		t.Error("the script of a picture has run")
	}

	signIn(t, d, page, "kim")
	page.MustNavigate(d.Base + "/articles/new").MustWaitLoad()
	page.MustElement("#title").MustInput("The blue port")
	page.MustElement("#markdown").MustSelectAllText().MustInput("Use this port:\n\n")
	page.MustElement("#file").MustSetFiles(at("blue port.png")...)
	const named = `() => document.getElementById("markdown").value.includes("](files/blue-port-")`
	page.Timeout(20 * time.Second).MustWait(named)
	press(page, "button[value=preview]")
	page.Timeout(20 * time.Second).MustElement("#preview img")
	if n := shown(t, page, "#preview img"); n != 1 {
		t.Errorf("%d pictures are in the preview", n)
	}
	narrow(t, page)
	press(page, "button[value=save]")
	page.Timeout(20 * time.Second).MustElement("article.prose img")
	if n := shown(t, page, "article.prose img"); n != 1 {
		t.Errorf("%d pictures are in the article", n)
	}
	narrow(t, page)
	if shot := os.Getenv("DESKBOOK_SHOTS"); shot != "" {
		page.MustScreenshotFullPage(filepath.Join(shot, "article.png"))
	}
	for _, problem := range w.take() {
		t.Error(problem)
	}
	openedAlone(t, b, d, ticket.ID)
}

// fill sets the value of a field. It works without the page's scripts, of which typing waits for
// a frame.
func fill(page *rod.Page, selector, words string) {
	page.MustElement(selector).MustEval(`words => { this.value = words; }`, words)
}

// TestFilesOfFormsInBrowser sends files with a new ticket and with a draft, with scripts and
// without: nothing is to be chosen twice, and what is too large is named before it is sent.
func TestFilesOfFormsInBrowser(t *testing.T) {
	d := boot(t, program(t), "rita", "ada", "kim")
	id, _ := resolvedTicket(t, d)
	draft := draftOf(t, d, id).ID
	dir := writeFiles(t, map[string]string{"blue port.png": dot, "log.txt": "It failed.\n", "none.txt": ""})
	at := func(name string) string { return filepath.Join(dir, name) }
	b := chromium(t)
	for _, scripts := range []bool{true, false} {
		page := b.MustIncognito().MustPage().Timeout(time.Minute)
		w := watch(page, must(url.Parse(d.Base)).Host)
		if !scripts {
			must(struct{}{}, proto.EmulationSetScriptExecutionDisabled{Value: true}.Call(page))
		}
		signIn(t, d, page, "rita")
		page.MustNavigate(d.Base + "/tickets/new").MustWaitLoad()
		fill(page, "#subject", "Printer prints blue")
		fill(page, "#body", "The printer prints blue pages since Monday.")
		if scripts {
			page.MustElement("#file").MustSetFiles(at("none.txt"))
			got := page.MustEval(`() => document.getElementById("file").validationMessage`).Str()
			if got != "none.txt is empty." {
				t.Errorf("an empty file: %q", got)
			}
		}
		page.MustElement("#file").MustSetFiles(at("blue port.png"))
		press(page, "main form button[type=submit]")
		shows(t, page.MustElement("main fieldset"), "blue port.png")
		narrow(t, page)
		page.MustElement("#file").MustSetFiles(at("log.txt"))
		press(page, "main form .actions:last-child button[type=submit]")
		page.MustElement(".files")
		if n := shown(t, page, ".files img"); n != 1 {
			t.Errorf("scripts %v: %d pictures are in the ticket", scripts, n)
		}
		shows(t, page.MustElement(".files"), "log.txt")

		signIn(t, d, page, "ada")
		page.MustNavigate(d.Base + "/reviews/" + draft).MustWaitLoad()
		page.MustElement("#edit > summary").MustEval(`() => this.click()`)
		page.MustElement("#edit-form #file").MustSetFiles(at("blue port.png"))
		if scripts {
			page.MustWait(`() => document.getElementById("markdown").value.includes("](files/blue-port-")`)
		} else {
			press(page, "button[value=attach]")
		}
		if got := value(page, "#markdown"); !strings.Contains(got, "](files/blue-port-") {
			t.Errorf("scripts %v: the text is %q", scripts, got)
		}
		narrow(t, page)
		press(page, "#edit-form button:not([name])")
		if n := shown(t, page, ".prose img"); n == 0 {
			t.Errorf("scripts %v: the draft shows no picture", scripts)
		}
		for _, problem := range w.take() {
			t.Error(problem)
		}
	}
}

// openedAlone opens each file of a ticket by itself: a browser shows the raster picture and
// saves the rest.
func openedAlone(t *testing.T, b *rod.Browser, d *desk, ticket string) {
	t.Helper()
	var got struct {
		Messages []struct {
			Files []struct{ Name, ID string }
		}
	}
	d.call(t, "rita", "GET", "/tickets/"+ticket, nil, &got)
	page := b.MustIncognito().MustPage()
	c := login(t, d, "rita@example.test")
	page.MustSetCookies(&proto.NetworkCookieParam{Name: c.Name, Value: c.Value, URL: d.Base})
	for _, f := range got.Messages[1].Files {
		err := page.Navigate(d.Base + "/files/" + f.ID)
		if saved := err != nil && strings.Contains(err.Error(), "ERR_ABORTED"); saved != (f.Name != "blue port.png") {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
