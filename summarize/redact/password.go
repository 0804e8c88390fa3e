package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// changeBefore matches before a cue a verb that changes or sets a password.
	changeBefore = regexp.MustCompile(`\b` + oneOf(
		`chang(?:e|ed|ing)|set|reset|resetting|updated?`,
		`geändert|ändern|gesetzt|setze|setzen`,
		`changé|changer|modifié|mis`,
		`cambi(?:é|o|ar|ado)|puse`,
		`mudei|mudar|alterei|troquei`,
		`cambiat[ao]|cambiare|impostat[ao]|gewijzigd|veranderd|zmien(?:iłem|iłam|ione)|zmieni(?:łem|łam)`,
		`сменил[аи]?|изменил[аи]?|поменял[аи]?|değiştirdim|bytte|ändrade|endret|ændrede`,
	) + `\b[^.!?\n]{0,24}$`)
	// userBefore matches a user name before a cue: "login bob, password …".
	userBefore = regexp.MustCompile(`\b` + oneOf(
		`user(?:name)?|login|account`,
		`benutzer(?:name)?|zugang|anmeldung|konto`,
		`identifiant|utilisateur|compte`,
		`usuario|cuenta`,
		`utilizador|usuário|conta`,
		`utente|utenza|nome utente`,
		`gebruiker(?:snaam)?|użytkownik|uživatel`,
		`логин|пользователь|имя|kullanıcı(?: adı)?|användare|bruker(?:navn)?|käyttäjä`,
	) + `\b[^\n]{0,40}[,/;|] ?(?:mein |das |my |mon |mi |a )?$`)
	// usedAs matches a value before a cue: "… as my password".
	usedAs = regexp.MustCompile(`(?:^|\s)([^\s]{4,64})["'”»]?[ \n](?i:as|for|als|für|comme|como|pour)[ \n]` +
		`(?i:` + oneOf(
		`my|the|our|a|his|her|their|mein|meine|das|unser|mon|le|notre`,
		`mi|la|a|minha|nossa|nuestra|wifi|login`,
	) + `[ \n]){0,2}$`)
	// dashed matches a dash before a value.
	dashed = regexp.MustCompile(`^[ \t]{1,2}-{1,2}[ \t]{1,2}`)
	// described matches words and a colon before a value: "password used for the test: …".
	described = regexp.MustCompile(`^[^\S\n][^\n:=.!?;]{1,40}[:=][ \t]{0,3}`)
)

// passwordAround returns a password after its cue, or before it.
func (v *view) passwordAround(lo, end int, rest string) (finding, bool) {
	if s, ok := v.passphraseAfter(lo, end, rest); ok {
		return s, true
	}
	if m := assignment.FindString(rest); m != "" {
		return v.passwordValue(end+len(m), likely)
	}
	if m := statement.FindString(rest); m != "" {
		if s, ok := v.passwordValue(end+len(m), likely); ok {
			return s, true
		}
	}
	if m := dashed.FindString(rest); m != "" {
		if s, ok := v.passwordValue(end+len(m), strong); ok {
			return s, true
		}
	}
	if s, ok := v.passwordChangedTo(lo, end, rest); ok {
		return s, true
	}
	if s, ok := v.passwordNextTo(lo, end, rest); ok {
		return s, true
	}
	if m := described.FindString(rest); m != "" && !strings.Contains(m, " - ") {
		if s, ok := v.passwordValue(end+len(m), strong); ok {
			return s, true
		}
	}
	return v.passwordUsedAs(lo)
}

// passwordNextTo returns a password right after its cue.
func (v *view) passwordNextTo(lo, end int, rest string) (finding, bool) {
	m := adjacent.FindString(rest)
	if m == "" {
		return finding{}, false
	}
	quote := trailingQuote(m)
	test := stronger
	switch {
	case quote > 0:
		test = func(s string, alone bool) bool { return !strings.Contains(s, " ") && likely(s, alone) }
	case userBefore.MatchString(v.before(lo, 60)):
		test = strong
	}
	return v.passwordValue(end+len(m)-quote, test)
}

// passwordUsedAs returns a password before its cue: "… as the password".
func (v *view) passwordUsedAs(lo int) (finding, bool) {
	from := max(0, lo-110)
	m := usedAs.FindStringSubmatchIndex(v.text[from:lo])
	if m == nil {
		return finding{}, false
	}
	whole := v.text[from+m[2] : from+m[3]]
	value := strings.Trim(whole, `"'”»“„«`)
	if !strong(value, false) {
		return finding{}, false
	}
	at := from + m[2] + strings.Index(whole, value)
	return finding{at, at + len(value), Password}, true
}

// changedToWords introduce what a password is changed to.
var changedToWords = []string{
	"to", "into", "auf", "in", "zu", "en", "à", "a", "por", "para", "as", "als", "naar", "na", "на", "til", "till",
	"olarak",
}

// passwordChangedTo returns what a password is changed to, within five words after its
// cue.
func (v *view) passwordChangedTo(lo, end int, rest string) (finding, bool) {
	test := stronger
	if changeBefore.MatchString(v.before(lo, 60)) {
		test = strong
	}
	at := 0
	for range 5 {
		if at >= len(rest) || rest[at] != ' ' {
			return finding{}, false
		}
		word, _, more := strings.Cut(rest[at+1:], " ")
		if !more || strings.ContainsAny(word, "=:.!?\n") || len(word) > 40 {
			return finding{}, false
		}
		at += 1 + len(word)
		if slices.Contains(changedToWords, word) {
			if s, ok := v.passwordValue(end+at+1, test); ok {
				return s, true
			}
		}
	}
	return finding{}, false
}

// trailingQuote returns the size of the quotation mark at the end of a match, or 0.
func trailingQuote(m string) int {
	r, n := utf8.DecodeLastRuneInString(m)
	if strings.ContainsRune(`"'“„«‘`, r) {
		return n
	}
	return 0
}

var closingQuotes = map[rune]string{
	'"': `"`, '\'': `'`, '`': "`", '“': `”“"`, '”': `”`, '„': `“”"`, '«': `»`, '‘': `’'`,
}

// passwordValue returns the value at i, in quotation marks or up to white space, if test
// accepts it. Test is also passed whether the value stands alone, with nothing of a
// sentence after it.
func (v *view) passwordValue(i int, test func(s string, alone bool) bool) (finding, bool) {
	mark := v.emphasis(i)
	i += len(mark)
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
	value, next := rest[:k], rest[k:]
	if whole, _, marked := strings.Cut(value, mark); marked && mark != "" {
		value = whole
	}
	if c := strings.IndexAny(value, ",;"); c >= 3 && c == len(value)-1 {
		value = value[:c]
	}
	if c := strings.IndexByte(value, ';'); c >= 0 && strings.ContainsRune(value[c:], '=') {
		value = value[:c] // the next field of a connection string
	}
	if len(value) < 3 {
		return finding{}, false
	}
	alone := next == "" || strings.ContainsAny(next[:1], "\n\r\"") || strings.ContainsAny(value[len(value)-1:], ".!;") ||
		len(next) > 1 && next[0] == ' ' && strings.TrimSpace(next) == ""
	if !test(value, alone) {
		return finding{}, false
	}
	return finding{i, i + len(value), Password}, true
}
