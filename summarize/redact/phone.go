package redact

import (
	"regexp"
	"strings"
)

// phoneCue matches, right before a number, words that announce a phone number.
var phoneCue = regexp.MustCompile(oneOf(
	`(?:^|[^\pL\d])`+anyOf("phone-cues"),
	`电话|手机|致电|联系电话|热线`,
	`(?:^|[\s|])[mtcMTC][ .:]`,
	`téléphone|teléfono|móvil`,
	`\b(?:my|our|his|her|contact) (?:contact )?(?:number|nr|no)`,
	`\b(?:meine|unsere|seine|ihre) nummer`,
	`\b(?:mon|notre|son) numéro`,
	`\b(?:mi|nuestro|su) número`,
	`\bmeu número`,
) + `\.?(?:[ -](?:no|nr|num|number|nummer|numéro|número|direct[oe]?|line|back))?\.?` +
	`(?:[ \n]+` + anyOf("phone-fillers") + `){0,5}[ \n*]*[:#=|]?[ \n*]*$`)

// extensionCues announce the last digits of a phone number.
var extensionCues = cueSet{}.add(0, entries("extension-cues")...)

// extension matches those digits after a cue.
var extension = regexp.MustCompile(`^(?:[.:]|[ ](?:is|ist|nr|no|n[°º]|number|nummer)\.?)?[ ]{1,2}(\d{3,5}|` +
	`\d-\d{3,4}|\d{2} \d{2})\b`)

// findExtensions finds the last digits of phone numbers after their cues.
func findExtensions(v *view, out []finding) []finding {
	v.words(func(lo, hi int) {
		end, _ := v.longest(extensionCues, lo, hi)
		if end == 0 || v.byteAt(lo-1) == '.' || v.byteAt(lo-1) == '/' {
			return
		}
		if m := extension.FindStringSubmatchIndex(v.lower[end : end+len(v.after(end, 30))]); m != nil {
			if b := v.byteAt(end + m[3]); b != '.' && b != ',' && b != ':' || !digitByte(v.byteAt(end+m[3]+1)) {
				out = append(out, finding{end + m[2], end + m[3], Phone})
			}
		}
	})
	if v.source != nil {
		for at := range occurrences(v.text, "分机") {
			at += len("分机")
			if m := unspacedExtension.FindStringSubmatchIndex(v.after(at, 20)); m != nil {
				out = append(out, finding{at + m[2], at + m[3], Phone})
			}
		}
	}
	return out
}

// unspacedPhone matches the Chinese cues of a phone number right before it.
var unspacedPhone = regexp.MustCompile(`(?:电话|手机|致电|热线|回拨|号码)(?:是|为)?$`)

var unspacedExtension = regexp.MustCompile(`^(?:号|是|:|：| ){0,3}(\d{3,5}|\d-\d{3,4})\b`)

var (
	grouped334 = regexp.MustCompile(`^(?:\+?1[-. ]\n?)?(?:\([2-9]\d\d\)[ \n]?|` +
		`[2-9]\d\d[-. ]\n?)[2-9]\d\d[-. \n]\n?\d{4}$`)
	dateLike = regexp.MustCompile(`^(?:(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|` +
		`20)\d\d)`)
)

var (
	doubleZero    = regexp.MustCompile(`^00[1-9]\d{0,2}[ ./-]`)
	russianNumber = regexp.MustCompile(`^[78][ -]?\(\d{3,5}\)[ -]?\d`)
	italianNumber = regexp.MustCompile(`^0\d \d{4} \d{4}$`)
	frenchNumber  = regexp.MustCompile(`^0[1-9](?:[ .-]\d\d){4}$`)
	hexByteBefore = regexp.MustCompile(`(?:^|[ :])[0-9a-f]{2} $`)
	hexByteAfter  = regexp.MustCompile(`^ [0-9a-fA-F]{2}(?:\b|$)`)

	currencyBefore = regexp.MustCompile(`[$€£] *$`)
	currencyAfter  = regexp.MustCompile(`^ *[€%]`)
)

// findPhones appends the phone number of a run, which has the form of one or a cue.
func findPhones(v *view, r run, out []finding) []finding {
	lo, hi := v.phoneBounds(r)
	if lo >= hi {
		return out
	}
	text := v.text[lo:hi]
	n := countDigits(text)
	assigned := v.byteAt(lo-1) == ':' || v.byteAt(lo-1) == '='
	if n < 6 || n > 15 || v.inToken(lo, hi) && !assigned && !unspacedPhone.MatchString(v.before(lo, 12)) {
		return out
	}
	digits := strings.TrimLeft(text, "(+")
	plus := strings.Contains(text[:len(text)-len(digits)], "+")
	international := plus && n >= 8 && digits[0] != '0' || doubleZero.MatchString(text) && n >= 10
	american := grouped334.MatchString(text)
	switch {
	case international && !v.besideCurrency(lo, hi):
	case frenchNumber.MatchString(text) && !v.inHexDump(lo, hi):
	case dateLike.MatchString(text) || v.dotted(r.groups) && !strings.Contains(text, "(") && !american:
		return out
	case american && !v.besideCurrency(lo, hi):
	case nationalForm(text, n, len(r.groups)) && !v.inHexDump(lo, hi):
	case phoneCue.MatchString(v.before(lo, 90)):
	default:
		return out
	}
	return append(out, finding{lo, hi, Phone})
}

// inHexDump reports whether a number has bytes in hexadecimal next to it.
func (v *view) inHexDump(lo, hi int) bool {
	return hexByteBefore.MatchString(v.before(lo, 4)) || hexByteAfter.MatchString(v.after(hi, 4))
}

// phoneBounds returns the part of a run that can be one number: a line break ends a
// number unless what precedes it is too short to be one.
func (v *view) phoneBounds(r run) (lo, hi int) {
	lo, hi = r.lo, r.hi
	for i := 1; i < len(r.groups); i++ {
		end, next := r.groups[i-1][1], r.groups[i]
		gap := v.text[end:next[0]]
		n := countDigits(v.text[lo:end])
		plus := strings.Contains(v.text[lo:r.groups[0][1]], "+")
		complete := (n >= 10 || n == 9 && !plus) && !strings.ContainsAny(gap, "-/")
		breaks := strings.Count(gap, "\n")
		if breaks > 1 || breaks == 1 && complete || strings.Contains(gap, "  ") || n+next[1]-next[0] > 15 {
			return lo, end
		}
	}
	return lo, hi
}

// nationalForm reports whether a number without a country code has a form that little
// else has: a leading zero and ten to twelve digits in groups, or an area code in
// parentheses.
func nationalForm(text string, digits, groups int) bool {
	if russianNumber.MatchString(text) || italianNumber.MatchString(text) {
		return true
	}
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

// besideCurrency reports whether a currency or percent sign is next to a number.
func (v *view) besideCurrency(lo, hi int) bool {
	return currencyBefore.MatchString(v.before(lo, 6)) || currencyAfter.MatchString(v.after(hi, 4))
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
