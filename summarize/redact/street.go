package redact

import (
	"regexp"
	"slices"
	"strings"
)

// streetForm is the pattern of addresses in one language. It is tried around the words
// that its addresses have, if a number is within reach of one.
type streetForm struct {
	pattern       *regexp.Regexp
	before, after int // how far around the word the number may be
}

// The parts of a street address. Names begin with capitals; the small words between them
// need not.
var (
	streetName = `\p{Lu}[\p{L}'’.-]{0,24}`
	smallWords = `(?:(?:de|du|des|da|do|das|dos|del|la|las|los|le|les|l'|d'|of|the|e|y|van|von|der|den|am)[ \n])`
	houseNo    = `\d{1,4}(?:[ ]?[a-hA-H]\b|[/-](?:\d{1,4}|[A-Z])\b)?\b`
	moreName   = `(?:` + smallWords + `)?` + streetName
	apartment  = `(?:(?:,?[ \n]{1,2}|,)` +
		`(?:(?i:apto|apt|suite|unit|flat|floor|no|piso|bât|esc|bloco|m|kw|int|scala|bus|hs)` +
		`(?:\.[ ]?|[ ])#?\w{1,5}\b|\d{1,2}\.?[ºª°o](?:[ ]\p{Lu}\p{L}{0,3}\b\.?)?|\d{1,4}\b(?:,|$))){0,3}`
	town = `(?:,?[ \n]{1,2}` + oneOf(
		`(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{3})?(?:[ ][A-Z]{2}\b)?(?:[ ]\p{Lu}[\p{L}-]{2,24}\b)?`,
		`\d{2}-\d{3}(?:[ ]\p{Lu}[\p{L}-]{2,24}\b)?`,
		`[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}\b`,
		`\p{Lu}[\p{L}.'-]{1,24}(?:[ ]\p{Lu}[\p{L}.'-]{1,24}){0,3},?[ ](?:[A-Z]{2,3}[ ])?`+
			`(?:\d{4,5}(?:-\d{4})?\b|[A-Z]\d[A-Z][ ]\d[A-Z]\d\b|[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}\b)`,
	) + `)?`
)

var (
	streetEnglish = streetForm{before: 90, pattern: regexp.MustCompile(
		`\b(?:(?:Flat|Apt\.?|Unit|Apartment|Suite)[ ]\w{1,4},?[ ])?\d{1,5}[A-Za-z]?[ \n]{1,2}(?:[NSEW]\.?[ ])?` +
			`(?:(?:\p{Lu}[\p{L}'’.]{0,24}|\d{1,3}(?:st|nd|rd|th))[ \n]{1,2}){1,4}` +
			anyOf("street-english") + `\b\.?(?:[ ](?:NE|NW|SE|SW|N|S|E|W)\b)?` + apartment + town)}
	streetGerman = streetForm{after: 60, pattern: regexp.MustCompile(oneOf(
		streetName+`(?:[ -]`+streetName+`){0,2}?`+oneOf(
			`straße|strasse|str\.|weg|allee|platz|gasse|ufer|damm|chaussee|steig|markt`,
			`(?:alten|stadt|garten|nord|süd|ost|west|park|burg|kaiser|wall|innen|außen)ring`,
		),
		`(?:`+streetName+`[ -]){1,2}(?:Straße|Strasse|Str\.|Weg|Allee|Platz|Gasse|Ring|Ufer|Damm|Chaussee|Markt)`,
		`(?:Am|An der|An den|Im|In der|Auf der|Hinter der|Hinter dem|Vor dem|Zum|Zur|`+
			`Unter den)[ \n]{1,2}(?:`+streetName+`[ ])?\p{Lu}\p{L}{0,20}(?i:`+oneOf(
			`markt|graben|berg|tor|hof|park|see|wald|feld|bach|anger|hang|dorf|garten|gärten|brunnen|mühle`,
			`kirche|bahnhof|rathaus|schloss|linden|wiese|wiesen|hafen|rain|grund|winkel`,
		)+`)`,
	) + `[ \n]{1,2}` + houseNo + apartment + town)}
	streetFrench = streetForm{before: 14, pattern: regexp.MustCompile(
		`\b\d{1,4}(?:[ ]?(?:bis|ter|quater|[A-D]))?,?[ \n]{1,2}` + anyOf("street-french") + `[ \n]{1,2}` +
			smallWords + `{0,2}` + streetName + `(?:[ -]` + moreName + `){0,3}` + apartment + town)}
	streetItalian = streetForm{after: 100, pattern: regexp.MustCompile(
		`\b` + anyOf("street-italian") + `[ \n](?:(?:dei|degli|delle|della|del|di|dal|san|santa|d'|` +
			`dell')[ \n]?){0,2}` + streetName +
			`(?:[ \n]` + moreName + `){0,3},?[ \n]{1,2}(?:n[°º.]{1,2}[ ]?)?` + houseNo + apartment + town)}
	streetDutch = streetForm{after: 60, pattern: regexp.MustCompile(
		`(?:(?:van|de|den|der|het|'t|Van|De|Het|Oude|Nieuwe|Prins|Prinses|` +
			`Koningin)[ ]){0,2}(?:` + streetName + `[ ]){0,2}?` +
			`(?:\p{Lu}[\p{L}'’.-]{0,24})?` +
			`(?i:straat|laan|weg|plein|gracht|kade|dijk|singel|steeg|dreef)` +
			`[ ]` + houseNo + apartment + `(?:,?[ \n]{1,2}\d{4}[ ]?[A-Z]{2}\b)?`)}
	streetPolish = streetForm{after: 100, pattern: regexp.MustCompile(
		anyOf("street-polish") + `[ ]{0,1}(?:\p{Lu}\p{L}{0,3}\.[ ])?` +
			streetName + `(?:[ ]` + moreName + `){0,3},?[ ]` + houseNo +
			apartment + town)}
	streetRussian = streetForm{after: 100, before: 60, pattern: regexp.MustCompile(
		oneOf(
			anyOf("street-russian")+`[ ]?(?:\pL+[ ])?\p{Lu}[\pL.-]{1,30}(?:[ ]\p{Lu}\pL{1,30})?`,
			`\p{Lu}\pL{2,30}[ ]`+anyOf("street-russian"),
		) + `,?[ ]?(?:д\.|дом)?[ ]?\d{1,4}[ ]?[а-гА-Г]?(?:[/-]\d{1,4})?` +
			`(?:,?[ ](?:к|корп|корпус|стр|кв|квартира|оф|офис|под|подъезд)\.?[ ]?\d{1,4}){0,3}(?:,[ ]\d{6})?`)}
	streetIberian = streetForm{after: 100, pattern: regexp.MustCompile(
		`\b` + anyOf("street-iberian") + `[ \n]{0,2}` + smallWords + `{0,2}` + streetName + `(?:[ \n]` + moreName + `){0,3}` +
			`,?[ \n]{1,2}(?:n[º°o.]{1,2}[ ]?|núm\.?[ ]?|#[ ]?)?` + houseNo + apartment + town)}
)

// streetWords holds the forms to try around a word.
var streetWords = func() map[string][]*streetForm {
	m := map[string][]*streetForm{}
	for list, form := range map[string]*streetForm{
		"street-english": &streetEnglish,
		"street-french":  &streetFrench,
		"street-iberian": &streetIberian,
		"street-italian": &streetItalian,
		"street-polish":  &streetPolish,
		"street-russian": &streetRussian,
	} {
		for _, w := range entries(list) {
			w = strings.ToLower(strings.Trim(w, "./"))
			if !slices.Contains(m[w], form) {
				m[w] = append(m[w], form)
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

var streetOrder = []*streetForm{
	&streetEnglish, &streetGerman, &streetFrench, &streetIberian,
	&streetItalian, &streetDutch, &streetPolish, &streetRussian,
}

var (
	postBoxWords = []string{"box", "postfach", "boîte postale", "apartado", "casella postale", "postbus"}
	// postBox matches a box at a post office.
	postBox = regexp.MustCompile(`(?i)\b(?:p\.? ?o\.? ?box|postfach|boîte postale|apartado(?: de correos)?|` +
		`casella postale|postbus) \d{1,6}\b`)
	// streetChinese matches a Chinese address: district, street, number, building and room.
	streetChinese = regexp.MustCompile(`(?:\p{Han}{1,4}[区县镇])?\p{Han}{2,6}?(?:大街|大道|胡同|路|街|道|` +
		`巷)(?:[东南西北一二三四五六七八九十]{1,2}段)?` +
		`\d{1,5}(?:号|弄)(?:院)?(?:[A-Z]?\d{0,4}(?:号楼|号|幢|栋|座|单元|室|层|楼)){0,4}`)
)

// findStreets finds street addresses as well as patterns can: around words that are common
// in street names, if a number is where the pattern expects one.
func findStreets(v *view, out []finding) []finding {
	for _, m := range v.near(postBoxWords, postBox) {
		out = append(out, finding{m[0], m[1], Street})
	}
	if v.source != nil && (strings.Contains(v.text, "号") || strings.Contains(v.text, "弄")) {
		for _, m := range streetChinese.FindAllStringIndex(v.text, -1) {
			lead := v.text[m[0]:m[1]]
			lo := m[1] - len(strings.TrimLeft(lead, "我家住在到于址是送寄"))
			out = append(out, finding{lo, m[1], Street})
		}
	}
	windows := map[*streetForm][][2]int{}
	v.words(func(lo, hi int) {
		if hi-lo > 40 {
			return
		}
		for _, form := range streetForms(v.lower[lo:hi], v.text[lo]) {
			near := v.lower[max(0, lo-form.before):min(len(v.lower), hi+form.after)]
			if strings.ContainsAny(near, asciiDigits) {
				windows[form] = addWindow(windows[form], max(0, lo-90), min(len(v.text), hi+130))
			}
		}
	})
	for _, form := range streetOrder {
		for _, w := range windows[form] {
			for _, m := range form.pattern.FindAllStringIndex(v.text[w[0]:w[1]], -1) {
				lo, hi := w[0]+m[0], w[0]+m[1]
				if form == &streetItalian && letter(v.byteAt(hi+1)) && v.byteAt(hi) == ' ' {
					continue // "Via Address Book 2 you can"
				}
				if form == &streetEnglish && !v.plausibleAddress(lo, hi) || wordByte(v.byteAt(lo-1)) {
					continue
				}
				out = append(out, finding{lo, hi, Street})
			}
		}
	}
	return out
}

// addWindow adds a range to ranges in order, which it merges with the last if they overlap.
func addWindow(ranges [][2]int, lo, hi int) [][2]int {
	if n := len(ranges); n > 0 && ranges[n-1][1] >= lo {
		ranges[n-1][1] = hi
		return ranges
	}
	return append(ranges, [2]int{lo, hi})
}

// streetForms returns the forms that a word can be part of.
func streetForms(w string, first byte) []*streetForm {
	if forms := streetWords[w]; forms != nil {
		return forms
	}
	if endsInAny(w, dutchEnds) {
		return []*streetForm{&streetGerman, &streetDutch}
	}
	capital := first >= 'A' && first <= 'Z' || first >= 0x80
	if capital && (endsInAny(w, germanEnds) || slices.Contains(germanStarts, w)) {
		return []*streetForm{&streetGerman}
	}
	return nil
}

var (
	countBefore = regexp.MustCompile(oneOf(
		`step|steps|chapter|section|part|page`,
		`windows|version|figure|table|level|item|option`,
	) + `[ \n]{1,2}$`)
	plainStreet = regexp.MustCompile(`(?:Street|Road|Avenue|Lane|Boulevard|Blvd|Ave)\b`)
	nameAfter   = regexp.MustCompile(`^ \p{Lu}\p{Ll}`)
)

// plausibleAddress reports whether a match of the English pattern is an address and not
// the number of a step and the name of a thing.
func (v *view) plausibleAddress(lo, hi int) bool {
	if countBefore.MatchString(v.before(lo, 12)) {
		return false
	}
	return plainStreet.MatchString(v.text[lo:hi]) || !nameAfter.MatchString(v.after(hi, 6))
}
