package dialect

import (
	"bytes"
	"html"
	"regexp"
	"strings"
)

// htmlNames are the elements of HTML, which are no components whatever their case.
var htmlNames = wordSet(`a abbr acronym address applet area article aside audio b base basefont bdi bdo
		big blockquote body br button canvas caption center cite code col colgroup data datalist dd del details dfn
		dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset g h1 h2 h3 h4 h5 h6
		head header hgroup hr html i iframe img input ins kbd label legend li link main map mark marquee math menu meta
		meter nav nobr noframes noscript object ol optgroup option output p param path picture pre progress q rect rp rt
		ruby s samp script section select slot small source span strike strong style sub summary sup svg table tbody td
		template textarea tfoot th thead time title tr track tt u ul use var video wbr circle line polygon polyline defs`)

// enclosing are the elements of HTML that enclose Markdown, as most tools read them.
var enclosing = wordSet(`div section aside details summary center article main header footer nav figure
		figcaption p`)

// goneElements are elements that are dropped with everything in them.
var goneElements = wordSet(`svg style script head noscript template object audio canvas video math`)

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// isHTML reports whether an element is one of HTML. <Link> is a component, <LINK> is not.
func isHTML(name string) bool {
	lower := strings.ToLower(name)
	return htmlNames[lower] && (name == lower || name == strings.ToUpper(name))
}

var (
	elementHead = regexp.MustCompile(`^<(/?)([A-Za-z][\w.:-]*)`)
	autolink    = regexp.MustCompile(`^<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>]+)>`)
	headingName = regexp.MustCompile(`^h[1-6]$`)
)

// angle reads what begins with an angle bracket.
func (s *scanner) angle() bool {
	rest := s.src[s.pos:]
	if strings.HasPrefix(rest, "<!--") {
		return s.htmlComment()
	}
	if m := autolink.FindString(rest); m != "" {
		if name, ok := strings.CutPrefix(m, "<xref:"); ok {
			s.lone = false
			s.write(strings.TrimSuffix(name, ">"))
			s.drop(s.pos + len(m))
			return true
		}
		return s.copied(s.pos + len(m))
	}
	if bytes.HasSuffix(s.out, []byte("](")) || bytes.HasSuffix(s.out, []byte("]: ")) {
		return s.copied(s.pos + 1) // an address
	}
	if s.syntax.mdx && (strings.HasPrefix(rest, "<>") || strings.HasPrefix(rest, "</>")) {
		s.dropWhole(s.pos + strings.Index(rest, ">") + 1)
		return true
	}
	m := elementHead.FindStringSubmatch(rest)
	if m == nil {
		return false
	}
	end := s.elementEnd(s.pos + len(m[0]))
	if end < 0 {
		return false
	}
	raw := s.src[s.pos:end]
	name := strings.ToLower(m[2])
	switch {
	case name == "pre" || name == "textarea" || name == "listing":
		return s.copyElement(name, m[1] == "/")
	case codeNames[name]:
		return s.codeElement(name, m[1] == "/", end)
	case goneElements[name] && m[1] == "" && isHTML(m[2]):
		return s.goneElement(name, raw, end)
	case headingName.MatchString(name) && !s.html:
		return s.htmlHeading(m[1] == "/", name, raw, end)
	case !isHTML(m[2]) && raw == "<"+m[2]+">" && !s.closes(m[2], end):
		s.lone = false
		s.write("&lt;") // a placeholder such as <name>
		s.pos++
		return true
	}
	if !s.syntax.mdx && (strings.Contains(raw, "{{") || strings.Contains(raw, "{%")) {
		raw = evaluatedTag(raw)
	}
	if s.html {
		return s.replaced(raw, end) // the block of HTML is read as a whole
	}
	g := tag{form: element, name: m[2], html: isHTML(m[2]), raw: raw, state: opening}
	body := strings.TrimSuffix(raw[len(m[0]):], ">")
	if m[1] != "" {
		g.state = closing
	} else if bare, ok := strings.CutSuffix(strings.TrimSpace(body), "/"); ok {
		g.state, body = single, bare
	}
	g.args = arguments(body)
	return s.htmlElement(name, g, end)
}

// evaluatedTag returns a tag with the templates in its attributes evaluated; those between its
// attributes are dropped.
func evaluatedTag(raw string) string {
	var b strings.Builder
	at, quote := 0, byte(0)
	for _, m := range anyTemplate.FindAllStringIndex(raw, -1) {
		for _, c := range []byte(raw[at:m[0]]) {
			if c == quote {
				quote = 0
			} else if quote == 0 && (c == '"' || c == '\'') {
				quote = c
			}
		}
		b.WriteString(raw[at:m[0]])
		at = m[1]
		switch before := raw[m[0]-1]; {
		case quote != 0:
			b.WriteString(attributeEscapes.Replace(pathOf(raw[m[0]:m[1]])))
		case before == '=' && strings.IndexByte(" \t\n/>", raw[at]) >= 0:
			b.WriteString(`"` + attributeEscapes.Replace(pathOf(raw[m[0]:m[1]])) + `"`)
		case before == '=':
			b.WriteString(attributeEscapes.Replace(pathOf(raw[m[0]:m[1]])))
		}
	}
	return b.String() + raw[at:]
}

var attributeEscapes = strings.NewReplacer(`"`, "%22", "'", "%27", "<", "%3C", ">", "%3E")

// htmlElement decides about an element that is neither code nor dropped.
func (s *scanner) htmlElement(name string, g tag, end int) bool {
	switch {
	case name == "img":
		g.state = single
	case name == "iframe" || name == "embed":
		g.name = "iframe"
		if g.state == opening {
			if _, to, ok := s.elementClose(name, end); ok {
				end = to
			}
			g.state = single
		}
	case name == "a":
		if g.state != closing && g.value("href") == "" && g.value("name", "id") != "" {
			g.role, g.state = anchor, single
			return s.emit(g, end)
		}
		g.role, g.words = link, true
		return s.emit(g, end)
	case g.html && !enclosing[name]:
		return s.plainHTML(name, g, end)
	}
	return s.template(g, end)
}

// blockNames are the elements with which a block of HTML begins, but for those that
// enclose Markdown.
var blockNames = wordSet(`address blockquote body caption col colgroup dd dialog dir dl dt fieldset form
		frame frameset h1 h2 h3 h4 h5 h6 hr html legend li link menu menuitem noframes ol optgroup option param search
		table tbody td tfoot th thead title tr track ul base basefont`)

// plainHTML reads an element of HTML that encloses no Markdown. One of those that stand in
// a line is dropped where it stands alone, so that it does not begin a block of HTML.
func (s *scanner) plainHTML(name string, g tag, end int) bool {
	_, ends := s.gap(end)
	if name == "hr" && s.lone && ends {
		s.write("***")
		s.drop(end)
		return true
	}
	if blockNames[name] {
		s.html = s.html || s.lone
		return s.replaced(g.raw, end)
	}
	if id := g.value("id"); id != "" && g.state != closing && name != "input" {
		s.emit(tag{form: element, name: "a", role: anchor, state: single, args: []arg{{"id", id}}}, s.pos)
	}
	if _, ok := styles[name]; ok && !s.html {
		g.role, g.words = style, true
		return s.emit(g, end)
	}
	if s.lone && ends {
		s.dropWhole(end)
		return true
	}
	return s.replaced(g.raw, end)
}

// styles are the elements that set words in another style, with the marks that Markdown
// has for it.
var styles = map[string]string{
	"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "strike": "~~", "sup": "^", "sub": "~",
}

// copied copies the original up to an offset.
func (s *scanner) copied(end int) bool {
	s.lone = false
	s.put(end - s.pos)
	return true
}

// replaced writes a tag in place of the original up to an offset.
func (s *scanner) replaced(raw string, end int) bool {
	s.lone = false
	s.write(raw)
	s.lose(strings.Count(s.src[s.pos:end], "\n") - strings.Count(raw, "\n"))
	s.pos = end
	return true
}

// closes reports whether an element with that name is closed further on.
func (s *scanner) closes(name string, from int) bool {
	if s.closers == nil {
		s.closers = map[string]int{}
		for at := 0; ; at += 2 {
			i := strings.Index(s.src[at:], "</")
			if i < 0 {
				break
			}
			at += i
			if m := elementHead.FindStringSubmatch(s.src[at:min(len(s.src), at+maxName)]); m != nil {
				s.closers[m[2]] = at
			}
		}
	}
	at, ok := s.closers[name]
	return ok && at >= from
}

// elementEnd returns the offset behind a tag of an element, -1 if it does not end.
func (s *scanner) elementEnd(from int) int {
	if !s.near(">") || !s.spend(0) {
		return -1
	}
	limit := min(len(s.src), from+maxTemplate)
	quote, depth, i := byte(0), 0, from
	for ; i < limit; i++ {
		c := s.src[i]
		if c == '{' && !s.syntax.mdx && i+1 < limit && (s.src[i+1] == '{' || s.src[i+1] == '%') {
			if to := s.templateEnd(i); to > 0 {
				i = to - 1
				continue
			}
		}
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth > 0:
		case c == '"' || c == '\'':
			if strings.IndexByte("= ", s.src[i-1]) >= 0 {
				quote = c
			}
		case c == '>':
			return i + 1
		case c == '<', c == '\n' && strings.TrimSpace(lineAt(s.src, i+1)) == "":
			limit = i
		}
	}
	s.spend(i - from)
	return -1
}

// templateEnd returns the offset behind the template that begins at an offset, -1 if it does
// not end.
func (s *scanner) templateEnd(at int) int {
	if s.src[at+1] == '%' {
		return s.closingOf(at+2, "%}")
	}
	return s.closingOf(at+2, "}}")
}

// htmlComment drops a comment. One that does not end hides the rest only where it begins
// its line, as in HTML.
func (s *scanner) htmlComment() bool {
	if s.comment("-->", 4) {
		return true
	}
	if s.lone {
		s.dropWhole(len(s.src))
		return true
	}
	return false
}

// copyElement copies an element whose content is code.
func (s *scanner) copyElement(name string, closes bool) bool {
	if closes {
		return false
	}
	_, end, ok := s.elementClose(name, s.pos)
	if !ok || name == "code" && strings.Contains(s.src[s.pos:end], "\n\n") {
		return false
	}
	s.lone = false
	s.put(end - s.pos)
	return true
}

// codeNames are the elements that set words as code.
var codeNames = wordSet("code kbd samp tt")

// codeElement writes an element of code within words as a code span, unless its content
// could not be one.
func (s *scanner) codeElement(name string, closes bool, end int) bool {
	if closes || s.html {
		return s.copyElement(name, closes)
	}
	at, to, ok := s.elementClose(name, end)
	if !ok || strings.ContainsAny(s.src[end:at], "`|\n<\\") || at == end {
		return s.copyElement(name, closes)
	}
	s.lone = false
	s.write("`" + html.UnescapeString(s.src[end:at]) + "`")
	s.drop(to)
	return true
}

// elementClose finds the end tag of an element.
func (s *scanner) elementClose(name string, from int) (begin, end int, ok bool) {
	at := s.find("</"+name, from)
	if at < 0 {
		return 0, 0, false
	}
	i := strings.IndexByte(s.src[at:min(len(s.src), at+80)], '>')
	if i < 0 {
		return 0, 0, false
	}
	return at, at + i + 1, true
}

// goneElement drops an element with its content.
func (s *scanner) goneElement(name, raw string, end int) bool {
	if strings.HasSuffix(raw, "/>") {
		s.dropWhole(end)
		return true
	}
	_, to, ok := s.elementClose(name, end)
	if !ok {
		return false
	}
	s.dropWhole(to)
	return true
}

// htmlHeading writes a heading of HTML as one of Markdown if it is alone on its line.
func (s *scanner) htmlHeading(closes bool, name, raw string, end int) bool {
	if closes {
		if s.heading == 0 {
			return false
		}
		s.heading = 0
		s.trimLine()
		s.drop(end)
		s.breakLine()
		return true
	}
	if !s.lone || !strings.Contains(strings.ToLower(lineAt(s.src[:min(len(s.src), end+maxTemplate)], end)), "</"+name) {
		s.html = s.html || s.lone
		return s.copied(end)
	}
	g := tag{form: attribute, role: mark, state: single, raw: ""}
	for _, a := range arguments(strings.TrimSuffix(raw[3:], ">")) {
		if a.name == "id" {
			g.args = append(g.args, a)
		}
	}
	s.newLine()
	s.heading = int(name[1] - '0')
	s.write(strings.Repeat("#", s.heading) + " ")
	s.drop(end)
	if len(g.args) > 0 {
		s.emit(g, s.pos)
	}
	s.lone = false
	return true
}
