package person

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// finder looks for names in one text.
type finder struct {
	text, lower string // lower has the same length
	names       []name
	end         int // of the last name
}

// Find returns the byte ranges of the names of people in a text, in order. Lower is the
// text in lower case, at the same length.
func Find(text, lower string) [][2]int {
	f := &finder{text: text, lower: lower}
	other := false // letters beyond Latin and Cyrillic
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && !asciiWord(c) {
			if c == '@' {
				f.handle(i)
			}
			i++
			continue
		}
		lo := i
		for i < len(text) {
			if text[i] < utf8.RuneSelf {
				if !asciiWord(text[i]) {
					break
				}
				i++
				continue
			}
			r, n := utf8.DecodeRuneInString(text[i:])
			if r >= 0x3000 {
				other = true
			}
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
				if i == lo {
					i += n
					lo = i
				}
				break
			}
			i += n
		}
		if i > lo && lo >= f.end {
			f.word(lo, i)
		}
	}
	if other {
		f.chinese()
	}
	return f.spread()
}

func asciiWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// name is the range of a name.
type name struct {
	lo, hi int
	sure   bool // its words are names elsewhere in the text, too
}

// add records a name.
func (f *finder) add(lo, hi int) bool { return f.record(name{lo, hi, true}) }

// addUnsure records what is likely a name here.
func (f *finder) addUnsure(r run) bool { return f.record(name{r.lo, r.hi, r.known || r.slavic}) }

func (f *finder) record(n name) bool {
	f.names = append(f.names, n)
	hi := n.hi
	f.end = max(f.end, hi)
	return true
}

// word looks for names that the word from lo to hi announces, or of which it is the first.
func (f *finder) word(lo, hi int) {
	if f.chatLine(lo) || lo > 1 && strings.IndexByte(`./\@_`, f.text[lo-1]) >= 0 && f.text[lo-2] > ' ' {
		return
	}
	for _, p := range phrases[f.lower[lo:hi]] {
		end := lo + len(p.text)
		if end > len(f.text) || !f.is(p, lo, end) || f.letterAt(end) {
			continue
		}
		if f.announced(p.roles, lo, end) {
			return
		}
	}
	if r, _ := utf8.DecodeRuneInString(f.text[lo:]); unicode.IsUpper(r) {
		f.bare(lo)
	}
}

// is reports whether a phrase stands at lo.
func (f *finder) is(p phrase, lo, end int) bool {
	if first, _ := utf8.DecodeRuneInString(p.text); unicode.IsUpper(first) {
		return f.text[lo:end] == p.text
	}
	return f.lower[lo:end] == p.text
}

// announced looks for a name by the roles of the phrase from lo to end.
func (f *finder) announced(roles role, lo, end int) bool {
	for _, rule := range []struct {
		role role
		find func(lo, end int) bool
	}{
		{title, f.titled},
		{label, f.labelled},
		{header, f.mailHeader},
		{greeting, f.greeted},
		{closing, f.signed},
		{introduction, f.introduced},
		{presentation, f.presented},
		{position, f.positioned},
		{mention, f.mentioned},
		{nameField, f.field},
	} {
		if roles&rule.role != 0 && rule.find(lo, end) {
			return true
		}
	}
	return false
}

// titled finds the name after a title: "Mrs Dr. Kowal".
func (f *finder) titled(_, end int) bool {
	end = f.skipTitles(end)
	r := f.runAt(f.afterParticles(end), true)
	if r.words > 0 {
		r.lo = end
	}
	if r.words == 0 || f.numbered(r.hi) || f.letterAt(end-1) {
		return false
	}
	return f.add(r.lo, r.hi)
}

// skipTitles returns where the text after a title, and further titles, begins.
func (f *finder) skipTitles(i int) int {
	for range 3 {
		i = f.skip(i, ".", 1)
		i = f.skip(i, " \u00a0", 1)
		n := f.wordEnd(i)
		if n == i || !slices.ContainsFunc(phrases[f.lower[i:n]], func(p phrase) bool {
			return p.roles&title != 0 && p.text == f.lower[i:i+min(len(p.text), len(f.lower)-i)] ||
				p.roles&title != 0 && p.text == f.text[i:n]
		}) {
			return i
		}
		if next := f.skip(n, ".", 1); next == n && (n >= len(f.text) || f.text[n] != ' ') {
			return i
		}
		i = n
	}
	return i
}

// wordEnd returns the end of the letters at i.
func (f *finder) wordEnd(i int) int {
	for i < len(f.text) {
		r, n := utf8.DecodeRuneInString(f.text[i:])
		if !unicode.IsLetter(r) {
			break
		}
		i += n
	}
	return i
}

// skip skips up to n of the runes in a set.
func (f *finder) skip(i int, set string, n int) int {
	for ; n > 0 && i < len(f.text); n-- {
		r, size := utf8.DecodeRuneInString(f.text[i:])
		if !strings.ContainsRune(set, r) {
			break
		}
		i += size
	}
	return i
}

// numbered reports whether a number follows, as after a product: "Crystal Reports 2020".
func (f *finder) numbered(i int) bool {
	return i+1 < len(f.text) && (f.text[i] == ' ' || f.text[i] == '-') && f.text[i+1] >= '0' && f.text[i+1] <= '9'
}

// lineStart reports whether only marks stand between the start of its line and i.
func (f *finder) lineStart(i int) bool {
	for i > 0 {
		switch f.text[i-1] {
		case '\n':
			return true
		case ' ', '\t', '>', '*', '_', '"', '-', '#', '|':
			i--
		default:
			return false
		}
	}
	return true
}

// ends reports whether a text ends at i as a line, a cell or a value does.
func (f *finder) ends(i int) bool {
	i = f.skip(i, " \t*_\"'`", 4)
	return i >= len(f.text) || strings.IndexByte("\n\r|<,;}&", f.text[i]) >= 0
}

// clauseEnds reports whether a clause ends at i.
func (f *finder) clauseEnds(i int) bool {
	return f.ends(i) || strings.IndexByte(".,;:()!?", f.text[i]) >= 0
}

// separated returns where a value begins after the colon, the cell border or the like at
// i, or -1.
func (f *finder) separated(i int) int {
	at := f.skip(i, "*_\"'` \t", 4)
	if at < len(f.text) && f.text[at] == '(' {
		if n := strings.IndexByte(f.text[at:min(len(f.text), at+24)], ')'); n > 0 {
			at = f.skip(at+n+1, "* ", 2)
		}
	}
	next := f.skip(at, ":=|>", 2)
	if next == at {
		return -1
	}
	return f.skip(next, " \t*_\"'`", 4)
}

// spread adds the further occurrences of the names found, and of their parts, and returns
// all in order and without overlaps.
func (f *finder) spread() [][2]int {
	if len(f.names) == 0 {
		return nil
	}
	parts := map[string]bool{}
	for _, n := range f.names {
		if !n.sure {
			continue
		}
		for w := range strings.FieldsSeq(f.text[n.lo:n.hi]) {
			r, _ := utf8.DecodeRuneInString(w)
			if unicode.IsUpper(r) && len(w) >= 4 && !isNotName(strings.ToLower(w)) && len(parts) < maxParts {
				parts[w] = true
			}
		}
		if s := f.text[n.lo:n.hi]; han(s) && utf8.RuneCountInString(s) > 1 && len(parts) < maxParts {
			parts[s] = true
		}
	}
	for w := range parts {
		for i := 0; ; {
			k := strings.Index(f.text[i:], w)
			if k < 0 {
				break
			}
			lo, hi := i+k, i+k+len(w)
			if han(w) || f.wholeWord(lo, hi) {
				f.names = append(f.names, name{lo: lo, hi: hi})
			}
			i = hi
		}
	}
	slices.SortFunc(f.names, func(a, b name) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(b.hi, a.hi)) })
	out := [][2]int{{f.names[0].lo, f.names[0].hi}}
	for _, n := range f.names[1:] {
		if last := &out[len(out)-1]; n.lo < last[1] {
			last[1] = max(last[1], n.hi)
		} else {
			out = append(out, [2]int{n.lo, n.hi})
		}
	}
	return out
}

// han reports whether a text begins with a Chinese character.
func han(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r)
}

// maxParts limits how many words of names are looked for again.
const maxParts = 60

// wholeWord reports whether no letter, digit or mark of an identifier is beside a range.
func (f *finder) wholeWord(lo, hi int) bool {
	before, _ := utf8.DecodeLastRuneInString(f.text[:lo])
	after, _ := utf8.DecodeRuneInString(f.text[hi:])
	inside := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(`_/\@=`, r)
	}
	return !(lo > 0 && inside(before)) && !(hi < len(f.text) && inside(after)) &&
		!(hi+1 < len(f.text) && f.text[hi] == '.' && f.letterAt(hi+1))
}
