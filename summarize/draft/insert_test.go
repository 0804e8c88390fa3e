package draft_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/draft"
)

func TestInsert(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{
			"end of the section",
			"## Resolution\n\nA.\n\n### Sub\n\nB.\n\n## Links\n\nC.\n",
			"## Resolution\n\nA.\n\n### Sub\n\nB.\n\n### T\n\nnew\n\n## Links\n\nC.\n",
		},
		{"last section", "## Resolution\n\nA.", "## Resolution\n\nA.\n\n### T\n\nnew\n"},
		{"no section", "Text.\n", "Text.\n\n## Resolution: T\n\nnew\n"},
		{"heading in code", "```\n## Resolution\n```\n", "```\n## Resolution\n```\n\n## Resolution: T\n\nnew\n"},
		{"empty", "", "## Resolution: T\n\nnew\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, draft.InsertInto(tt.in, "Resolution", "T", "new")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Text of a thread never acts as Markdown: the rendered HTML has no element from the text.
func TestEscapeText(t *testing.T) {
	tests := []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.test/p.png)",
		"[x](javascript:alert(1))", "[x][y]\n\n[y]: https://evil.test", "<https://evil.test>",
		"# heading", "> quote", "- item", "1. item", "---", "~~~",
		"{% comment %}x", "{{< note >}}x{{< /note >}}", "::: note", "!!! note", "[[x]]", "> [!NOTE]", "[^1]: x", "x{.y}",
	}
	for _, in := range tests {
		t.Run(in, func(t *testing.T) {
			page, err := kb.Render(kb.Article{Markdown: draft.EscapedText(in)}, kb.Rendering{})
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{
				"<script", "<img", "<h1", "<blockquote", "<li", "<hr", "<pre", "href=\"javascript",
				"<aside",
			} {
				if strings.Contains(page.HTML, bad) {
					t.Errorf("rendered %s", page.HTML)
				}
			}
		})
	}
}
