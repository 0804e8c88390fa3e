package kb

import (
	"bytes"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/dialect"
)

// checkText returns an error for what cannot be an article: too long, or not text.
func checkText(data []byte) error {
	if len(data) > MaxArticle {
		return &ParseError{Line: 1, Reason: "the article is longer than 2 MiB", kind: fault.TooLarge}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return parseError(lineAt(data, i), "the file holds a zero byte; it is not text")
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
		return parseError(lineAt(data, i), "the text is not UTF-8; save it as UTF-8")
	}
	return nil
}

// PlainText returns the words of a text without Markdown syntax, one line for each
// paragraph, list item, table row or line of code. Headings are separate lines; code,
// link texts and image descriptions are included, addresses are not. The text is read as
// [dialect.Common]; [Article.PlainText] reads an article.
func PlainText(markdown string) string { return parseMarkdown(markdown, dialect.Common).plainText() }

// PlainText returns the article's words without Markdown syntax; see [PlainText].
func (a Article) PlainText() string { return a.document().plainText() }

// document returns the parsed text of the article.
func (a Article) document() document { return parseMarkdown(a.Markdown, a.Origin.Dialect) }

// SplitPassages splits a body into its passages: the lead, then the section under each
// heading, a long one into several at its paragraphs. Ids are carried over from
// previous, the passages of the revision before, wherever a section is recognisably the
// same. New numbers follow the largest of previous; callers that store
// Article.NextPassage use SplitPassagesFrom, which never assigns a number twice.
func SplitPassages(articleID, markdown string, previous []Passage) []Passage {
	passages, _ := SplitPassagesFrom(articleID, markdown, previous, 1)
	return passages
}

// SplitPassagesFrom is SplitPassages with new numbers starting at next. It also returns
// the next number for the following revision.
func SplitPassagesFrom(articleID, markdown string, previous []Passage, next int) ([]Passage, int) {
	return parseMarkdown(markdown, dialect.Common).passages(articleID, previous, next)
}

// read sets what is derived from the text: passages and headings. before is the revision
// that the article follows, nil for the first.
func (a *Article) read(before *Article) {
	doc := a.document()
	a.Headings = doc.headings()
	if before == nil {
		a.Passages, a.NextPassage = doc.passages(a.ID, nil, 1)
		return
	}
	a.Passages, a.NextPassage = doc.passages(a.ID, before.Passages, before.NextPassage)
}
