package kb_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/deskbook/deskbook/kb/highlight"
)

// allowed lists the attributes that each element may have.
var allowed = map[string][]string{
	"h1": {"id", "dir"}, "h2": {"id", "dir"}, "h3": {"id", "dir"}, "h4": {"id", "dir"}, "h5": {"id", "dir"},
	"h6": {"id", "dir"}, "p": {"class", "dir"}, "aside": {"class", "role", "dir"}, "div": {"class", "dir"},
	"span": {"id", "class"}, "sup": {}, "sub": {}, "dl": {"dir"}, "dt": {"dir"}, "dd": {"dir"},
	"br": {}, "hr": {}, "blockquote": {"dir"}, "pre": {"dir"}, "code": {"class"}, "em": {}, "strong": {}, "del": {},
	"ul": {"dir"}, "ol": {"start", "dir"}, "li": {"id"}, "table": {"dir"}, "thead": {}, "tbody": {}, "tr": {},
	"th": {"align", "dir", "colspan", "rowspan"}, "td": {"align", "dir", "colspan", "rowspan"}, "a": {"href", "rel"},
}

var safeValues = map[string]*regexp.Regexp{
	"id": regexp.MustCompile(`^h-[\p{L}\p{M}\p{N}-]+$`),
	"class": regexp.MustCompile(
		`^(?:language-[A-Za-z0-9_+#.-]+|callout callout-[a-z]+|part|table|label|` + highlight.Classes + `)$`,
	),
	"dir":   regexp.MustCompile(`^(?:ltr|rtl|auto)$`),
	"start": regexp.MustCompile(`^[0-9]+$`),
	"align": regexp.MustCompile(`^(left|right|center)$`), "colspan": regexp.MustCompile(`^[1-9][0-9]?$`),
	"rowspan": regexp.MustCompile(`^[1-9][0-9]?$`),
	"role":    regexp.MustCompile(`^note$`),
	"rel":     regexp.MustCompile(`^noopener nofollow ugc$`),
}

// assertSafe parses the HTML as a browser would and checks every element,
// attribute and address in it.
func assertSafe(t *testing.T, rendered string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader("<!doctype html><body><main>" + rendered + "</main>"))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	for n := range doc.Descendants() {
		switch n.Type {
		case html.CommentNode:
			t.Errorf("comment %q", n.Data)
		case html.ElementNode:
			if slices.Contains([]string{"html", "head", "body", "main"}, n.Data) && len(n.Attr) == 0 {
				continue
			}
			attributes, ok := allowed[n.Data]
			if !ok || n.Namespace != "" {
				t.Errorf("element <%s %s>", n.Namespace, n.Data)
			}
			for _, a := range n.Attr {
				if !slices.Contains(attributes, a.Key) || a.Namespace != "" {
					t.Errorf("attribute %s=%q on <%s>", a.Key, a.Val, n.Data)
				}
				if safe := safeValues[a.Key]; safe != nil && !safe.MatchString(a.Val) {
					t.Errorf("attribute %s=%q", a.Key, a.Val)
				}
			}
			if n.Data == "a" {
				assertSafeLink(t, n)
			}
		case html.ErrorNode, html.TextNode, html.DocumentNode, html.DoctypeNode, html.RawNode:
		}
	}
}

func assertSafeLink(t *testing.T, n *html.Node) {
	t.Helper()
	var href, rel string
	for _, a := range n.Attr {
		switch a.Key {
		case "href":
			href = a.Val
		case "rel":
			rel = a.Val
		}
	}
	// Browsers drop tabs and line breaks inside an address and blanks around it,
	// and read a backslash as a slash.
	if strings.ContainsAny(href, "\t\r\n\\\x00 ") {
		t.Errorf("address %q holds what browsers reinterpret", href)
	}
	u, err := url.Parse(href)
	if err != nil {
		t.Errorf("address %q: %v", href, err)
		return
	}
	switch u.Scheme {
	case "http", "https", "mailto":
		if rel == "" {
			t.Errorf("external address %q without rel", href)
		}
	case "":
		if u.Host != "" || strings.HasPrefix(href, "//") || href != "" && href[0] != '/' && href[0] != '#' {
			t.Errorf("address %q leaves the site", href)
		}
	default:
		t.Errorf("scheme of %q", href)
	}
}
