package dialect

import (
	"regexp"
	"strings"
)

// maxTemplate is how long a template tag may be, in bytes.
const maxTemplate = 8000

// form is the syntax that a tag is written in; a tag is closed by one of its own form.
type form int

const (
	liquid    form = iota // {% name %}
	shortcode             // {{< name >}} and {{% name %}}
	element               // <Name>
	directive             // ::: name
	pymdown               // /// name
	bbcode                // [name]
	kramdown              // {::name}
	attribute             // {: .class #id key=value}
	wiki                  // [[name]]
	foldout               // +++
)

// brace reads what begins with a curly bracket.
func (s *scanner) brace() bool {
	rest := s.src[s.pos:]
	if !s.spend(0) {
		return false
	}
	if s.pos < s.literal {
		if len(rest) > 1 && strings.IndexByte("{%#:", rest[1]) >= 0 {
			s.lone = false
			s.write("&#123;")
			s.pos++
			return true
		}
		return false
	}
	switch {
	case strings.HasPrefix(rest, "{%"):
		return s.liquidTag()
	case strings.HasPrefix(rest, "{{/*"):
		return s.comment("*/}}", 4)
	case strings.HasPrefix(rest, "{{<"), strings.HasPrefix(rest, "{{%"):
		return s.shortcodeTag()
	case strings.HasPrefix(rest, "{{"):
		return s.variable()
	case strings.HasPrefix(rest, "{/*"):
		return s.comment("*/}", 3)
	case strings.HasPrefix(rest, "{::"), strings.HasPrefix(rest, "{:/"):
		return s.kramdownTag()
	case strings.HasPrefix(rest, "{#") && s.syntax.templates && !attributeList.MatchString(rest):
		return s.comment("#}", 2)
	}
	return s.critic() || s.attributes() || s.syntax.mdx && s.expression()
}

// comment drops a comment; false if it does not end.
func (s *scanner) comment(end string, opening int) bool {
	at := s.find(end, s.pos+opening)
	if at < 0 {
		return false
	}
	s.dropWhole(at + len(end))
	return true
}

var (
	liquidHead = regexp.MustCompile(`^\{%[-+~]?\s*(/?[@\w:./-]*)`)
	hugoHead   = regexp.MustCompile(`^\{\{[<%]-?\s*(/?)\s*([\w./-]*)`)
)

// liquidTag reads {% name … %}.
func (s *scanner) liquidTag() bool {
	end := s.closingOf(s.pos+2, "%}")
	if end < 0 {
		return false
	}
	raw := s.src[s.pos:end]
	m := liquidHead.FindStringSubmatch(raw)
	name := strings.ToLower(m[1])
	body := strings.TrimSpace(strings.TrimRight(strings.TrimSuffix(raw[len(m[0]):], "%}"), "-+~"))
	switch {
	case name == "raw" || name == "verbatim":
		return s.verbatim(end, "{%", "end"+name)
	case s.enclosesCode(name, end):
		return s.highlight(end, "{%", "end"+name, codeLanguage(name, body))
	}
	g := tag{form: liquid, name: name, raw: raw, args: arguments(body), state: opening}
	if after, ok := strings.CutPrefix(name, "end"); ok {
		g.name, g.state = after, closing
	} else if after, ok := strings.CutPrefix(name, "/"); ok {
		g.name, g.state = after, closing
	}
	return s.template(g, end)
}

// shortcodeTag reads {{< name … >}} and {{% name … %}}.
func (s *scanner) shortcodeTag() bool {
	mark := ">}}"
	if s.src[s.pos+2] == '%' {
		mark = "%}}"
	}
	if rest := s.src[s.pos+3:]; strings.HasPrefix(rest, "/*") {
		return s.shownShortcode(mark)
	}
	end := s.closingOf(s.pos+3, mark)
	if end < 0 {
		return false
	}
	raw := s.src[s.pos:end]
	m := hugoHead.FindStringSubmatch(raw)
	name := strings.ToLower(m[2])
	body := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(raw[len(m[0]):], mark), "-"))
	if m[1] == "" && s.enclosesCode(name, end) {
		return s.highlight(end, "{{", "/"+name, codeLanguage(name, body))
	}
	if name == "raw" && m[1] == "" {
		return s.verbatim(end, "{{", "/raw")
	}
	g := tag{form: shortcode, name: name, raw: raw, state: opening}
	if m[1] != "" {
		g.state = closing
	} else if bare, ok := strings.CutSuffix(body, "/"); ok {
		g.state, body = single, bare
	}
	g.args = arguments(body)
	return s.template(g, end)
}

// shownShortcode reads {{</* name */>}}, which is how a shortcode is shown.
func (s *scanner) shownShortcode(mark string) bool {
	at := s.find("*/"+mark, s.pos+5)
	if at < 0 {
		return false
	}
	words := s.src[s.pos+5 : at]
	s.lone = false
	s.write("&#123;{" + s.src[s.pos+2:s.pos+3] + words + mark)
	s.drop(at + 2 + len(mark))
	return true
}

var kramdownHead = regexp.MustCompile(`^\{:(?::(\w+)|/(\w*))[^}\n]*\}`)

// kramdownTag reads {::name} and {:/name}.
func (s *scanner) kramdownTag() bool {
	m := kramdownHead.FindStringSubmatch(s.src[s.pos:])
	if m == nil {
		return false
	}
	if m[1] == "comment" && !strings.HasSuffix(m[0], "/}") {
		for _, end := range []string{"{:/comment}", "{:/}"} {
			if s.comment(end, len(m[0])) {
				return true
			}
		}
	}
	s.dropWhole(s.pos + len(m[0]))
	return true
}

// variable reads {{ expression }}: a path is evaluated, what only the tool knows dropped.
func (s *scanner) variable() bool {
	end := s.closingOf(s.pos+2, "}}")
	if end < 0 {
		return false
	}
	if s.src[s.pos+2] == '{' && end < len(s.src) && s.src[end] == '}' {
		end++ // {{{ unescaped }}}
	}
	words := strings.Trim(s.src[s.pos:end], "{}-~ \t\n")
	if value, ok := evaluate(words); ok {
		s.lone = s.lone && value == ""
		s.drop(end)
		s.write(value)
		return true
	}
	if !s.syntax.variables && !toolVariable.MatchString(words) {
		return false
	}
	s.dropWhole(end)
	return true
}

// toolVariable matches the variables that are never a reader's.
var toolVariable = regexp.MustCompile(`^(?:site|page|content|layout|jekyll|paginator|post|collections|config|extra|` +
	`theme|include|env|frontmatter|\$frontmatter|\$page|pkg|eleventy|base|git)\b|^#\w|^\.\w+\.|^\w+\s*\|\s*\w+|` +
	`^_\w+_$|^(?:toc|TOC)$|^[.$][A-Za-z]`)

// diagrams are the tags that enclose the source of a diagram, in the language of their name.
var diagrams = wordSet("mermaid plantuml graphviz dot")

// enclosesCode reports whether a tag encloses code. GitBook's encloses a block of code that
// is fenced already.
func (s *scanner) enclosesCode(name string, end int) bool {
	switch name {
	case "highlight", "codeblock", "sourcecode":
		return true
	case "code":
		_, n := fenceMark(strings.TrimSpace(s.src[end:min(len(s.src), end+80)]))
		return n < 3
	}
	return diagrams[name]
}

// codeLanguage returns the language that the arguments of a tag around code name.
func codeLanguage(name, body string) string {
	if diagrams[name] {
		return name
	}
	g := tag{args: arguments(body)}
	word := strings.TrimPrefix(g.value("language", "lang", "syntax", "0"), "lang:")
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isWord(byte(r)) || strings.ContainsRune("+#.-", r) {
			return r
		}
		return -1
	}, word)
}

// closingOf returns the offset behind the delimiter, skipping quoted strings; -1 if it
// does not follow soon.
func (s *scanner) closingOf(from int, delimiter string) int {
	if at := s.find(delimiter, from); at < 0 || at > from+maxTemplate {
		return -1
	}
	limit := min(len(s.src), from+maxTemplate)
	quote := byte(0)
	for i := from; i < limit; i++ {
		switch c := s.src[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case strings.HasPrefix(s.src[i:], delimiter):
			return i + len(delimiter)
		case c == '"' || c == '\'' && i > 0 && strings.IndexByte(" =(,:\n\t[", s.src[i-1]) >= 0:
			if end := s.find(string(c), i+1); end >= 0 && end < limit {
				quote = c
			}
		case c == '\n' && strings.TrimSpace(lineAt(s.src, i+1)) == "":
			limit = i // a blank line ends every tag
		}
	}
	s.spend(limit - from)
	return -1
}

// verbatim keeps templates up to the end tag as words.
func (s *scanner) verbatim(end int, mark, name string) bool {
	s.dropWhole(end)
	if at, _, ok := s.endTag(mark, name, end); ok {
		s.literal = at
	}
	return true
}

// highlight writes what stands between two tags as a code block.
func (s *scanner) highlight(end int, mark, name, language string) bool {
	at, to, ok := s.endTag(mark, name, end)
	if !ok {
		s.dropWhole(end)
		return true
	}
	s.codeBlock(language, s.src[end:at], to)
	return true
}

// endTag finds the end tag with that name, from an offset on, and returns where it
// begins and ends.
func (s *scanner) endTag(mark, name string, from int) (begin, end int, ok bool) {
	if s.ended[mark+name] {
		return 0, 0, false
	}
	for at := from; ; at++ {
		i := strings.Index(s.src[at:], mark)
		if i < 0 {
			s.ended[mark+name] = true
			return 0, 0, false
		}
		at += i
		if m := endHead.FindStringSubmatch(s.src[at:min(len(s.src), at+80)]); m != nil && strings.ToLower(m[1]) == name {
			return at, at + len(m[0]), true
		}
	}
}

var endHead = regexp.MustCompile(`^\{[{%][-<%+~]*\s*(/?\s?[\w-]+)\s*[-+~]*[>%]?\}\}?`)

// codeBlock writes a fenced code block in place of the original up to the offset.
func (s *scanner) codeBlock(language, code string, to int) {
	fence := strings.Repeat("`", max(3, longestRun(code, '`')+1))
	s.newLine()
	s.write(fence + language)
	breaks := 0
	for _, line := range strings.Split(strings.TrimRight(strings.TrimLeft(code, "\n"), " \t\n"), "\n") {
		s.writeLine(s.unindented(line))
		breaks++
	}
	s.writeLine(fence)
	s.lose(strings.Count(s.src[s.pos:to], "\n") - breaks - 1)
	s.pos = to
	s.lone = true
	s.breakLine()
}
