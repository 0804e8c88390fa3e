package redact

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// cueClass says what a cue announces.
type cueClass int

const (
	cuePassword cueClass = iota + 1
	cueCode              // digits
	cueToken             // something dense behind an assignment
	cueLoose             // a word that means other things too: what follows must look like a password
	cueQuery             // and only as a parameter of an address
)

// cues are words and phrases that announce a secret, by their first word, in English,
// German, French, Spanish and Portuguese. The longest match counts.
var cues = func() map[string][]cue {
	m := map[string][]cue{}
	for class, list := range map[cueClass]string{
		cuePassword: `password|passwort|kennwort|passwd|passphrase|kennphrase|pwd|passwrd|pasword|pw|passw|mot de passe|mdp|phrase de passe|contraseña|contrasena|clave de acceso|senha|palavra-passe|palavra passe|palavra chave|wachtwoord|wlan-passwort|wifi password|zugangspasswort|initialpasswort|startpasswort|einmalpasswort|wifi-passwort|wlan-schlüssel|netzwerkschlüssel|recovery key|recovery code|wiederherstellungscode|wiederherstellungsschlüssel|clé de récupération|clave de recuperación|chave de recuperação|passcode`,
		cueCode: `pin|otp|pin code|pin-code|mailbox-pin|totp|mfa code|2fa code|2fa-code|one-time code|one time code|onetime code|one-time password|one-time passcode|verification code|security code|confirmation code|access code|login code|sign-in code|authentication code|authenticator code|unlock code|sms code|` +
			`bestätigungscode|sicherheitscode|prüfcode|einmalcode|einmal-code|zugangscode|verifizierungscode|tan|sms-code|code pin|code de vérification|code de sécurité|code de confirmation|code secret|code d'accès|code sms|` +
			`código pin|código de verificación|código de seguridad|código de acceso|código secreto|código de confirmación|código sms|código de verificação|código de segurança|código de acesso|código de confirmação|cvv|cvc`,
		cueToken: `secret|token|signature|sig|api key|api token|access key|secret key|client secret|access token|auth token|session id|license key|jeton|clé api|clave api|chave api|chave da api|clave de api|api-schlüssel|api-key`,
		cueLoose: `clave|pass`,
		cueQuery: `key|code|sid|auth|ticket|session`,
	} {
		for phrase := range strings.SplitSeq(list, "|") {
			first := phrase
			if i := strings.IndexAny(phrase, " -'"); i > 0 {
				first = phrase[:i]
			}
			m[first] = append(m[first], cue{phrase, class})
		}
	}
	return m
}()

type cue struct {
	text  string
	class cueClass
}

// findCued finds secrets by the words before and after them.
func findCued(v *view, out []found) []found {
	for i := 0; i < len(v.lower); {
		if !wordByte(v.lower[i]) {
			i++
			continue
		}
		lo := i
		for i < len(v.lower) && (wordByte(v.lower[i]) || v.lower[i] == '_') && i-lo < 80 {
			i++
		}
		end, class := v.cueAt(lo, i)
		if class == 0 {
			continue
		}
		s, ok := v.announced(lo, end, class)
		if !ok {
			i = max(i, end)
			continue
		}
		out = append(out, s)
		i = max(i, s.hi)
	}
	return out
}

// cueAt gives where the cue ends that begins with the word, and what it announces.
func (v *view) cueAt(lo, hi int) (end int, class cueClass) {
	word := v.lower[lo:hi]
	for _, c := range cues[word] {
		if n := len(c.text); lo+n > end && strings.HasPrefix(v.lower[lo:], c.text) && !wordByte(v.byteAt(lo+n)) {
			end, class = lo+n, c.class
		}
	}
	if class != 0 && !(class == cueQuery || class == cueLoose || class == cueToken) {
		return end, class
	}
	// Names in programs: api_key, x-api-key, clientSecret, X-Amz-Signature.
	hi = max(hi, end)
	for hi < len(v.lower) && v.lower[hi] == '-' && wordByte(v.byteAt(hi+1)) && hi-lo < 80 {
		for hi++; hi < len(v.lower) && wordByte(v.lower[hi]); hi++ {
		}
	}
	if c := identifier(v.lower[lo:hi]); c != 0 {
		return hi, c
	}
	return end, class
}

var identifierSigns = strings.NewReplacer("-", "", "_", "", " ", "")

// identifier says what a name in a program or configuration announces.
func identifier(s string) cueClass {
	if len(s) < 3 || len(s) > 80 {
		return 0
	}
	if s = identifierSigns.Replace(s); strings.HasSuffix(s, "keytoken") {
		return 0 // names an assembly
	}
	for _, end := range []string{"apikey", "secretkey", "accesskey", "privatekey", "accesskeyid", "token", "secret", "sessionid", "sessid", "jsessionid", "signature", "authkey", "apitoken", "encryptionkey", "sharedkey"} {
		if strings.HasSuffix(s, end) {
			return cueToken
		}
	}
	for _, end := range []string{"password", "passwd", "passphrase", "passwort", "kennwort", "pwd"} {
		if strings.HasSuffix(s, end) {
			return cuePassword
		}
	}
	return 0
}

var (
	// assigned is an assignment after a cue.
	assigned = regexp.MustCompile(`^["'”»\]]{0,2}[ \t]{0,4}(?:\([^()\n]{1,30}\)[ \t]{0,2})?(?::=|=>|->|→|==?|:)[ \t]{0,4}(?:\r?\n[ \t]{0,4})?`)
	// told is a verb after a cue, with what may stand between.
	told = regexp.MustCompile(`^(?:[’']s|(?i:[ ,]{1,2}(?:for|of|to|on|für|zum|vom|von|fürs|pour|de|du|para|da|do|del)(?:[ ][^\s=:]{1,40}){1,4}?|,)?[ \n]{1,2}(?i:temporarily |now |übrigens |also |provisoire |temporal |temporária |actuel |actual |atual )?(?:is|was|are|will be|should be|must be|would be|could be|ist|war|lautet|lautete|wäre|müsste|sollte|est|était|devrait être|c'est|es|era|debería ser|sería|é|deveria ser|seria|foi))(?:[ \n]{1,2}(?i:now|currently|still|just|simply|actually|set to|changed to|maintenant|jetzt|aktuell|übrigens|nun|ahora|agora|toujours|la siguiente|a seguinte|le suivant|folgendes|the following))?:?[ \n]{1,2}`)
	// changed finds before a cue that it is changed or set.
	changed = regexp.MustCompile(`(?:\b(?:chang(?:e|ed|ing)|set|reset|resetting|updated?|geändert|ändern|gesetzt|setze|setzen|changé|changer|modifié|mis|cambi(?:é|o|ar|ado)|puse|mudei|mudar|alterei|troquei)\b[^.!?\n]{0,24})$`)
	// bare is what stands before a value beside its cue.
	bare = regexp.MustCompile(`^[ \n]{1,2}["'“„«‘]?`)
	// userBefore finds a user's name with the password: "login bob, password …".
	userBefore = regexp.MustCompile(`\b(?:user(?:name)?|login|account|benutzer(?:name)?|zugang|anmeldung|konto|identifiant|utilisateur|compte|usuario|cuenta|utilizador|usuário|conta)\b[^\n]{0,40}[,/;|] ?(?:mein |das |my |mon |mi |a )?$`)
	// as finds a value before a cue that it is used as.
	as = regexp.MustCompile(`(?:^|\s)([^\s]{4,64})["'”»]?[ \n](?i:as|for|als|für|comme|como|pour)[ \n](?i:(?:my|the|our|a|his|her|their|mein|meine|das|unser|mon|le|notre|mi|la|a|minha|nossa|nuestra|wifi|login)[ \n]){0,2}$`)
	// codeValue is a code of digits, perhaps in two groups.
	codeValue = regexp.MustCompile(`^["'“„«(]?\d{3,4}[ \n-]?\d{0,4}\b`)
	parameter = regexp.MustCompile(`^[ \t]{0,2}=[ \t]{0,2}`)
)

// announced reads the secret that a cue announces.
func (v *view) announced(lo, end int, class cueClass) (found, bool) {
	query := strings.IndexByte("?&#", v.byteAt(lo-1)) >= 0 && v.byteAt(lo-1) != 0
	rest := v.lower[end : end+len(v.after(end, 400))]
	if query && class != cueCode {
		if m := parameter.FindString(rest); m != "" {
			return v.parameterValue(end+len(m), class)
		}
	}
	switch class {
	case cueCode:
		if s, ok := v.codeAfter(end, rest); ok {
			return s, true
		}
		return v.codeBefore(lo)
	case cueToken:
		if m := assigned.FindString(rest); m != "" {
			return v.tokenValue(end+len(m), query)
		}
		if m := told.FindString(rest); m != "" {
			return v.tokenValue(end+len(m), query)
		}
		return found{}, false
	case cueQuery:
		return found{}, false
	case cueLoose:
		m := assigned.FindString(rest)
		if m == "" {
			m = told.FindString(rest)
		}
		if m == "" {
			return found{}, false
		}
		return v.passwordValue(end+len(m), strong)
	}
	return v.passwordAround(lo, end, rest)
}

// passwordAround reads a password behind its cue, or before it.
func (v *view) passwordAround(lo, end int, rest string) (found, bool) {
	if m := assigned.FindString(rest); m != "" {
		return v.passwordValue(end+len(m), likely)
	}
	if m := told.FindString(rest); m != "" {
		if s, ok := v.passwordValue(end+len(m), likely); ok {
			return s, true
		}
	}
	if s, ok := v.passwordInto(lo, end, rest); ok {
		return s, true
	}
	if s, ok := v.passwordBeside(lo, end, rest); ok {
		return s, true
	}
	// The value may follow some words and a colon: "password used for the test: …".
	if m := describedValue.FindString(rest); m != "" && !strings.Contains(m, " - ") {
		if s, ok := v.passwordValue(end+len(m), strong); ok {
			return s, true
		}
	}
	return v.passwordUsed(lo)
}

// passwordBeside reads a value that stands beside its cue without a link.
func (v *view) passwordBeside(lo, end int, rest string) (found, bool) {
	m := bare.FindString(rest)
	if m == "" {
		return found{}, false
	}
	quote := quoteSize(m)
	test := stronger
	switch {
	case quote > 0:
		test = func(s string, alone bool) bool { return !strings.Contains(s, " ") && likely(s, alone) }
	case userBefore.MatchString(v.before(lo, 60)):
		test = strong
	}
	return v.passwordValue(end+len(m)-quote, test)
}

// passwordUsed reads a value that is used as what the cue says: "… as the password".
func (v *view) passwordUsed(lo int) (found, bool) {
	from := max(0, lo-110)
	m := as.FindStringSubmatchIndex(v.text[from:lo])
	if m == nil {
		return found{}, false
	}
	whole := v.text[from+m[2] : from+m[3]]
	value := strings.Trim(whole, `"'”»“„«`)
	if !strong(value, false) {
		return found{}, false
	}
	at := from + m[2] + strings.Index(whole, value)
	return found{at, at + len(value), Password}, true
}

// intoWords come before what something is changed to.
var intoWords = wordSet(`to into auf in zu en à a por para as als`)

// passwordInto reads what a password is changed to, within five words after its cue.
func (v *view) passwordInto(lo, end int, rest string) (found, bool) {
	test := stronger
	if changed.MatchString(v.before(lo, 60)) {
		test = strong
	}
	at := 0
	for range 5 {
		if at >= len(rest) || rest[at] != ' ' {
			return found{}, false
		}
		word, _, more := strings.Cut(rest[at+1:], " ")
		if !more || strings.ContainsAny(word, "=:.!?\n") || len(word) > 40 {
			return found{}, false
		}
		at += 1 + len(word)
		if known(intoWords, word) {
			if s, ok := v.passwordValue(end+at+1, test); ok {
				return s, true
			}
		}
	}
	return found{}, false
}

var describedValue = regexp.MustCompile(`^[^\S\n][^\n:=.!?;]{1,40}[:=][ \t]{0,3}`)

// parameterValue reads the value of an address's parameter; a password may be a word.
func (v *view) parameterValue(i int, class cueClass) (found, bool) {
	if s, ok := v.tokenValue(i, true); ok || class != cuePassword {
		return s, ok
	}
	rest := v.after(i, 200)
	k := strings.IndexAny(rest, "&# \t\r\n\"'<>")
	if k < 0 {
		k = len(rest)
	}
	return found{i, i + k, Password}, k >= 3 && !variable.MatchString(rest[:k])
}

// tokenValue reads a token at i: dense, and no word.
func (v *view) tokenValue(i int, query bool) (found, bool) {
	rest := v.after(i, 1200)
	if r, n := utf8.DecodeRuneInString(rest); closing[r] != "" {
		i, rest = i+n, rest[n:]
	}
	ends := " \t\r\n\"'<>,;`()[]{}|"
	if query {
		ends += "&#"
	}
	k := strings.IndexAny(rest, ends+"&")
	if k < 0 {
		k = len(rest)
	}
	value := strings.TrimRight(rest[:k], ".:!?")
	if len(value) < 6 || !mixed(value) || isPlaceholder(value) || notSecret.MatchString(value) || setting(value) && countDigits(value) < 4 {
		return found{}, false
	}
	return found{i, i + len(value), Token}, true
}

// codeFirst finds a code before its cue: "481516 is your verification code".
var codeFirst = regexp.MustCompile(`(?:^|[\s:"'-])(\d{3,4}[ \n-]?\d{0,4})["']?[ \n](?:(?:is|ist|est|es|é)[ \n](?:your|ihr|dein|votre|ton|tu|su|o seu|o teu|seu|el|the)|(?:as|als|comme|como)(?:[ \n](?:the|your|my|den|le|el|o))?)[ \n](?:[\pL.-]{2,16}[ \n])?$`)

func (v *view) codeBefore(lo int) (found, bool) {
	from := max(0, lo-60)
	m := codeFirst.FindStringSubmatchIndex(v.lower[from:lo])
	if m == nil || countDigits(v.lower[from+m[2]:from+m[3]]) < 4 {
		return found{}, false
	}
	return found{from + m[2], from + m[3], Password}, true
}

// codeAfter reads a code of digits behind its cue.
func (v *view) codeAfter(end int, rest string) (found, bool) {
	skip := assigned.FindString(rest)
	if skip == "" {
		skip = told.FindString(rest)
	}
	if skip == "" {
		skip = bare.FindString(rest)
		skip = skip[:len(skip)-quoteSize(skip)]
	}
	if skip == "" {
		return found{}, false
	}
	m := codeValue.FindString(rest[len(skip):])
	if m == "" || countDigits(m) > 8 || strings.HasPrefix(rest[len(skip)+len(m):], ".") && digitByte(v.byteAt(end+len(skip)+len(m)+1)) {
		return found{}, false
	}
	lo := strings.IndexAny(m, "0123456789")
	return found{end + len(skip) + lo, end + len(skip) + len(strings.TrimRight(m, " \n-")), Password}, true
}
