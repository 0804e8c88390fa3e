package terms

import "unicode"

// flush emits the terms of the chunk: groups of word segments joined by connecting
// characters are identifiers when they look like one.
func (s *scanner) flush() {
	c := s.chunk
	for i := 0; i < len(c); {
		if !wordRune(c[i].r) {
			i++
			continue
		}
		first, segments := i, 0
		last := i
		for {
			j := segmentEnd(c, i)
			s.segment(c[i:j])
			segments++
			last, i = j, j
			next := joint(c, j)
			if next < 0 {
				break
			}
			i = next
		}
		if segments > 1 {
			s.identifier(c, first, last)
		} else if last == first+1 && last < len(c) && (c[last].r == '#' || c[last].r == '+') {
			s.suffixed(c, first, last) // C#, C++
		}
	}
	s.chunk = s.chunk[:0]
}

// suffixed emits a one-letter name with the signs that belong to it.
func (s *scanner) suffixed(c []unit, first, last int) {
	for last < len(c) && last < first+3 && (c[last].r == '#' || c[last].r == '+') {
		last++
	}
	s.whole(c[first:last])
}

// identifier emits a joined group as one term when it looks like an identifier,
// and the last part of a path likewise.
func (s *scanner) identifier(c []unit, first, last int) {
	group := c[first:last]
	if hyphened(group) {
		s.joined(group)
		return
	}
	if first > 0 && (c[first-1].r == '/' || c[first-1].r == '\\') || looksLikeIdentifier(group) {
		s.whole(group)
	}
	for i := len(group) - 1; i > 0; i-- {
		if group[i].r == '/' || group[i].r == '\\' {
			if tail := group[i+1:]; several(tail) && looksLikeIdentifier(tail) {
				s.whole(tail)
			}
			return
		}
	}
}

// hyphened reports whether the group is plain words joined by hyphens. Capitals
// inside a small-letter word (ADUser) make it a name.
func hyphened(group []unit) bool {
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

// joined emits a hyphened word as one too: Wi-Fi is wifi, e-mail is email.
func (s *scanner) joined(group []unit) {
	var word []unit
	for _, u := range group {
		if u.r != '-' {
			word = append(word, u)
		}
	}
	if len(word) <= maxTermRunes/2 {
		s.word(word)
	}
}

// looksLikeIdentifier tells ERR_CONNECTION_RESET, 4.1.1.2, about:config and
// Get-ADUser from and/or and add-on.
func looksLikeIdentifier(group []unit) bool {
	slashes := 0
	for i, u := range group {
		switch {
		case u.r >= '0' && u.r <= '9', u.r == '_', u.r == '\\', u.r == ':', u.r == '.', u.r == '@', u.r == '$':
			return true
		case u.r == '/':
			slashes++
		case i > 0 && u.upper && !group[i-1].upper && wordRune(group[i-1].r): // fooBar
			return true
		case i > 1 && !u.upper && wordRune(u.r) && group[i-1].upper && group[i-2].upper: // ABar
			return true
		}
	}
	return slashes > 1
}

// several reports whether the group has more than one segment.
func several(group []unit) bool {
	for _, u := range group {
		if !wordRune(u.r) && u.r != '\'' {
			return true
		}
	}
	return false
}

// whole emits a range of the chunk as it is, unless it is too long to be a name.
func (s *scanner) whole(group []unit) {
	if len(group) > maxTermRunes {
		return
	}
	s.runes = s.runes[:0]
	for _, u := range group {
		s.runes = append(s.runes, u.r)
	}
	s.emit(Token{string(s.runes), group[0].start, group[len(group)-1].end})
}

// segmentEnd gives the end of the run of letters and digits that starts at i.
// An apostrophe between letters belongs to it.
func segmentEnd(c []unit, i int) int {
	for i < len(c) {
		if wordRune(c[i].r) || c[i].r == '\'' && i+1 < len(c) && wordRune(c[i+1].r) {
			i++
			continue
		}
		break
	}
	return i
}

// joint gives where the next segment of an identifier starts when the characters
// at j connect two segments, otherwise -1.
func joint(c []unit, j int) int {
	k := j
	for k < len(c) && k < j+3 && Connector(c[k].r) {
		k++
	}
	if k == j || k >= len(c) || !wordRune(c[k].r) {
		return -1
	}
	if k-j > 1 && !sameOrScheme(c[j:k]) {
		return -1
	}
	return k
}

// sameOrScheme allows "::", "\\" and "://" between segments, not "...".
func sameOrScheme(c []unit) bool {
	switch c[0].r {
	case ':':
		return len(c) == 2 && (c[1].r == ':' || c[1].r == '\\' || c[1].r == '/') ||
			len(c) == 3 && c[1].r == '/' && c[2].r == '/' || len(c) == 3 && c[1].r == '\\' && c[2].r == '\\'
	case '\\', '_':
		return len(c) == 2 && c[1].r == c[0].r
	}
	return false
}

func Connector(r rune) bool {
	switch r {
	case '.', '_', '-', '/', '\\', ':', '@', '$':
		return true
	}
	return false
}
