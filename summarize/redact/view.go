package redact

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// view is a text normalized for patterns, with the way back to the source. Digits of all
// scripts, full-width and styled letters and special dashes and spaces are ASCII;
// invisible characters and quote marks at line starts are gone; percent, HTML and \u
// escapes are resolved; letters that only look Latin are Latin inside Latin words.
type view struct {
	text   string
	lower  string  // the same, in lower case and at the same length
	source []int32 // where the source of each byte begins; nil: the text is its own source
	size   int     // of the source, in bytes
	taken  *taken  // what has been found so far
}

// span returns the range of the source that a range of the view was read from.
func (v *view) span(lo, hi int) (int, int) {
	if v.source == nil {
		return lo, hi
	}
	return int(v.source[lo]), int(v.source[hi])
}

func newView(text string) *view {
	v := &view{text: text, size: len(text)}
	if !plain(text) {
		b := viewBuilder{source: make([]int32, 0, len(text)+1)}
		b.read(text)
		v.text, v.source = b.out.String(), append(b.source, int32(len(text)))
		v.resolveLookAlikes()
	}
	v.lower = lowered(v.text)
	return v
}

// plain reports whether a text is its own view.
func plain(text string) bool {
	start := true
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf || c == '%' || c == '&' || c == '\\' || c == '>' && start {
			return false
		}
		start = c == '\n' || start && (c == ' ' || c == '\t')
	}
	return true
}

type viewBuilder struct {
	out    strings.Builder
	source []int32
}

func (b *viewBuilder) add(s string, at int) {
	b.out.WriteString(s)
	for range len(s) {
		b.source = append(b.source, int32(at))
	}
}

func (b *viewBuilder) read(text string) {
	b.out.Grow(len(text))
	start := true
	for i := 0; i < len(text); {
		if start {
			if i = quoteEnd(text, i); i == len(text) {
				break
			}
		}
		c := text[i]
		start = c == '\n'
		if c < utf8.RuneSelf {
			if s, n := escape(text[i:]); n > 0 {
				b.add(s, i)
				i += n
				continue
			}
			b.out.WriteByte(c)
			b.source = append(b.source, int32(i))
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		switch s := asciiOf(r); {
		case s == "" && invisible(r):
		case s == "":
			b.add(text[i:i+n], i)
		default:
			b.add(s, i)
		}
		i += n
	}
}

// quoteEnd returns the end of the quote marks at the start of the line at i.
func quoteEnd(text string, i int) int {
	end := i
	for j := i; j < len(text) && j < i+64; j++ {
		switch text[j] {
		case '>':
			end = j + 1
			if end < len(text) && text[end] == ' ' {
				end++
			}
		case ' ', '\t':
		default:
			return end
		}
	}
	return end
}

// escape returns the printable ASCII character that is escaped at the start of s, and the
// length of the percent, HTML or backslash escape; 0 without one. Characters that separate
// the parts of a URL stay escaped.
func escape(s string) (string, int) {
	switch s[0] {
	case '%':
		if len(s) > 2 {
			return printable(unhex(s[1:3])), 3 * min(1, len(printable(unhex(s[1:3]))))
		}
	case '&':
		end := strings.IndexByte(s[:min(len(s), 12)], ';')
		if end < 2 {
			return "", 0
		}
		if got := html.UnescapeString(s[:end+1]); got == "\u00a0" {
			return " ", end + 1
		} else if len(got) == 1 && (got[0] > ' ' && got[0] < 0x7f) {
			return got, end + 1
		}
	case '\\':
		if len(s) > 5 && s[1] == 'u' && s[2] == '0' && s[3] == '0' {
			if p := printable(unhex(s[4:6])); p != "" {
				return p, 6
			}
		}
	}
	return "", 0
}

func printable(c int) string {
	if c > ' ' && c < 0x7f && c != '/' && c != '?' && c != '%' && c != '&' {
		return string(rune(c))
	}
	return ""
}

func unhex(s string) int {
	n := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | int(c-'a'+10)
		case c >= 'A' && c <= 'F':
			n = n<<4 | int(c-'A'+10)
		default:
			return -1
		}
	}
	return n
}

func invisible(r rune) bool {
	return r == 0x00ad || r == 0x034f || r == 0x180e || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e ||
		r >= 0x2060 && r <= 0x206f || r >= 0xfe00 && r <= 0xfe0f || r == 0xfeff
}

// asciiOf returns the ASCII that a rune is read as, or "" when it stands for itself.
func asciiOf(r rune) string {
	switch {
	case r < 0xa0:
		return ""
	case r >= 0xff01 && r <= 0xff5e:
		return string(r - 0xff01 + '!')
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0xfe58 || r == 0xfe63:
		return "-"
	case r == 0x3002 || r == 0xff61 || r == 0x2024:
		return "."
	case r == 0x2028 || r == 0x2029:
		return "\n"
	case unicode.Is(unicode.Zs, r):
		return " "
	}
	if d, ok := digit(r); ok {
		return string('0' + rune(d))
	}
	if r < 0x2000 { // accented letters and other alphabets stand for themselves
		return ""
	}
	if s := norm.NFKC.String(string(r)); len(s) == 1 {
		return s
	}
	return ""
}

// lookAlikes are letters of other alphabets that look Latin.
var lookAlikes = func() map[rune]byte {
	m := map[rune]byte{}
	for _, pair := range [][2]string{
		{"аеорсхуіјѕԁһӏԝѡкмтвн", "aeopcxyijsdhlwwkmtbh"}, // Cyrillic
		{"АВЕКМНОРСТХУІЈЅ", "ABEKMHOPCTXYIJS"},
		{"οανρτικυ", "oavptiku"}, // Greek
		{"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"},
		{"ıɑɡ", "iag"},
	} {
		for i, r := range []rune(pair[0]) {
			m[r] = pair[1][i]
		}
	}
	return m
}()

// resolveLookAlikes replaces look-alikes in words that also have a Latin letter.
func (v *view) resolveLookAlikes() {
	if !strings.ContainsFunc(v.text, func(r rune) bool { return lookAlikes[r] != 0 }) {
		return
	}
	var out strings.Builder
	at := make([]int32, 0, len(v.source))
	word := 0 // start of the word in v.text
	flush := func(end int) {
		w := v.text[word:end]
		latin := strings.ContainsFunc(w, func(r rune) bool { return r < 0x250 && unicode.IsLetter(r) })
		for i, r := range w {
			n := utf8.RuneLen(r)
			if t := lookAlikes[r]; t != 0 && latin {
				out.WriteByte(t)
				at = append(at, v.source[word+i])
				continue
			}
			out.WriteString(w[i : i+n])
			at = append(at, v.source[word+i:word+i+n]...)
		}
		word = end
	}
	for i, r := range v.text {
		if r == ' ' || r == '\n' || r == '\t' {
			flush(i)
		}
	}
	flush(len(v.text))
	v.text, v.source = out.String(), append(at, v.source[len(v.source)-1])
}

// lowered returns a text in lower case and at the same length.
func lowered(s string) string {
	b := []byte(s)
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				b[i] = c + 'a' - 'A'
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if l := unicode.ToLower(r); l != r && utf8.RuneLen(l) == n {
			utf8.EncodeRune(b[i:], l)
		}
		i += n
	}
	return string(b)
}

// digit returns the value of a decimal digit of any script. Unicode encodes them in runs
// of ten that begin with the zero.
func digit(r rune) (int, bool) {
	if r >= '0' && r <= '9' {
		return int(r - '0'), true
	}
	if r < 0x80 || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, rt := range unicode.Nd.R16 {
		if rune(rt.Lo) <= r && r <= rune(rt.Hi) {
			return int(r-rune(rt.Lo)) % 10, true
		}
	}
	for _, rt := range unicode.Nd.R32 {
		if rune(rt.Lo) <= r && r <= rune(rt.Hi) {
			return int(r-rune(rt.Lo)) % 10, true
		}
	}
	return 0, false
}

// joined returns the view without the line breaks that may split a long value, and where
// they were; nil without such breaks.
func (v *view) joined() (*view, []int) {
	var cuts []int
	for i := 1; i+1 < len(v.text); i++ {
		if v.text[i] == '\n' && tokenByte(v.text[i-1]) && tokenByte(v.text[i+1]) && v.breaksValue(i) {
			cuts = append(cuts, i)
		}
	}
	if len(cuts) == 0 {
		return nil, nil
	}
	j := &view{size: v.size}
	var text, lower strings.Builder
	from := 0
	joins := make([]int, len(cuts))
	for k, c := range append(cuts, len(v.text)) {
		text.WriteString(v.text[from:c])
		lower.WriteString(v.lower[from:c])
		for i := from; i < c; i++ {
			lo, _ := v.span(i, i)
			j.source = append(j.source, int32(lo))
		}
		if k < len(cuts) {
			joins[k] = text.Len()
		}
		from = c + 1
	}
	j.text, j.lower, j.source = text.String(), lower.String(), append(j.source, int32(v.size))
	return j, joins
}

const brokenReach = 200

// breaksValue reports whether the line break at i may be inside a value: the runs of
// token characters around it are long and unlike words, or form an e-mail address.
func (v *view) breaksValue(i int) bool {
	lo, hi := i, i+1
	for lo > 0 && i-lo < brokenReach && tokenByte(v.text[lo-1]) {
		lo--
	}
	for hi < len(v.text) && hi-i < brokenReach && tokenByte(v.text[hi]) {
		hi++
	}
	left, right := v.text[lo:i], v.text[i+1:hi]
	if notSecret.MatchString(left) {
		return false
	}
	if strings.ContainsRune(left, '@') || strings.ContainsRune(right, '@') {
		local := strings.ContainsAny(left, "._+"+asciiDigits) && !strings.HasSuffix(left, ".")
		return strings.ContainsRune(left, '@') || local
	}
	return len(left)+len(right) >= 16 && (unlikeWord(left) || unlikeWord(right)) && len(left) >= 3 && len(right) >= 2
}

// unlikeWord reports whether a run cannot be a word: it has letters and digits, or
// capitals inside.
func unlikeWord(s string) bool {
	digits, letters, capitals := 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'A' && c <= 'Z':
			letters++
			if i > 0 {
				capitals++
			}
		case c >= 'a' && c <= 'z':
			letters++
		}
	}
	return len(s) >= 4 && digits > 0 && letters > 0 || capitals > 1 && capitals < letters && len(s) >= 6
}

func tokenByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-+/=.~@", c) >= 0
}
