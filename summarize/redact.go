package summarize

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/deskbook/deskbook/kb"
)

// The kinds of what redaction removes.
const (
	kindKey      = "private key"
	kindPassword = "password"
	kindToken    = "token"
	kindURL      = "credential in address"
	kindMail     = "email"
	kindIBAN     = "iban"
	kindCard     = "card number"
	kindPhone    = "phone"
	kindIP       = "ip address"
	kindName     = "name"
)

// Redactor replaces secrets and personal data by placeholders such as "[email 1]".
// The same value gets the same placeholder in every text of one Redactor, so that a
// thread stays readable. It is not safe for concurrent use: make one per task.
//
// It finds what has a form: keys, tokens, assigned passwords, addresses, numbers
// with checksums. A password in running prose without a cue is not found.
type Redactor struct {
	ips    bool
	names  []*regexp.Regexp
	values map[string]string // kind and normalised value → placeholder
	back   map[string]string // placeholder → value as first met
	order  []kb.Redaction
}

// NewRedactor makes a Redactor. ips also takes IP addresses out; names are people's
// names and e-mail addresses known from the ticket.
func NewRedactor(ips bool, names ...string) *Redactor {
	r := &Redactor{ips: ips, values: map[string]string{}, back: map[string]string{}}
	for _, n := range names {
		r.names = append(r.names, namePatterns(n)...)
	}
	return r
}

// finder is one form of secret. group is the submatch that is the secret itself;
// check, when set, decides about the digits or the value found.
type finder struct {
	kind  string
	re    *regexp.Regexp
	group int
	check func(value string) bool
}

// finders run in order; what an earlier one took is a placeholder for later ones.
var finders = []finder{
	{kindKey, regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)`), 0, nil},
	{kindURL, regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s/:@"'<>]{1,200}:[^\s/@"'<>]{1,200})@`), 1, nil},
	{kindToken, regexp.MustCompile(`(?i)\b(?:authorization\s*:\s*)?(?:bearer|basic)\s+([a-z0-9._~+/=-]{12,})`), 1, mixed},
	{kindToken, regexp.MustCompile(`\b(?:eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|sk-[\w-]{16,}|sk_(?:live|test)_\w{16,}|npm_\w{30,}|dop_v1_[a-f0-9]{40,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})`), 0, nil},
	{kindToken, regexp.MustCompile(`(?i)(?:[?&;]|\b)(?:access_?token|refresh_?token|id_?token|api[_-]?key|client_?secret|secret_?key|secret|auth_?token|token|session_?id|sessionid|phpsessid|jsessionid|sig|signature)\s*(?:=|:|\bis\b)\s*["'“]?([^\s"'”&;,<>]{6,500})`), 1, mixed},
	{kindToken, regexp.MustCompile(`(?i)\b(?:set-)?cookie\s*:\s*([^\r\n]{6,900})`), 1, nil},
	{kindPassword, regexp.MustCompile(`(?i)\b(?:pass(?:word|wd|phrase|code)?|pwd|pw|kennwort|passwort|mot de passe|contraseña|clave|senha|wachtwoord|pin|otp|2fa code|recovery (?:code|key)|one[- ]time code)(?:\s+(?:for|of|to)(?:\s+[\w@.'-]{1,40}){1,4}?|\s+now|\s+temporarily)?\s*(?:=|:|\b(?:is|was)\b(?: now)?:?|\bist\b|\best\b|\bes\b|->|→)\s*["'“‘«]?([^\s"'”’»<>,;]{3,200})`), 1, secretLike},
	{kindPassword, regexp.MustCompile(`(?i)\b(?:password|passwd|passphrase|passcode|kennwort|passwort|contraseña)\b[^\S\n][^\n:=.!?;]{1,40}[:=]\s*["'“‘«]?([^\s"'”’»<>,;]{4,200})`), 1, mixed},
	{kindPassword, regexp.MustCompile(`(?i)(?:^|\s)(?:-p|--password|/p:|/pass:|/password:)[= ]?["']?([^\s"']{4,100})`), 1, mixed},
	{kindMail, regexp.MustCompile(`(?i)[\p{L}\p{N}._%+'-]{1,64}\s?(?:@|\(at\)|\[at\]|＠)\s?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\s?(?:\.|\(dot\)|\[dot\])\s?){1,6}[\p{L}]{2,24}\b`), 0, mailLike},
	{kindIBAN, regexp.MustCompile(`\b[A-Z]{2}\p{Nd}{2}(?:[ \n-]?[A-Z0-9]{1,4}){3,8}\b`), 0, validIBAN},
	{kindCard, regexp.MustCompile(`\b\p{Nd}(?:[ \n-]?\p{Nd}){12,18}\b`), 0, validCard},
	{kindPhone, regexp.MustCompile(`(?:\+|\b00)\p{Nd}{1,3}[ .\n/-]?(?:\(\p{Nd}{1,4}\)[ .\n/-]?)?(?:\p{Nd}{1,4}[ .\n/-]?){2,5}\p{Nd}{1,4}\b|\(\p{Nd}{2,5}\) ?\p{Nd}{3,4}[ .\n-]?\p{Nd}{3,4}\b|\b\p{Nd}{3}[-. ]\p{Nd}{3}[-. ]\p{Nd}{4}\b|(?i:\b(?:phone|tel(?:efon|ephone)?|mobile?|cell|call me (?:at|on)|fax|handy|ext)\.?(?: (?:no|number|nr)\.?)?(?: is)?\s*[:#]?\s*)(\p{Nd}[\p{Nd} ./()-]{4,18}\p{Nd})`), -1, phoneLike},
}

var ipFinder = finder{kindIP, regexp.MustCompile(`\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b|(?i)\b(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,5}\b`), 0, nil}

// Text gives the text with placeholders.
func (r *Redactor) Text(text string) string {
	text = strings.ToValidUTF8(text, "")
	for _, f := range finders {
		text = r.apply(f, text)
	}
	if r.ips {
		text = r.apply(ipFinder, text)
	}
	for _, n := range r.names {
		text = r.apply(finder{kindName, n, 0, nil}, text)
	}
	return text
}

func (r *Redactor) apply(f finder, text string) string {
	var out strings.Builder
	last := 0
	view, at := asciiDigits(text)
	for _, m := range f.re.FindAllStringSubmatchIndex(view, -1) {
		lo, hi := bounds(m, f.group)
		if at != nil {
			lo, hi = at[lo], at[hi]
		}
		value := text[lo:hi]
		if lo < last || isPlaceholder(value) || f.check != nil && !f.check(value) {
			continue
		}
		out.WriteString(text[last:lo])
		out.WriteString(r.placeholder(f.kind, value))
		last = hi
	}
	if last == 0 {
		return text
	}
	out.WriteString(text[last:])
	return out.String()
}

// asciiDigits gives the text with the digits of every script as 0..9, and for each
// byte of it, when it differs, where that stands in the text: patterns know the word
// boundaries of ASCII only.
func asciiDigits(text string) (view string, at []int) {
	other := strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 && unicode.Is(unicode.Nd, r) }) >= 0
	if !other {
		return text, nil
	}
	var b strings.Builder
	for i, r := range text {
		before := b.Len()
		if d, ok := digit(r); ok {
			b.WriteByte('0' + byte(d))
		} else {
			b.WriteRune(r)
		}
		for k := range b.Len() - before {
			at = append(at, i+k)
		}
	}
	return b.String(), append(at, len(text))
}

// bounds gives the bounds of the group, or with group -1 those of the last group that
// matched, the whole match when none did.
func bounds(m []int, group int) (lo, hi int) {
	if group >= 0 {
		return m[2*group], m[2*group+1]
	}
	for g := len(m)/2 - 1; g > 0; g-- {
		if m[2*g] >= 0 {
			return m[2*g], m[2*g+1]
		}
	}
	return m[0], m[1]
}

func (r *Redactor) placeholder(kind, value string) string {
	key := kind + "\x00" + normalValue(value)
	if p, ok := r.values[key]; ok {
		r.count(kind)
		return p
	}
	n := 1
	for k := range r.values {
		if strings.HasPrefix(k, kind+"\x00") {
			n++
		}
	}
	p := fmt.Sprintf("[%s %d]", kind, n)
	r.values[key], r.back[p] = p, value
	r.count(kind)
	return p
}

func (r *Redactor) count(kind string) {
	for i := range r.order {
		if r.order[i].Kind == kind {
			r.order[i].Count++
			return
		}
	}
	r.order = append(r.order, kb.Redaction{Kind: kind, Count: 1})
}

// Counts lists what was removed by kind, in order of name; repeats count.
func (r *Redactor) Counts() []kb.Redaction {
	out := slices.Clone(r.order)
	slices.SortFunc(out, func(a, b kb.Redaction) int { return cmp.Compare(a.Kind, b.Kind) })
	return out
}

// Restore puts the values back. Only for text that returns to the same readers.
func (r *Redactor) Restore(text string) string {
	if !strings.Contains(text, "[") {
		return text
	}
	for p, v := range r.back {
		text = strings.ReplaceAll(text, p, v)
	}
	return text
}

var placeholderForm = regexp.MustCompile(`^\[?[a-z ]+ \d+\]?$`)

func isPlaceholder(v string) bool { return placeholderForm.MatchString(v) }

// normalValue makes differently written forms of one value equal.
func normalValue(v string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if d, ok := digit(r); ok {
			return '0' + rune(d)
		}
		if unicode.IsSpace(r) || r == '-' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, v))
}

// digit gives the value of a decimal digit of any script: they stand in runs of ten
// from a zero, so the zero is found by walking down.
func digit(r rune) (int, bool) {
	if r >= '0' && r <= '9' {
		return int(r - '0'), true
	}
	if r < 0x80 || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, rt := range unicode.Nd.R16 {
		if rune(rt.Lo) <= r && r <= rune(rt.Hi) {
			return int(r-rune(rt.Lo)) % 10, true
		}
	}
	for _, rt := range unicode.Nd.R32 {
		if rune(rt.Lo) <= r && r <= rune(rt.Hi) {
			return int(r-rune(rt.Lo)) % 10, true
		}
	}
	return 0, false
}

func digits(v string) []int {
	var ds []int
	for _, r := range v {
		if d, ok := digit(r); ok {
			ds = append(ds, d)
		}
	}
	return ds
}

// validCard is the Luhn check, for the lengths and first digits that cards have.
func validCard(v string) bool {
	ds := digits(v)
	if len(ds) < 13 || len(ds) > 19 || ds[0] < 2 || ds[0] > 6 {
		return false
	}
	sum := 0
	for i := range ds {
		d := ds[len(ds)-1-i]
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// validIBAN is the ISO 7064 mod 97 check.
func validIBAN(v string) bool {
	var compact []rune
	for _, r := range strings.ToUpper(v) {
		if d, ok := digit(r); ok {
			compact = append(compact, '0'+rune(d))
		} else if r >= 'A' && r <= 'Z' {
			compact = append(compact, r)
		}
	}
	if len(compact) < 15 || len(compact) > 34 {
		return false
	}
	rest := 0
	for _, r := range append(slices.Clone(compact[4:]), compact[:4]...) {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest == 1
}

func phoneLike(v string) bool {
	n := len(digits(v))
	return n >= 6 && n <= 15 && !versionNumber.MatchString(strings.TrimSpace(v))
}

// versionNumber keeps 10.0.19045.3803 and dates from being taken for phone numbers.
var versionNumber = regexp.MustCompile(`^\d{1,4}(?:\.\d{1,5}){2,4}$|^\d{4}-\d\d-\d\d$|^\d{1,2}[./]\d{1,2}[./]\d{4}$`)

// mailLike wants no white space unless the address is written out: "mail me @ work.
// Tomorrow" is none.
func mailLike(v string) bool {
	return !strings.ContainsAny(v, " \t") || strings.ContainsAny(v, "([＠") || !strings.Contains(v, " @") && !strings.Contains(v, "@ ") && !strings.Contains(v, ". ")
}

// mixed wants what words do not have: a digit, or capitals inside.
func mixed(v string) bool {
	v = strings.TrimRight(v, ".,;:!?)")
	if strings.IndexFunc(v, unicode.IsDigit) >= 0 {
		return true
	}
	inner := strings.TrimLeftFunc(v, unicode.IsUpper)
	return strings.IndexFunc(inner, unicode.IsUpper) >= 0 && len(v) >= 10
}

// secretLike takes the word after "password is" for a secret unless it is an
// ordinary word of a sentence about passwords.
func secretLike(v string) bool {
	bare := strings.ToLower(strings.Trim(v, ".,;:!?)(*"))
	if bare == "" || sentenceWords[bare] || stopWords[bare] {
		return false
	}
	if strings.IndexFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) }) >= 0 {
		return true
	}
	return !strings.HasSuffix(bare, "ed") && !strings.HasSuffix(bare, "ing") && len(bare) >= 5
}

var sentenceWords = wordSet(`
	correct incorrect wrong right invalid valid required needed missing empty blank lost saved stored visible hidden known unknown
	different identical working accepted rejected asked again asking requested good secure strong weak short long change settings
	manager prompt field reset expiry expires managed only always never important available unavailable true false unchanged
	encrypted autofill protected still also that this your there because when where which being something abgelaufen falsch richtig
	korrekt obligatoire incorrecta correcta nécessaire`)

// namePatterns makes patterns of a person's name: the whole name, and each part of
// three letters or more that is no common word. Parts must be capitalised: names
// such as Mark or Will are words otherwise.
func namePatterns(name string) []*regexp.Regexp {
	name = tidy(name)
	if name == "" || strings.Contains(name, "@") {
		return nil // addresses are found by their form
	}
	var out []*regexp.Regexp
	parts := strings.Fields(name)
	if len(parts) > 1 {
		out = append(out, regexp.MustCompile(`(?i)`+boundary(name)))
	}
	for _, p := range parts {
		p = strings.Trim(p, ".,()'\"")
		lower := strings.ToLower(p)
		if len([]rune(p)) < 3 || stopWords[lower] || ambiguousNames[lower] || emptySubjects[lower] || strings.IndexFunc(p, unicode.IsDigit) >= 0 {
			continue
		}
		out = append(out, regexp.MustCompile(boundary(upperFirst(lower))))
	}
	return out
}

// ambiguousNames are parts of names that open sentences as ordinary words.
var ambiguousNames = wordSet(`will mark may grace hope joy bill rob art sue pat chase page grant drew frank max case service desk team agent
	admin user windows outlook office support second line first system deskbook demo test requester manager`)

func boundary(s string) string {
	return `(?:\b)` + strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s+`) + `(?:\b)`
}

// Redactions counts the secrets and personal data in a text, for the content
// standard's check.
func Redactions(text string) []kb.Redaction {
	r := NewRedactor(false)
	r.Text(text)
	return r.Counts()
}
