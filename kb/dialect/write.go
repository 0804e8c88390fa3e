package dialect

import "strings"

// prefix returns what a line begins with that continues the current block.
func (s *scanner) prefix() string { return s.quote + strings.Repeat(" ", s.base()) }

// writeLine writes a line break and a line of the current block.
func (s *scanner) writeLine(line string) {
	s.write("\n")
	s.write(s.prefix())
	s.write(line)
}

// newLine begins a new line unless nothing was written on the current one.
func (s *scanner) newLine() {
	at := len(s.out)
	for at > 0 && s.out[at-1] != '\n' {
		if strings.IndexByte(" \t>", s.out[at-1]) < 0 {
			s.trimLine()
			s.writeLine("")
			s.lose(-1)
			return
		}
		at--
	}
}

// breakLine begins a new line if there is more on the current line of the original.
func (s *scanner) breakLine() {
	if at, ends := s.gap(s.pos); !ends {
		s.pos = at
		s.writeLine("")
		s.lose(-1)
		s.lone = true
	}
}

// trimLine removes the white space written last, which could make a hard line break.
func (s *scanner) trimLine() {
	for len(s.out) > 0 && (s.before() == ' ' || s.before() == '\t') {
		s.out = s.out[:len(s.out)-1]
	}
}

// dropWhole drops the original up to the offset, and the whole line if nothing else is on
// it.
func (s *scanner) dropWhole(to int) {
	lone := s.lone
	s.drop(to)
	if at, ends := s.gap(s.pos); ends {
		if lone {
			s.blank = true
		}
		s.trimLine()
		s.pos = at
	}
}

// unindented returns a line of a code block without what its container begins it with.
func (s *scanner) unindented(line string) string {
	if q, rest := splitQuote(line, maxQuotes); q != "" && s.quote != "" {
		line = rest
	}
	for range s.base() {
		if line == "" || line[0] != ' ' {
			break
		}
		line = line[1:]
	}
	return line
}

func longestRun(s string, c byte) int {
	longest := 0
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			n := runLength(s[i:], c)
			longest = max(longest, n)
			i += n
		}
	}
	return longest
}
