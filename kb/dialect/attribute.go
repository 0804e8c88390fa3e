package dialect

import (
	"regexp"
	"strings"
)

// attributeList matches {: .class #id key="value"} and the same without the colon where
// it begins with a class or an id.
var (
	attributeList = regexp.MustCompile(`^\{(?:(:)[ \t]*|[ \t]*)` +
		`((?:\.[\p{L}\p{N}_:.-]+|#[^\s{}]+|[\p{L}_][\w:.-]*=(?:"[^"\n]*"|'[^'\n]*'|[^\s}"']+)|[\w-]+)` +
		`(?:[ \t]+(?:\.[\p{L}\p{N}_:.-]+|#[^\s{}]+|[\p{L}_][\w:.-]*=(?:"[^"\n]*"|'[^'\n]*'|[^\s}"']+)|[\w-]+))*)?[ \t]*\}`)
	kramdownWord = regexp.MustCompile(`^(?:toc|no_toc|refdef|linkrefs|standalone|notoc)$`)
)

// attributes reads an attribute list.
func (s *scanner) attributes() bool {
	m := attributeList.FindStringSubmatch(s.src[s.pos:min(len(s.src), s.pos+maxName*2)])
	if m == nil || m[2] == "" && m[1] == "" {
		return false
	}
	body := m[2]
	switch {
	case body == "":
		return false
	case m[1] == ":":
		if bare := !strings.ContainsAny(body, ".#="); bare && !kramdownWord.MatchString(body) && !s.syntax.variables {
			return false
		}
	case body[0] == '.' || body[0] == '#':
	case strings.Contains(body, "=") && strings.IndexByte(")]}>`*_", s.before()) >= 0:
	default:
		return false
	}
	g := tag{form: attribute, role: mark, state: single, raw: m[0], args: attributeArgs(body)}
	return s.emit(g, s.pos+len(m[0]))
}

// attributeBody splits {body} off a text.
func attributeBody(s string) (body, rest string) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return strings.Trim(s, "{:"), ""
	}
	return strings.TrimSpace(strings.TrimLeft(s[1:end], ":")), s[end+1:]
}

// attributeArgs reads .class, #id and key=value.
func attributeArgs(s string) []arg {
	var out []arg
	for _, a := range arguments(strings.ReplaceAll(s, "{", "")) {
		switch {
		case a.name == "" && strings.HasPrefix(a.value, "."):
			for _, class := range strings.Split(a.value[1:], ".") {
				out = append(out, arg{"class", class})
			}
		case a.name == "" && strings.HasPrefix(a.value, "#"):
			out = append(out, arg{"id", a.value[1:]})
		case a.name != "" && !strings.HasPrefix(a.name, ".") && !strings.HasPrefix(a.name, "#"):
			out = append(out, a)
		}
	}
	return out
}
