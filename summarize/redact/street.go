package redact

import (
	"regexp"
	"strings"
)

// The parts of a street address. Names begin with capitals; the small words between them
// need not.
const (
	streetName = `\p{Lu}[\p{L}'’.-]{0,24}`
	smallWords = `(?:(?:de|du|des|da|do|das|dos|del|la|las|los|le|les|l'|d'|of|the|e|y|van|von|der|den|am)[ \n])`
	houseNo    = `\d{1,4}[ ]?[a-hA-H]?\b`
	tail       = `(?:,?[ \n]{1,2}(?:Apt|Suite|Unit|Flat|Floor|No|apt|suite|unit|Apto|apto|Piso|piso|bât|Bât|esc|bloco|Bloco)\.?[ ]?#?\w{1,5}\b)?(?:,?[ \n]{1,2}(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{3})?[ ]\p{Lu}[\p{L}-]{2,24}\b)?`
)

var (
	streetEnglish = regexp.MustCompile(`\b\d{1,5}[A-Za-z]?[ \n]{1,2}(?:[NSEW]\.?[ ])?(?:(?:\p{Lu}[\p{L}'’.]{0,24}|\d{1,3}(?:st|nd|rd|th))[ \n]{1,2}){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Close|Crescent|Parkway|Pkwy|Highway|Hwy|Gardens|Grove|Row)\b\.?(?:[ ](?:NE|NW|SE|SW|N|S|E|W)\b)?` + tail)
	streetGerman  = regexp.MustCompile(`(?:` + streetName + `(?:[ -]` + streetName + `){0,2}?(?:straße|strasse|str\.|weg|allee|platz|gasse|ufer|damm|chaussee|steig|markt|(?:alten|stadt|garten|nord|süd|ost|west|park|burg|kaiser|wall|innen|außen)ring)|(?:` + streetName + `[ -]){1,2}(?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse|Ring|Ufer|Damm|Chaussee|Markt)|(?:Am|An der|An den|Im|In der|Auf der|Zum|Zur|Unter den)[ \n]{1,2}(?:` + streetName + `[ ])?\p{Lu}\p{L}{0,20}(?i:markt|graben|berg|tor|hof|park|see|wald|feld|bach|anger|hang|dorf|garten|gärten|brunnen|mühle|kirche|bahnhof|rathaus|schloss|linden|wiese|wiesen|hafen|rain|grund|winkel))[ \n]{1,2}` + houseNo + tail)
	streetFrench  = regexp.MustCompile(`\b\d{1,4}(?:[ ]?(?:bis|ter|quater|[A-D]))?,?[ \n]{1,2}(?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|quai|cours|route|square|Rue|Avenue|Boulevard|Place|Chemin)[ \n]{1,2}` + smallWords + `{0,2}` + streetName + `(?:[ -](?:` + smallWords + `)?` + streetName + `){0,3}` + tail)
	streetIberian = regexp.MustCompile(`(?:\b(?:Calle|calle|Avenida|avenida|Avda\.?|Av\.|Plaza|plaza|Paseo|paseo|Carrera|Camino|Ronda|Rua|rua|R\.|Praça|praça|Travessa|travessa|Largo|Alameda|Estrada|Rambla)|\bC/)[ \n]{0,2}` + smallWords + `{0,2}` + streetName + `(?:[ \n](?:` + smallWords + `)?` + streetName + `){0,3},?[ \n]{1,2}(?:n[º°o.]{1,2}[ ]?|núm\.?[ ]?|#[ ]?)?` + houseNo + tail)
)

// streetWords holds the pattern to try around a word.
var streetWords = func() map[string]*regexp.Regexp {
	m := map[string]*regexp.Regexp{}
	for re, words := range map[*regexp.Regexp]string{
		streetEnglish: `street st road rd ave lane ln drive dr blvd court ct way pl sq terrace close crescent parkway pkwy highway hwy gardens grove row`,
		streetFrench:  `rue boulevard bd chemin allée impasse quai cours route`,
		streetIberian: `calle avenida avda av plaza paseo carrera camino ronda rua r praça travessa largo alameda estrada rambla c`,
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = re
		}
	}
	return m
}()

// sharedStreetWords are words in the patterns of several languages.
var sharedStreetWords = map[string][]*regexp.Regexp{
	"avenue": {streetEnglish, streetFrench}, "place": {streetEnglish, streetFrench}, "square": {streetEnglish, streetFrench}, "boulevard": {streetEnglish, streetFrench}, "av": {streetFrench, streetIberian},
}

var germanEnds = []string{"straße", "strasse", "str", "weg", "allee", "platz", "gasse", "ring", "ufer", "damm", "chaussee", "steig", "markt"}

var germanStarts = wordSet("am an im in auf zum zur unter")

// findStreets finds street addresses as well as patterns can: around words that are common
// in street names, if a number is where the pattern expects one.
func findStreets(v *view, out []finding) []finding {
	windows := map[*regexp.Regexp][][2]int{}
	addWindow := func(re *regexp.Regexp, lo, hi int) {
		ws := windows[re]
		if n := len(ws); n > 0 && ws[n-1][1] >= lo {
			ws[n-1][1] = hi
			return
		}
		windows[re] = append(ws, [2]int{lo, hi})
	}
	for i := 0; i < len(v.lower); {
		if !wordByte(v.lower[i]) {
			i++
			continue
		}
		lo := i
		for i < len(v.lower) && wordByte(v.lower[i]) {
			i++
		}
		if i-lo > 40 {
			continue
		}
		w := v.lower[lo:i]
		for _, re := range streetForms(w, v.text[lo]) {
			before, after := numberReach(re)
			if numberIn(v.lower[max(0, lo-before):lo]) && re != streetGerman && re != streetIberian || numberIn(v.lower[i:min(len(v.lower), i+after)]) && (re == streetGerman || re == streetIberian) {
				addWindow(re, max(0, lo-90), min(len(v.text), i+130))
			}
		}
	}
	for _, re := range []*regexp.Regexp{streetEnglish, streetGerman, streetFrench, streetIberian} {
		for _, w := range windows[re] {
			for _, m := range re.FindAllStringIndex(v.text[w[0]:w[1]], -1) {
				lo, hi := w[0]+m[0], w[0]+m[1]
				if re == streetEnglish && !v.plausibleAddress(lo, hi) || wordByte(v.byteAt(lo-1)) {
					continue
				}
				out = append(out, finding{lo, hi, Street})
			}
		}
	}
	return out
}

// streetForms returns the patterns that a word can be part of.
func streetForms(w string, first byte) []*regexp.Regexp {
	if res := sharedStreetWords[w]; res != nil {
		return res
	}
	if re := streetWords[w]; re != nil {
		return []*regexp.Regexp{re}
	}
	if (first >= 'A' && first <= 'Z' || first >= 0x80) && (germanEnd(w) || has(germanStarts, w)) {
		return []*regexp.Regexp{streetGerman}
	}
	return nil
}

// numberReach returns how far before and after its word the number of a pattern may be.
func numberReach(re *regexp.Regexp) (before, after int) {
	switch re {
	case streetFrench:
		return 14, 0
	case streetGerman:
		return 0, 60
	case streetIberian:
		return 0, 100
	}
	return 90, 0
}

func numberIn(s string) bool { return strings.ContainsAny(s, "0123456789") }

var (
	countBefore = regexp.MustCompile(`(?:step|steps|chapter|section|windows|version|figure|table|part|page|level|item|option)[ \n]{1,2}$`)
	plainStreet = regexp.MustCompile(`(?:Street|Road|Avenue|Lane|Boulevard|Blvd|Ave)\b`)
	nameAfter   = regexp.MustCompile(`^ \p{Lu}\p{Ll}`)
)

// plausibleAddress reports whether a match of the English pattern is an address and not
// the number of a step and the name of a thing.
func (v *view) plausibleAddress(lo, hi int) bool {
	return !countBefore.MatchString(v.before(lo, 12)) && (plainStreet.MatchString(v.text[lo:hi]) || !nameAfter.MatchString(v.after(hi, 6)))
}

func germanEnd(w string) bool {
	for _, e := range germanEnds {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}
