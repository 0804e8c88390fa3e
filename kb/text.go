package kb

import (
	"bytes"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/markdown"
)

// CheckText returns an error for what cannot be an article: too long, or not text.
func CheckText(data []byte) error {
	if len(data) > MaxArticle {
		return &front.ParseError{Line: 1, Reason: "the article is longer than 2 MiB", Kind: fault.TooLarge}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return front.Errorf(front.LineAt(data, i), "the file holds a zero byte; it is not text")
	}
	if !utf8.Valid(data) {
		i := 0
		for i < len(data) {
			r, size := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			i += size
		}
		return front.Errorf(front.LineAt(data, i), "the text is not UTF-8; save it as UTF-8")
	}
	return nil
}

// PlainText returns the words of a text without Markdown syntax, one line for each
// paragraph, list item, table row or line of code. Headings are separate lines; code,
// link texts and image descriptions are included, addresses are not. The text is read as
// [dialect.Common]; [Article.PlainText] reads an article.
func PlainText(body string) string { return markdown.Parse(body, dialect.Common).PlainText() }

// PlainText returns the article's words without Markdown syntax; see [PlainText].
func (a Article) PlainText() string { return a.Document().PlainText() }

// Document returns the parsed text of the article.
func (a Article) Document() markdown.Document { return markdown.Parse(a.Markdown, a.Origin.Dialect) }

// SplitPassages splits a text into passages as [markdown.Document.Passages] does.
func SplitPassages(articleID, body string, previous []Passage) []Passage {
	passages, _ := markdown.Parse(body, dialect.Common).Passages(articleID, previous, 1)
	return passages
}

// Derive sets what is derived from the text: passages and headings. before is the revision
// that the article follows, nil for the first.
func (a *Article) Derive(before *Article) {
	doc := a.Document()
	a.Headings = doc.Headings()
	if before == nil {
		a.Passages, a.NextPassage = doc.Passages(a.ID, nil, 1)
		return
	}
	a.Passages, a.NextPassage = doc.Passages(a.ID, before.Passages, before.NextPassage)
}
