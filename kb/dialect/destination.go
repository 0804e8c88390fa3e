package dialect

import (
	"regexp"
	"strings"
)

var (
	pictureSize = regexp.MustCompile(`^[ \t]+=(?:\d+(?:px|%)?)?x?(?:\d+(?:px|%)?)?[ \t]*\)`)
	linkTitle   = regexp.MustCompile(`^[ \t]+(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|“[^”\n]*”)[ \t]*`)
	spacedFile  = regexp.MustCompile(`^\(((?:[^()<>"'\n{}]*[^()<>"'\n{} ] [^()<>"'\n{}]*?\.[A-Za-z0-9]{2,5}(?:#[^()\n ]` +
		`*)?|https?://[^()<>"'\n{} ]+(?: [^()<>"'\n{} ]+)+))\)`)
)

// destination rewrites the address of a link that a template stands in, or a size or
// unescaped spaces.
func (s *scanner) destination() bool {
	if !strings.HasPrefix(s.src[s.pos:], "](") || s.pos < s.literal || !s.spend(0) {
		return false
	}
	rest := s.ahead(maxName * 2)
	if !strings.ContainsAny(rest, " {") {
		return false
	}
	if m := spacedFile.FindStringSubmatch(rest[1:]); m != nil {
		s.write("](" + escapeAddress(m[1]) + ")")
		s.drop(s.pos + 1 + len(m[0]))
		return true
	}
	at := s.pos + 2
	for at < len(s.src) && (s.src[at] == ' ' || s.src[at] == '\t') {
		at++
	}
	address, end, templated := s.templatedAddress(at, " \t\n)")
	if m := linkTitle.FindString(s.src[end:min(len(s.src), end+maxTemplate)]); m != "" {
		end += len(strings.TrimRight(m, " \t"))
	}
	size := pictureSize.FindString(s.src[end:min(len(s.src), end+60)])
	if size != "" {
		end += len(size) - 1
	}
	for end < len(s.src) && (s.src[end] == ' ' || s.src[end] == '\t') {
		end++
	}
	if !templated && size == "" || end >= len(s.src) || s.src[end] != ')' {
		s.spend(end - s.pos)
		return false
	}
	s.write("](" + escapeAddress(address) + ")")
	s.drop(end + 1)
	return true
}

// templatedAddress reads an address up to one of the bytes, with its templates evaluated.
func (s *scanner) templatedAddress(at int, until string) (address string, end int, templated bool) {
	var b strings.Builder
	depth := 0
	for at < len(s.src) && b.Len() < maxName*5 {
		rest := s.src[at:]
		if strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "{%") {
			to := s.templateEnd(at)
			if to < 0 {
				return "", at, false
			}
			b.WriteString(pathOf(s.src[at:to]))
			at, templated = to, true
			continue
		}
		c := s.src[at]
		if c == '(' {
			depth++
		}
		if c == ')' && depth > 0 {
			depth--
		} else if strings.IndexByte(until, c) >= 0 {
			break
		}
		if c == '\n' {
			break
		}
		b.WriteByte(c)
		at++
	}
	return b.String(), at, templated
}

// evaluated returns a value with its templates evaluated.
func evaluated(value string) string {
	if !strings.Contains(value, "{{") && !strings.Contains(value, "{%") {
		return value
	}
	return anyTemplate.ReplaceAllStringFunc(value, pathOf)
}

var anyTemplate = regexp.MustCompile(`\{\{[^}]*\}\}|\{%[^%]*%\}`)

// pathOf returns the path that a template in an address stands for.
func pathOf(template string) string {
	switch {
	case strings.HasPrefix(template, "{{<"), strings.HasPrefix(template, "{{%"):
		m := hugoHead.FindString(template)
		g := tag{args: arguments(strings.TrimRight(template[len(m):], "<>%}/ "))}
		return g.value(append(append([]string{}, pathNames...), "0")...)
	case strings.HasPrefix(template, "{{"):
		value, _ := evaluate(strings.Trim(template, "{}-~ \t\n"))
		return value
	}
	m := liquidHead.FindString(template)
	g := tag{args: arguments(strings.TrimRight(template[len(m):], "%}- "))}
	return g.value(append(append([]string{}, pathNames...), "0")...)
}

var (
	baseVariable = regexp.MustCompile(`(?i)^(?:(?:site|base|page|config|eleventy|jekyll|\.?Site|env)\.)?` +
		`(?:github\.)?(?:base_?url|url|base_?path|root|site_?url|baseurl|path_?prefix)\b`)
	stringFilter = regexp.MustCompile(`^["']([^"'\n]*)["']\s*(?:\|.*)?$`)
	pathFunction = regexp.MustCompile(`^\$?(?:withBase|useBaseUrl|url_for|url|pathto|relURL|absURL|relref|ref|` +
		`link_to|asset)` +
		`\s*\(?\s*["']([^"'\n]+)["']`)
	appended = regexp.MustCompile(`append:\s*["']([^"'\n]*)["']`)
)

// evaluate returns the value of an expression in a template if it is a literal string or
// a path below the address of the site, which is empty here.
func evaluate(expression string) (value string, ok bool) {
	if m := stringFilter.FindStringSubmatch(expression); m != nil {
		return m[1], true
	}
	if m := pathFunction.FindStringSubmatch(expression); m != nil {
		return m[1], true
	}
	if baseVariable.MatchString(expression) {
		if m := appended.FindStringSubmatch(expression); m != nil {
			return m[1], true
		}
		return "", true
	}
	return "", false
}

// escapeAddress makes an address fit for a link's destination.
func escapeAddress(address string) string {
	return addressEscapes.Replace(strings.TrimSpace(address))
}

var addressEscapes = strings.NewReplacer(
	" ", "%20", "\t", "%20", "\n", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `\`, "%5C", `"`, "%22",
)
