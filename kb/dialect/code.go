package dialect

import (
	"sort"
	"strings"
)

// openFence opens a fenced code block if one begins at the current offset, in that column.
func (s *scanner) openFence(column int) bool {
	line := s.rest()
	mark, n := fenceMark(line)
	if n < 3 {
		return false
	}
	info := strings.TrimSpace(line[n:])
	if mark == '`' && strings.Contains(info, "`") {
		return false
	}
	if info == "" && s.closeFenceBox(mark, n) {
		return true
	}
	s.leave(column) // a fence continues no paragraph
	f := fence{mark: mark, length: n, indent: s.base(), depth: depth(s.quote)}
	if g, ok := fenceTag(info); ok {
		s.fenceBox(g, f)
		return true
	}
	s.code = f
	s.put(len(line) + 1)
	return true
}

func fenceMark(line string) (mark byte, n int) {
	if line == "" || line[0] != '`' && line[0] != '~' {
		return 0, 0
	}
	for n < len(line) && line[n] == line[0] {
		n++
	}
	return line[0], n
}

// inFence copies a line of the open fence; false if the fence ended before it.
func (s *scanner) inFence(line string) bool {
	quote, inner := splitQuote(line, s.code.depth)
	indent, _ := indentOf(inner)
	trimmed := strings.TrimSpace(inner)
	if depth(quote) < s.code.depth || trimmed != "" && indent < s.code.indent {
		s.code = fence{} // its quotation or its list item ended
		return false
	}
	if mark, n := fenceMark(trimmed); mark == s.code.mark && n >= s.code.length && n == len(trimmed) {
		s.code, s.blank, s.coded = fence{}, true, false
	}
	s.put(len(line) + 1)
	return true
}

// spans are the runs of backticks in a paragraph, by their length.
type spans struct {
	end  int // of the paragraph, 0 if it was not scanned yet
	runs map[int][]int
}

// codeSpan copies a code span, or the backticks that do not begin one.
func (s *scanner) codeSpan() bool {
	if s.spans.end <= s.pos {
		s.spans = spansFrom(s.src, s.pos)
	}
	n := runLength(s.src[s.pos:], '`')
	runs := s.spans.runs[n]
	i := sort.SearchInts(runs, s.pos+n)
	if i == len(runs) {
		s.put(n)
		return true
	}
	s.put(runs[i] + n - s.pos)
	return true
}

// spansFrom scans the paragraph that the offset lies in.
func spansFrom(src string, from int) spans {
	out := spans{end: len(src), runs: map[int][]int{}}
	for i := from; i < len(src); {
		switch src[i] {
		case '`':
			n := runLength(src[i:], '`')
			out.runs[n] = append(out.runs[n], i)
			i += n
		case '\n':
			i++
			if endsParagraph(lineAt(src, i)) {
				out.end = i
				return out
			}
		default:
			i++
		}
	}
	return out
}

func endsParagraph(line string) bool {
	line = strings.TrimSpace(strings.TrimLeft(line, " \t>"))
	mark, n := fenceMark(line)
	return line == "" || n >= 3 && (mark == '~' || !strings.Contains(line[n:], "`"))
}

func runLength(s string, c byte) int {
	n := 0
	for n < len(s) && s[n] == c {
		n++
	}
	return n
}
