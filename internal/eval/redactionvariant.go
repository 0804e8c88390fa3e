package eval

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// disguise rewrites a value, the cue before it, or neither.
type disguise struct {
	value, cue func(d *draw, s string) string
}

// disguises are the variants of testdata/redaction/variants.yaml.
var disguises = map[string]disguise{
	"clean":            {},
	"quoted":           {}, // the whole text
	"break at a joint": {value: func(d *draw, s string) string { return breakAtJoint(d, s, "\n") }},
	"quoted break":     {value: func(d *draw, s string) string { return breakAtJoint(d, s, "\n> ") }},
	"break anywhere":   {value: breakAnywhere},
	"other digits":     {value: otherDigits},
	"full width":       {value: fullWidth},
	"zero width":       {value: zeroWidth},
	"look-alikes":      {value: lookAlikeAddress, cue: lookAlikes},
	"escaped":          {value: escapeSigns},
	"upper case cue":   {cue: func(_ *draw, s string) string { return strings.ToUpper(s) }},
	"spaced":           {value: spacedAt},
}

// breakAtJoint breaks a value where it has a joint: a mail client breaks there first.
func breakAtJoint(d *draw, s, with string) string {
	var at []int
	for i, r := range s {
		if i > 0 && i+1 < len(s) && strings.ContainsRune(" -.@;/", r) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return s
	}
	i := pickValue(d, at)
	if s[i] == ' ' {
		return s[:i] + with + s[i+1:]
	}
	return s[:i+1] + with + s[i+1:]
}

func breakAnywhere(d *draw, s string) string {
	i := len(s)/4 + d.IntN(max(1, len(s)/2))
	for !utf8.RuneStart(s[i]) {
		i++
	}
	return s[:i] + "\n" + s[i:]
}

// otherDigits writes digits in another script.
func otherDigits(d *draw, s string) string {
	zero := pickValue(d, []rune{'\u0660', '\u06f0', '\u0966', '\u09e6', '\uff10'})
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

func fullWidth(_ *draw, s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r - '!' + '\uff01'
		}
		return r
	}, s)
}

func zeroWidth(d *draw, s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && d.IntN(4) == 0 {
			b.WriteString(pickValue(d, []string{"\u200b", "\u200d", "\u00ad", "\u2060"}))
		}
		b.WriteRune(r)
	}
	return b.String()
}

var cyrillic = strings.NewReplacer("a", "а", "e", "е", "o", "о", "p", "р", "c", "с", "x", "х")

// lookAlikes writes the second half of each word in Cyrillic letters that look the same.
func lookAlikes(_ *draw, s string) string {
	words := strings.SplitAfter(s, " ")
	for i, w := range words {
		if half := len(w) / 2; half > 1 && utf8.RuneStart(w[half]) {
			words[i] = w[:half] + cyrillic.Replace(w[half:])
		}
	}
	return strings.Join(words, "")
}

// lookAlikeAddress is lookAlikes for e-mail addresses alone: look-alikes in another
// secret make it another secret.
func lookAlikeAddress(d *draw, s string) string {
	if strings.Contains(s, "@") && !strings.Contains(s, " ") {
		return lookAlikes(d, s)
	}
	return s
}

// escapeSigns writes the signs of a value as addresses and pages escape them.
func escapeSigns(d *draw, s string) string {
	form := pickValue(d, []string{"%%%02X", "&#%d;", "&#x%x;"})
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("@.:+=!$#", r) {
			fmt.Fprintf(&b, form, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func spacedAt(d *draw, s string) string {
	return strings.Replace(s, "@", pickValue(d, []string{"(at)", " [at] ", " (at) ", " @ "}), 1)
}
