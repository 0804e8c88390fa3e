package dialect

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark-emoji/definition"
)

var (
	emojiName = regexp.MustCompile(`^:([a-z0-9_+-]{1,60}):`)
	iconName  = regexp.MustCompile(`^:(?:material|fontawesome|octicons|simple|fa|fas|fab|far|mdi|bi|heroicons|lucide|` +
		`tabler)-` +
		`[a-z0-9-]+:`)
	emojis = definition.Github()
	// further names: those of Discourse and Slack, and Unicode's own.
	emojiAliases = map[string]string{
		"slight_smile": "slightly_smiling_face", "slightly_smiling": "slightly_smiling_face",
		"thinking_face": "thinking", "white_tick": "heavy_check_mark", "information": "information_source",
		"simple_smile": "slightly_smiling_face", "man_shrugging": "shrug", "person_shrugging": "shrug",
		"person_raising_hand": "raising_hand", "person_facepalming": "facepalm", "thumbs_up": "+1",
		"thumbs_down": "-1", "clapping_hands": "clap", "folded_hands": "pray", "waving_hand": "wave",
		"raising_hands": "raised_hands", "index_pointing_up": "point_up", "red_heart": "heart",
		"check_mark": "heavy_check_mark", "check_mark_button": "white_check_mark", "cross_mark": "x",
		"cross_mark_button": "negative_squared_cross_mark", "light_bulb": "bulb", "party_popper": "tada",
		"police_car_light": "rotating_light", "high_voltage": "zap", "hundred_points": "100",
		"magnifying_glass_tilted_left": "mag", "magnifying_glass_tilted_right": "mag_right",
		"double_exclamation_mark": "bangbang", "red_question_mark": "question",
		"red_exclamation_mark": "exclamation", "large_green_circle": "green_circle",
		"large_yellow_circle": "yellow_circle", "large_orange_circle": "orange_circle",
	}
)

// emoji writes the sign that a known name between colons stands for.
func (s *scanner) emoji() bool {
	rest := s.src[s.pos:]
	if c := s.before(); isWord(c) || c == ':' || c == '/' {
		return false
	}
	if m := iconName.FindString(rest); m != "" {
		s.drop(s.pos + len(m))
		if strings.HasPrefix(s.src[s.pos:], " ") && strings.IndexByte(" \n[(", s.before()) >= 0 {
			s.pos++
		}
		return true
	}
	m := emojiName.FindStringSubmatch(rest)
	if m == nil {
		return false
	}
	n := len(m[0]) + len(skinTone.FindString(rest[len(m[0]):]))
	if after := rest[n:]; after != "" && (isWord(after[0]) || after[0] == ':' && !emojiName.MatchString(after)) {
		return false
	}
	name := m[1]
	if alias, ok := emojiAliases[name]; ok {
		name = alias
	}
	e, ok := emojis.Get(name)
	if !ok {
		return s.ownEmoji(name, n)
	}
	s.lone = false
	s.write(string(e.Unicode))
	s.pos += n
	return true
}

// skinTone matches what names the tone of the emoji before it.
var skinTone = regexp.MustCompile(`^(?::skin-tone-[1-6]:|t[1-6]:)`)

// ownEmoji drops a name that only the tool of the author knows where it adorns a heading.
// Elsewhere it may be what the author wrote, and remains.
func (s *scanner) ownEmoji(name string, n int) bool {
	at, ends := s.gap(s.pos + n)
	if s.title < 0 || strings.Trim(name, "0123456789+-_") == "" {
		return false
	}
	if begins := len(bytes.Trim(s.out[s.title:], "# \t")) == 0; begins == ends {
		return false
	}
	if s.trimLine(); !ends {
		s.write(" ")
	}
	s.pos = at
	return true
}

// percent drops a comment between double percent signs.
func (s *scanner) percent() bool {
	if !s.syntax.percent || !strings.HasPrefix(s.src[s.pos:], "%%") {
		return false
	}
	if s.comment("%%", 2) {
		return true
	}
	if s.lone {
		s.dropWhole(len(s.src))
		return true
	}
	return false
}

// caret reads a footnote within a line, ^[words], and the id of a block, ^id.
func (s *scanner) caret() bool {
	rest := s.src[s.pos:]
	if strings.HasPrefix(rest, "^[") && s.before() != '^' && s.near("]") && s.spend(0) {
		line := s.ahead(maxTemplate)
		end := matchingBracket(line[1:])
		if end < 0 {
			return s.spend(len(line)) && false
		}
		if end < 2 || strings.HasPrefix(line[1+end+1:], "(") {
			return false
		}
		s.lone = false
		if len(s.notes) >= maxNotes/2 {
			s.write(" (" + line[2:1+end] + ")")
			s.drop(s.pos + 1 + end + 1)
			return true
		}
		s.notes = append(s.notes, note{line[2 : 1+end], s.currentLine()})
		s.write("[^" + noteName(len(s.notes)) + "]")
		s.drop(s.pos + 1 + end + 1)
		return true
	}
	if m := blockID.FindStringSubmatch(rest); s.syntax.blockIDs && m != nil && (s.lone || s.before() == ' ') {
		s.trimLine()
		g := tag{form: wiki, role: anchor, state: single, args: []arg{{"id", "^" + m[1]}}, raw: "^" + m[1]}
		return s.emit(g, s.pos+len(g.raw))
	}
	return false
}

var blockID = regexp.MustCompile(`^\^([A-Za-z0-9-]+)[ \t]*(?:\n|$)`)

func noteName(n int) string { return "inline-note-" + strconv.Itoa(n) }

// note is a footnote that stood within a line of the original.
type note struct {
	words string
	line  int
}

// addNotes reads the footnotes that stood within lines and writes them behind the text.
func (s *scanner) addNotes() {
	if len(s.notes) == 0 {
		return
	}
	if s.code.length > 0 {
		s.write("\n" + strings.Repeat(" ", s.code.indent) + strings.Repeat(string(s.code.mark), s.code.length))
		s.lose(-1)
	}
	line := 1 + strings.Count(s.src, "\n") // on which the text ends
	for i := 0; i < len(s.notes); i++ {
		n := s.notes[i]
		s.write("\n\n")
		s.lose(n.line - line - 2)
		next := newScanner("[^"+noteName(i+1)+"]: "+n.words+"\n", s.syntax)
		next.out, next.tags, next.lost, next.notes, next.lines = s.out, s.tags, s.lost, s.notes, n.line-1
		*s = *next
		s.all()
		line = n.line + 1
	}
}

// currentLine returns the 1-based line of the original that is being read.
func (s *scanner) currentLine() int {
	s.lines += strings.Count(s.src[s.counted:s.pos], "\n")
	s.counted = s.pos
	return 1 + s.lines
}

// matchingBracket returns the offset of the bracket that closes the first, -1 if none.
func matchingBracket(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

var (
	keyCombination = regexp.MustCompile(`^\+\+((?:[a-zA-Z0-9-]+|"[^"\n]+")(?:\+(?:[a-zA-Z0-9-]+|"[^"\n]+"))*)\+\+`)
	knownKeys      = wordSet(`ctrl control alt shift cmd command win windows meta option enter return tab esc
		escape space del delete backspace ins insert home end page-up page-down up down left right arrow-up arrow-down
		arrow-left arrow-right f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 print-screen caps-lock num-lock fn super plus
		minus`)
)

// marks reads ==highlighted words== and ++key+combinations++.
func (s *scanner) marks(c byte) bool {
	rest := s.src[s.pos:]
	if c == '+' {
		m := keyCombination.FindStringSubmatch(rest)
		if m == nil || isWord(s.before()) {
			return false
		}
		keys := strings.Split(m[1], "+")
		if !s.syntax.keys && !knownKeys[strings.ToLower(keys[0])] {
			return false
		}
		for i, k := range keys {
			keys[i] = titled(strings.Trim(k, `"`))
		}
		s.lone = false
		s.write(strings.Join(keys, "+"))
		s.pos += len(m[0])
		return true
	}
	if !strings.HasPrefix(rest, "==") || s.before() == '=' || len(rest) < 5 || strings.IndexByte(" \t\n=", rest[2]) >= 0 {
		return false
	}
	line := s.ahead(maxName)
	end := strings.Index(line[2:], "==")
	if end < 1 || strings.IndexByte(" \t", line[2+end-1]) >= 0 || strings.HasPrefix(line[2+end+2:], "=") {
		return false
	}
	if strings.Count(line[2:2+end], "`")%2 != 0 {
		return false // it ends within code
	}
	s.dropLater(s.pos+2+end, 2)
	s.pos += 2
	s.lone = false
	return true
}

var (
	criticDeleted  = regexp.MustCompile(`^\{(--|>>)[^\n]*?(?:--|<<)\}`)
	criticAdded    = regexp.MustCompile(`^\{(?:\+\+[^\n]*?\+\+|==[^\n]*?==)\}`)
	criticReplaced = regexp.MustCompile(`^(\{~~[^\n]*?~>)[^\n]*?~~\}`)
)

// critic applies the marks of an edit and drops the remarks of its readers.
func (s *scanner) critic() bool {
	rest := s.ahead(maxName * 4)
	if !(strings.HasPrefix(rest, "{--") && s.near("--}")) && !(strings.HasPrefix(rest, "{>>") && s.near("<<}")) &&
		!(strings.HasPrefix(rest, "{++") && s.near("++}")) && !(strings.HasPrefix(rest, "{==") && s.near("==}")) &&
		!(strings.HasPrefix(rest, "{~~") && s.near("~~}")) {
		return false
	}
	if m := criticDeleted.FindString(rest); m != "" {
		s.dropWhole(s.pos + len(m))
		return true
	}
	opening := len("{++")
	m := criticAdded.FindString(rest)
	if replaced := criticReplaced.FindStringSubmatch(rest); replaced != nil {
		m, opening = replaced[0], len(replaced[1])
	}
	if m == "" {
		s.spend(len(rest))
		return false
	}
	s.lone = false
	s.dropLater(s.pos+len(m)-len("++}"), len("++}"))
	s.drop(s.pos + opening)
	return true
}

// expression reads a JavaScript expression: a literal string is its value, anything else
// means nothing to a reader.
func (s *scanner) expression() bool {
	if !s.near("}") || !s.spend(0) {
		return false
	}
	depth := 0
	for i := s.pos; i < min(len(s.src), s.pos+maxTemplate); i++ {
		switch s.src[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '\n':
			if strings.TrimSpace(lineAt(s.src, i+1)) == "" {
				return s.spend(i-s.pos) && false
			}
		}
		if depth == 0 {
			value := literalString(strings.TrimSpace(s.src[s.pos+1 : i]))
			if value == "" {
				s.dropWhole(i + 1)
				return true
			}
			s.lone = false
			s.drop(i + 1)
			s.write(value)
			return true
		}
	}
	return s.spend(maxTemplate) && false
}

// scriptWord matches an index or an exponent, as in H~2~O and 10^6^.
var scriptWord = regexp.MustCompile(`^(?:~([\p{L}\p{N}+-]{1,20})~|\^([\p{L}\p{N}+-]{1,20})\^)`)

// script reads an index or an exponent right behind a word.
func (s *scanner) script() bool {
	m := scriptWord.FindStringSubmatch(s.ahead(maxName))
	if m == nil || !isWord(s.before()) && s.before() != ')' {
		return false
	}
	if after := s.src[s.pos+len(m[0]):]; strings.HasPrefix(after, m[0][:1]) {
		return false
	}
	g := tag{form: element, name: "sub", html: true, role: style, words: true, state: opening, raw: m[0][:1]}
	if m[2] != "" {
		g.name = "sup"
	}
	s.lone = false
	s.emit(g, s.pos+1)
	s.put(len(m[0]) - 2)
	g.state = closing
	return s.emit(g, s.pos+1)
}
