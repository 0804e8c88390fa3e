package format

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	unicodeenc "golang.org/x/text/encoding/unicode"

	"github.com/deskbook/deskbook/kb/front"
)

// The names of the encodings that have a byte order mark.
const (
	utf16LE = "utf-16le"
	utf16BE = "utf-16be"
)

// Decode returns the text of a file as UTF-8 with the name of its encoding, "" for
// UTF-8. sure is false if the encoding was recognised by its letters alone. A text that
// does not give the same bytes again is not decoded.
func Decode(data []byte) (text []byte, name string, sure bool, err error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(data, []byte{0, 0, 0xfe, 0xff}):
		return nil, "", false, front.Errorf(1, "the text is UTF-32; save it as UTF-8")
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		name, sure = utf16LE, true
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		name, sure = utf16BE, true
	case utf8.Valid(data) && bytes.IndexByte(data, 0) < 0:
		return data, "", true, nil
	default:
		if name = utf16ByZeros(data); name == "" {
			name = codePage(data)
		}
	}
	if name == "" {
		return data, "", true, nil // checkText says where
	}
	text, err = encodingOf(name).NewDecoder().Bytes(data)
	if err != nil || !utf8.Valid(text) || !bytes.Equal(Encode(string(text), name), data) {
		return nil, "", false, front.Errorf(1, "the text is not UTF-8 and could not be read as %s; save it as UTF-8", name)
	}
	return text, name, sure, nil
}

// Encode returns a text in an encoding, or as UTF-8 if that lacks one of its
// characters.
func Encode(s, name string) []byte {
	if name == "" {
		return []byte(s)
	}
	out, err := encodingOf(name).NewEncoder().Bytes([]byte(s))
	if err != nil {
		return []byte(s)
	}
	return out
}

// encodingOf returns the encoding with that name. A byte order mark is part of the text.
func encodingOf(name string) encoding.Encoding {
	switch name {
	case utf16LE:
		return unicodeenc.UTF16(unicodeenc.LittleEndian, unicodeenc.IgnoreBOM)
	case utf16BE:
		return unicodeenc.UTF16(unicodeenc.BigEndian, unicodeenc.IgnoreBOM)
	}
	if e, err := htmlindex.Get(name); err == nil {
		return e
	}
	return encoding.Nop
}

// minUTF16 is how many bytes a text needs to be recognised as UTF-16 without a mark.
const minUTF16 = 12

// utf16ByZeros recognises UTF-16 without a byte order mark: nearly every second byte is
// zero.
func utf16ByZeros(data []byte) string {
	data = data[:min(len(data), 4096)&^1]
	even, odd := 0, 0
	for i, b := range data {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	if len(data) < minUTF16 {
		return ""
	}
	switch half := len(data) / 2; {
	case half > 0 && odd > half/2 && even == 0:
		return utf16LE
	case half > 0 && even > half/2 && odd == 0:
		return utf16BE
	}
	return ""
}

// codePages are the code pages of Windows that a text may be in, the likeliest first.
var codePages = []struct {
	name string
	page *charmap.Charmap
}{
	{"windows-1252", charmap.Windows1252},
	{"windows-1250", charmap.Windows1250},
	{"windows-1251", charmap.Windows1251},
	{"windows-1253", charmap.Windows1253},
	{"windows-1254", charmap.Windows1254},
}

// codePage returns the code page in which most bytes beyond ASCII are letters of words in
// one script; "" if the text has a zero byte or is mostly UTF-8.
func codePage(data []byte) string {
	if bytes.IndexByte(data, 0) >= 0 || mostlyUTF8(data) {
		return ""
	}
	best, name := 0, ""
	for _, c := range codePages {
		if score, ok := plausibility(data, c.page); ok && score > best {
			best, name = score, c.name
		}
	}
	return name
}

// mostlyUTF8 reports whether more of the bytes beyond ASCII are well-formed UTF-8 than
// are not: such a text is damaged and not in another encoding.
func mostlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else if n > 1 {
			good += n
		}
		data = data[n:]
	}
	return good > bad
}

// plausibility counts how many bytes beyond ASCII make sense in a code page: letters next
// to letters of the same script, and the marks of typography; ok=false if a byte has no
// meaning in it.
func plausibility(data []byte, page *charmap.Charmap) (score int, ok bool) {
	previous := ' '
	for i, b := range data {
		r := page.DecodeByte(b)
		if r == utf8.RuneError {
			return 0, false
		}
		if b >= 0x80 {
			next := ' '
			if i+1 < len(data) {
				next = page.DecodeByte(data[i+1])
			}
			score += sense(previous, r, next)
		}
		previous = r
	}
	return score, true
}

// sense rates a character beyond ASCII between its neighbours.
func sense(previous, r, next rune) int {
	switch {
	case !unicode.IsLetter(r):
		if unicode.IsLetter(previous) && unicode.IsLetter(next) && r != '’' && r != '–' && r != '-' && r != '\u00a0' {
			return -4 // a sign within a word
		}
		return 1
	case unicode.IsUpper(r) && unicode.IsLower(previous):
		return -4
	}
	score := 0
	for _, other := range []rune{previous, next} {
		switch {
		case !unicode.IsLetter(other):
		case sameScript(r, other):
			score += 2
		default:
			score -= 4
		}
	}
	if previous >= 0x80 && unicode.Is(unicode.Latin, previous) && unicode.Is(unicode.Latin,
		r) && unicode.IsLetter(previous) {
		score -= 3 // accents rarely follow each other
	}
	if strangers[r] {
		score--
	}
	return score
}

// strangers are letters that few languages have and that stand where other code pages have
// common ones.
var strangers = map[rune]bool{
	'þ': true, 'ð': true, 'Þ': true, 'Ð': true, 'ý': true, 'ğ': true, 'ş': true, 'ı': true, 'ţ': true, 'ŕ': true,
	'ĺ': true,
	'ő': true, 'ű': true, 'ŝ': true, '¹': true, '³': true,
}

func sameScript(a, b rune) bool {
	for _, script := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek} {
		if unicode.Is(script, a) {
			return unicode.Is(script, b)
		}
	}
	return true
}
