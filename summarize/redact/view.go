package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
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

	network Network
	taken   *taken // what has been found so far
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
			b.add(text[i:i+1], i)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		s := asciiOf(r)
		if s == "" && !invisible(r) {
			s = text[i : i+n]
		}
		b.add(s, i)
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

// namedLine matches the name of a setting or header at the start of a line.
var namedLine = regexp.MustCompile(`^(?:[A-Z][A-Z0-9_]{2,40}=[^=\s]|[A-Za-z][A-Za-z-]{1,40}:[ ])`)

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
	likely := len(left)+len(right) >= 16 && len(left) >= 3 && len(right) >= 2 && (unlikeWord(left) || unlikeWord(right))
	if strings.IndexByte(left, '@') >= 0 || strings.IndexByte(right, '@') >= 0 {
		local := strings.ContainsAny(left, "._+"+asciiDigits) && !strings.HasSuffix(left, ".")
		likely = strings.IndexByte(left, '@') >= 0 || local
	}
	return likely && !notSecret.MatchString(left) && !namedLine.MatchString(v.after(i+1, 80))
}

func tokenByte(c byte) bool {
	return letter(c) || digitByte(c) || strings.IndexByte("_-+/=.~@", c) >= 0
}
