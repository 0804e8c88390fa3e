package terms

import (
	"unicode"

	"github.com/deskbook/deskbook/internal/word"
)

// flush emits the terms of the chunk. Segments joined by connecting characters are also an
// identifier when they look like one.
func (s *scanner) flush() {
	c := s.chunk
	for i := 0; i < len(c); {
		if !word.In(c[i].r) {
			i++
			continue
		}
		first, segments := i, 0
		last := i
		for {
			j := segmentEnd(c, i)
			s.emitSegment(c[i:j])
			segments++
			last, i = j, j
			next := nextSegment(c, j)
			if next < 0 {
				break
			}
			i = next
		}
		if segments > 1 {
			s.emitIdentifier(c, first, last)
		} else if last == first+1 && last < len(c) && (c[last].r == '#' || c[last].r == '+') {
			s.emitSuffixed(c, first, last) // C#, C++
		}
	}
	s.chunk = s.chunk[:0]
}

// emitSuffixed emits a one-letter name with the signs that belong to it.
func (s *scanner) emitSuffixed(c []unit, first, last int) {
	for last < len(c) && last < first+3 && (c[last].r == '#' || c[last].r == '+') {
		last++
	}
	s.emitWhole(c[first:last])
}

// emitIdentifier emits a joined group as one term when it looks like an identifier, and
// the last part of a path likewise.
func (s *scanner) emitIdentifier(c []unit, first, last int) {
	group := c[first:last]
	if isHyphenated(group) {
		s.emitJoined(group)
		return
	}
	if isDotted(group) {
		s.emitJoined(group) // Node.js is nodejs too
	}
	if first > 0 && (c[first-1].r == '/' || c[first-1].r == '\\') || isIdentifier(group) {
		s.emitWhole(group)
	}
	for i := len(group) - 1; i > 0; i-- {
		if group[i].r == '/' || group[i].r == '\\' {
			if tail := group[i+1:]; hasSeveralSegments(tail) && isIdentifier(tail) {
				s.emitWhole(tail)
			}
			return
		}
	}
}

// isHyphenated reports whether the group is plain words joined by hyphens. Capitals inside
// a word in small letters (ADUser) make it a name.
func isHyphenated(group []unit) bool {
	inner, small := false, false
	for i, u := range group {
		if u.r == '-' {
			inner, small = false, false
			continue
		}
		inner = inner || u.upper && i > 0 && group[i-1].r != '-'
		small = small || !u.upper
		if !unicode.IsLetter(u.r) || inner && small {
			return false
		}
	}
	return true
}

// emitJoined also emits a hyphenated word as a single word: Wi-Fi is wifi, e-mail is email.
func (s *scanner) emitJoined(group []unit) {
	var joined []unit
	for _, u := range group {
		if u.r != '-' && u.r != '.' {
			joined = append(joined, u)
		}
	}
	if len(joined) <= maxTermRunes/2 {
		s.emitWord(joined)
	}
}

// isIdentifier distinguishes ERR_CONNECTION_RESET, 4.1.1.2, about:config and Get-ADUser
// from and/or and add-on.
func isIdentifier(group []unit) bool {
	slashes := 0
	for i, u := range group {
		switch {
		case u.r >= '0' && u.r <= '9', u.r == '_', u.r == '\\', u.r == ':', u.r == '.', u.r == '@', u.r == '$':
			return true
		case u.r == '/':
			slashes++
		case i > 0 && u.upper && !group[i-1].upper && word.In(group[i-1].r): // fooBar
			return true
		case i > 1 && !u.upper && word.In(u.r) && group[i-1].upper && group[i-2].upper: // ABar
			return true
		}
	}
	return slashes > 1
}

// hasSeveralSegments reports whether the group has more than one segment.
func hasSeveralSegments(group []unit) bool {
	for _, u := range group {
		if !word.In(u.r) && u.r != '\'' {
			return true
		}
	}
	return false
}

// emitWhole emits a range of the chunk as it is, unless it is too long to be a name.
func (s *scanner) emitWhole(group []unit) {
	if len(group) > maxTermRunes {
		return
	}
	s.runes = s.runes[:0]
	for _, u := range group {
		s.runes = append(s.runes, u.r)
	}
	s.emit(Token{string(s.runes), group[0].start, group[len(group)-1].end})
}

// segmentEnd returns the end of the run of letters and digits that starts at i. An
// apostrophe between letters belongs to it.
func segmentEnd(c []unit, i int) int {
	for i < len(c) {
		if word.In(c[i].r) || c[i].r == '\'' && i+1 < len(c) && word.In(c[i+1].r) {
			i++
			continue
		}
		break
	}
	return i
}

// nextSegment returns where the next segment of an identifier starts when the characters at
// j connect two segments, otherwise -1.
func nextSegment(c []unit, j int) int {
	k := j
	for k < len(c) && k < j+3 && IsConnector(c[k].r) {
		k++
	}
	if k == j || k >= len(c) || !word.In(c[k].r) {
		return -1
	}
	if k-j > 1 && !isLongConnector(c[j:k]) {
		return -1
	}
	return k
}

// isLongConnector reports whether two or three characters connect segments: "::", "\\" and
// "://" do, "..." does not.
func isLongConnector(c []unit) bool {
	switch c[0].r {
	case ':':
		twice := len(c) == 3 && c[1].r == c[2].r
		return (len(c) == 2 || twice) && (c[1].r == '\\' || c[1].r == '/') || len(c) == 2 && c[1].r == ':'
	case '\\', '_':
		return len(c) == 2 && c[1].r == c[0].r
	}
	return false
}

// IsConnector reports whether the character connects the segments of an identifier.
func IsConnector(r rune) bool {
	switch r {
	case '.', '_', '-', '/', '\\', ':', '@', '$':
		return true
	}
	return false
}
