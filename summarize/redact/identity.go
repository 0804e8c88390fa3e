package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
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
		{regexp.MustCompile(`^\d{3}-\d{2}-\d{4}\b`), validSSN},
		{regexp.MustCompile(`^\d{8}-?[A-HJ-NP-TV-Z]\b`), validDNI},
		{regexp.MustCompile(`^[12] ?\d{2} ?(?:0[1-9]|1[0-2]|20) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}\b`), validNIR},
		{regexp.MustCompile(`^\d{3}\.\d{3}\.\d{3}-\d{2}\b`), validCPF},
		{regexp.MustCompile(`^756\.\d{4}\.\d{4}\.\d{2}\b`), validEAN},
		{regexp.MustCompile(`^\d{3}-\d{3}-\d{3} \d{2}\b`), validSNILS},
		{regexp.MustCompile(`^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}\b`), nil},
	}
	nationalLetters = []stateForm{
		{regexp.MustCompile(`^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b`), validNINO},
		{regexp.MustCompile(`^[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]\b`), validDNI},
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

// validSSN reports whether a social security number of the United States can be issued.
func validSSN(s string) bool {
	return s[:3] != "000" && s[:3] != "666" && s[0] != '9' && s[3:5] != "00" && s[5:] != "0000"
}

// validNINO reports whether a national insurance number of the United Kingdom has a prefix
// that is issued.
func validNINO(s string) bool {
	switch s[:2] {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return false
	}
	return s[1] != 'O'
}

// validDNI checks the letter of a Spanish identity number.
func validDNI(s string) bool {
	digits := strings.NewReplacer("X", "0", "Y", "1", "Z", "2").Replace(s[:1]) + s[1:len(s)-1]
	return "TRWAGMYFPDXBNJZSQVHLCKE"[mod(digits, 23)] == s[len(s)-1]
}

// validNIR checks the key of a French social security number.
func validNIR(s string) bool {
	body := strings.NewReplacer("2A", "19", "2B", "18").Replace(s[:13])
	return len(body) == 13 && mod(s[13:], 1000) == 97-mod(body, 97)
}

// validCPF checks the digits of a Brazilian taxpayer number.
func validCPF(s string) bool {
	for n := 9; n <= 10; n++ {
		sum := 0
		for i := range n {
			sum += int(s[i]-'0') * (n + 1 - i)
		}
		if int(s[n]-'0') != sum*10%11%10 {
			return false
		}
	}
	return strings.Count(s, s[:1]) < len(s)
}

// validEAN checks the last digit of a Swiss social security number.
func validEAN(s string) bool {
	sum := 0
	for i := range s {
		sum += int(s[i]-'0') * (1 + 2*(i%2))
	}
	return sum%10 == 0
}

// validSNILS checks the last two digits of a Russian pension number.
func validSNILS(s string) bool {
	sum := 0
	for i := range 9 {
		sum += int(s[i]-'0') * (9 - i)
	}
	return mod(s[9:], 1000) == sum%101%100
}

// mod returns the remainder of a number in digits.
func mod(digits string, n int) int {
	rest := 0
	for i := range len(digits) {
		rest = (rest*10 + int(digits[i]-'0')) % n
	}
	return rest
}
