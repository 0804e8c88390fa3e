package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/summarize/redact/digits"
)

// stateForm is the form of a number that a state issues to persons, anchored at its start, and
// the check of its digits, if it has one.
type stateForm struct {
	form  *regexp.Regexp
	valid func(compact string) bool
}

// nationalDigits and nationalLetters are forms that are like little else, by what they begin
// with.
var (
	nationalDigits = []stateForm{
		{regexp.MustCompile(`^\d{3}-\d{2}-\d{4}\b`), digits.SSN},
		{regexp.MustCompile(`^\d{8}-?[A-HJ-NP-TV-Z]\b`), digits.DNI},
		{regexp.MustCompile(`^[12] ?\d{2} ?(?:0[1-9]|1[0-2]|20) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}\b`), digits.NIR},
		{regexp.MustCompile(`^\d{3}\.\d{3}\.\d{3}-\d{2}\b`), digits.CPF},
		{regexp.MustCompile(`^756\.\d{4}\.\d{4}\.\d{2}\b`), digits.EAN},
		{regexp.MustCompile(`^\d{3}-\d{3}-\d{3} \d{2}\b`), digits.SNILS},
		{regexp.MustCompile(`^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b`), nil},
	}
	nationalLetters = []stateForm{
		{regexp.MustCompile(`^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b`), digits.NINO},
		{regexp.MustCompile(`^[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]\b`), digits.DNI},
		{regexp.MustCompile(`^[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b`), nil},
	}
)

var (
	idCues  = cueSet{}.add(0, entries("id-cues")...)
	idValue = regexp.MustCompile(`^["'“„«(]?([A-Za-z]{0,3}[ -]?\d[\dA-Za-z]*(?:[ ./-](?:\d[\dA-Za-z]*|` +
		`[A-Z]\b)){0,7})`)
	idAdjacent = regexp.MustCompile(`^(?:[ ]?(?:no|nr|num|number|nummer|numéro|número|numero|номер)\b\.?)?` +
		`[.,]?[ \t]{1,2}(?:n[°º.] ?|№ ?|# ?|nr\.? |no\.? )?`)
)

// findIdentity finds numbers of persons: national ones by their form, others by their cue.
func findIdentity(v *view, out []finding) []finding {
	v.words(func(lo, hi int) {
		switch c := v.text[lo]; {
		case digitByte(c):
			out = v.national(lo, nationalDigits, out)
		case c >= 'A' && c <= 'Z' && strings.ContainsAny(v.after(lo, 8), asciiDigits):
			out = v.national(lo, nationalLetters, out)
		}
		if end, _ := v.longest(idCues, lo, hi); end > 0 {
			out = v.idAfter(end, v.idLink(end), out)
		}
	})
	for _, cue := range unspacedIDs {
		for at := range occurrences(v.lower, cue) {
			end := at + len(cue)
			out = v.idAfter(end, end+len(unspacedLink.FindString(v.after(end, 60))), out)
		}
	}
	return out
}

// national appends the national number that begins at lo.
func (v *view) national(lo int, forms []stateForm, out []finding) []finding {
	if countDigits(v.after(lo, 20)) < 6 {
		return out
	}
	for _, n := range forms {
		m := n.form.FindString(v.after(lo, 40))
		if m != "" && (n.valid == nil || n.valid(compactID(m))) && !v.inToken(lo, lo+len(m)) {
			return append(out, finding{lo, lo + len(m), Identity})
		}
	}
	return out
}

// idLink returns where the number after a cue may begin, or the end of the cue.
func (v *view) idLink(end int) int {
	rest := v.lower[end : end+len(v.after(end, 160))]
	if m := link(rest); m != "" {
		return end + len(m)
	}
	return end + len(idAdjacent.FindString(rest))
}

// idAfter appends the number at at, which has at least four digits; in a language written with
// spaces, something must separate it from the end of its cue.
func (v *view) idAfter(end, at int, out []finding) []finding {
	m := idValue.FindStringSubmatchIndex(v.after(at, 60))
	if m == nil || at == end && wordByte(v.byteAt(at)) && v.byteAt(end-1) < utf8.RuneSelf {
		return out
	}
	value := v.text[at+m[2] : at+m[3]]
	if countDigits(value) < 4 || dateLike.MatchString(value) {
		return out
	}
	return append(out, finding{at + m[2], at + m[3], Identity})
}

// compactID returns the letters and digits of a number.
func compactID(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
