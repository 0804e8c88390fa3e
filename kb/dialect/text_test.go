package dialect_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/kb/dialect"
)

// TestLines shows that a place in the prepared text is on its line of the original,
// whatever was dropped or rewritten before it.
func TestLines(t *testing.T) {
	for name, before := range map[string]string{
		"nothing":        "",
		"HTML comment":   "<!-- a\nb\n\nc -->",
		"MDX comment":    "{/* a\nb */}",
		"Obsidian":       "%%\na\n%%",
		"imports":        "import A from 'a'\nexport const b = {\n  c: 1,\n}\n",
		"template":       "{% comment %}\na\n{% endcomment %}\n{{< x\n  y=\"1\" >}}",
		"wide tag":       "<Card\n  title=\"a\"\n  icon=\"b\"\n>\n\na\n\n</Card>",
		"HTML":           "<div>\n<ul>\n<li>a</li>\n</ul>\n</div>",
		"drawing":        "<svg>\n<path/>\n</svg>",
		"callouts":       "!!! note \"a\"\n    b\n\n> [!TIP]\n> c\n\n:::warning d\ne\n:::",
		"code":           "```\n{{ a }}\n```",
		"note":           "a[^1]\n\n[^1]: b\n    c",
		"Windows breaks": "a {: .b }\r\n{{ c }}\r\n\r\n",
		"attributes":     "a\n{: .b }\n\n# c {#d}\n",
		"variables":      "a {{ site.b }} [[C|d]] :smile:\n**e** ^[f]",
	} {
		t.Run(name, func(t *testing.T) {
			for _, d := range dialect.Names() {
				md := "word0\n\n" + before + "\n\nword1\nword2 {{ site.x }} word3\n\n- word4\n"
				text := dialect.Prepare(md, d)
				for i := range 5 {
					word := fmt.Sprintf("word%d", i)
					at := bytes.Index(text.Source(), []byte(word))
					if at < 0 {
						t.Fatalf("%s: %s is lost in %q", d, word, text.Source())
					}
					if got, want := text.Line(at), 1+strings.Count(md[:strings.Index(md, word)], "\n"); got != want {
						t.Errorf("%s: %s on line %d, want %d in %q", d, word, got, want, text.Source())
					}
				}
			}
		})
	}
}

// FuzzPrepare shows that any text in any dialect is prepared, always alike, and with a line
// for its places.
func FuzzPrepare(f *testing.F) {
	samples, err := filepath.Glob("../testdata/dialect/*.md")
	if err != nil || len(samples) == 0 {
		f.Fatal(samples, err)
	}
	for i, name := range samples {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), i)
	}
	f.Fuzz(func(t *testing.T, md string, n int) {
		if len(md) > 4000 {
			return
		}
		names := dialect.Names()
		d := names[(n%len(names)+len(names))%len(names)]
		text := dialect.Prepare(md, d)
		source := text.Source()
		if again := dialect.Prepare(md, d).Source(); !bytes.Equal(source, again) {
			t.Fatalf("%q, then %q", source, again)
		}
		last := 3 + strings.Count(md, "\n") // blank lines follow the text if notes do
		for at := 0; at < len(source); at += 1 + len(source)/50 {
			if line := text.Line(at); line < 1 || line > last {
				t.Fatalf("offset %d of %q is on line %d of %d", at, source, line, last)
			}
		}
	})
}
