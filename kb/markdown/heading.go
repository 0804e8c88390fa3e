package markdown

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/plain"
)

const (
	maxHeadings = 2000 // headings and other anchors of one article that links can lead to
	maxWords    = 300  // runes of a heading
)

// Heading is a heading of an article, or another place that links lead to.
type Heading struct {
	Level  int      `json:"level,omitempty"` // 1..6, 0 for a place that is no heading
	Text   string   `json:"text,omitempty"`
	Anchor string   `json:"anchor"`          // id of the rendered element
	Names  []string `json:"names,omitempty"` // ids that the author gave it
}

// anchors assigns every heading an id derived from its words, so that the same words have
// the same id in every revision, or from the id that its author gave it.
type anchors struct{}

// Transform sets the ids of headings and anchors in document order.
func (anchors) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	used := map[string]int{}
	var places []*dialect.Anchor
	var empty []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *dialect.Anchor:
			places = append(places, n)
		case *ast.Heading:
			if n.FirstChild() == nil && len(dialect.IDs(n)) == 0 {
				empty = append(empty, n) // it says nothing, and nothing leads to it
				return ast.WalkContinue, nil
			}
			words := AnchorOf(InlineText(n, reader.Source()))
			anchor := distinctAnchor(words, used)
			for _, id := range dialect.IDs(n) {
				if own := AnchorOf(id); used[own] == 0 {
					used[own]++
					n.SetAttributeString(formerKey, anchor)
					anchor = own
					break
				}
			}
			n.SetAttributeString("id", []byte(anchor))
		}
		return ast.WalkContinue, nil
	})
	for _, n := range empty {
		n.Parent().RemoveChild(n.Parent(), n)
	}
	for _, p := range places { // a heading's own id wins
		if anchor := AnchorOf(p.ID); used[anchor] == 0 {
			used[anchor]++
			p.SetAttributeString("id", []byte(anchor))
		}
	}
}

// formerKey is the attribute of a heading with an id of its author's that holds the id
// derived from its words; links that use it still work.
const formerKey = "former"

// distinctAnchor numbers an anchor that is used already. "-n" can collide with a heading
// that ends in a number; a double hyphen cannot.
func distinctAnchor(anchor string, used map[string]int) string {
	used[anchor]++
	if k := used[anchor]; k > 1 {
		return anchor + "--" + strconv.Itoa(k)
	}
	return anchor
}

// AnchorOf returns the anchor of the first heading with these words.
func AnchorOf(heading string) string {
	slug := plain.Slugify(heading)
	if slug == "" {
		slug = "section"
	}
	return AnchorStart + slug
}

// headingAnchor returns the id of a heading or an anchor.
func headingAnchor(n ast.Node) string {
	if v, ok := n.AttributeString("id"); ok {
		if b, ok := v.([]byte); ok {
			return string(b)
		}
	}
	return ""
}

// formerAnchor returns the id that links to a heading may use in addition to its own, "" if none.
func formerAnchor(n ast.Node) string {
	v, ok := n.AttributeString(formerKey)
	if !ok {
		return ""
	}
	s, _ := v.(string)
	return s
}

// Headings lists the headings and other anchors of a document, at most maxHeadings.
func (d Document) Headings() []Heading {
	out := []Heading{}
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if len(out) >= maxHeadings {
			return ast.WalkStop, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			words := plain.Clip(plain.OneLine(InlineText(n, d.Source())), maxWords)
			out = append(out, Heading{Level: n.Level, Text: words, Anchor: headingAnchor(n), Names: dialect.IDs(n)})
		case *dialect.Anchor:
			if id := headingAnchor(n); id != "" {
				out = append(out, Heading{Anchor: id, Names: []string{n.ID}})
			}
		}
		return ast.WalkContinue, nil
	})
	return out
}

// Fragments finds the heading that a fragment of a link means, as the tools write them
// that articles come from.
type Fragments struct {
	exact  map[string]string // fragment as some tool makes it → anchor
	folded map[string][]string
}

// NewFragments returns the fragments that lead to these headings.
func NewFragments(headings []Heading) Fragments {
	f := Fragments{exact: map[string]string{}, folded: map[string][]string{}}
	add := func(name, anchor string) {
		if _, taken := f.exact[name]; !taken && name != "" {
			f.exact[name] = anchor
		}
	}
	for _, h := range headings {
		for _, name := range h.Names {
			add(name, h.Anchor)
			add(strings.ToLower(name), h.Anchor)
		}
	}
	for _, h := range headings {
		add(h.Anchor, h.Anchor)
	}
	for _, style := range slugStyles {
		used := map[string]int{}
		for _, h := range headings {
			if h.Level == 0 {
				continue
			}
			slug := style.slug(h.Text)
			if n := used[slug]; n > 0 {
				add(slug+style.join+strconv.Itoa(n), h.Anchor)
			} else {
				add(slug, h.Anchor)
			}
			used[slug]++
		}
	}
	for _, h := range headings {
		for _, key := range foldings(h.Text) {
			f.folded[key] = append(f.folded[key], h.Anchor)
		}
	}
	return f
}

// Find returns the anchor of the heading that a fragment means.
func (f Fragments) Find(fragment string) (anchor string, ok bool) {
	fragment = strings.TrimPrefix(unescapedPath(fragment), "#")
	if anchor, ok = f.exact[fragment]; ok {
		return anchor, true
	}
	if anchor, ok = f.exact[strings.ToLower(fragment)]; ok {
		return anchor, true
	}
	if anchor, ok = f.exact[AnchorStart+plain.Slugify(strings.TrimPrefix(fragment, AnchorStart))]; ok {
		return anchor, true
	}
	if i := strings.LastIndexByte(fragment, '#'); i >= 0 {
		return f.Find(fragment[i+1:]) // a heading below another
	}
	for _, prefix := range fragmentPrefixes {
		fragment = strings.TrimPrefix(fragment, prefix)
	}
	key := fold(fragment)
	if list := f.folded[key]; key != "" && len(list) > 0 {
		return list[0], true
	}
	bare := strings.TrimRight(fragment, "0123456789")
	n, err := strconv.Atoi(fragment[len(bare):])
	if list := f.folded[fold(bare)]; err == nil && n > 0 && fold(bare) != "" && len(list) > 0 {
		return list[min(n, len(list)-1)], true
	}
	return "", false
}

// fragmentPrefixes are what tools put before the slug of a heading.
var fragmentPrefixes = []string{"user-content-", "heading--", "bkmrk-", "section-", "_", "id-"}

// slugStyle is a tool's way to make the anchor of a heading, and to number repeated ones.
type slugStyle struct {
	join string
	slug func(string) string
}

var slugStyles = []slugStyle{{"-", gitHubSlug}, {"_", pythonSlug}, {"-", kramdownSlug}}

// gitHubSlug is the way of GitHub, Docusaurus and Hugo: punctuation is dropped, each space
// becomes a hyphen.
func gitHubSlug(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '-', r == '_':
			return r
		}
		return -1
	}, strings.ToLower(strings.TrimSpace(s)))
}

// pythonSlug is the way of Python-Markdown and so of MkDocs: ASCII only, runs of spaces
// and hyphens become one hyphen.
func pythonSlug(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == ' ' || r == '-' || r == '\t':
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_'):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.TrimRight(b.String(), "-")
}

// kramdownSlug is the way of kramdown: it begins with the first letter.
func kramdownSlug(s string) string {
	slug := gitHubSlug(s)
	return strings.TrimLeftFunc(slug, func(r rune) bool { return !unicode.IsLetter(r) })
}

// foldings returns the letters and digits of a heading in the spellings that tools reduce
// them to.
func foldings(s string) []string {
	return plain.List([]string{fold(s), fold(strings.ReplaceAll(s, "&", " and ")), fold(umlauts.Replace(s))})
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "ae", "Ö", "oe", "Ü", "ue")

// fold returns the letters and digits of s in lower case, without accents.
func fold(s string) string {
	var b strings.Builder
	for _, r := range plain.Decomposed(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && r > 0x36f {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unescapedPath resolves the escapes of a part of an address.
func unescapedPath(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}
