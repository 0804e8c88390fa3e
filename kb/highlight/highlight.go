// Package highlight colours code: it marks comments, keywords, strings and the like with
// classes.
//
// The lexers are regular expressions that can take seconds on a few kilobytes of hostile
// code, so the package promises that the code of one text costs no more than its budget of
// bytes and time; what exceeds it is not coloured. What was coloured once is remembered by its
// content. It writes no element but span, with a class of its own, and every character of the
// code is escaped. It imports no other package of Deskbook.
package highlight

import (
	"html"
	"strings"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// The budget of one text. Ordinary code takes about two milliseconds a kilobyte.
const (
	maxBlock = 16 << 10 // bytes of a block of code
	maxTotal = 96 << 10 // bytes of all blocks
	maxTime  = 200 * time.Millisecond
)

// Highlighter colours code. It is safe for concurrent use.
type Highlighter struct {
	now   func() time.Time
	check func(html string) string
	known cache
}

// New returns a highlighter that measures time with the clock. Its HTML passes through check,
// once for each code.
func New(now func() time.Time, check func(html string) string) *Highlighter {
	return &Highlighter{now: now, check: check}
}

// Text is a text with blocks of code, which share a budget.
type Text struct {
	h     *Highlighter
	bytes int
	spent time.Duration
}

// Text returns a text with its whole budget. A nil highlighter has none.
func (h *Highlighter) Text() *Text { return &Text{h: h} }

// Code returns the HTML of a block of code; ok is false for code that is not coloured: in an
// unknown language, beyond the budget, or without anything to mark.
func (t *Text) Code(language, code string) (_ string, ok bool) {
	name := lexerNames[strings.ToLower(language)]
	if t.h == nil || name == "" || len(code) > maxBlock || t.bytes+len(code) > maxTotal {
		return "", false
	}
	t.bytes += len(code)
	key := keyOf(name, code)
	if out, ok := t.h.known.get(key); ok {
		return out, out != ""
	}
	if t.spent >= maxTime {
		return "", false
	}
	start, whole := t.h.now(), t.spent == 0
	out, late := t.h.mark(name, code, start.Add(maxTime-t.spent))
	t.spent += t.h.now().Sub(start)
	if !late || whole { // otherwise there is more time for it when the text is read again
		t.h.known.put(key, out)
	}
	return out, out != ""
}

// mark colours code until the deadline. It returns "" for code without anything to mark, or
// when it is late.
func (h *Highlighter) mark(name, code string, deadline time.Time) (out string, late bool) {
	lexer := lexers.Get(name)
	if lexer == nil {
		return "", false
	}
	next, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	b.Grow(3 * len(code))
	marked := false
	for token := next(); token != chroma.EOF; token = next() {
		if h.now().After(deadline) {
			return "", true
		}
		text := html.EscapeString(token.Value)
		class := classOf(token.Type)
		if class == "" || strings.TrimSpace(text) == "" {
			b.WriteString(text)
			continue
		}
		marked = true
		b.WriteString(`<span class="` + class + `">` + text + "</span>")
	}
	if !marked {
		return "", false
	}
	return h.check(b.String()), false
}

// Classes are all that the package writes.
const Classes = "hl-comment|hl-keyword|hl-string|hl-number|hl-name|hl-type|hl-variable|hl-deleted|hl-inserted|hl-prompt"

// classOf returns the class of a token, "" for one that is not marked. Errors are not: they
// are a lexer's, and code in an article is often an excerpt.
func classOf(t chroma.TokenType) string {
	switch t {
	case chroma.GenericDeleted:
		return "hl-deleted"
	case chroma.GenericInserted:
		return "hl-inserted"
	case chroma.GenericHeading, chroma.GenericSubheading:
		return "hl-name"
	case chroma.GenericPrompt:
		return "hl-prompt"
	case chroma.GenericOutput:
		return ""
	case chroma.KeywordType, chroma.NameClass, chroma.NameNamespace, chroma.NameException:
		return "hl-type"
	case chroma.NameFunction, chroma.NameFunctionMagic, chroma.NameBuiltin, chroma.NameTag, chroma.NameDecorator:
		return "hl-name"
	case chroma.NameVariable, chroma.NameVariableGlobal, chroma.NameVariableInstance, chroma.NameVariableClass,
		chroma.NameVariableMagic, chroma.NameAttribute, chroma.NameProperty, chroma.NameConstant:
		return "hl-variable"
	}
	switch {
	case t.InCategory(chroma.Comment):
		return "hl-comment"
	case t.InCategory(chroma.Keyword):
		return "hl-keyword"
	case t.InSubCategory(chroma.LiteralString):
		return "hl-string"
	case t.InSubCategory(chroma.LiteralNumber), t.InSubCategory(chroma.LiteralDate):
		return "hl-number"
	}
	return ""
}
