package dialect

import (
	"regexp"
	"strings"
)

var (
	colonLine  = regexp.MustCompile(`^(:{3,})[ \t]*(.*?)[ \t]*$`)
	colonHead  = regexp.MustCompile(`^\{?([\w.-]+)\}?`)
	slashLine  = regexp.MustCompile(`^(/{3,})[ \t]*(?:(end|[\w-]+)[ \t]*(?:\|[ \t]*(.*?))?)?[ \t]*$`)
	plusLine   = regexp.MustCompile(`^\+\+\+(?:[ \t]*(\S.*))?$`)
	inlineName = regexp.MustCompile(`^:::[ \t]?([a-z][\w-]*)([^\n]*?):::`)
)

// directive reads a line that opens or closes a fence of colons, slashes or plus signs.
func (s *scanner) directive() bool {
	line := strings.TrimRight(s.rest(), "\r")
	switch {
	case strings.HasPrefix(line, ":::"):
		return s.colonFence(line)
	case strings.HasPrefix(line, "///"):
		return s.slashFence(line)
	case strings.HasPrefix(line, "+++"):
		return s.foldoutFence(line)
	}
	return false
}

// colonFence reads ::: name Title, ::: and the other forms of directives.
func (s *scanner) colonFence(line string) bool {
	if m := inlineName.FindString(line); m != "" && strings.TrimSpace(line[len(m):]) != "" {
		return false // a directive within a line
	}
	m := colonLine.FindStringSubmatch(line)
	n, body := len(m[1]), strings.TrimSpace(m[2])
	closed := strings.HasSuffix(body, ":::") || body == ""
	body = strings.TrimSpace(strings.TrimRight(body, ":"))
	if body == "" {
		return s.closeFence(n, line)
	}
	g := colonTag(body)
	g.raw = line
	if after, ok := strings.CutSuffix(g.name, "-end"); ok {
		g.name, g.state = after, closing
		s.template(g, s.pos+len(line))
		s.put(1)
		return true
	}
	switch g.name {
	case "mermaid", "graphviz", "plantuml":
		return s.colonCode(g.name, len(line), n)
	case "image", "code", "video", "include", "embed", "youtube":
		if closed || g.name == "include" {
			g.state = single
			s.template(g, s.pos+len(line))
			s.put(1)
			return true
		}
	case "row", "column", "zone", "moniker":
		s.template(g, s.pos+len(line))
		s.put(1)
		return true
	}
	g.settleRole()
	return s.openDirective(g, n, len(line))
}

// openDirective emits the tag of a directive that a bare fence will close.
func (s *scanner) openDirective(g tag, length, width int) bool {
	if len(s.tags) >= maxTags {
		s.drop(s.pos + width)
		s.put(1)
		return true
	}
	g.close, g.lone, g.block = -1, true, true
	s.addToken(g)
	s.fences = append(s.fences, openFence{len(s.tags) - 1, length, g.form})
	s.drop(s.pos + width)
	s.put(1)
	s.blank = true
	return true
}

// openFence is a directive that is not closed yet.
type openFence struct {
	tag, length int
	form        form
}

// closeFence closes the innermost directive that the fence is long enough for.
func (s *scanner) closeFence(length int, line string) bool {
	for i := len(s.fences) - 1; i >= 0; i-- {
		f := s.fences[i]
		if f.form != directive || f.length > length {
			continue
		}
		s.fences = s.fences[:i]
		s.endDirective(f, line)
		return true
	}
	s.drop(s.pos + len(line)) // it closes nothing
	s.put(1)
	return true
}

func (s *scanner) endDirective(f openFence, line string) {
	o := s.tags[f.tag]
	s.addToken(tag{
		form: o.form, name: o.name, role: o.role, state: closing, block: true, close: -1, lone: true, raw: line,
	})
	s.tags[f.tag].close = len(s.tags) - 1
	s.drop(s.pos + len(line))
	s.put(1)
	s.blank = true
}

// colonTag reads what follows the colons: name Title, name[Title]{attributes},
// {name} Title, {.class attributes}, name key="value".
func colonTag(body string) tag {
	g := tag{form: directive, state: opening}
	if strings.HasPrefix(body, "{.") || strings.HasPrefix(body, "{#") || strings.HasPrefix(body, "{:") {
		inner, rest := attributeBody(body)
		g.args = attributeArgs(inner)
		g.name = "div"
		for _, a := range g.args {
			if a.name == "class" && g.name == "div" {
				g.name = strings.TrimPrefix(strings.TrimPrefix(a.value, "callout-"), "admonition-")
			}
		}
		if rest = strings.TrimSpace(rest); rest != "" {
			g.args = append(g.args, arg{"title", rest})
		}
		return g
	}
	m := colonHead.FindStringSubmatch(body)
	if m == nil {
		g.name = "div"
		g.args = []arg{{"title", body}}
		return g
	}
	g.name = strings.ToLower(m[1])
	rest := strings.TrimSpace(body[len(m[0]):])
	if strings.HasPrefix(rest, "[") {
		if end := strings.LastIndexByte(rest, ']'); end > 0 {
			g.args = append(g.args, arg{"title", rest[1:end]})
			rest = strings.TrimSpace(rest[end+1:])
		}
	}
	for strings.HasPrefix(rest, "{") {
		inner, after := attributeBody(rest)
		g.args = append(g.args, attributeArgs(inner)...)
		rest = strings.TrimSpace(after)
	}
	switch {
	case rest == "":
	case keyed.MatchString(rest):
		g.args = append(g.args, arguments(rest)...)
	default:
		if at := strings.LastIndex(rest, "{"); at > 0 && strings.HasSuffix(rest, "}") {
			g.args = append(g.args, attributeArgs(strings.Trim(rest[at:], "{}"))...)
			rest = strings.TrimSpace(rest[:at])
		}
		g.args = append(g.args, arg{"title", strings.Trim(rest, `"“”`)})
	}
	return g
}

var keyed = regexp.MustCompile(`^[\w-]+=["'\w]`)

// colonCode writes a directive that holds the source of a diagram as a code block.
func (s *scanner) colonCode(language string, width, length int) bool {
	from := s.pos + width + 1
	for at := from; at < len(s.src); {
		line := lineAt(s.src, at)
		if strings.TrimSpace(line) == strings.Repeat(":", length) {
			s.codeBlock(language, s.src[from:at], at+len(line))
			s.put(1)
			s.blank = true
			return true
		}
		at += len(line) + 1
	}
	return false
}

// colon reads a directive within a line, such as :::image source="x":::, and emoji.
func (s *scanner) colon() bool {
	rest := s.src[s.pos:]
	if strings.HasPrefix(rest, ":::") {
		if m := inlineName.FindStringSubmatch(rest); m != nil {
			g := tag{form: directive, name: m[1], state: single, raw: m[0], args: arguments(m[2])}
			s.lone = false
			return s.template(g, s.pos+len(m[0]))
		}
	}
	return s.emoji()
}

// slashFence reads /// name | Title and ///.
func (s *scanner) slashFence(line string) bool {
	m := slashLine.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	if m[2] == "" || m[2] == "end" {
		for i := len(s.fences) - 1; i >= 0; i-- {
			if f := s.fences[i]; f.form == pymdown && f.length == len(m[1]) {
				s.fences = s.fences[:i]
				s.endDirective(f, line)
				return true
			}
		}
		return false
	}
	g := tag{form: pymdown, name: m[2], state: opening, raw: line}
	if m[3] != "" {
		g.args = []arg{{"title", m[3]}}
	}
	g.args = append(g.args, s.options(len(line)+1)...)
	g.settleRole()
	if g.role == group && plainName.Replace(g.name) != "html" && g.name != "define" && g.name != "html" {
		g.role = section
	}
	return s.openDirective(g, len(m[1]), len(line))
}

// options drops the indented options behind a block's first line and returns them.
func (s *scanner) options(from int) []arg {
	var out []arg
	at := s.pos + from
	for at < len(s.src) {
		line := lineAt(s.src, at)
		trimmed := strings.TrimSpace(line)
		key, value, ok := strings.Cut(trimmed, ":")
		if !ok || !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, ":") {
			break
		}
		out = append(out, arg{strings.TrimSpace(key), strings.TrimSpace(value)})
		at += len(line) + 1
	}
	return out
}

// foldoutFence reads +++Title and +++.
func (s *scanner) foldoutFence(line string) bool {
	m := plusLine.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	if n := len(s.fences); m[1] == "" {
		if n == 0 || s.fences[n-1].form != foldout {
			return false
		}
		f := s.fences[n-1]
		s.fences = s.fences[:n-1]
		s.endDirective(f, line)
		return true
	}
	if s.find("\n+++", s.pos+len(line)) < 0 {
		return false
	}
	g := tag{form: foldout, name: "details", role: section, state: opening, raw: line, args: []arg{{"title", m[1]}}}
	return s.openDirective(g, 3, len(line))
}

// Fences whose content is Markdown and no code.
var (
	directiveFence = regexp.MustCompile(`^\{([\w-]+)\}[ \t]*(.*)$`)
	admonitionNote = regexp.MustCompile(`^ad-([\w-]+)[ \t]*$`)
)

// fenceTag returns the tag that the info string of a fence stands for if the fence
// encloses Markdown: {note} Title of MyST, ad-note of Obsidian's plug-in and
// mdx-code-block of Docusaurus.
func fenceTag(info string) (tag, bool) {
	g := tag{form: directive, state: opening, raw: info}
	if info == "mdx-code-block" {
		g.name = "div"
		return g, true
	}
	if m := admonitionNote.FindStringSubmatch(info); m != nil {
		g.name, g.role = m[1], callout
		return g, true
	}
	m := directiveFence.FindStringSubmatch(info)
	if m == nil {
		return g, false
	}
	g.name = strings.ToLower(m[1])
	if m[2] != "" {
		g.args = []arg{{"title", m[2]}}
	}
	g.settleRole()
	switch g.role {
	case callout, section:
		return g, true
	default:
		return g, strings.HasPrefix(g.name, "tab-set") || g.name == "grid" || strings.HasPrefix(g.name, "grid-")
	}
}

// fenceBox emits the tag of a fence that encloses Markdown, with the options that its
// first lines hold.
func (s *scanner) fenceBox(g tag, f fence) {
	at := s.pos + len(s.rest()) + 1
	for at < len(s.src) {
		line := strings.TrimSpace(lineAt(s.src, at))
		key, value, ok := strings.Cut(strings.TrimPrefix(line, ":"), ":")
		if !ok || !fenceOption[strings.ToLower(key)] && !strings.HasPrefix(line, ":") {
			break
		}
		g.args = append(g.args, arg{strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)})
		at += len(lineAt(s.src, at)) + 1
	}
	g.close, g.lone, g.block, g.raw = -1, true, true, s.rest()
	if len(s.tags) < maxTags {
		f.tag = len(s.tags)
		s.addToken(g)
		s.boxes = append(s.boxes, f)
	}
	s.drop(min(at-1, len(s.src)))
	s.put(1)
	s.blank = true
}

var fenceOption = wordSet("title collapse icon color class name open")

// closeFenceBox closes the innermost fence that encloses Markdown if the line at the
// current offset ends it.
func (s *scanner) closeFenceBox(mark byte, n int) bool {
	last := len(s.boxes) - 1
	if last < 0 || s.boxes[last].mark != mark || s.boxes[last].length > n {
		return false
	}
	f := s.boxes[last]
	s.boxes = s.boxes[:last]
	s.endDirective(openFence{tag: f.tag, form: directive}, s.rest())
	return true
}
