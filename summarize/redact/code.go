package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	codeListCues = cueSet{}.add(0, entries("code-lists")...)
	licenceCues  = cueSet{}.add(0, entries("licence-cues")...)
	birthCues    = cueSet{}.add(0, entries("birth-cues")...)

	codeWords     = wordSet("code-words")
	notCodeBefore = entries("not-code-before")
)

var (
	// listed matches a code of a list: groups of letters and digits, or digits alone.
	listed = regexp.MustCompile(`^["'“„«(]?((?:[A-Za-z\d]{3,8}-){1,5}[A-Za-z\d]{3,8}|[A-Za-z\d]{8,16}|\d{4} \d{4})\b`)
	// nextListed matches what stands between two codes of a list.
	nextListed = regexp.MustCompile(`^["'”»)]?(?:\s*[,;/、]\s*|\s*(?:and|und|et|y|e|en|i|и|oder|or|和)\s+|` +
		`\s*\n[\s*•-]*(?:\d[.)] )?|[ \t]+)`)
	// beforeList matches words between the cue of a list and its codes.
	beforeList = []*regexp.Regexp{
		regexp.MustCompile(`^[^\n:=]{0,60}?[:=]\s*`),
		regexp.MustCompile(`^[^\n:=]{0,60}? (?:are|sind|sont|son|são|sono|zijn|to|is|ist|est|es|é|è) `),
		regexp.MustCompile(`^是\s*`),
		adjacent,
	}
	licence = regexp.MustCompile(`^["'“„«(]?([A-Z\d]{4,6}(?:-[A-Z\d]{4,6}){2,7})\b`)
	// anyCode matches a code after words that say so.
	anyCode = regexp.MustCompile(`^(?:[ ][^\s.!?;:]{1,24}){0,6}?[ ](?:` + strings.Join([]string{
		`is|reads|says|` +
			`was`, `ist|lautet|heißt`, `est(?: le)?|c'est`, `es(?: el)?`, `é(?: o)?`, `è`, `luidt`, `to|brzmi`, `это`,
	}, "|") + `):?[ ]["'“„«]?(\d{5,8}|\d{3}[ -]\d{3})\b`)
	birthDate = regexp.MustCompile(`^[ \t]*(?:am|le|el|em|il|op|on|der|den|is|ist|est|es|é|è|:|=|\||：|是)?[ \t:|` +
		`]*(?:der |le |el |the |em |il )?` +
		`(\d{1,2}(?:\.|º|°|er|st|nd|rd|th)?[ ./-](?:de )?(?:\d{1,2}|\pL{3,12})\.?,?[ ./-](?:de )?\d{2,4}\b` +
		`|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?|(?:19|20)\d{6}\b|\pL{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b)`)
)

// findCodes finds codes of recovery, licence keys and codes of which a sentence says the
// digits.
func findCodes(v *view, out []finding) []finding {
	v.words(func(lo, hi int) {
		if end, _ := v.longest(codeListCues, lo, hi); end > 0 {
			out = v.codesAfter(end, out)
		}
		if end, _ := v.longest(licenceCues, lo, hi); end > 0 {
			out = v.licenceAfter(end, out)
		}
		if codeWords[v.lower[lo:hi]] && !v.notCode(lo) {
			if m := anyCode.FindStringSubmatchIndex(v.lower[hi : hi+len(v.after(hi, 160))]); m != nil {
				out = append(out, finding{hi + m[2], hi + m[3], Password})
			}
		}
	})
	if v.source == nil {
		return out
	}
	for _, cue := range unspacedEntries(codeListCues) {
		for at := range occurrences(v.lower, cue) {
			out = v.codesAfter(at+len(cue), out)
		}
	}
	for _, cue := range unspacedEntries(licenceCues) {
		for at := range occurrences(v.lower, cue) {
			out = v.licenceAfter(at+len(cue), out)
		}
	}
	return out
}

// unspacedEntries returns the cues of a set in scripts without spaces.
func unspacedEntries(s cueSet) []string {
	var out []string
	for _, list := range s {
		for _, c := range list {
			if r, _ := utf8.DecodeRuneInString(c.text); r >= 0x3000 {
				out = append(out, c.text)
			}
		}
	}
	slices.Sort(out)
	return out
}

// notCode reports whether the word "code" at lo is one of an error or a thing.
func (v *view) notCode(lo int) bool {
	before := strings.TrimRight(v.before(lo, 16), " -")
	return endsInAny(before, notCodeBefore)
}

// codesAfter appends the codes of a list after its cue.
func (v *view) codesAfter(end int, out []finding) []finding {
	at := end
	for _, before := range beforeList {
		if n := len(before.FindString(v.after(end, 80))); n > 0 && listed.MatchString(v.after(end+n, 80)) {
			at = end + n
			break
		}
	}
	for range 20 {
		m := listed.FindStringSubmatchIndex(v.after(at, 80))
		if m == nil {
			break
		}
		value := v.text[at+m[2] : at+m[3]]
		if countDigits(value) == 0 && !strings.Contains(value, "-") || dateLike.MatchString(value) {
			break
		}
		out = append(out, finding{at + m[2], at + m[3], Password})
		at += m[3]
		next := nextListed.FindString(v.after(at, 24))
		if next == "" {
			break
		}
		at += len(next)
	}
	return out
}

// licenceAfter appends the licence key after its cue.
func (v *view) licenceAfter(end int, out []finding) []finding {
	rest := v.after(end, 160)
	skip := link(v.lower[end : end+len(rest)])
	if skip == "" {
		skip = adjacent.FindString(rest)
	}
	at := end + len(skip) - trailingQuote(skip)
	if m := licence.FindStringSubmatchIndex(v.after(at, 80)); m != nil && !sampleKey.MatchString(v.text[at+m[2]:at+m[3]]) {
		return append(out, finding{at + m[2], at + m[3], Password})
	}
	return out
}

// sampleKey matches a key of the same characters: XXXXX-XXXXX.
var sampleKey = regexp.MustCompile(`^[X-]+$|^[0-]+$`)

// findBirths finds dates of birth.
func findBirths(v *view, out []finding) []finding {
	v.words(func(lo, hi int) {
		if end, _ := v.longest(birthCues, lo, hi); end > 0 {
			out = v.birthAfter(end, out)
		}
	})
	if v.source != nil {
		for _, cue := range unspacedEntries(birthCues) {
			for at := range occurrences(v.lower, cue) {
				out = v.birthAfter(at+len(cue), out)
			}
		}
		for at := range occurrences(v.lower, "出生") { // "1990年1月2日出生"
			if m := birthBefore.FindStringIndex(v.text[max(0, at-24):at]); m != nil {
				from := max(0, at-24)
				out = append(out, finding{from + m[0], from + m[1], Birth})
			}
		}
	}
	return out
}

var birthBefore = regexp.MustCompile(`\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?$`)

func (v *view) birthAfter(end int, out []finding) []finding {
	rest := v.after(end, 60)
	at := end
	if strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, `"`) {
		at, rest = at+1, rest[1:]
	}
	if m := birthDate.FindStringSubmatchIndex(v.lower[at : at+len(rest)]); m != nil {
		return append(out, finding{at + m[2], at + m[3], Birth})
	}
	return out
}
