package reply_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/reply"
)

func TestText(t *testing.T) {
	for _, tc := range []struct{ name, message, want string }{
		{"no markup", "a < b and <tag>\n  kept", "a < b and <tag>\n  kept"},
		{"a tag that is meant", "<b> is bold in HTML", "<b> is bold in HTML"},
		{
			"paragraphs", "<html><body><p>Hello,</p><p>it&nbsp;is <b>red</b>\nand blue.</p></body></html>",
			"Hello,\n\nit is red and blue.",
		},
		{
			"styles and scripts",
			"<html><head><style>p{}</style><title>T</title></head><body><script>x()</script>Hi</body></html>",
			"Hi",
		},
		{"breaks and lists", "<div>One<br>two<ul><li>a</li><li>b</li></ul></div>", "One\ntwo\n\n- a\n- b"},
		{"tables", "<div><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></div>", "a\tb\nc\td"},
		{
			"quotations", "<div>New</div><blockquote><p>old</p><p>older</p></blockquote><div>below</div>",
			"New\n\n> old\n\n> older\n\nbelow",
		},
		{"preformatted", "<div><pre>a  b\n  c</pre></div>", "a  b\n  c"},
		{"what is not closed", "<div>a<p>b<span>c", "<div>a<p>b<span>c"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := reply.Text(tc.message); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzReplyText(f *testing.F) {
	f.Add("<html><p>a</p><blockquote class=gmail_quote>b</blockquote>")
	f.Add("<div><table><td></pre></div>")
	f.Fuzz(func(t *testing.T, message string) {
		text := reply.Text(message)
		if reply.Text(message) != text || len(text) > 4*len(message)+16 {
			t.Fatalf("%q becomes %q", message, text)
		}
		if strings.Contains(text, "</p>") && !strings.Contains(message, "&") && text != message {
			t.Fatalf("%q keeps tags: %q", message, text)
		}
	})
}
