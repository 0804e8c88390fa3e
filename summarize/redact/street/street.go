// Package street finds street addresses in texts, by the forms that they have in nine languages.
package street

import (
	"embed"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/wordlist"
)

//go:embed lexicon/*.txt
var lexicon embed.FS

// longestWord is the most bytes of a word that can be part of a street's name.
const longestWord = 40

// entries returns the entries of a word list.
func entries(list string) []string { return wordlist.Read(lexicon, "lexicon/"+list+".txt") }

// form is the pattern of addresses in one language. It is tried around the words
// that its addresses have, if a number is within reach of one.
type form struct {
	pattern       *regexp.Regexp
	before, after int // how far around the word the number may be
}

// The parts of a street address. Names begin with capitals; the small words between them
// need not.
var (
	name       = `\p{Lu}[\p{L}'’.-]{0,24}`
	smallWords = `(?:(?:de|du|des|da|do|das|dos|del|la|las|los|le|les|l'|d'|of|the|e|y|van|von|der|den|am)[ \n])`
	houseNo    = `\d{1,4}(?:[ ]?[a-hA-H]\b|[/-](?:\d{1,4}|[A-Z])\b)?\b`
	moreName   = `(?:` + smallWords + `)?` + name
	apartment  = `(?:(?:,?[ \n]{1,2}|,)` +
		`(?:(?i:apto|apt|suite|unit|flat|floor|no|piso|bât|esc|bloco|m|kw|int|scala|bus|hs)` +
		`(?:\.[ ]?|[ ])#?\w{1,5}\b|\d{1,2}\.?[ºª°o](?:[ ]\p{Lu}\p{L}{0,3}\b\.?)?|\d{1,4}\b(?:,|$))){0,3}`
	town = `(?:,?[ \n]{1,2}` + wordlist.OneOf(
		`(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{3})?(?:[ ][A-Z]{2}\b)?(?:[ ]\p{Lu}[\p{L}-]{2,24}\b)?`,
		`\d{2}-\d{3}(?:[ ]\p{Lu}[\p{L}-]{2,24}\b)?`,
		`[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}\b`,
		`\p{Lu}[\p{L}.'-]{1,24}(?:[ ]\p{Lu}[\p{L}.'-]{1,24}){0,3},?[ ](?:[A-Z]{2,3}[ ])?`+
			`(?:\d{4,5}(?:-\d{4})?\b|[A-Z]\d[A-Z][ ]\d[A-Z]\d\b|[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}\b)`,
	) + `)?`
)

var (
	english = form{before: 90, pattern: regexp.MustCompile(
		`\b(?:(?:Flat|Apt\.?|Unit|Apartment|Suite)[ ]\w{1,4},?[ ])?\d{1,5}[A-Za-z]?[ \n]{1,2}(?:[NSEW]\.?[ ])?` +
			`(?:(?:\p{Lu}[\p{L}'’.]{0,24}|\d{1,3}(?:st|nd|rd|th))[ \n]{1,2}){1,4}` +
			anyOf("english") + `\b\.?(?:[ ](?:NE|NW|SE|SW|N|S|E|W)\b)?` + apartment + town)}
	german = form{after: 60, pattern: regexp.MustCompile(wordlist.OneOf(
		name+`(?:[ -]`+name+`){0,2}?`+wordlist.OneOf(
			`straße|strasse|str\.|weg|allee|platz|gasse|ufer|damm|chaussee|steig|markt`,
			`(?:alten|stadt|garten|nord|süd|ost|west|park|burg|kaiser|wall|innen|außen)ring`,
		),
		`(?:`+name+`[ -]){1,2}(?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse|Ring|Ufer|Damm|Chaussee|Markt)`,
		`(?:Am|An der|An den|Im|In der|Auf der|Hinter der|Hinter dem|Vor dem|Zum|Zur|`+
			`Unter den)[ \n]{1,2}(?:`+name+`[ ])?\p{Lu}\p{L}{0,20}(?i:`+wordlist.OneOf(
			`markt|graben|berg|tor|hof|park|see|wald|feld|bach|anger|hang|dorf|garten|gärten|brunnen|mühle`,
			`kirche|bahnhof|rathaus|schloss|linden|wiese|wiesen|hafen|rain|grund|winkel`,
		)+`)`,
	) + `[ \n]{1,2}` + houseNo + apartment + town)}
	french = form{before: 14, pattern: regexp.MustCompile(
		`\b\d{1,4}(?:[ ]?(?:bis|ter|quater|[A-D]))?,?[ \n]{1,2}` + anyOf("french") + `[ \n]{1,2}` +
			smallWords + `{0,2}` + name + `(?:[ -]` + moreName + `){0,3}` + apartment + town)}
	italian = form{after: 100, pattern: regexp.MustCompile(
		`\b` + anyOf("italian") + `[ \n](?:(?:dei|degli|delle|della|del|di|dal|san|santa|d'|` +
			`dell')[ \n]?){0,2}` + name +
			`(?:[ \n]` + moreName + `){0,3},?[ \n]{1,2}(?:n[°º.]{1,2}[ ]?)?` + houseNo + apartment + town)}
	dutch = form{after: 60, pattern: regexp.MustCompile(
		`(?:(?:van|de|den|der|het|'t|Van|De|Het|Oude|Nieuwe|Prins|Prinses|` +
			`Koningin)[ ]){0,2}(?:` + name + `[ ]){0,2}?` +
			`(?:\p{Lu}[\p{L}'’.-]{0,24})?` +
			`(?i:straat|laan|weg|plein|gracht|kade|dijk|singel|steeg|dreef)` +
			`[ ]` + houseNo + apartment + `(?:,?[ \n]{1,2}\d{4}[ ]?[A-Z]{2}\b)?`)}
	polish = form{after: 100, pattern: regexp.MustCompile(
		anyOf("polish") + `[ ]{0,1}(?:\p{Lu}\p{L}{0,3}\.[ ])?` +
			name + `(?:[ ]` + moreName + `){0,3},?[ ]` + houseNo +
			apartment + town)}
	russian = form{after: 100, before: 60, pattern: regexp.MustCompile(
		wordlist.OneOf(
			anyOf("russian")+`[ ]?(?:\pL+[ ])?\p{Lu}[\pL.-]{1,30}(?:[ ]\p{Lu}\pL{1,30})?`,
			`\p{Lu}\pL{2,30}[ ]`+anyOf("russian"),
		) + `,?[ ]?(?:д\.|дом)?[ ]?\d{1,4}[ ]?[а-гА-Г]?(?:[/-]\d{1,4})?` +
			`(?:,?[ ](?:к|корп|корпус|стр|кв|квартира|оф|офис|под|подъезд)\.?[ ]?\d{1,4}){0,3}(?:,[ ]\d{6})?`)}
	iberian = form{after: 100, pattern: regexp.MustCompile(
		`\b` + anyOf("iberian") + `[ \n]{0,2}` + smallWords + `{0,2}` + name + `(?:[ \n]` + moreName + `){0,3}` +
			`,?[ \n]{1,2}(?:n[º°o.]{1,2}[ ]?|núm\.?[ ]?|#[ ]?)?` + houseNo + apartment + town)}
)

// byWord holds the forms to try around a word.
var byWord = func() map[string][]*form {
	m := map[string][]*form{}
	for list, f := range map[string]*form{
		"english": &english,
		"french":  &french,
		"iberian": &iberian,
		"italian": &italian,
		"polish":  &polish,
		"russian": &russian,
	} {
		for _, w := range entries(list) {
			w = strings.ToLower(strings.Trim(w, "./"))
			if !slices.Contains(m[w], f) {
				m[w] = append(m[w], f)
			}
		}
	}
	return m
}()

// In German the words are parts of names: "Gartenweg 7", or at the start: "Am Stadtgraben 2".
var (
	germanEnds = []string{
		"straße", "strasse", "str", "weg", "allee", "platz", "gasse", "ring", "ufer", "damm", "chaussee", "steig", "markt",
	}
	germanStarts = []string{"am", "an", "im", "in", "auf", "zum", "zur", "unter", "hinter", "vor"}
	dutchEnds    = []string{
		"straat", "laan", "weg", "plein", "gracht", "kade", "dijk", "singel", "steeg", "dreef",
	}
)

var order = []*form{
	&english, &german, &french, &iberian,
	&italian, &dutch, &polish, &russian,
}

// Find returns the byte ranges of street addresses in a text, as well as patterns can: around
// words that are common in street names, if a number is where the pattern expects one. lower is
// the text in lower case, of the same length; words calls its argument with each word.
func Find(text, lower string, words func(each func(lo, hi int))) (out [][2]int) {
	windows := map[*form][][2]int{}
	words(func(lo, hi int) {
		if hi-lo > longestWord {
			return
		}
		for _, f := range formsOf(lower[lo:hi], text[lo]) {
			near := lower[max(0, lo-f.before):min(len(lower), hi+f.after)]
			if strings.ContainsAny(near, "0123456789") {
				windows[f] = AddWindow(windows[f], max(0, lo-90), min(len(text), hi+130))
			}
		}
	})
	for _, f := range order {
		for _, w := range windows[f] {
			for _, m := range f.pattern.FindAllStringIndex(text[w[0]:w[1]], -1) {
				if lo, hi := w[0]+m[0], w[0]+m[1]; f.plausible(text, lo, hi) {
					out = append(out, [2]int{lo, hi})
				}
			}
		}
	}
	return out
}

// plausible reports whether a match of the form's pattern is an address.
func (f *form) plausible(text string, lo, hi int) bool {
	switch {
	case lo > 0 && wordByte(text[lo-1]):
		return false
	case f == &italian:
		// "Via Address Book 2 you can"
		return hi+1 >= len(text) || text[hi] != ' ' || !letter(text[hi+1])
	case f == &english:
		// not the number of a step and the name of a thing
		return !countBefore.MatchString(text[max(0, lo-12):lo]) &&
			(plainStreet.MatchString(text[lo:hi]) || !nameAfter.MatchString(text[hi:min(len(text), hi+6)]))
	}
	return true
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// wordByte reports whether a byte belongs to a word, as those of all non-ASCII runes do.
func wordByte(c byte) bool { return letter(c) || c >= '0' && c <= '9' || c >= 0x80 }

// AddWindow adds a range to ranges in order, which it merges with the last if they overlap.
func AddWindow(ranges [][2]int, lo, hi int) [][2]int {
	if n := len(ranges); n > 0 && ranges[n-1][1] >= lo {
		ranges[n-1][1] = hi
		return ranges
	}
	return append(ranges, [2]int{lo, hi})
}

// formsOf returns the forms that a word can be part of.
func formsOf(w string, first byte) []*form {
	if forms := byWord[w]; forms != nil {
		return forms
	}
	if endsIn(w, dutchEnds) {
		return []*form{&german, &dutch}
	}
	capital := first >= 'A' && first <= 'Z' || first >= 0x80
	if capital && (endsIn(w, germanEnds) || slices.Contains(germanStarts, w)) {
		return []*form{&german}
	}
	return nil
}

var (
	countBefore = regexp.MustCompile(wordlist.OneOf(
		`step|steps|chapter|section|part|page`,
		`windows|version|figure|table|level|item|option`,
	) + `[ \n]{1,2}$`)
	plainStreet = regexp.MustCompile(`(?:Street|Road|Avenue|Lane|Boulevard|Blvd|Ave)\b`)
	nameAfter   = regexp.MustCompile(`^ \p{Lu}\p{Ll}`)
)

// anyOf returns a pattern that matches the words of a list, in its order of preference.
func anyOf(list string) string { return wordlist.AnyOf(entries(list)) }

func endsIn(w string, ends []string) bool {
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(w, end) })
}
