package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// trailingQuote returns the size of the quotation mark at the end of a match, or 0.
func trailingQuote(m string) int {
	r, n := utf8.DecodeLastRuneInString(m)
	if strings.ContainsRune(`"'“„«‘`, r) {
		return n
	}
	return 0
}

var closingQuotes = map[rune]string{'"': `"`, '\'': `'`, '“': `”“"`, '„': `“”"`, '«': `»`, '‘': `’'`, '`': "`", '”': `”`}

// passwordValue returns the value at i, in quotation marks or up to white space, if test
// accepts it. Test is also passed whether the value stands alone, with nothing of a
// sentence after it.
func (v *view) passwordValue(i int, test func(s string, alone bool) bool) (finding, bool) {
	rest := v.after(i, 240)
	r, n := utf8.DecodeRuneInString(rest)
	if ends := closingQuotes[r]; ends != "" {
		inner := strings.TrimLeft(rest[n:], " \u00a0")
		lo := i + len(rest) - len(inner)
		if line := strings.IndexByte(inner, '\n'); line >= 0 {
			inner = inner[:line]
		}
		if k := strings.IndexAny(inner, ends); k >= 3 && k <= 100 {
			value := strings.TrimRight(inner[:k], " ")
			return finding{lo, lo + len(value), Password}, test(value, true)
		}
		return finding{}, false
	}
	k := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"”»<>“`, r) })
	if k < 0 {
		k = len(rest)
	}
	value := rest[:k]
	if c := strings.IndexAny(value, ",;"); c >= 3 && c == len(value)-1 {
		value = value[:c]
	}
	if c := strings.IndexByte(value, ';'); c >= 0 && strings.ContainsRune(value[c:], '=') {
		value = value[:c] // the next field of a connection string
	}
	alone := k == len(rest) || strings.IndexByte("\n\r\"", rest[k]) >= 0 || strings.ContainsAny(value[max(0, len(value)-1):], ".!;") || len(rest) > k+1 && rest[k] == ' ' && len(strings.TrimSpace(rest[k:])) == 0
	if len(value) < 3 || !test(value, alone) {
		return finding{}, false
	}
	return finding{i, i + len(value), Password}, true
}

// strong reports whether a value cannot be a word: it has letters and digits, or symbols
// inside, or is a long number.
func strong(s string, _ bool) bool {
	s = strings.TrimRight(s, ".,;:!?)(|*")
	if len(s) < 4 || standIn.MatchString(s) || strings.Count(s, ":") > 2 || strings.ContainsAny(s[:1], `\/`) || strings.Count(s, "/") > 1 || strings.Count(s, `\`) > 1 || strings.Contains(s, `:\`) || hostPort.MatchString(s) || isPlaceholder(s) || notSecret.MatchString(s) {
		return false
	}
	digits, letters, signs, upper := 0, 0, 0, 0
	for i, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) && i > 0 {
				upper++
			}
		case r != '-' && r != '\'' && r != '/' && r != '’':
			signs++
		}
	}
	return digits > 0 && letters > 0 || digits >= 6 && letters == 0 && signs == 0 || signs > 0 && letters >= 4 && digits+upper > 0 || upper > 0 && upper < letters-1 && letters >= 8 && !productName.MatchString(s)
}

// stronger is strong for a value right after its cue, where "account3" is no password.
func stronger(s string, alone bool) bool {
	s = strings.TrimRight(s, ".,;:!?)(")
	return strong(s, alone) && !strings.Contains(s, "|") && (countDigits(s) > 1 && !numberedWord.MatchString(s) || strings.ContainsAny(s, "!@#$%^&*_+="))
}

var (
	numberedWord = regexp.MustCompile(`^(?:[A-Za-z]+\d{1,2}|\d{1,2}[A-Za-z]+|\d+)$`)
	hostPort     = regexp.MustCompile(`^[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)+(?::\d{2,5})?/?$`)
)

// productName matches words that are run together: "OneDrive".
var productName = regexp.MustCompile(`^(?:[A-Z]{0,4}[a-z]{2,}){1,4}[A-Z]{0,3}$`)

// notSecret matches error codes, versions, addresses, times, files and the like.
var notSecret = regexp.MustCompile(`^(?i:0x[0-9a-f]+|v?\d+(?:\.\d+)+|https?:.*|[\w.-]+\.(?:exe|dll|txt|docx?|pdf|com|org|net|html?|php|json|ini|js|xml|png|jpg|csv|db|log)|kb\d+|\d+(?:st|nd|rd|th|%|kb|mb|gb|min|s|h|x)|\(?\d+\)?|[a-z]+\d?[)\]]|.*\(.*|.*[<>{}].*|logins\.json|key\d\.db|[a-z]+(?:\.[a-z]+){2,}|n/a|[o0]auth2?|sha-?\d+|md5|windows\d+|win\d+|outlook\d+|office\d+|\*+|•+|x+|\d{4}-\d\d?-\d\d?.*|[a-z]+=\d{1,4}|dword:.*)$`)

// likely reports whether a value is a password and not a word of a sentence about
// passwords.
func likely(s string, alone bool) bool {
	if standIn.MatchString(s) {
		return false
	}
	bare := strings.ToLower(strings.TrimRight(s, ".,;:!?)(|*"))
	if strong(s, alone) {
		return true
	}
	if bare == "" || isPlaceholder(bare) || notSecret.MatchString(bare) && countDigits(bare) < 4 || has(passwordProse, bare) {
		return false
	}
	letters := strings.IndexFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' && r != '’' }) < 0
	if punctuatedWords.MatchString(bare) && !alone {
		return false
	}
	if !letters {
		return !punctuatedWords.MatchString(bare) && !strings.ContainsAny(bare, "/\\") && (countDigits(bare) > 0 || len(bare) >= 6)
	}
	return alone && utf8.RuneCountInString(bare) >= 5 && !descriptive.MatchString(bare)
}

// standIn matches variables, samples and markup, which are written in place of a value.
var standIn = regexp.MustCompile(`^(?:\$[A-Za-z{(]|@[A-Za-z_]+$|\*\*|\[|\+ |<|%[A-Za-z]+%|\{|!\[)|^(?i)[a-z_]*(?:password|passwort|passphrase|kennwort|contraseña|senha)$`)

// punctuatedWords matches words with punctuation between them.
var punctuatedWords = regexp.MustCompile(`^\pL+(?:[.,;:…/()&’'"-]+\pL*)+$`)

// descriptive matches the endings of words that describe a password: "expired".
var descriptive = regexp.MustCompile(`(?:ed|ing|able|ible|ful|less|ous|ly|ive|ant|ent|en|et|bar|lich|los|ig|ert|elt|é|ée|és|ées|ado|ada|ido|ida|ados|adas|idos|idas|mente|ment|oire|ório|orio|ória|oria|ble|vel|ct|cta|cte|cto)$`)

// passwordProse are words that follow "password is" in sentences about passwords.
var passwordProse = wordSet(`
	correct incorrect wrong right invalid valid required needed missing empty blank lost saved stored visible hidden known unknown
	different identical working accepted rejected asked again asking requested good secure strong weak short long change settings same
	manager prompt field reset expiry expires managed only always never important available unavailable true false unchanged too there
	encrypted autofill protected still also that this your the and not when where which being something nothing none null undefined optional default
	shown entered typed set reset advance thunderbird enter click press here below above what how who whose case because fine okay there's they their then login logins username email account firefox google
	windows apple microsoft facebook yahoo gmail outlook chrome exactly great gone stuck yours mine ours theirs important needed
	falsch richtig korrekt ungültig gültig leer alt neu gleich sicher weg hier da dort nicht kein immer noch schon erforderlich bekannt unbekannt dasselbe
	faux juste bon mauvais vide nouveau ancien pareil toujours pas ici obligatoire requis valide invalide correct perdu
	falsa falso mala malo vacía vacío nueva antigua igual siempre aquí válida inválida obligatoria correcta incorrecta errónea errado
	errada certa correta incorreta vazia nova antiga mesma sempre aqui válido necessária obrigatória`)
