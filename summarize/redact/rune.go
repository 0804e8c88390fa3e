package redact

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// escape returns the printable ASCII character that is escaped at the start of s, and the
// length of the percent, HTML or backslash escape; 0 without one. Characters that separate
// the parts of a URL stay escaped.
func escape(s string) (string, int) {
	switch s[0] {
	case '%':
		if len(s) > 2 {
			if p := printable(s[1:3]); p != "" {
				return p, 3
			}
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
		if len(s) > 5 && s[1:4] == "u00" {
			if p := printable(s[4:6]); p != "" {
				return p, 6
			}
		}
	}
	return "", 0
}

// printable returns the printable ASCII character with a hexadecimal code, or "" for none
// and for those that separate the parts of a URL.
func printable(code string) string {
	c, err := strconv.ParseUint(code, 16, 8)
	if err != nil || c <= ' ' || c >= 0x7f || strings.IndexByte("/?%&", byte(c)) >= 0 {
		return ""
	}
	return string(rune(c))
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
		return string('0' + d)
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

// lowered returns a text in lower case and at the same length.
func lowered(s string) string {
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
			return l
		}
		return r
	}, s)
}

// digit returns the value of a decimal digit of any script. Unicode encodes them in runs
// of ten that begin with the zero, and some runs follow one another.
func digit(r rune) (rune, bool) {
	n := rune(0)
	for unicode.Is(unicode.Nd, r-n) {
		n++
	}
	return (n - 1) % 10, n > 0
}
