package dialect

import "strings"

// maxArgs is how many arguments of a tag are read.
const maxArgs = 60

// arguments reads the arguments of a tag: key="value", key: value, key={expression},
// "positional" and bare words, separated by white space or commas.
func arguments(s string) []arg {
	var out []arg
	for len(out) < maxArgs {
		s = strings.TrimLeft(s, " \t\n,")
		if s == "" {
			break
		}
		if s[0] == '|' { // a filter
			break
		}
		if s[0] == '"' || s[0] == '\'' || s[0] == '{' || strings.HasPrefix(s, "“") {
			value, rest := argValue(s)
			if s[0] != '{' {
				out = append(out, arg{"", value})
			}
			s = rest
			continue
		}
		n := strings.IndexAny(s, " \t\n,=\"'{}|")
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			s = s[1:]
			continue
		}
		word, rest := s[:n], s[n:]
		after := strings.TrimLeft(rest, " \t\n")
		switch {
		case strings.HasPrefix(after, "=") && !strings.HasPrefix(after, "=="):
			value, left := argValue(strings.TrimLeft(after[1:], " \t\n"))
			out, s = append(out, arg{argName(word), value}), left
		case strings.HasSuffix(word, ":") && len(word) > 1 && after != "":
			value, left := argValue(after)
			out, s = append(out, arg{argName(word[:len(word)-1]), value}), left
		default:
			out, s = append(out, arg{"", word}), rest
			if name := argName(word); name == word {
				out = append(out, arg{name, ""}) // it may be a flag
			}
		}
	}
	return out
}

func argName(s string) string { return strings.ToLower(strings.TrimLeft(s, ":@")) }

// argValue reads one value and returns what follows it.
func argValue(s string) (value, rest string) {
	if s == "" {
		return "", ""
	}
	switch {
	case s[0] == '"' || s[0] == '\'':
		return quoted(s[1:], s[:1])
	case strings.HasPrefix(s, "“"):
		return quoted(s[len("“"):], "”")
	case s[0] == '{':
		return braced(s)
	}
	n := strings.IndexAny(s, " \t\n,")
	if n < 0 {
		n = len(s)
	}
	return s[:n], s[n:]
}

// quoted reads a string up to its closing mark.
func quoted(s, mark string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.HasPrefix(s[i+1:], mark) {
			i++
			b.WriteByte(s[i])
			continue
		}
		if strings.HasPrefix(s[i:], mark) {
			return strings.TrimSpace(b.String()), s[i+len(mark):]
		}
		b.WriteByte(s[i])
	}
	return strings.TrimSpace(b.String()), ""
}

// braced reads {expression}; only a literal string or number has a value.
func braced(s string) (value, rest string) {
	depth, end := 0, len(s)
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			end = i + 1
			break
		}
	}
	inner := strings.TrimSpace(strings.Trim(s[:end], "{}"))
	return literalString(inner), s[end:]
}

// literalString returns the value of a JavaScript string or number, "" for anything else.
func literalString(s string) string {
	if n := len(s); n >= 2 && strings.IndexByte("\"'`", s[0]) >= 0 && s[n-1] == s[0] && !strings.Contains(s, "${") {
		return strings.TrimSpace(s[1 : n-1])
	}
	if s != "" && strings.Trim(s, "0123456789.") == "" {
		return s
	}
	return ""
}
