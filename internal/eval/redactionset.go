package eval

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// The kinds of the labelled set. They are finer than the placeholders: what a rule
// can miss differs between a token with a known form and one behind a name.
const (
	kindsetMail     = "email"
	kindsetPhone    = "phone"
	kindsetIBAN     = "iban"
	kindsetCard     = "card number"
	kindsetStreet   = "street address"
	kindsetIP       = "private address"
	kindsetHost     = "internal host"
	kindsetPassword = "password"
	kindsetPhrase   = "password phrase"
	kindsetCode     = "one-time code"
	kindsetToken    = "known token"
	kindsetKeyValue = "assigned token"
	kindsetJWT      = "web token"
	kindsetAuth     = "authorization"
	kindsetCookie   = "cookie"
	kindsetPEM      = "private key"
	kindsetURLUser  = "url with user"
	kindsetURLToken = "url with token"
	kindsetRecovery = "recovery key"
)

var kindset = []string{
	kindsetMail, kindsetPhone, kindsetIBAN, kindsetCard, kindsetStreet, kindsetIP, kindsetHost, kindsetPassword, kindsetPhrase, kindsetCode,
	kindsetToken, kindsetKeyValue, kindsetJWT, kindsetAuth, kindsetCookie, kindsetPEM, kindsetURLUser, kindsetURLToken, kindsetRecovery,
}

// family is one source of labelled texts: sentences with a slot, cues where a value
// is only known by what stands before it, values, and near misses that must stay. This
// file and the families know nothing of the rules that they measure.
type family struct {
	name     string
	seed     uint64
	noise    map[string][]string
	carriers map[string][]string
	cues     map[string]map[string][]string
	values   map[string][]func(*draw) string
	wraps    map[string][]string // addresses around a value
	near     []nearMiss
}

type nearMiss struct {
	kind  string
	texts []string
}

// labelled is one text of the set. Secret marks the bytes that must go; in a near
// miss it is empty and nothing may go.
type labelled struct {
	kind, variant, lang string
	text                string
	from, to            int
	near                bool
}

var setLanguages = []string{"en", "de", "fr", "es", "pt"}

// setRepeats is how many texts there are of each kind, variant and language.
const setRepeats = 6

// texts writes the set of the family, the same every time.
func (f family) texts() []labelled {
	d := &draw{rand.New(rand.NewPCG(f.seed, 0x5eed))}
	var out []labelled
	for _, kind := range kindset {
		for _, v := range variants() {
			if v.only != nil && !v.only[kind] {
				continue
			}
			for _, lang := range setLanguages {
				for range setRepeats {
					out = append(out, f.one(d, kind, v, lang))
				}
			}
		}
	}
	for _, n := range f.near {
		for _, text := range n.texts {
			for _, lang := range setLanguages {
				out = append(out, f.miss(d, n.kind, text, lang))
			}
		}
	}
	return out
}

// one writes a text with one secret in a slot between two sentences without.
func (f family) one(d *draw, kind string, v variant, lang string) labelled {
	cues := f.cues[kind][lang]
	if len(cues) == 0 {
		cues = f.cues[kind]["en"]
	}
	if len(cues) == 0 {
		cues = f.carriers[lang]
	}
	before, after, _ := strings.Cut(d.pick(cues...), "{v}")
	if wraps := f.wraps[kind]; len(wraps) > 0 {
		b, a, _ := strings.Cut(d.pick(wraps...), "{v}")
		before, after = before+b, a+after
	}
	value := f.values[kind][d.n(len(f.values[kind]))](d)
	if kind == kindsetURLUser && v.name == "escaped" {
		v = variant{name: v.name, value: func(_ *draw, s string) string { return strings.Replace(s, ":", ":%40", 1) }}
	}
	if v.cue != nil {
		before = v.cue(d, before)
	}
	if v.value != nil {
		value = v.value(d, value)
	}
	head := d.pick(f.noise[lang]...) + d.pick(" ", "\n", "\n\n") + before
	text := head + value + after + d.pick(" ", "\n", "\n\n") + d.pick(f.noise[lang]...)
	from, to := len(head), len(head)+len(value)
	if kind == kindsetAuth {
		from += strings.LastIndexAny(value, " \n") + 1 // the scheme's name is no secret
	}
	if i := strings.IndexByte(value, '/'); kind == kindsetIP && i >= 0 && v.name != "full width" {
		to = len(head) + i // the size of a network
	}
	if i := strings.LastIndexByte(value, '\\'); kind == kindsetHost && i >= 0 {
		to = len(head) + i // nor is the name of a share
	}
	if v.name == "quoted" {
		from, to = from+2*(1+strings.Count(text[:from], "\n")), to+2*(1+strings.Count(text[:to], "\n"))
		text = "> " + strings.ReplaceAll(text, "\n", "\n> ")
	}
	return labelled{kind: kind, variant: v.name, lang: lang, text: text, from: from, to: to}
}

func (f family) miss(d *draw, kind, text, lang string) labelled {
	if !strings.HasSuffix(text, ".") {
		text = strings.Replace(d.pick(f.carriers[lang]...), "{v}", text, 1)
	}
	return labelled{kind: kind, variant: "near miss", lang: lang, near: true, text: d.pick(f.noise[lang]...) + " " + text + " " + d.pick(f.noise[lang]...)}
}

// variant is a way of writing that hides a value from a simple pattern.
type variant struct {
	name  string
	only  map[string]bool // nil: every kind
	value func(d *draw, s string) string
	cue   func(d *draw, s string) string
}

func kindsOf(kinds ...string) map[string]bool {
	m := map[string]bool{}
	for _, k := range kinds {
		m[k] = true
	}
	return m
}

func variants() []variant {
	numbers := kindsOf(kindsetPhone, kindsetIBAN, kindsetCard, kindsetCode, kindsetRecovery, kindsetIP)
	words := kindsOf(kindsetPassword, kindsetPhrase, kindsetCode, kindsetKeyValue, kindsetAuth, kindsetCookie, kindsetMail)
	wide := kindsOf(kindsetMail, kindsetPhone, kindsetIBAN, kindsetCard, kindsetIP, kindsetPassword, kindsetToken, kindsetCode)
	signs := kindsOf(kindsetMail, kindsetIP, kindsetPhone, kindsetKeyValue, kindsetAuth, kindsetURLUser, kindsetIBAN, kindsetPassword)
	long := kindsOf(kindsetMail, kindsetPhone, kindsetIBAN, kindsetCard, kindsetStreet, kindsetRecovery, kindsetCookie, kindsetAuth)
	body := kindsOf(kindsetToken, kindsetJWT, kindsetKeyValue, kindsetURLToken, kindsetIBAN, kindsetCard, kindsetMail)
	hidden := map[string]bool{}
	for _, k := range kindset {
		hidden[k] = k != kindsetPEM
	}
	return []variant{
		{name: "clean"},
		{name: "quoted"},
		{name: "break at a joint", only: long, value: func(d *draw, s string) string { return breakAtJoint(d, s, "\n") }},
		{name: "quoted break", only: long, value: func(d *draw, s string) string { return breakAtJoint(d, s, "\n> ") }},
		{name: "break anywhere", only: body, value: breakAnywhere},
		{name: "other digits", only: numbers, value: otherDigits},
		{name: "full width", only: wide, value: fullWidth},
		{name: "zero width", only: hidden, value: zeroWidth},
		{name: "look-alikes", only: words, value: lookAlikesIn(kindsetMail), cue: func(d *draw, s string) string { return lookAlikes(d, s) }},
		{name: "escaped", only: signs, value: escapeSigns},
		{name: "upper case cue", only: kindsOf(kindsetPassword, kindsetCode, kindsetKeyValue, kindsetPhone), cue: func(_ *draw, s string) string { return strings.ToUpper(s) }},
		{name: "spaced", only: kindsOf(kindsetMail), value: spacedMail},
	}
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
	i := at[d.n(len(at))]
	if s[i] == ' ' {
		return s[:i] + with + s[i+1:]
	}
	return s[:i+1] + with + s[i+1:]
}

func breakAnywhere(d *draw, s string) string {
	i := len(s)/4 + d.n(max(1, len(s)/2))
	for !utf8.RuneStart(s[i]) {
		i++
	}
	return s[:i] + "\n" + s[i:]
}

func otherDigits(d *draw, s string) string {
	zero := []rune{'\u0660', '\u06f0', '\u0966', '\u09e6', '\uff10'}[d.n(5)]
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
		if i > 0 && d.n(4) == 0 {
			b.WriteString(d.pick("\u200b", "\u200d", "\u00ad", "\u2060"))
		}
		b.WriteRune(r)
	}
	return b.String()
}

var twins = strings.NewReplacer("a", "а", "e", "е", "o", "о", "p", "р", "c", "с", "x", "х")

// lookAlikes writes two letters of every word in Cyrillic.
func lookAlikes(_ *draw, s string) string {
	words := strings.SplitAfter(s, " ")
	for i, w := range words {
		if half := len(w) / 2; half > 1 && utf8.RuneStart(w[half]) {
			words[i] = w[:half] + twins.Replace(w[half:])
		}
	}
	return strings.Join(words, "")
}

func lookAlikesIn(kind string) func(d *draw, s string) string {
	return func(d *draw, s string) string {
		if kind == kindsetMail && strings.Contains(s, "@") && !strings.Contains(s, " ") {
			return lookAlikes(d, s)
		}
		return s
	}
}

// escapeSigns writes the signs of a value as addresses and pages escape them.
func escapeSigns(d *draw, s string) string {
	form := []string{"%%%02X", "&#%d;", "&#x%x;"}[d.n(3)]
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

func spacedMail(d *draw, s string) string {
	return strings.Replace(s, "@", d.pick("(at)", " [at] ", " (at) ", " @ "), 1)
}
