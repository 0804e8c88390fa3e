package person

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// greeted finds the name in a greeting at the start of a line.
func (f *finder) greeted(lo, end int) bool {
	if !f.lineStart(lo) && !f.sentenceStart(lo) {
		return false
	}
	comma := f.skip(end, ".", 1)
	at := f.skip(comma, ",", 1)
	after := f.skip(at, " \u00a0", 1)
	if after == at {
		return false
	}
	start := f.skipTitles(after)
	r := f.runAt(start, false)
	if r.words == 0 || r.words > 3 || f.numbered(r.hi) {
		return false
	}
	if at > comma && !r.known && start == after { // "Hi, Outlook is slow"
		return f.followedBy(r.hi, "here") && f.add(r.lo, r.hi)
	}
	if start > after || r.hi >= len(f.text) || strings.IndexByte(",:!.;\n\r?", f.text[r.hi]) >= 0 {
		return f.add(r.lo, r.hi)
	}
	rest := f.text[r.hi:min(len(f.text), r.hi+4)]
	if r.known && r.words == 1 || strings.HasPrefix(rest, " -") || strings.HasPrefix(rest, " –") || f.followed(r.hi) {
		return f.add(r.lo, r.hi)
	}
	if k := strings.Index(f.lower[r.hi:min(len(f.lower), r.hi+5)], " und "); k == 0 {
		return f.add(r.lo, r.hi)
	}
	return false
}

// sentenceStart reports whether a sentence begins at i.
func (f *finder) sentenceStart(i int) bool {
	s := strings.TrimRight(f.text[max(0, i-4):i], " \t")
	return s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") ||
		strings.HasSuffix(s, "\n") || strings.HasSuffix(s, "]") || strings.HasSuffix(s, ":")
}

// followed reports whether a word follows that people stand before.
func (f *finder) followed(i int) bool {
	return slices.ContainsFunc(followers, func(w string) bool { return f.followedBy(i, w) })
}

func (f *finder) followedBy(i int, word string) bool {
	if i >= len(f.text) || f.text[i] != ' ' || !strings.HasPrefix(f.lower[i+1:], word) {
		return false
	}
	return !f.letterAt(i + 1 + len(word))
}

// signed finds the name in the signature after a closing: on the same line, or on one of
// the next.
func (f *finder) signed(lo, end int) bool {
	if !f.lineStart(lo) && !f.sentenceStart(lo) {
		return false
	}
	at := f.skip(end, ",.!:;-– \t*", 4)
	if at >= len(f.text) {
		return false
	}
	if f.text[at] != '\n' && f.text[at] != '\r' {
		if at == end {
			return false
		}
		r := f.runAt(at, false)
		stop := f.skip(r.hi, ". \t!", 3)
		if r.words > 0 && r.words <= 3 && (stop >= len(f.text) || f.text[stop] == '\n' || f.text[stop] == '\r') {
			return f.add(r.lo, r.hi)
		}
		return false
	}
	if !f.lineStart(lo) && f.text[end:at] == "" && f.lower[lo:end] != f.text[lo:end] {
		return false
	}
	at = f.skip(at, "\r\n \t>*_-–", 16)
	for _, p := range []string{"i. a. ", "i.a. ", "i. v. ", "i.v. ", "ppa. ", "gez. "} {
		if strings.HasPrefix(f.lower[at:], p) {
			at += len(p)
			break
		}
	}
	at = f.skipTitles(at)
	r := f.runAt(at, true)
	stop := f.skip(r.hi, " \t*_.", 4)
	if r.words == 0 || r.noun && !r.known && r.words == 1 ||
		stop < len(f.text) && strings.IndexByte("\n\r,|(/-<;", f.text[stop]) < 0 && !strings.HasPrefix(f.text[stop:], "–") {
		return false
	}
	return f.add(r.lo, r.hi)
}

// introduced finds the name of somebody who says it.
func (f *finder) introduced(_, end int) bool {
	at := f.skip(end, " :\n\"", 2)
	if at == end {
		return false
	}
	r := f.runAt(f.skipTitles(at), true)
	if r.words == 0 || f.numbered(r.hi) || r.noun && !r.known || f.lower[max(0, end-4):end] == "lled" && !r.known {
		return false
	}
	return f.add(r.lo, r.hi)
}

// presented finds the name of somebody who presents himself, where words like those also
// present things: one with a common given name, or two words before what such a sentence
// goes on with.
func (f *finder) presented(lo, end int) bool {
	at := f.skip(end, ",", 1)
	next := f.skip(at, " ", 1)
	if next == at || !f.lineStart(lo) && !f.sentenceStart(lo) && !f.afterComma(lo) {
		return false
	}
	next = f.article(next)
	start := f.skipTitles(next)
	r := f.runAt(start, false)
	if r.words == 0 || r.words > 3 || f.numbered(r.hi) || !r.known && !r.slavic && (r.words < 2 || r.noun) {
		return false
	}
	if r.hi < len(f.text) && strings.IndexByte(",.!\n(", f.text[r.hi]) < 0 && !r.slavic && !f.goesOn(r.hi) {
		return false
	}
	return f.add(r.lo, r.hi)
}

func (f *finder) afterComma(i int) bool { return strings.HasSuffix(f.text[:i], ", ") }

// article returns where the word after an article at i begins.
func (f *finder) article(i int) int {
	for _, a := range []string{"a ", "o ", "the ", "der ", "die ", "le ", "la ", "el "} {
		if strings.HasPrefix(f.text[i:], a) {
			return i + len(a)
		}
	}
	return i
}

// continuations follow the name of somebody who presents himself.
var continuations = strings.Fields(`from here in at with again and of aus vom von hier der die und de du del della dell'
	dello delle da do dos das di du chez et y e van z ze od z i с из от snel again speaking am`)

func (f *finder) goesOn(i int) bool {
	return slices.ContainsFunc(continuations, func(w string) bool {
		return f.followedBy(i, w) || strings.HasSuffix(w, "'") && strings.HasPrefix(f.lower[i:], " "+w)
	})
}

// positioned finds the name after a word for a person: "my colleague Ann Poe".
func (f *finder) positioned(lo, end int) bool {
	if f.text[lo] != f.lower[lo] && !f.sentenceStart(lo) {
		return false // "Configuration Manager Client"
	}
	at := f.skip(end, ",:", 1)
	next := f.skip(at, " ", 1)
	if next == at {
		return false
	}
	start := f.skipTitles(next)
	r := f.runAt(start, false)
	if r.words == 0 || r.words > 3 || f.numbered(r.hi) || r.noun && !r.known || f.productAfter(r.hi) {
		return false
	}
	if f.text[lo] != f.lower[lo] && f.lineStart(lo) && r.words == 1 && !r.known {
		return false // of a signature: "Head Purchasing"
	}
	if at > end && !r.known && !r.slavic && r.initials == 0 && start == next {
		return false // "ask your manager, Outlook is down"
	}
	return f.addUnsure(r)
}

// mentioned finds a name after words after which things are mentioned too: one with a
// common given name, or the surname of a Slavic language.
func (f *finder) mentioned(_, end int) bool {
	at := f.skip(end, ":", 1)
	next := f.skip(at, " \n", 1)
	if next == at {
		return false
	}
	start := f.skipTitles(f.article(next))
	r := f.runAt(start, false)
	if r.words == 0 || f.numbered(r.hi) || f.productAfter(r.hi) {
		return false
	}
	if r.known || r.slavic && r.words > 1 || r.initials > 0 && r.words == 1 && r.slavic {
		return f.add(r.lo, r.hi)
	}
	return false
}

// bare finds a name that nothing announces, by its common given name or by the form of
// its words.
func (f *finder) bare(lo int) {
	r := f.runAt(lo, false)
	if r.words == 0 || f.numbered(r.hi) || f.productAfter(r.hi) || f.productBefore(lo) {
		return
	}
	first := f.wordEnd(lo)
	knownFirst := isGiven(f.lower[lo:first])
	switch {
	case knownFirst && r.words > 1, knownFirst && r.initials > 0:
	case knownFirst && f.alone(r):
	case r.slavic && r.initials > 0, r.slavic && r.words > 1 && r.known:
	case f.address(r.hi) && r.words > 1:
	case r.words > 1 && r.words < 4 && f.followed(r.hi) && f.sentenceStart(lo) && !r.noun && f.verb(r.hi):
	default:
		return
	}
	f.add(r.lo, r.hi)
}

// verb reports whether what follows at i is a verb of which people are the subject.
func (f *finder) verb(i int) bool {
	for _, w := range []string{
		"has left", "has resigned", "is leaving", "a quitté", "se dio de baja", "ha lasciato", "odszedł", "odeszła",
		"уволился", "уволилась",
	} {
		if f.followedBy(i, w) {
			return true
		}
	}
	return false
}

// alone reports whether a given name that stands alone is a name: not the first word of a
// title, and not part of a longer word.
func (f *finder) alone(r run) bool {
	return r.words == 1 && utf8.RuneCountInString(f.text[r.lo:r.hi]) >= 4 && !f.capitalAfter(r.hi)
}

func (f *finder) capitalAfter(i int) bool {
	if i+1 >= len(f.text) || f.text[i] != ' ' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(f.text[i+1:])
	return unicode.IsUpper(r)
}

// address reports whether a mail address in brackets follows.
func (f *finder) address(i int) bool {
	rest := f.text[i:min(len(f.text), i+90)]
	for _, open := range []string{" <", " (", " [mailto:", " (mailto:", ` "<`, `" <`} {
		if body, ok := strings.CutPrefix(rest, open); ok {
			if end := strings.IndexAny(body, " >)]"); end > 0 && strings.ContainsRune(body[:end], '@') {
				return true
			}
		}
	}
	return false
}

// productAfter reports whether a word of products follows, so that what comes before is
// the name of one.
func (f *finder) productAfter(i int) bool {
	if !f.capitalAfter(i) {
		return false
	}
	end := f.wordEnd(i + 1)
	return products[f.lower[i+1:end]] || end > i+2 && f.text[i+1:end] == strings.ToUpper(f.text[i+1:end])
}

// productBefore reports whether a word of products stands right before i.
func (f *finder) productBefore(i int) bool {
	if i < 2 || f.text[i-1] != ' ' {
		return false
	}
	lo := i - 1
	for lo > 0 {
		r, n := utf8.DecodeLastRuneInString(f.text[:lo])
		if !unicode.IsLetter(r) {
			break
		}
		lo -= n
	}
	r, _ := utf8.DecodeRuneInString(f.text[lo:])
	return lo < i-1 && unicode.IsUpper(r) && products[f.lower[lo:i-1]]
}

// chatLine finds the name at the start of a line of a chat: "[10:42] Ann: hello".
func (f *finder) chatLine(lo int) bool {
	if lo < 3 || f.text[lo-1] != ' ' && f.text[lo-1] != '@' {
		return false
	}
	i := lo - 1
	if f.text[i] == '@' {
		i--
	}
	if i < 1 || f.text[i] != ' ' || strings.IndexByte("])0123456789,-", f.text[i-1]) < 0 {
		return false
	}
	stamp := strings.TrimRight(f.lineBefore(i), " ,-")
	if !isTime(strings.Trim(stamp, "[]()")) || f.text[lo-1] == '@' {
		return false // handle finds the latter
	}
	r := f.runAt(lo, false)
	if r.words == 0 || r.words > 3 || r.hi >= len(f.text) || f.text[r.hi] != ':' {
		return false
	}
	if !r.known && (len(stamp) > 10 || strings.HasSuffix(f.lower[r.lo:r.hi], "ing")) {
		return false // a log: "2031-04-05 06:07 Processing: 12"
	}
	return f.add(r.lo, r.hi)
}

// lineBefore returns what stands before i in its line, or the last part of it.
func (f *finder) lineBefore(i int) string {
	s := f.text[max(0, i-40):i]
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// isTime reports whether a text is a time of day, with a date before it or not.
func isTime(s string) bool {
	if len(s) < 4 || len(s) > 24 || strings.IndexByte(s, ':') < 1 {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte("0123456789:.-/ ,TZAPMapm", s[i]) < 0 {
			return false
		}
	}
	return s[0] >= '0' && s[0] <= '9'
}

// handle finds the name after the at sign at i at the start of a line of a chat.
func (f *finder) handle(i int) {
	if i > 0 && strings.IndexByte(" \n\t[(>\"", f.text[i-1]) < 0 {
		return
	}
	lo, hi := i+1, i+1
	for hi < len(f.text) && hi-lo < 40 && (asciiWord(f.text[hi]) || strings.IndexByte("._-", f.text[hi]) >= 0) {
		hi++
	}
	hi = lo + len(strings.TrimRight(f.text[lo:hi], "._-"))
	if hi-lo < 3 || hi < len(f.text) && strings.IndexByte("/@(\\", f.text[hi]) >= 0 {
		return
	}
	if isTime(strings.Trim(strings.TrimSpace(f.lineBefore(i)), "[]()")) && f.lower[lo:hi] == f.text[lo:hi] {
		f.add(lo, hi)
	}
}
