package markdown_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/markdown"
)

// TestOmitTitle: the heading that repeats the title is dropped, also below badges, and no other
// heading is.
func TestOmitTitle(t *testing.T) {
	for text, kept := range map[string]bool{
		"# The Tool\n\nText": false, "[![build](b.svg)](https://x.org) ![c](c.svg)\n\n# The tool\n\nText": false,
		"Words\n\n# The Tool\n": true, "# Another\n\n# The Tool\n": true, "See [it](https://x.org).\n\n# The Tool\n": true,
	} {
		d := markdown.Parse(text, dialect.GitHub)
		d.OmitTitle("The Tool")
		got, err := d.HTML(nil)
		if err != nil || strings.Contains(strings.ToLower(got), "the tool</h1>") != kept {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}
