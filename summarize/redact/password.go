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
		`chang(?:e|ed|ing)|restableci(?:ó|do|da)|set|reset|resetting|updated?`,
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
	// dashed matches a dash before a value.
	dashed = regexp.MustCompile(`^[ \t]{1,2}-{1,2}[ \t]{1,2}`)
	// inserted matches a value in brackets or between commas after a cue: "my password, …, has".
	inserted = regexp.MustCompile(`^(?:[^.!?\n(]{0,50}\(["'“„«]?([^\s()]{4,64})\)|, ([^\s,]{4,64}),)`)
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
	if m := v.insertedAfter(end, rest); m != nil {
		if m[2] < 0 {
			m[2], m[3] = m[4], m[5]
		}
		value := strings.Trim(v.text[end+m[2]:end+m[3]], "\"'”»“„«`*")
		at := end + m[2] + strings.Index(v.text[end+m[2]:end+m[3]], value)
		plain := len(value) < 6 || numberedWord.MatchString(value) || shapeOf(value).small == 0 ||
			!strings.ContainsAny(value, asciiDigits+"!@#$%^&*")
		if (strong(value, true) && !plain || joinedWords.MatchString(value)) && !v.variable(at, at+len(value)) {
			return finding{at, at + len(value), Password}, true
		}
	}
	if m := v.describedAfter(rest); m != "" && !strings.Contains(m, " - ") {
		test := strong
		if strings.HasPrefix(rest[len(m):], `"`) {
			test = likely
		}
		if s, ok := v.passwordValue(end+len(m), test); ok {
			return s, true
		}
	}
	if s, ok := v.passwordQualified(end, rest); ok {
		return s, true
	}
	return v.passwordUsedAs(lo)
}

// insertedAfter matches inserted after a cue, and describedAfter described, both only where a
// look at the marks that they need says that they may match.
func (v *view) insertedAfter(end int, rest string) []int {
	if !strings.HasPrefix(rest, ", ") && strings.IndexByte(rest[:min(len(rest), 52)], '(') < 0 {
		return nil
	}
	return inserted.FindStringSubmatchIndex(v.after(end, 120))
}

func (v *view) describedAfter(rest string) string {
	if !strings.ContainsAny(rest[:min(len(rest), 46)], ":=") {
		return ""
	}
	return described.FindString(rest)
}

// dense reports whether a value has small letters and digits, as codes of errors and
// articles have not.
func dense(s string, alone bool) bool {
	s = strings.TrimRight(s, ".,;:!?)(|*")
	n := shapeOf(s)
	return n.small > 0 && n.digits > 1 && len(s) >= 6 && strong(s, alone) && strings.IndexByte(s, '.') < 0
}

var (
	// purposeWords introduce what a password is for.
	purposeWords = regexp.MustCompile(`^[ ](?:for|of|to|on|für|zum|zur|vom|von|pour|du|de|del|da|do|della|dello|van|` +
		`voor|od|для|от|к)[ ]`)
	qualities = wordSet("password-qualities")
)

// passwordQualified returns a password after its cue and a word about it: an adjective, or
// a preposition and up to three words for what it is for.
func (v *view) passwordQualified(end int, rest string) (finding, bool) {
	at, words := len(purposeWords.FindString(rest)), 3
	if at == 0 {
		at, words = 1, 1
		first, _, _ := strings.Cut(strings.TrimPrefix(rest, " "), " ")
		if !strings.HasPrefix(rest, " ") || !qualities[first] {
			return finding{}, false
		}
	}
	for range words {
		n := strings.IndexByte(rest[at:], ' ')
		if n < 1 || strings.ContainsAny(rest[at:at+n], ".,;:!?\n=") {
			return finding{}, false
		}
		at += n + 1
		test := dense
		if at < len(rest) && (strings.IndexByte(`"'`, rest[at]) >= 0 || v.emphasis(end+at) != "") {
			test = likely
		}
		if s, ok := v.passwordValue(end+at, test); ok {
			return s, true
		}
	}
	return finding{}, false
}

// passwordNextTo returns a password right after its cue.
func (v *view) passwordNextTo(lo, end int, rest string) (finding, bool) {
	m := adjacent.FindString(rest)
	if m == "" || m[0] == '\n' && strings.Contains(v.before(lo, 80), "   ") {
		return finding{}, false // the head of a table
	}
	quote := trailingQuote(m)
	var test func(s string, alone bool) bool
	switch {
	case quote > 0:
		test = func(s string, alone bool) bool { return !strings.Contains(s, " ") && likely(s, alone) }
	case v.emphasis(end+len(m)) != "":
		test = likely
	default:
		test = func(s string, alone bool) bool {
			return stronger(s, alone) || strong(s, alone) && userBefore.MatchString(v.before(lo, 60))
		}
	}
	return v.passwordValue(end+len(m)-quote, test)
}

// What may stand between a value and the cue after it: words that link them, words between
// the two, and words that make the sentence one about the value.
var (
	linkWords = wordSet("link-words")
	ownWords  = wordSet("own-words")
)

// passwordUsedAs returns a password before its cue: "… as the password", "… is the password".
func (v *view) passwordUsedAs(lo int) (finding, bool) {
	i := lo
	for range 4 {
		from, to := v.wordBefore(i)
		word := v.lower[from:to]
		switch {
		case to == from:
			return finding{}, false
		case linkWords[word]:
			return v.valueBefore(from)
		case !ownWords[word]:
			return finding{}, false
		}
		i = from
	}
	return finding{}, false
}

// wordBefore returns the range of the word before i, without marks.
func (v *view) wordBefore(i int) (from, to int) {
	to = i
	for to > 0 && (v.text[to-1] == ' ' || v.text[to-1] == '\n') {
		to--
	}
	from = to
	for from > 0 && to-from < 70 && v.text[from-1] > ' ' {
		from--
	}
	return from, to
}

// valueBefore returns the password that ends before i.
func (v *view) valueBefore(i int) (finding, bool) {
	from, to := v.wordBefore(i)
	if v.lower[from:to] == "в" {
		from, to = v.wordBefore(from)
	}
	for to > from && strings.HasSuffix(v.text[from:to], "-") || strings.HasSuffix(v.text[from:to], "—") {
		from, to = v.wordBefore(from) // "… — это пароль"
	}
	whole := v.text[from:to]
	value := strings.Trim(whole, "\"'”»“„«`*(),;:")
	if !strong(value, false) && !joinedWords.MatchString(value) || v.variable(from, to) {
		return finding{}, false
	}
	at := from + strings.Index(whole, value)
	return finding{at, at + len(value), Password}, true
}

// joinedWords matches words that only a password joins: "otter-lamp-quilt".
var joinedWords = regexp.MustCompile(`^[a-z]{4,8}(?:-[a-z]{4,8}){2,5}$`)

var changeWords = wordSet("change-words")

// changedToWords introduce what a password is changed to.
var changedToWords = []string{
	"to", "into", "auf", "in", "zu", "en", "à", "a", "por", "para", "as", "als", "naar", "na", "на", "til", "till",
	"olarak",
}

// passwordChangedTo returns what a password is changed to, within five words after its
// cue.
func (v *view) passwordChangedTo(lo, end int, rest string) (finding, bool) {
	test := stronger
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
		if changeWords[word] {
			test = strong
		}
		if slices.Contains(changedToWords, word) {
			if changeBefore.MatchString(v.before(lo, 60)) {
				test = strong
			}
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
	if c := strings.IndexByte(value, '|'); c >= 3 {
		value = strings.TrimRight(value[:c], ".") // the next cell of a table
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
