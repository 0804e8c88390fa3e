package e2e_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

const guide = "Lead with `code`.\n\n## Roll-out\n\n### With the store\n\nفقرة بالعربية مع كلمة VPN.\n\n" +
	"```powershell\n$url = \"https://packages.example.org/agent/5.2.1/agent-x64.msi?channel=stable&arch=x64&signature=abcdef\"\n" +
	"# <script>alert(1)</script>\n```\n\n" +
	"| Host | Port | Protocol | Direction | Purpose | Owner | Version |\n|---|---:|---|---|---|---|---|\n" +
	"| agent.example.org | 443 | HTTPS | out | check-in | Network | 5 |\n\n" +
	"- بند أول\n- An English item\n\n## By hand\n\nSee <https://example.org/agent>.\n\n"

// TestReadingInBrowser reads an article with the keyboard, on paper, in a narrow window and
// without scripts.
func TestReadingInBrowser(t *testing.T) {
	d := boot(t, program(t))
	d.call(t, "kim", "POST", "/articles", map[string]any{
		"title": "Roll out the agent", "kind": "howto", "audience": "public", "confidence": "validated", "locale": "en",
		"markdown": guide + strings.Repeat("A paragraph that makes the page long.\n\n", 60),
	}, nil)
	b := chromium(t)
	page := b.MustIncognito().MustPage()
	open := func(width int) {
		page.MustSetViewport(width, 800, 1, width < 500)
		page.MustNavigate(d.Base + "/articles/roll-out-the-agent").MustWaitLoad()
	}
	is := func(what, want, script string) {
		t.Helper()
		if got := page.MustEval(script).String(); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}

	open(1280)
	is("the outline", "H1 H2 H2 H3 H2", `() => [...document.querySelectorAll("h1, nav.toc h2, .prose :is(h2, h3, h4)")]
		.map(h => h.tagName).join(" ")`)
	is("the contents in a wide window", "true", `() => document.querySelector(".toc details").open`)
	is("the contents", "Roll-out,With the store,By hand", `() => [...document.querySelectorAll(".toc li a")]
		.map(a => a.textContent).join()`)
	is("an Arabic paragraph", "rtl", `() => getComputedStyle(document.querySelector(".prose p[dir]")).direction`)
	is("an Arabic list", "rtl", `() => getComputedStyle(document.querySelector(".prose ul")).direction`)
	is("code", "ltr", `() => getComputedStyle(document.querySelector(".prose pre")).direction`)
	is("coloured code", "rgb(31, 99, 39)", `() => getComputedStyle(document.querySelector(".hl-string")).color`)
	is("the time zone", "true", `() => /UTC|GMT|[A-Z]{3}/.test(document.querySelector("[data-moment=zoned]").textContent)`)

	page.MustEval(`() => document.getElementById("h-by-hand").scrollIntoView({ behavior: "instant" })`)
	page.MustWait(`() => document.querySelector(".toc [aria-current=location]")?.textContent === "By hand"`)
	is("the contents stay", "true", `() => document.querySelector(".toc").getBoundingClientRect().top >= 0`)

	copyCode(t, page)

	mustDo(t, proto.EmulationSetEmulatedMedia{Media: "print"}.Call(page))
	is("what is printed", "none none none pre-wrap", `() => [".top", ".toc", ".copy", ".prose pre"]
		.map((s, i) => getComputedStyle(document.querySelector(s))[i < 3 ? "display" : "whiteSpace"]).join(" ")`)
	is("a printed address", `" (" attr(href) ")"`, `() => [...document.styleSheets[0].cssRules].flatMap(r => [...(r.cssRules || [])])
		.find(r => r.selectorText?.includes('href^="http"'))?.style.content`)
	mustDo(t, proto.EmulationSetEmulatedMedia{}.Call(page))

	open(320)
	is("the contents in a narrow window", "false", `() => document.querySelector(".toc details").open`)
	is("sideways scrolling", "0", `() => document.documentElement.scrollWidth - document.documentElement.clientWidth`)
	is("the table scrolls, and is reached", "true 0", `() => {
		const table = document.querySelector(".prose .table");
		return (table.scrollWidth > table.clientWidth) + " " + table.tabIndex;
	}`)

	mustDo(t, proto.EmulationSetScriptExecutionDisabled{Value: true}.Call(page))
	open(1280)
	if text := page.MustElement(".toc").MustText(); !strings.Contains(text, "With the store") {
		t.Errorf("without scripts the contents are %q", text)
	}
}

// copyCode copies a block of code with the keyboard.
func copyCode(t *testing.T, page *rod.Page) {
	t.Helper()
	page.MustEval(`() => document.querySelector(".copy").focus()`)
	page.Keyboard.MustType(input.Enter)
	page.MustWait(`() => document.querySelector(".copy").textContent === "Copied"`)
	if said := page.MustEval(`() => [...document.querySelectorAll("[role=status]")].map(e => e.textContent).join()`); said.Str() != "Copied" {
		t.Errorf("announces %q", said)
	}
	if at := page.MustEval(`() => document.activeElement.className`).Str(); at != "copy" {
		t.Errorf("the focus is on %q", at)
	}
	page.MustEval(`() => { const a = document.createElement("textarea"); a.id = "paste"; document.body.append(a); a.focus(); }`)
	page.MustElement("#paste").MustFocus()
	page.KeyActions().Press(input.ControlLeft).Type(input.KeyV).MustDo()
	page.MustWait(`() => document.getElementById("paste").value !== ""`)
	if got := page.MustEval(`() => document.getElementById("paste").value`).Str(); !strings.HasSuffix(got, "<script>alert(1)</script>") ||
		!strings.HasPrefix(got, "$url = ") {
		t.Errorf("copied %q", got)
	}
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
