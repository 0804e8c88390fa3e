package highlight_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb/highlight"
)

var span = regexp.MustCompile(`<span class="(?:` + highlight.Classes + `)">|</span>`)

// text returns the code that HTML shows, and fails the test for an element that is not
// the package's.
func text(t *testing.T, out string) string {
	t.Helper()
	words := span.ReplaceAllString(out, "")
	if strings.ContainsAny(words, "<>\"'") {
		t.Fatalf("not escaped, or not of this package: %.300s", words)
	}
	return html.UnescapeString(words)
}

func TestCode(t *testing.T) {
	for _, c := range []struct{ language, code, want string }{
		{
			"go", "var s = \"<b>\" // </span><script>alert(1)</script>\n",
			`<span class="hl-keyword">var</span> s = <span class="hl-string">&#34;&lt;b&gt;&#34;</span> ` +
				"<span class=\"hl-comment\">// &lt;/span&gt;&lt;script&gt;alert(1)&lt;/script&gt;</span>\n",
		},
		{"PS1", "$a = 1", `<span class="hl-variable">$a</span> = <span class="hl-number">1</span>`},
		{"diff", "-old\n+new\n", "<span class=\"hl-deleted\">-old\n</span><span class=\"hl-inserted\">+new\n</span>"},
		{"yaml", "# note\n", "<span class=\"hl-comment\"># note</span>\n"},
		{"", "x = 1", ""},
		{"no such language", "x = 1", ""},
		{"<script>", "x = 1", ""},
		{"go", "", ""},
		{"go", " \n", ""},
	} {
		got, ok := highlight.New((&ticking{step: time.Microsecond}).now, strings.Clone).Text().Code(c.language, c.code)
		if diff := cmp.Diff(c.want, got); diff != "" || ok != (c.want != "") {
			t.Errorf("%s %q (ok %v):\n%s", c.language, c.code, ok, diff)
		}
	}
	var none *highlight.Highlighter
	if _, ok := none.Text().Code("go", "var s = 1"); ok {
		t.Error("no highlighter colours code")
	}
}

// hostile are the bodies that make lexers backtrack.
var hostile = []string{
	"(", "\"", "'", "`", "a", " ", "\n", "\\", "/*", "<", "<a ", "{", "[", "$", "#", "a b\n", "\\\"", "{{",
	"//", "\t\n", "&", "::", "1.", "=", "~", "<!--", "$((", "\u202e", "é", "\xff", "\x00", "<script>", "</span>",
	"--", "/* */", "a,",
}

// TestEveryLanguage colours hostile code of each language within the budget of time, and
// shows every character of it.
func TestEveryLanguage(t *testing.T) {
	for _, language := range highlight.Languages() {
		clock := &ticking{}
		h := highlight.New(clock.now, strings.Clone)
		for _, part := range hostile {
			code := strings.ToValidUTF8(strings.Repeat(part, 160/len(part)), "\uFFFD")
			out, ok := h.Text().Code(language, code)
			if ok && strings.TrimRight(text(t, out), "\n") != strings.TrimRight(code, "\n") {
				t.Errorf("%s: %.40q is changed", language, code)
			}
		}
	}
}

// ticking is a clock that advances with each reading.
type ticking struct {
	at   time.Time
	step time.Duration
}

func (c *ticking) now() time.Time {
	c.at = c.at.Add(c.step)
	return c.at
}

// TestBudget stops at the time of a text, and leaves out blocks that are too long or too many.
func TestBudget(t *testing.T) {
	code := strings.Repeat("var x = 1\n", 100)
	slow := highlight.New((&ticking{step: time.Millisecond}).now, strings.Clone)
	one := slow.Text()
	if _, ok := one.Code("go", code); ok {
		t.Error("coloured beyond its time")
	}
	if _, ok := one.Code("go", "var y = 1"); ok {
		t.Error("coloured after the time of the text was spent")
	}
	if _, ok := slow.Text().Code("go", "var y = 1"); !ok {
		t.Error("another text has no time")
	}
	h := highlight.New((&ticking{step: time.Microsecond}).now, strings.Clone)
	if _, ok := h.Text().Code("go", strings.Repeat("x", 16<<10+1)); ok {
		t.Error("a block of more than 16 KiB is coloured")
	}
	many, coloured := h.Text(), 0
	for range 100 {
		if _, ok := many.Code("go", strings.Repeat("var x = 1\n", 400)); ok {
			coloured += 4000
		}
	}
	if coloured == 0 || coloured > 96<<10 {
		t.Errorf("%d bytes of one text are coloured", coloured)
	}
}

// TestRemembered colours the same code once.
func TestRemembered(t *testing.T) {
	clock := &ticking{step: time.Microsecond}
	h := highlight.New(clock.now, strings.Clone)
	first, _ := h.Text().Code("sql", "SELECT 1")
	before := clock.at
	second, ok := h.Text().Code("SQL", "SELECT 1")
	if !ok || first != second || clock.at != before {
		t.Errorf("%q, then %q after %v", first, second, clock.at.Sub(before))
	}
}

func BenchmarkFirst(b *testing.B) {
	code := strings.Repeat("Get-ChildItem -Path \"$env:TEMP\\*.log\" | Where-Object { $_.Length -gt 10 } # old logs\n", 48)
	b.SetBytes(int64(len(code)))
	for b.Loop() {
		text := highlight.New((&ticking{step: time.Microsecond}).now, strings.Clone).Text()
		if _, ok := text.Code("powershell", code); !ok {
			b.Fatal("not coloured")
		}
	}
}

func BenchmarkAgain(b *testing.B) {
	code := strings.Repeat("Get-ChildItem -Path \"$env:TEMP\\*.log\" | Where-Object { $_.Length -gt 10 } # old logs\n", 48)
	h := highlight.New((&ticking{step: time.Microsecond}).now, strings.Clone)
	for b.Loop() {
		if _, ok := h.Text().Code("powershell", code); !ok {
			b.Fatal("not coloured")
		}
	}
}
