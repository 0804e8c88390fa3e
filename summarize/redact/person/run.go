package person

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// run is a sequence of words that may be a name: "Dr"-less, with initials and particles.
type run struct {
	lo, hi   int
	words    int  // with a capital, initials aside
	initials int  // "J."
	known    bool // one of the words is a common given name
	slavic   bool // one has the ending of a Slavic surname or patronymic
	noun     bool // the last word has the ending of a German noun
	capitals bool // all words are in capitals
}

const maxWords = 4

// runAt returns the name that may begin at i. Words in capitals count only where they are
// allowed, as in forms.
func (f *finder) runAt(i int, capitals bool) run {
	r := run{lo: i, hi: i, capitals: true}
	for r.words+r.initials < maxWords+2 && r.words < maxWords {
		at := i
		if r.words+r.initials > 0 {
			if at = f.afterGap(i); at < 0 {
				break
			}
			at = f.afterParticles(at)
		}
		if end := f.initial(at); end > 0 {
			r.initials++
			i, r.hi = end, end
			continue
		}
		end := f.nameWord(at)
		if end < 0 {
			break
		}
		word := f.text[at:end]
		lower := f.lower[at:end]
		caps := len(word) > 1 && strings.ToUpper(word) == word
		if isNotName(lower) || caps && !capitals && (r.words == 0 || !r.known) {
			break
		}
		r.words++
		r.known = r.known || isGiven(lower)
		r.slavic = r.slavic || slavicName(lower)
		r.noun = germanNoun(lower)
		r.capitals = r.capitals && caps
		i, r.hi = end, end
	}
	if r.words == 0 {
		return run{lo: r.lo, hi: r.lo}
	}
	return r
}

// afterGap returns where the next word begins after one space, or -1.
func (f *finder) afterGap(i int) int {
	if i > 0 && f.text[i-1] == '.' && i < len(f.text) && f.text[i] != ' ' {
		return i // between initials
	}
	if i+1 < len(f.text) && f.text[i] == ' ' && f.text[i+1] != ' ' {
		return i + 1
	}
	return -1
}

// afterParticles returns where the word begins before which small words of a name stand.
func (f *finder) afterParticles(i int) int {
	at := i
	for range 3 {
		rest := f.lower[at:min(len(f.lower), at+8)]
		end := strings.IndexByte(rest, ' ')
		if end < 0 {
			if len(rest) > 2 && (rest[0] == 'd' || rest[0] == 'l') && rest[1] == '\'' {
				return at + 2
			}
			break
		}
		if !particles[rest[:end]] || f.text[at] != f.lower[at] {
			if len(rest) > 2 && (rest[0] == 'd' || rest[0] == 'l') && rest[1] == '\'' {
				return at + 2
			}
			break
		}
		at += end + 1
	}
	if r, _ := utf8.DecodeRuneInString(f.text[at:]); at > i && !unicode.IsUpper(r) {
		return i
	}
	return at
}

// initial returns the end of an initial at i, or 0.
func (f *finder) initial(i int) int {
	r, n := utf8.DecodeRuneInString(f.text[i:])
	if unicode.IsUpper(r) && i+n < len(f.text) && f.text[i+n] == '.' {
		return i + n + 1
	}
	return 0
}

// nameWord returns the end of the word with a capital at i, or -1: letters, with
// apostrophes and hyphens inside, and not a part of an address, a path or an identifier.
func (f *finder) nameWord(i int) int {
	r, n := utf8.DecodeRuneInString(f.text[i:])
	if !unicode.IsUpper(r) || i > 0 && strings.IndexByte(`/\@_.=+%#&$`, f.text[i-1]) >= 0 && f.text[i-1] != '=' {
		return -1
	}
	end, letters, last := i+n, 1, r
	capitals := 1 // in a row
	for end < len(f.text) {
		r, n := utf8.DecodeRuneInString(f.text[end:])
		switch {
		case unicode.IsLetter(r) || unicode.Is(unicode.Mn, r):
			if unicode.IsUpper(r) && unicode.IsLower(last) && !innerCapital(f.text[i:end]) {
				return -1 // CamelCase
			}
			if unicode.IsLower(r) && capitals > 1 {
				return -1 // "IDs"
			}
			if capitals++; !unicode.IsUpper(r) {
				capitals = 0
			}
			letters++
		case (r == '\'' || r == '’' || r == '-') && f.letterAt(end+n):
			capitals = 0
		case unicode.IsDigit(r) || r == '_' || r == '/' || r == '\\' || r == '@' || r == '=':
			return -1
		case (r == '.' || r == ':') && f.letterAt(end+n):
			return -1 // a host, a file or an identifier
		default:
			if letters < 2 {
				return -1
			}
			return end
		}
		last = r
		end += n
	}
	if letters < 2 {
		return -1
	}
	return end
}

// innerCapital reports whether a capital may follow the start of a word: McAllister.
func innerCapital(s string) bool {
	switch s {
	case "Mc", "Mac", "De", "Di", "Du", "La", "Le", "Van", "Fitz", "Lo", "Della", "Dal":
		return true
	}
	return false
}

func (f *finder) letterAt(i int) bool {
	if i >= len(f.text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(f.text[i:])
	return unicode.IsLetter(r)
}

// surnameEndings end Slavic surnames and patronymics, in their cases.
var surnameEndings = strings.Fields(`
	ович овича овичу овичем овиче евич евича евичу евичем овна овны овне овну овной евна евны евне евну евной ична
	ична ичны ичне
	ов ова ову овым ове овой ев ева еву евым еве евой ёв ёва ёву ёвым ёве ёвой
	ин ина ину иным ине иной ын ына ыну
	ский ского скому ским ском ская ской скую цкий цкого цкая цкой
	енко чук щук дзе швили ян янц`)

// slavicName reports whether a word in lower case has the ending of a Russian surname or
// patronymic.
func slavicName(s string) bool {
	if len(s) < 10 || s[0] < 0xd0 || s[0] > 0xd2 {
		return false
	}
	for _, e := range surnameEndings {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

var germanNouns = entries("german-nouns")

func germanNoun(s string) bool {
	for _, e := range germanNouns {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}
