package reply

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// markup matches the beginning of a body that a mail program wrote as HTML.
var markup = regexp.MustCompile(`(?is)^\s*(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<style[\s>]|<meta\s|` +
	`<(?:div|p|table|span|font|center|blockquote)(?:\s+[a-z:-]+\s*=[^<>]*|\s*)>)`)

// Text returns a message as plain text: HTML as its paragraphs, lists and line breaks, with its
// quotations marked, and everything else as it is.
func Text(message string) string {
	if !markup.MatchString(message) || !strings.Contains(message, "</") {
		return message
	}
	r := htmlReader{tokens: html.NewTokenizer(strings.NewReader(message))}
	return r.read()
}

// htmlReader writes the text of HTML.
type htmlReader struct {
	tokens *html.Tokenizer
	out    strings.Builder
	line   strings.Builder
	quoted []atom.Atom // the elements that are open inside the outermost quotation, itself included
	hidden int         // elements that are open whose text is not shown
	pre    int
}

// Elements by what they do to a text.
var (
	hiddenElements = atoms(atom.Style, atom.Script, atom.Head, atom.Title, atom.Template, atom.Noscript, atom.Svg)
	blockElements  = atoms(atom.P, atom.Div, atom.Table, atom.Tr, atom.Ul, atom.Ol, atom.Li, atom.Pre, atom.Blockquote,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr, atom.Section, atom.Article, atom.Header, atom.Footer,
		atom.Dl, atom.Dt, atom.Dd, atom.Body, atom.Html, atom.Center)
	wideElements = atoms(atom.P, atom.Table, atom.Ul, atom.Ol, atom.Pre, atom.Blockquote, atom.H1, atom.H2, atom.H3)
	voidElements = atoms(atom.Br, atom.Hr, atom.Img, atom.Meta, atom.Link, atom.Input, atom.Wbr, atom.Col, atom.Base)
)

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	set := map[atom.Atom]bool{}
	for _, a := range list {
		set[a] = true
	}
	return set
}

func (r *htmlReader) read() string {
	for {
		switch r.tokens.Next() {
		case html.ErrorToken:
			r.breakLine()
			return strings.TrimSpace(r.out.String())
		case html.TextToken:
			r.text(string(r.tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, quotes := r.tag()
			r.open(name, quotes)
		case html.EndTagToken:
			name, _ := r.tag()
			r.close(name)
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// quotation matches the classes and ids with which mail programs mark what they quote.
var quotation = regexp.MustCompile(
	`(?i)gmail_quote|moz-cite|yahoo_quoted|protonmail_quote|appendonsend|divrplyfwdmsg|reply-intro`)

// tag returns the name of a tag, and whether its attributes mark a quotation.
func (r *htmlReader) tag() (name atom.Atom, quotes bool) {
	raw, more := r.tokens.TagName()
	name = atom.Lookup(raw)
	for more {
		var key, value []byte
		key, value, more = r.tokens.TagAttr()
		if k := string(key); (k == "class" || k == "id") && quotation.Match(value) {
			quotes = true
		}
	}
	return name, quotes
}

func (r *htmlReader) open(name atom.Atom, quotes bool) {
	if blockElements[name] {
		r.breakLine()
		if wideElements[name] {
			r.blankLine()
		}
	}
	if voidElements[name] {
		if name == atom.Br {
			r.breakLine()
		}
		return
	}
	switch {
	case len(r.quoted) > 0 || quotes || name == atom.Blockquote:
		r.quoted = append(r.quoted, name)
	case hiddenElements[name]:
		r.hidden++
	}
	switch {
	case name == atom.Li:
		r.line.WriteString("- ")
	case name == atom.Pre:
		r.pre++
	case (name == atom.Td || name == atom.Th) && r.line.Len() > 0:
		r.line.WriteByte('\t')
	}
}

func (r *htmlReader) close(name atom.Atom) {
	if blockElements[name] {
		r.breakLine()
		if wideElements[name] {
			r.blankLine()
		}
	}
	for i := len(r.quoted) - 1; i >= 0; i-- {
		if r.quoted[i] == name {
			r.quoted = r.quoted[:i]
			return
		}
	}
	if hiddenElements[name] && r.hidden > 0 {
		r.hidden--
	}
	if name == atom.Pre && r.pre > 0 {
		r.pre--
	}
}

// text adds the text between two tags; outside of preformatted text, white space is one space.
func (r *htmlReader) text(s string) {
	if r.hidden > 0 {
		return
	}
	s = strings.ReplaceAll(html.UnescapeString(s), "\u00a0", " ")
	if r.pre > 0 {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				r.breakLine()
			}
			r.line.WriteString(l)
		}
		return
	}
	words := strings.Join(strings.Fields(s), " ")
	written := r.line.String()
	opensApart := words == "" || strings.TrimLeft(s, " \t\r\n") != s
	if opensApart && s != "" && written != "" && !strings.HasSuffix(written, " ") {
		r.line.WriteByte(' ')
	}
	r.line.WriteString(words)
	if words != "" && strings.TrimRight(s, " \t\r\n") != s {
		r.line.WriteByte(' ')
	}
}

// breakLine ends the line, if there is something on it.
func (r *htmlReader) breakLine() {
	l := strings.TrimRight(r.line.String(), " \t")
	r.line.Reset()
	if l == "" {
		return
	}
	if len(r.quoted) > 0 {
		r.out.WriteString("> ")
	}
	r.out.WriteString(l + "\n")
}

// blankLine separates paragraphs.
func (r *htmlReader) blankLine() {
	if s := r.out.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
		r.out.WriteByte('\n')
	}
}
