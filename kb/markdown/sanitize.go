package markdown

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"

	"github.com/deskbook/deskbook/kb/highlight"
)

// externalRel marks a link as user content for search engines and denies the page
// behind it access to this one.
const externalRel = "noopener nofollow ugc"

// sanitizer is a second barrier behind the renderer: should the renderer or its parser
// ever emit more than it promises, only these elements and attributes pass.
var sanitizer = newSanitizer()

func newSanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code",
		"em", "strong", "del", "sup", "sub", "ul", "ol", "li", "dl", "dt", "dd", "div", "aside",
		"table", "thead", "tbody", "tr", "th", "td",
	)
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^`+AnchorStart+`[\p{L}\p{M}\p{N}-]+$`)).
		OnElements("h1", "h2", "h3", "h4", "h5", "h6", "span", "li")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^callout callout-[a-z]+$`)).OnElements("aside")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(?:part|table)$`)).OnElements("div")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^label$`)).OnElements("p")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^note$`)).OnElements("aside")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[A-Za-z0-9_+#.-]{1,40}$`)).OnElements("code")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(?:` + highlight.Classes + `)$`)).OnElements("span")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(?:ltr|rtl|auto)$`)).OnElements(
		"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "th", "td",
		"aside", "div",
	)
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[1-9][0-9]?$`)).OnElements("th", "td")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + externalRel + `$`)).OnElements("a")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^` + FilePath + `[0-9a-f]{64}$`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	// A relative address is a path of this site or a fragment: never "//host",
	// which is another site's, nor with a backslash, which browsers read as "/".
	href := regexp.MustCompile(`^(?:(?i:https?://|mailto:)[^\\\s]+|/(?:[^/\\\s][^\\\s]*)?|#[^\\\s]*)$`)
	p.AllowAttrs("href").Matching(href).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
}
