package kb_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

var update = flag.Bool("update", false, "rewrite golden files")

// known finds the few articles that tests link to.
func known(names []string) (map[string][]kb.Target, error) {
	found := map[string][]kb.Target{}
	for _, slug := range []string{"other", "folder-other", "mail-full"} {
		for _, name := range []string{"slug:" + slug, "path:" + strings.Replace(slug, "-", "/", 1)} {
			if slices.Contains(names, name) {
				found[name] = []kb.Target{{ID: "a_" + slug, Slug: slug, Unread: true}}
			}
		}
	}
	return found, nil
}

// render returns the HTML of a text.
func render(markdown string, find kb.Finding) (string, error) {
	p, err := kb.Render(kb.Article{Markdown: markdown}, kb.Rendering{Find: find})
	return p.HTML, err
}

// TestRenderGolden renders testdata/render/*.md and compares with the .html beside.
func TestRenderGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/render/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := render(string(source), known)
			if err != nil {
				t.Fatal(err)
			}
			assertSafe(t, got)
			golden := strings.TrimSuffix(file, ".md") + ".html"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func renderAt(path, markdown string) (string, error) {
	p, err := kb.Render(kb.Article{Path: path, Markdown: markdown}, kb.Rendering{Find: known})
	return p.HTML, err
}

func TestRenderLinks(t *testing.T) {
	for name, c := range map[string]struct{ from, markdown, want string }{
		"by file": {"", "[a](other.md)", `<p><a href="/articles/other">a</a></p>`},
		"by file, with part": {
			"", "[a](../folder/other.md#the-part)", `<p><a href="/articles/folder-other#h-the-part">a</a></p>`,
		},
		"from its own folder":   {"mail/start.md", "[a](full.md)", `<p><a href="/articles/mail-full">a</a></p>`},
		"out of its own folder": {"x/y/start.md", "[a](../../mail/full.md)", `<p><a href="/articles/mail-full">a</a></p>`},
		"by address":            {"", "[a](/articles/other)", `<p><a href="/articles/other">a</a></p>`},
		"by address, with part": {"", "[a](/articles/other#h-x)", `<p><a href="/articles/other#h-x">a</a></p>`},
		"by reference":          {"", "[a][r]\n\n[r]: other.md \"title\"", `<p><a href="/articles/other">a</a></p>`},
		"unknown article":       {"", "[a *b*](gone.md)", `<p>a <em>b</em></p>`},
		"unknown address":       {"", "[a](/articles/gone)", `<p>a</p>`},
		"heading here": {
			"", "# The part\n[a](#The-Part)", "<h1 id=\"h-the-part\">The part</h1>\n<p><a href=\"#h-the-part\">a</a></p>",
		},
		"heading that is not": {"", "[a](#The-Part)", `<p>a</p>`},
		"page of the site":    {"", "[a](/tickets/../search?q=a&b=c)", `<p><a href="/search?q=a&amp;b=c">a</a></p>`},
		"out into the web": {
			"", "[a](https://example.org/x?a=1&b=2)",
			`<p><a href="https://example.org/x?a=1&amp;b=2" rel="noopener nofollow ugc">a</a></p>`,
		},
		"bare address": {
			"", "see www.example.org.",
			`<p>see <a href="http://www.example.org" rel="noopener nofollow ugc">www.example.org</a>.</p>`,
		},
		"mail address": {
			"", "<jo@example.org>", `<p><a href="mailto:jo@example.org" rel="noopener nofollow ugc">jo@example.org</a></p>`,
		},
		"remote image": {
			"", "![the *plug*](https://example.org/p.png)",
			`<p><a href="https://example.org/p.png" rel="noopener nofollow ugc">the <em>plug</em></a></p>`,
		},
		"remote image, no text": {
			"", "![](https://example.org/p.png)",
			`<p><a href="https://example.org/p.png" rel="noopener nofollow ugc">p.png</a></p>`,
		},
		"remote image by name": {
			"", "![plug][p]\n\n[p]: https://example.org/p.png",
			`<p><a href="https://example.org/p.png" rel="noopener nofollow ugc">plug</a></p>`,
		},
		"local image": {"", "![plug](media/p.png)", `<p>plug</p>`},
		"image in a link": {
			"", "[![plug](https://e.org/p.png)](other.md)", `<p><a href="/articles/other">plug</a></p>`,
		},
		"link title is dropped": {"", `[a](other.md "x")`, `<p><a href="/articles/other">a</a></p>`},
		"address with a space": {
			"", "[a](<https://e.org/a b>)", `<p><a href="https://e.org/a%20b" rel="noopener nofollow ugc">a</a></p>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := renderAt(c.from, c.markdown)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want+"\n", got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRenderDistrustsResolve shows that a resolved address is checked, whatever its
// source.
func TestRenderDistrustsResolve(t *testing.T) {
	for _, slug := range []string{"x\ny", "/../../evil.example", "\\evil.example", "", "\" onclick=\"x"} {
		got, err := render("[a](other.md)", func(names []string) (map[string][]kb.Target, error) {
			return map[string][]kb.Target{names[0]: {{ID: "a_x", Slug: slug}}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		assertSafe(t, got)
	}
}

func TestRenderAsksOnce(t *testing.T) {
	asked := 0
	_, err := render(strings.Repeat("[a](other.md) [b](c.md)", 300), func(names []string) (map[string][]kb.Target, error) {
		asked++
		if len(names) > 10 {
			t.Errorf("asked for %q", names)
		}
		return nil, nil
	})
	if err != nil || asked != 1 {
		t.Errorf("asked %d times, error %v", asked, err)
	}
}

func TestRenderTooLong(t *testing.T) {
	_, err := render(strings.Repeat("a", kb.MaxArticle+1), nil)
	wantKind(t, err, fault.TooLarge)
}

// TestAnchorsAgree shows that the anchor of a passage is one of the rendered ids.
func TestAnchorsAgree(t *testing.T) {
	body := "# T\n\nLead\n\n## Step\n\na\n\n## Step\n\nb\n\n## Step 2\n\nc\n\n## !\n\nd\n\n## *Größe* `x`\n\ne\n\n" +
		"Setext\n------\n\nf\n"
	html, err := render(body, nil)
	if err != nil {
		t.Fatal(err)
	}
	passages := kb.SplitPassages("a_x", body, nil)
	seen := map[string]bool{}
	for _, p := range passages {
		if p.Heading == "" {
			continue
		}
		if n := strings.Count(html, `id="`+p.Anchor+`"`); n != 1 || seen[p.Anchor] {
			t.Errorf("anchor %q stands %d times", p.Anchor, n)
		}
		seen[p.Anchor] = true
	}
	if len(seen) != 6 {
		t.Errorf("anchors %v", seen)
	}
}

func TestRenderOmitsTitle(t *testing.T) {
	for in, want := range map[string]string{
		"# The title\n\nText":                         "<p>Text</p>",
		"\n# the TITLE #\nText":                       "<p>Text</p>",
		"import X from 'x'\n\n# The title {#t}\nText": "<p>Text</p>",
		"# Another\n\nText":                           "<h2 id=\"h-another\">Another</h2>\n<p>Text</p>",
		"Text\n# The title":                           "<p>Text</p>\n<h2 id=\"h-the-title\">The title</h2>",
		"## The title\nText":                          "<h2 id=\"h-the-title\">The title</h2>\n<p>Text</p>",
	} {
		p, err := kb.Render(kb.Article{Title: "The title", Markdown: in}, kb.Rendering{OmitTitle: true})
		if got := strings.TrimSpace(p.HTML); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range attacks {
		f.Add(s)
	}
	for _, s := range hostile(200) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		if len(markdown) > 20_000 {
			return
		}
		html, err := render(markdown, known)
		if err != nil {
			t.Fatal(err)
		}
		assertSafe(t, html)
	})
}
