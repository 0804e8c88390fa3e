package kb_test

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
)

// TestDialects renders testdata/dialect/NAME.DIALECT.md and compares the HTML and the plain
// text with those beside it. What other tools read as marks is nowhere left in them.
func TestDialects(t *testing.T) {
	files, err := filepath.Glob("testdata/dialect/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			stem := strings.TrimSuffix(file, ".md")
			d, ok := dialect.Parse(strings.TrimPrefix(filepath.Ext(stem), "."))
			if !ok {
				t.Fatalf("%s names no dialect", file)
			}
			a := kb.Article{Markdown: string(source), Origin: kb.Origin{Dialect: d}}
			p, err := kb.Render(a, kb.Rendering{Find: known})
			if err != nil {
				t.Fatal(err)
			}
			assertSafe(t, p.HTML)
			golden(t, stem+".html", p.HTML)
			golden(t, stem+".txt", a.PlainText()+"\n")
			if mark := rawMarks.FindString(words(p.HTML)); mark != "" {
				t.Errorf("%q is left in the text", mark)
			}
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

var (
	rawMarks = regexp.MustCompile(`:::|(?m)^!!! \w+$|\?\?\? |\{% [^k]|\{\{[^<$ ]|\[\[|%%|\{:|\{#|\{\.|\[!|\^\[|\[\^|` +
		`:smile:|^=== |` +
		`^import |^export |</?[A-Z]\w*|--8<--|\{\d+\}|\{\+\+|<!--|:material-`)
	codeElements = regexp.MustCompile(`(?s)<(pre|code)\b.*?</(?:pre|code)>`)
	anyElement   = regexp.MustCompile(`<[^>]*>`)
)

// words returns the text of HTML outside code.
func words(rendered string) string {
	return html.UnescapeString(anyElement.ReplaceAllString(codeElements.ReplaceAllString(rendered, ""), ""))
}

// TestCodeIsUntouched shows that what stands in code is shown as it was written, whatever
// it looks like and wherever the code stands.
func TestCodeIsUntouched(t *testing.T) {
	code := []string{
		"{{ a }} {% b %} {% raw %}c{% endraw %}", "{{< d >}}e{{< /d >}}", "::: note", "!!! warning \"f\"", "=== \"g\"",
		"[[h]] ![[i]]",
		"%% j %%", "{: .k} {#l} {.m}", "> [!NOTE]", "^[n] [^1]", ":smile: :material-x:", "import O from 'o';", "<P q={r} />",
		"==s==",
		"<!-- t -->", "{/* u */} {v}", "++ctrl+w++", "--8<-- \"x\"", "[TOC]", "<div>y</div>",
		"{% comment %}z{% endcomment %}",
	}
	body := strings.Join(code, "\n")
	indented := func(by string) string { return by + strings.ReplaceAll(body, "\n", "\n"+by) }
	for _, d := range dialect.Names() {
		for place, markdown := range map[string]string{
			"fence":            "```\n" + body + "\n```\n",
			"tildes":           "~~~~ md\n" + body + "\n~~~~\n",
			"fence in a list":  "- item\n\n  ```\n" + indented("  ") + "\n  ```\n",
			"fence in a quote": "> ```\n" + indented("> ") + "\n> ```\n",
			"fence in a box":   "!!! note\n    ```\n" + indented("    ") + "\n    ```\n",
			"fence in a tag": "<Tabs>\n  <TabItem label=\"a\">\n\n    ```\n" + indented("    ") + "\n    ```\n\n  " +
				"</TabItem>\n</Tabs>\n",
			"fence in a hint":    "{% hint style=\"info\" %}\n```\n" + body + "\n```\n{% endhint %}\n",
			"fence in brackets":  "::: note\n```\n" + body + "\n```\n:::\n",
			"indented":           "Text\n\n" + indented("    ") + "\n\nText\n",
			"indented in a list": "1. item\n\n" + indented("       ") + "\n",
			"pre":                "<pre><code>" + html.EscapeString(body) + "</code></pre>\n",
		} {
			if d == dialect.Docusaurus && strings.HasPrefix(place, "indented") {
				continue // there is no such code
			}
			t.Run(string(d)+" "+place, func(t *testing.T) {
				a := kb.Article{Markdown: markdown, Origin: kb.Origin{Dialect: d}}
				p, err := kb.Render(a, kb.Rendering{})
				if err != nil {
					t.Fatal(err)
				}
				if got := html.UnescapeString(anyElement.ReplaceAllString(p.HTML, "")); !strings.Contains(got, body) {
					t.Errorf("%s", cmp.Diff(body, got))
				}
				if got := a.PlainText(); !strings.Contains(got, body) {
					t.Errorf("%s", cmp.Diff(body, got))
				}
			})
		}
		for _, c := range code {
			p, err := kb.Render(kb.Article{Markdown: "Use ``" + c + "`` here.", Origin: kb.Origin{Dialect: d}}, kb.Rendering{})
			if want := "<p>Use <code>" + html.EscapeString(c) + "</code> here.</p>\n"; err != nil ||
				html.UnescapeString(p.HTML) !=
					html.UnescapeString(want) {
				t.Errorf("%s: %q, %v, want %q", d, p.HTML, err, want)
			}
		}
	}
}

// FuzzDialects shows that any text in any dialect is rendered safely and always alike, and
// that neither its HTML nor its plain text shows the tokens that stand for tags.
func FuzzDialects(f *testing.F) {
	samples, err := filepath.Glob("testdata/dialect/*.md")
	if err != nil || len(samples) == 0 {
		f.Fatal(samples, err)
	}
	for i, name := range samples {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for j, part := range strings.SplitAfter(string(data), "\n\n") {
			f.Add(part, i+j)
		}
	}
	for _, s := range attacks {
		f.Add(s, 0)
	}
	leaked := regexp.MustCompile(`\{\d+\}`)
	f.Fuzz(func(t *testing.T, markdown string, n int) {
		if len(markdown) > 4000 {
			return
		}
		names := dialect.Names()
		a := kb.Article{ID: "a_x", Markdown: markdown}
		a.Origin.Dialect = names[(n%len(names)+len(names))%len(names)]
		p, err := kb.Render(a, kb.Rendering{Find: known})
		if err != nil {
			t.Fatal(err)
		}
		assertSafe(t, p.HTML)
		again, err := kb.Render(a, kb.Rendering{Find: known})
		if diff := cmp.Diff(p, again); diff != "" || err != nil {
			t.Fatalf("%s, %v", diff, err)
		}
		plain := a.PlainText()
		if !strings.ContainsAny(markdown, "0123456789&") && leaked.MatchString(p.HTML+plain) {
			t.Fatalf("a token is left in %q and %q", p.HTML, plain)
		}
		for _, d := range p.Dead {
			if d.Line < 1 || d.Line > 1+strings.Count(markdown, "\n")+strings.Count(markdown, "\r") {
				t.Fatalf("a dead link on line %d", d.Line)
			}
		}
	})
}
