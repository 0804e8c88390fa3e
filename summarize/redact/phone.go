package redact

import (
	"regexp"
	"strings"
)

// phoneCue matches, right before a number, words that announce a phone number.
var phoneCue = regexp.MustCompile(`(?:\b(?:tel(?:e(?:fone?|phone?|fon|fono))?|fon|phone|mobil(?:e|telefon|nummer)?|handy(?:nummer)?|cell(?:phone)?|fax|call|ring|dial|reach (?:me|us)|sms|whatsapp|direct line|landline|` +
	`rufnummer|telefonnummer|durchwahl|erreichbar|erreichen|anrufen?|rufen?|rückruf|portable|appel(?:ez|er)|joindre|joignable|rappel(?:ez|er)|fixe|ligne directe|` +
	`llam(?:ar|en|ad|e)|llámen?me|contactar|celular|telemóvel|celular|ligar|liguem|contacto|contato|tlf|telf|tfno)|téléphone|teléfono|móvil|` +
	`\b(?:my|our|his|her|contact) (?:contact )?(?:number|nr|no)|\b(?:meine|unsere|seine|ihre) nummer|\b(?:mon|notre|son) numéro|\b(?:mi|nuestro|su) número|\bmeu número)` +
	`\.?(?:[ -](?:no|nr|num|number|nummer|numéro|número|direct[oe]?|line|back))?\.?(?:[ \n]+(?:me|us|him|her|mich|uns|is|ist|est|es|é|at|on|under|unter|der|the|le|la|al|au|el|en|para|pelo|o|no|a|auf|per|via|following|folgende[nr]?|tomorrow|morgen|bitte|please|number|nummer|numéro|número|lautet)){0,5}[ \n]*[:#=]?[ \n]*$`)

var (
	grouped334 = regexp.MustCompile(`^(?:\+?1[-. ]\n?)?(?:\([2-9]\d\d\)[ \n]?|[2-9]\d\d[-. ]\n?)[2-9]\d\d[-. \n]\n?\d{4}$`)
	dateLike   = regexp.MustCompile(`^(?:(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d)`)
)

var (
	doubleZero    = regexp.MustCompile(`^00[1-9]\d{0,2}[ ./-]`)
	frenchNumber  = regexp.MustCompile(`^0[1-9](?:[ .-]\d\d){4}$`)
	hexByteBefore = regexp.MustCompile(`(?:^|[ :])[0-9a-f]{2} $`)
	hexByteAfter  = regexp.MustCompile(`^ [0-9a-fA-F]{2}(?:\b|$)`)
)

// findPhones appends the phone number of a run, which has the form of one or a cue.
func findPhones(v *view, r run, out []finding) []finding {
	lo, hi := v.phoneBounds(r)
	if lo >= hi {
		return out
	}
	text := v.text[lo:hi]
	n := countDigits(text)
	if n < 6 || n > 15 || v.inToken(lo, hi) && !(v.byteAt(lo-1) == ':' || v.byteAt(lo-1) == '=') {
		return out
	}
	international := strings.HasPrefix(text, "+") || strings.HasPrefix(text, "(+") || doubleZero.MatchString(text) && n >= 10
	switch {
	case international && n >= 8 && plausibleCountry(text) && !v.besideCurrency(lo, hi):
	case frenchNumber.MatchString(text) && !hexByteBefore.MatchString(v.before(lo, 4)) && !hexByteAfter.MatchString(v.after(hi, 4)):
	case dateLike.MatchString(text) || v.dotted(r.groups) && !strings.Contains(text, "(") && !grouped334.MatchString(text):
		return out
	case grouped334.MatchString(text) && !v.besideCurrency(lo, hi):
	case nationalForm(text, n, len(r.groups)) && !hexByteBefore.MatchString(v.before(lo, 4)) && !hexByteAfter.MatchString(v.after(hi, 4)):
	case phoneCue.MatchString(v.before(lo, 90)):
	default:
		return out
	}
	return append(out, finding{lo, hi, Phone})
}

// phoneBounds returns the part of a run that can be one number: a line break ends a
// number unless what precedes it is too short to be one.
func (v *view) phoneBounds(r run) (lo, hi int) {
	lo, hi = r.lo, r.hi
	for i := 1; i < len(r.groups); i++ {
		gap := v.text[r.groups[i-1][1]:r.groups[i][0]]
		done := countDigits(v.text[lo:r.groups[i-1][1]])
		wide := strings.Contains(gap, "\n") && (done >= 9 && !(done < 10 && strings.Contains(v.text[lo:r.groups[0][1]], "+")) && !strings.ContainsAny(gap, "-/") || strings.Count(gap, "\n") > 1) || strings.Contains(gap, "  ")
		if wide || done+r.groups[i][1]-r.groups[i][0] > 15 {
			return lo, r.groups[i-1][1]
		}
	}
	return lo, hi
}

// nationalForm reports whether a number without a country code has a form that little
// else has: a leading zero and ten to twelve digits in groups, or an area code in
// parentheses.
func nationalForm(text string, digits, groups int) bool {
	if strings.HasPrefix(text, "(") {
		i := strings.IndexByte(text, ')')
		return digits >= 8 && digits <= 12 && i >= 3 && i <= 6 && groups >= 2
	}
	if digits < 10 || digits > 12 || text[0] != '0' || text[1] == '0' || groups < 2 || groups > 6 {
		return false
	}
	first := strings.IndexAny(text, " ./-\n")
	return first >= 3 && first <= 6
}

// plausibleCountry reports whether an international number can begin like this.
func plausibleCountry(text string) bool {
	ds := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
	if !strings.Contains(text, "+") {
		ds = ds[2:]
	}
	return len(ds) >= 8 && ds[0] != '0'
}

// besideCurrency reports whether a currency or percent sign is next to a number.
func (v *view) besideCurrency(lo, hi int) bool {
	b := strings.TrimRight(v.before(lo, 6), " ")
	a := v.after(hi, 4)
	return strings.HasSuffix(b, "$") || strings.HasSuffix(b, "€") || strings.HasSuffix(b, "£") || strings.HasPrefix(strings.TrimLeft(a, " "), "€") || strings.HasPrefix(strings.TrimLeft(a, " "), "%")
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if digitByte(s[i]) {
			n++
		}
	}
	return n
}
