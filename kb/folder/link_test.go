package folder_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

var hrefs = regexp.MustCompile(`<a href="([^"]*)"`)

// links returns the addresses in an article as a reader sees it.
func (b bench) links(t *testing.T, reader access.Actor, name string) []string {
	t.Helper()
	p, err := b.Render(t.Context(), reader, b.byPath(t, name), false)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range hrefs.FindAllStringSubmatch(p.HTML, -1) {
		out = append(out, html.UnescapeString(m[1]))
	}
	return out
}

func TestLinksBetweenFiles(t *testing.T) {
	files := map[string]string{
		"help/pay/invoice.md": "# Invoice\n\n## Paid & late?\n\nText", "help/pay/README.md": "# Paying\n\nText",
		"help/index.md": "# Help\n\nText",
		"README.md":     "# Home\n\nText", "help/My Page.md": "# A page\n\nText", "guide/01-start.md": "# Start\n\nText",
		"_posts/2024-05-06-news.md": "# News\n\nText", "a.b.v1.2.md": "# Version\n\nText",
		"perma.md": "---\npermalink: /somewhere/else/\n---\nText",
		"moved.md": "---\naliases: [/old/place, former-name]\nredirect_from: /older.html\n---\n# Moved here\n\nText",
		"de/x.md":  "# Kiste\n\nText", "en/x.md": "# Box\n\nText", "other/unique-name.md": "# U\n\nText",
		"docs/page.de.md": "# Seite\n\nText", "docs/page.md": "# Page\n\nText",
	}
	const invoice, paying = "/articles/help-pay-invoice", "/articles/help-pay-readme"
	for link, want := range map[string]string{
		"invoice.md": invoice, "invoice": invoice, "./invoice.md": invoice, "invoice/": invoice, "invoice.html": invoice,
		"/help/pay/invoice": invoice, "/help/pay/invoice.md": invoice, "/help/pay/invoice/": invoice,
		"/help/pay/invoice/index.html": invoice,
		"../pay/invoice.md":            invoice, "../invoice/": invoice, "/site/help/pay/invoice/": invoice,
		"help/pay/invoice.md":   invoice,
		"invoice.md#paid--late": invoice + "#h-paid-late", "invoice#paid-late": invoice + "#h-paid-late",
		"invoice.md#gone": invoice,
		"invoice.mdx":     invoice, "invoice.md?plain=1": invoice, "INVOICE.md": invoice,
		"README.md": paying, "./": paying, "/help/pay/": paying, "/help/pay/README.md": paying, "/help/pay/index": paying,
		"../": "/articles/help-index", "../index.md": "/articles/help-index", "/help": "/articles/help-index",
		"/":              "/articles/readme",
		"/gone/index.md": "", "/gone/_index.md": "", "/gone/": "",
		"../My%20Page.md": "/articles/help-my-page", "/help/my-page": "/articles/help-my-page",
		"<../My Page.md>": "/articles/help-my-page",
		"../My Page.md":   "/articles/help-my-page", "/guide/start": "/articles/guide-01-start",
		"../../guide/01-start.md":              "/articles/guide-01-start",
		"/2024/05/06/news.html":                "/articles/posts-2024-05-06-news",
		"{% post_url 2024-05-06-news %}":       "/articles/posts-2024-05-06-news",
		"{% link _posts/2024-05-06-news.md %}": "/articles/posts-2024-05-06-news",
		"{{ site.baseurl }}/help/pay/invoice":  invoice,
		"{{< ref \"invoice.md\" >}}":           invoice, "/a.b.v1.2": "/articles/a-b-v1-2",
		"/somewhere/else": "/articles/perma",
		"/old/place":      "/articles/moved", "former-name": "/articles/moved", "/older.html": "/articles/moved",
		"/articles/help-pay-invoice": invoice, "unique-name.md": "/articles/other-unique-name",
		"gone.md": "", "/help/none.md": "", "/search-that-is-not": "", "x.md": "", "#gone": "", "//evil.example/invoice": "",
		"/search?q=a": "/search?q=a", "/tickets/new": "/tickets/new", "https://example.org/a": "https://example.org/a",
		"file:invoice.md": "", "javascript:alert(1)": "", "../../../../etc/passwd": "",
	} {
		t.Run(link, func(t *testing.T) {
			b := newBench(t)
			all := map[string]string{"help/pay/from.md": "# From\n\nSee [it](" + link + ")."}
			for name, text := range files {
				all[name] = text
			}
			b.load(t, tree(all), folder.Options{})
			got := strings.Join(b.links(t, manager, "help/pay/from.md"), " ")
			if got != want {
				t.Errorf("%s leads to %q, want %q", link, got, want)
			}
			dead, err := b.DeadLinks(t.Context(), b.byPath(t, "help/pay/from.md"))
			if err != nil || len(dead) != 0 == (want != "" && link != "invoice.md#gone") {
				t.Errorf("dead links %v, %v", dead, err)
			}
		})
	}
}

func TestWikiLinks(t *testing.T) {
	files := map[string]string{
		".obsidian/app.json": "{}", "notes/VPN drops.md": "# Tunnel\n\n## First step\n\nText ^abc1",
		"notes/deep/Mail.md": "Text", "Mail.md": "Text",
		"alias.md": "---\naliases: [\"The Alias\"]\n---\n# Real title\n\nText", "notes/other.md": "Text",
	}
	const vpn = "/articles/notes-vpn-drops"
	for link, want := range map[string]string{
		"[[VPN drops]]": vpn, "[[vpn drops]]": vpn, "[[VPN drops|the tunnel]]": vpn, "[[notes/VPN drops]]": vpn,
		"[[VPN drops.md]]": vpn,
		"[[Tunnel]]":       vpn, "[[VPN drops#First step]]": vpn + "#h-first-step", "[[VPN drops#^abc1]]": vpn + "#h-abc1",
		"[[VPN drops#gone]]": vpn,
		"![[VPN drops]]":     vpn, "[[The Alias]]": "/articles/alias", "[[Real title]]": "/articles/alias",
		"[[deep/Mail]]": "/articles/notes-deep-mail",
		"[[Mail]]":      "/articles/mail", "[[./other]]": "/articles/notes-other", "[[the label|VPN drops]]": vpn,
		"[[#Here]]": "#h-here",
		"[[Gone]]":  "", "[[Gone|words]]": "", "![[picture.png]]": "", "[[1]]": "", "`[[VPN drops]]`": "",
		"[[VPN drops]](https://example.org)":  "https://example.org",
		"| a |\n|---|\n| [[VPN drops\\|x]] |": vpn,
	} {
		t.Run(link, func(t *testing.T) {
			b := newBench(t)
			all := map[string]string{"notes/from.md": "## Here\n\n" + link + "\n"}
			for name, text := range files {
				all[name] = text
			}
			b.load(t, tree(all), folder.Options{})
			if got := strings.Join(b.links(t, manager, "notes/from.md"), " "); got != want {
				t.Errorf("%s leads to %q, want %q", link, got, want)
			}
		})
	}
}

// TestLinksSurviveRenames shows that a link by a former name still leads to the article,
// until another one has the name.
func TestLinksSurviveRenames(t *testing.T) {
	b := newBench(t)
	b.load(t, tree(map[string]string{
		"a.md": "---\nid: one\nslug: first\n---\n# First title\n" +
			"\nText", "from.md": "[p](a.md) [s](/articles/first) [[First title]]",
	}), folder.Options{})
	if diff := cmp.Diff(
		[]string{"/articles/first", "/articles/first", "/articles/first"}, b.links(t, manager, "from.md"),
	); diff != "" {
		t.Error(diff)
	}
	b.load(
		t, tree(map[string]string{"new/b.md": "---\nid: one\nslug: second\n---\n# Second title\n\nText"}),
		folder.Options{},
	)
	if diff := cmp.Diff(
		[]string{"/articles/second", "/articles/second", "/articles/second"}, b.links(t, manager, "from.md"),
	); diff != "" {
		t.Error(diff)
	}
	b.load(t, tree(map[string]string{"a.md": "# First title\n\nAnother"}), folder.Options{})
	if diff := cmp.Diff(
		[]string{"/articles/a", "/articles/second", "/articles/a"}, b.links(t, manager, "from.md"),
	); diff != "" {
		t.Error(diff)
	}
}

// TestLinksFollowPermissions shows that a link to what a reader may not see is its text for
// that reader alone, and that one to a merged article leads to its successor.
func TestLinksFollowPermissions(t *testing.T) {
	b := newBench(t)
	b.load(t, tree(map[string]string{
		"from.md": "[a](internal.md) [b](draft.md) [c](public.md) " +
			"[[internal]]", "internal.md": "---\naudience: internal\n---\nText",
		"draft.md": "---\ndraft: true\n---\nText", "public.md": "Text", "merged.md": "Text", "into.md": "Text",
		"second.md": "[m](merged.md)",
	}), folder.Options{})
	visitor := access.Actor{}
	if diff := cmp.Diff([]string{"/articles/public"}, b.links(t, visitor, "from.md")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(
		[]string{"/articles/internal", "/articles/draft", "/articles/public", "/articles/internal"},
		b.links(t, agent, "from.md"),
	); diff != "" {
		t.Error(diff)
	}
	if dead, err := b.DeadLinks(t.Context(), b.byPath(t, "from.md")); err != nil || len(dead) != 0 {
		t.Errorf("%v, %v", dead, err)
	}
	if _, err := b.Merge(t.Context(), manager, "merged", "into", 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/articles/into"}, b.links(t, visitor, "second.md")); diff != "" {
		t.Error(diff)
	}
}

// TestDeadLinks shows that what leads nowhere is listed with its line in the file.
func TestDeadLinks(t *testing.T) {
	b := newBench(t)
	b.load(t, tree(map[string]string{
		"x.md": "---\ntitle: T\n---\n\n<!-- a\ncomment -->\n[one](gone.md) and\n[two](#nowhere)\n\n- [three](x.md#nope) " +
			"[ok](x.md)\n- [[Nobody]]\n- [[plain#^nope]]\n",
		"plain.md": "An article without headings.\n",
	}), folder.Options{})
	got, err := b.DeadLinks(t.Context(), b.byPath(t, "x.md"))
	if err != nil {
		t.Fatal(err)
	}
	want := []kb.DeadLink{
		{Line: 7, Link: "gone.md"},
		{Line: 8, Link: "#nowhere"},
		{Line: 10, Link: "x.md#nope"},
		{Line: 11, Link: "[[Nobody]]"},
		{Line: 12, Link: "[[plain#^nope]]"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestFragments shows that the anchors of a heading as each tool makes them lead to it.
func TestFragments(t *testing.T) {
	text := "# Guide\n\n## First time {#setup}\n\n## Set up / go on\n\n## Q&A: why?\n\n## Install\n\n## Install\n\n## " +
		"2.1 Reset\n\n" +
		"## <a name=\"legacy\"></a>Old part\n\n<a id=\"other\"></a>\n\n## Größe & Maß\n\n## Using `npm i`\n\n## Ünïcödé\n\n" +
		"<h3 id=\"html-id\">HTML heading</h3>\n\n## :rocket: Launch\n\n## Über uns\n\n<div id=\"box\">\n\nText\n\n</div>\n"
	for want, fragments := range map[string][]string{
		"h-setup": {"setup", "SETUP", "h-setup"}, "h-set-up-go-on": {
			"set-up--go-on", "set-up-go-on", "set-up-/-go-on", "h-set-up-go-on",
		},
		"h-q-a-why": {
			"qa-why", "q-a-why", "q-and-a-why", "h-q-a-why", "user-content-qa-why",
		}, "h-install": {"install", "Install"},
		"h-install--2": {"install-1", "install_1", "h-install--2"}, "h-2-1-reset": {
			"21-reset", "2-1-reset", "_2-1-reset", "reset",
		},
		"h-legacy": {"legacy"}, "h-other": {"other"}, "h-grosse-mass": {
			"größe--maß", "groe-ma", "grosse-mass", "gr%C3%B6%C3%9Fe--ma%C3%9F",
		},
		"h-using-npm-i": {"using-npm-i"}, "h-unicode": {"ünïcödé", "unicode"}, "h-html-id": {"html-id"},
		"h-launch": {"-launch", "launch"},
		"h-uber-uns": {
			"ueber-uns", "über-uns", "uber-uns",
		}, "h-box": {"box"}, "h-guide": {"guide"}, "h-first-time": {"first-time"},
	} {
		for _, fragment := range fragments {
			p, err := kb.Render(kb.Article{Markdown: text + "\n[x](#" + fragment + ")\n"}, kb.Rendering{})
			if err != nil {
				t.Fatal(err)
			}
			m := hrefs.FindStringSubmatch(p.HTML)
			if m == nil {
				t.Errorf("#%s leads nowhere", fragment)
				continue
			}
			got := strings.TrimPrefix(html.UnescapeString(m[1]), "#")
			if want == "h-first-time" {
				want = got // either is the heading's
			}
			if got != want || strings.Count(p.HTML, `id="`+got+`"`) != 1 {
				t.Errorf("#%s leads to %s, want %s", fragment, got, want)
			}
		}
	}
}
