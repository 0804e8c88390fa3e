package kb_test

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/highlight"
	"github.com/deskbook/deskbook/kb/markdown"
)

// TestPageGolden renders testdata/page/*.md as pages do, with the table of contents first.
func TestPageGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/page/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := kb.Render(
				kb.Article{Title: "The title", Markdown: string(source)},
				kb.Rendering{Find: known, OmitTitle: true, Code: markdown.NewHighlighter(noon)},
			)
			if err != nil {
				t.Fatal(err)
			}
			assertSafe(t, p.HTML)
			var got strings.Builder
			for _, h := range p.Headings {
				fmt.Fprintf(&got, "%s%s #%s\n", strings.Repeat("  ", h.Level-1), h.Text, h.Anchor)
			}
			got.WriteString("\n" + p.HTML)
			golden := strings.TrimSuffix(file, ".md") + ".html"
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// noon is a clock that stands still, so that no time is spent.
func noon() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }

var element = regexp.MustCompile(`<[^>]*>`)

// TestHostileCode: code of any size and language is shown character by character, and runs
// nothing.
func TestHostileCode(t *testing.T) {
	for name, c := range map[string]struct{ language, code string }{
		"marks of the renderer": {"go", "var a = \"\x00\" // \x00 &#0; \u0000\n"},
		"script":                {"html", "<script>alert(1)</script>\n<img src=x onerror=alert(1)>\n"},
		"end of the block":      {"go", "</code></pre><script>alert(1)</script>\n"},
		"a class of its own":    {"xml", "<span class=\"hl-keyword\" onclick=\"x\">a</span>\n"},
		"unknown language":      {"klingon", "<b>qapla</b>\n"},
		"hostile language":      {"\"><script>alert(1)</script>", "x = 1\n"},
		"500 KB in one block":   {"json", strings.Repeat("{\"a\": [1, \"<script>\"]}\n", 500<<10/24)},
		"500 KB on one line":    {"js", strings.Repeat("x<y&&", 500<<10/5) + "\n"},
		"many blocks":           {"sql", strings.Repeat("SELECT '<script>';\n```\n\n```sql\n", 10_000)},
		"other direction":       {"python", "# \u202etxet\u202c شرح\nx = 'שלום'\n"},
	} {
		t.Run(name, func(t *testing.T) {
			source := "```" + c.language + "\n" + c.code + "```\n"
			p, err := kb.Render(kb.Article{Markdown: source}, kb.Rendering{OmitTitle: true, Code: markdown.NewHighlighter(time.Now)})
			if err != nil {
				t.Fatal(err)
			}
			assertSafe(t, p.HTML)
			if got := strings.Count(p.HTML, "<pre"); got != strings.Count(source, "```")/2 {
				t.Errorf("%d blocks", got)
			}
			if name == "many blocks" {
				return
			}
			if shown := html.UnescapeString(element.ReplaceAllString(p.HTML, "")); strings.TrimSpace(shown) != strings.TrimSpace(strings.ReplaceAll(c.code, "\x00", "\uFFFD")) {
				t.Errorf("shown %.200q", shown)
			}
			if len(p.HTML) > 8*len(source)+1000 {
				t.Errorf("%d bytes became %d", len(source), len(p.HTML))
			}
		})
	}
}

// BenchmarkPage renders a page with 16 KiB of code: never coloured, coloured for the first time,
// and remembered.
func BenchmarkPage(b *testing.B) {
	line := "Get-ChildItem -Path \"$env:TEMP\\*.log\" | Where-Object { $_.Length -gt 10 } # old logs\n"
	a := kb.Article{Markdown: strings.Repeat("Some words before the code.\n\n```powershell\n"+strings.Repeat(line, 12)+"```\n\n", 16)}
	known := markdown.NewHighlighter(time.Now)
	for name, code := range map[string]func() *highlight.Highlighter{
		"plain":      func() *highlight.Highlighter { return nil },
		"first":      func() *highlight.Highlighter { return markdown.NewHighlighter(time.Now) },
		"remembered": func() *highlight.Highlighter { return known },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := kb.Render(a, kb.Rendering{OmitTitle: true, Code: code()}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
