package dialect

import (
	"regexp"
	"strings"
)

// maxName is how long the name in a wiki link may be, in bytes.
const maxName = 400

var (
	bbOpening = regexp.MustCompile(`^\[(details|quote|spoiler|hide|collapse|accordion|wrap|grid|tabs|tab|poll|note|` +
		`callout)` +
		`(?:=["“]?([^\]"”\n]*)["”]?)?((?:\s+[\w-]+=(?:"[^"\n]*"|[^\]\s]*))*)\]`)
	bbClosing = regexp.MustCompile(`^\[/(details|quote|spoiler|hide|collapse|accordion|wrap|grid|tabs|tab|poll|note|` +
		`callout)\]`)
	inclusion  = regexp.MustCompile(`^\[!(?i:INCLUDE)\s*\[[^\]\n]*\]\([^)\n]*\)\]`)
	videoLink  = regexp.MustCompile(`^\[!(?i:VIDEO)\s+([^\]\s]+)[^\]\n]*\]`)
	control    = regexp.MustCompile(`^\[!(?:UICONTROL|DNL)\s+([^\]\n]+)\]`)
	badgeMark  = regexp.MustCompile(`^\[!BADGE\s+([^\]\n]+)\](?:\{[^}\n]*\})?`)
	divMark    = regexp.MustCompile(`^\[!(?i:div)[^\]\n]*\]`)
	pictureExt = regexp.MustCompile(`(?i)\.(?:png|jpe?g|gif|svg|webp|bmp|avif|tiff?|ico)$`)
	sizeOnly   = regexp.MustCompile(`^\d+(?:x\d+)?$`)
	shellTest  = regexp.MustCompile(`^(?:-\w\s|!|\$|"|')`)
)

// bracket reads wiki links and embeds, BBCode and Microsoft's extensions.
func (s *scanner) bracket() bool {
	rest := s.src[s.pos:]
	if s.pos < s.literal {
		return false
	}
	if strings.HasPrefix(rest, "![[") {
		return s.wikiLink(rest[3:], 3, true)
	}
	if rest[0] != '[' {
		return false
	}
	switch {
	case strings.HasPrefix(rest, "[["):
		return s.wikiLink(rest[2:], 2, false)
	case strings.HasPrefix(rest, "[!"):
		return s.extension(rest)
	case strings.HasPrefix(rest, "[/"):
		if m := bbClosing.FindStringSubmatch(rest); m != nil {
			return s.template(tag{form: bbcode, name: m[1], state: closing, raw: m[0]}, s.pos+len(m[0]))
		}
		return false
	}
	m := bbOpening.FindStringSubmatch(rest)
	if m == nil || s.find("[/"+m[1]+"]", s.pos) < 0 || strings.HasPrefix(rest[len(m[0]):], "(") {
		return false
	}
	g := tag{form: bbcode, name: m[1], state: opening, raw: m[0], args: arguments(m[3])}
	if m[1] == "quote" {
		m[2], _, _ = strings.Cut(m[2], ",")
	}
	if m[2] != "" {
		g.args = append(g.args, arg{"title", strings.TrimSpace(m[2])})
	}
	return s.template(g, s.pos+len(m[0]))
}

// extension reads the extensions of Markdown that Microsoft and Adobe use within lines.
func (s *scanner) extension(rest string) bool {
	if m := inclusion.FindString(rest); m != "" {
		s.dropWhole(s.pos + len(m))
		return true
	}
	if m := divMark.FindString(rest); m != "" {
		s.dropWhole(s.pos + len(m))
		return true
	}
	for _, re := range []*regexp.Regexp{control, badgeMark} {
		if m := re.FindStringSubmatch(rest); m != nil {
			s.lone = false
			s.write(strings.TrimSpace(m[1]))
			s.drop(s.pos + len(m[0]))
			return true
		}
	}
	if m := videoLink.FindStringSubmatch(rest); m != nil {
		g := tag{form: element, name: "video", state: single, raw: m[0], args: []arg{{"url", m[1]}}}
		return s.template(g, s.pos+len(m[0]))
	}
	return false
}

// wikiLink reads [[Page#Part|Label]] and, embedded, ![[Page]].
func (s *scanner) wikiLink(inner string, opening int, embed bool) bool {
	line := inner[:min(len(inner), maxName)]
	end := strings.Index(line, "]]")
	if end < 0 || strings.ContainsAny(line[:end], "\n[") {
		return false
	}
	name := strings.ReplaceAll(line[:end], `\|`, "|")
	if !embed && (strings.HasPrefix(inner[end+2:],
		"(") || strings.TrimSpace(name) != name || shellTest.MatchString(name)) {
		return false
	}
	if !strings.ContainsFunc(name, func(r rune) bool { return r > 0x7f || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
		return false // [[1]] is a citation
	}
	target, label, _ := strings.Cut(name, "|")
	g := tag{form: wiki, role: page, state: single, raw: s.src[s.pos : s.pos+opening+end+2]}
	target, label = strings.TrimSpace(target), strings.TrimSpace(label)
	if label == target {
		label = ""
	}
	g.args = []arg{{"target", target}, {"label", label}}
	if file, _, _ := strings.Cut(target, "#"); embed && pictureExt.MatchString(file) {
		if sizeOnly.MatchString(label) {
			label = ""
		}
		g.role, g.args = picture, []arg{{"src", file}, {"alt", label}}
	} else if embed {
		if sizeOnly.MatchString(label) {
			label = ""
		}
		g.args = []arg{{"target", target}, {"label", label}, {"embed", "true"}}
	}
	s.lone = false
	return s.emit(g, s.pos+opening+end+2)
}

// pageLabel returns what a wiki link without a label says.
func pageLabel(target string) string {
	name, part, _ := strings.Cut(target, "#")
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSuffix(name, ".md")
	part = strings.TrimLeft(strings.ReplaceAll(part, "#", " › "), "^")
	switch {
	case name == "":
		return part
	case part == "" || strings.HasPrefix(target[len(target)-len(part)-min(1, len(target)-len(part)):], "^"):
		return name
	}
	return name + " › " + part
}
