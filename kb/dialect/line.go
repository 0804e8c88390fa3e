package dialect

import (
	"regexp"
	"strings"
)

// Lines that tools read as instructions and readers never see. Each pattern is tried only on
// lines that begin as one of its alternatives does: most lines are words.
var (
	tocLine = regexp.MustCompile(`^(?i)(?:\[\[?_?toc_?\]\]?|@\[toc\](?:\([^)]*\))?|\$\{toc\}|\{\{?\s*toc\s*\}\}?|` +
		`\[\[_tosp_\]\]|<toc ?/?>|<--->|%toc%|__toc__)\s*$`)
	snippetLine = regexp.MustCompile(`^(?:;?-{1,2}8<-{1,2}(?:\s|$)|!include |\{!.*!\}$|<<< *@|<<\[.*\]$|` +
		`@include |::include\{.*\}$|@import ["'])`)
	abbreviationLine = regexp.MustCompile(`^\*\[[^\]\n]{1,80}\]:\s`)
	importLine       = regexp.MustCompile(`^import\s+(?:[\w*{}$,\s]+?\s+from\s+)?["'][^"'\n]+["']\s*;?\s*$`)
	importOpening    = regexp.MustCompile(`^import\s+(?:\w+\s*,\s*)?\{[^}\n]*$`)
	exportLine       = regexp.MustCompile(`^export\s+(?:default\b|(?:const|let|var|function|async|class)\s|\{|` +
		`\*\s+from\s)`)
	listMarker      = regexp.MustCompile(`^(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)`)
	noteMarker      = regexp.MustCompile(`^\[\^[^\]\n]+\]:[ \t]*`)
	indentedOpening = regexp.MustCompile(`^(?:(?:!!!|\?\?\?\+?)\s*(?:[\w"'“-]|$)|===[+!]{0,2}\s+["'“])`)
	headingLine     = regexp.MustCompile(`^#{1,6}(?:\s|$)`)
)

// lineStart reads what can only stand at the beginning of a line. It is true when that
// was the whole line.
func (s *scanner) lineStart(indent int) bool {
	indent = s.markers(indent)
	line := s.rest()
	if line == "" {
		return false
	}
	if s.openFence(indent) || s.directive() {
		return true
	}
	if strings.IndexByte("!?=", line[0]) >= 0 && indentedOpening.MatchString(line) {
		s.hold(holder{content: indent + 4, floor: indent, tag: -1})
		return false
	}
	if s.dropped(line) {
		return true
	}
	if line[0] == '#' && headingLine.MatchString(line) {
		s.title = len(s.out)
		s.words()
		s.title, s.blank = -1, true
		return true
	}
	return s.definition(line)
}

// maxMarkers is how many list items may begin on one line.
const maxMarkers = 30

// markers passes over the markers of list items and notes that a line begins with.
func (s *scanner) markers(indent int) int {
	for range maxMarkers {
		line := s.ahead(maxTemplate)
		if line == "" || line[0] > '9' && line[0] != '[' {
			return indent // no list marker has a later first byte
		}
		m := listMarker.FindString(line)
		if m == "" {
			if m = noteMarker.FindString(line); m == "" {
				return indent
			}
			s.put(len(m))
			s.hold(holder{content: indent + 4, floor: indent, tag: -1})
			continue
		}
		if isBreak(line) {
			return indent
		}
		content, n := indent+len(m), len(m)
		if bare := strings.TrimRight(m, " \t"); len(m)-len(bare) > 4 || len(m) == len(line) || strings.Contains(m, "\t") {
			content, n = indent+len(bare)+1, min(len(m), len(bare)+1)
		}
		s.hold(holder{content: content, floor: indent, tag: -1})
		s.put(n)
		indent = content
		if n == len(line) {
			return indent
		}
	}
	return indent
}

// isBreak reports whether a line is a thematic break.
func isBreak(line string) bool {
	bare := strings.NewReplacer(" ", "", "\t", "").Replace(line)
	return len(bare) >= 3 && strings.Trim(bare, bare[:1]) == "" && strings.Contains("-*_", bare[:1])
}

// dropped drops a line that is an instruction to the tool.
func (s *scanner) dropped(line string) bool {
	switch {
	case strings.IndexByte("[@$<{%_;-!:*", line[0]) >= 0 &&
		(tocLine.MatchString(line) || snippetLine.MatchString(line) || abbreviationLine.MatchString(line)):
		if strings.HasPrefix(line, "--8<--") && strings.TrimSpace(line) == "--8<--" {
			s.dropThrough("--8<--", len(line))
			return true
		}
		s.pos += len(line)
	case line[0] == 'i' && (s.syntax.mdx || s.atModuleTop()) && importLine.MatchString(line),
		line[0] == 'i' && s.syntax.mdx && importOpening.MatchString(line),
		line[0] == 'e' && (s.syntax.mdx || s.atModuleTop()) && exportLine.MatchString(line):
		s.dropModule()
	default:
		return false
	}
	s.put(1)
	s.blank = true
	return true
}

// dropThrough drops everything up to the end of the line with the delimiter.
func (s *scanner) dropThrough(delimiter string, from int) {
	end := s.find(delimiter, s.pos+from)
	if end < 0 {
		s.pos += from
	} else {
		s.drop(end + len(lineAt(s.src, end)))
	}
	s.put(1)
	s.blank = true
}

// atModuleTop reports whether only imports, exports and blank lines were met so far.
func (s *scanner) atModuleTop() bool {
	for s.top < len(s.out) && strings.IndexByte(" \t\n", s.out[s.top]) >= 0 {
		s.top++
	}
	return s.top == len(s.out)
}

// maxModule is how many lines a JavaScript declaration may have.
const maxModule = 400

// dropModule drops the lines of a JavaScript module: up to a blank line outside brackets,
// or to the first blank line if its brackets do not match.
func (s *scanner) dropModule() {
	end, blank, open := s.pos, -1, 0
	for n := 0; end < len(s.src) && n < maxModule; n++ {
		line := lineAt(s.src, end)
		if strings.TrimSpace(line) == "" {
			if blank < 0 {
				blank = end
			}
			if open <= 0 {
				break
			}
		}
		if end > s.pos && open <= 0 && (headingLine.MatchString(line) || strings.HasPrefix(line, "<")) {
			break
		}
		open += strings.Count(line, "{") + strings.Count(line, "[") + strings.Count(line, "(")
		open -= strings.Count(line, "}") + strings.Count(line, "]") + strings.Count(line, ")")
		end += len(line) + 1
	}
	if open > 0 && blank >= 0 {
		end = blank
	}
	s.drop(min(max(s.pos, end-1), len(s.src)))
}

// definition rewrites the address of a link definition that holds a template.
func (s *scanner) definition(line string) bool {
	if line[0] != '[' || strings.HasPrefix(line, "[^") {
		return false
	}
	i := strings.Index(line, "]: ")
	if i < 0 || !strings.Contains(line[i:], "{") {
		return false
	}
	at := s.pos + i + 3
	address, end, templated := s.templatedAddress(at, " \t\n")
	if !templated {
		return false
	}
	s.put(i + 3)
	s.write(escapeAddress(address))
	s.drop(end)
	s.put(len(s.rest()) + 1)
	s.blank = true
	return true
}
