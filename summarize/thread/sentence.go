package thread

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/reply"
	"github.com/deskbook/deskbook/summarize/lexicon"
)

// Form is what the layout of a piece of a message shows it to be.
type Form int

// The forms.
const (
	Prose     Form = iota
	Step           // an item of a list
	Code           // fenced or indented code, log and error lines
	signature      // closing, name, contact block
	Greeting
	Data // pasted material such as mail headers and JSON
)

// Span is one sentence, list item or code line of a message.
type Span struct {
	Phrase
	Form  Form
	Para  int // index of the paragraph, from 0
	Pos   int // index in the message, from 0
	Group int // of a passage: the number of the caption above it, 0 for none
	// Ordered reports whether it is an item of a numbered list.
	Ordered bool
}

// maxSpanRunes bounds one span: no sentence is longer.
const maxSpanRunes = 1200

// Segment splits what the author of a message wrote for it into spans. It never joins what
// a blank line, a list marker or a code fence separates, and never splits identifiers,
// addresses, versions and common abbreviations.
func Segment(text string) []Span {
	s := segmenter{}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u00a0", " ").Replace(text)
	for line := range strings.SplitSeq(reply.Own(strings.ToValidUTF8(text, "")), "\n") {
		s.line(line)
	}
	s.flush()
	markSignature(s.out)
	return s.out
}

type segmenter struct {
	out    []Span
	buffer []string // lines of the prose paragraph being collected
	item   bool     // the buffer is a list item
	number bool     // of an ordered list
	fenced bool
	para   int
}

var (
	listItem  = lexicon.Pattern("thread/list-item")
	listMark  = lexicon.Pattern("thread/list-mark")
	errorLine = lexicon.Pattern("thread/error-line")
	numbered  = regexp.MustCompile(`^(?:(\d{1,2})[.)]|[-•])\s+(.*)$`)
	trailing  = regexp.MustCompile(`^(.*\S)\s+(\d{1,2})[.)]$`)
	dataLine  = regexp.MustCompile(`^\s*(?:[{\[]\s*["{\[]|</?[a-zA-Z][\w-]*[ >/])`)
)

func (s *segmenter) line(line string) {
	t := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(t, "```") || strings.HasPrefix(t, "~~~"):
		s.flush()
		s.fenced = !s.fenced
		s.para++
	case t == "":
		s.flush()
		s.para++
	case s.fenced:
		s.emit(t, Code)
	case errorLine.MatchString(line), dataLine.MatchString(line):
		s.flush()
		s.emit(t, Code)
	case listItem.MatchString(line):
		s.flush()
		m := listItem.FindStringSubmatch(line)
		s.item, s.number = true, m[1] != "" || m[2] != "" || m[3] != ""
		s.buffer = append(s.buffer, strings.TrimSpace(listMark.ReplaceAllString(line, "")))
	default:
		if len(s.buffer) > 0 && !continues(s.buffer[len(s.buffer)-1], line, s.item) {
			s.flush()
		}
		s.buffer = append(s.buffer, t)
	}
}

// wrapWidth is the line length from which a line break is taken for a mail client's, not
// the writer's.
const wrapWidth = 60

// continues reports whether a line continues the sentence of the line before it.
func continues(before, line string, item bool) bool {
	t := strings.TrimSpace(line)
	if before == "" {
		return true // the text of an item whose marker has a line of its own
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune(".!?:;。！？…", last) || AddressOnly.Matches(before) || AddressOnly.Matches(t) {
		return false
	}
	if fields := strings.Fields(before); strings.Contains(fields[len(fields)-1], "://") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(t)
	if len(strings.Fields(t)) <= 2 && unicode.IsUpper(first) {
		return false // a name below the text
	}
	n := utf8.RuneCountInString(before)
	switch {
	case unicode.IsLower(first):
		return n >= 25
	case item:
		return n >= wrapWidth && line != t
	}
	return n >= wrapWidth && n <= 100
}

func (s *segmenter) flush() {
	if len(s.buffer) == 0 {
		return
	}
	text := strings.Join(s.buffer, " ")
	f := Prose
	if s.item {
		f = Step
	}
	count := 1
	for _, sentence := range SplitSentences(text) {
		if m := numbered.FindStringSubmatch(sentence); m != nil {
			s.number = sentence[0] != '-'
			f, sentence = Step, m[2]
			if n, err := strconv.Atoi(m[1]); err == nil {
				count = n
			}
		}
		if m := trailing.FindStringSubmatch(sentence); m != nil && f == Step && m[2] == strconv.Itoa(count+1) {
			sentence = m[1] // the next item's number is in the running text
			count++
		}
		s.emit(sentence, f)
	}
	s.buffer, s.item, s.number = nil, false, false
}

func (s *segmenter) emit(text string, f Form) {
	text = Tidy(text)
	if text == "" {
		return
	}
	switch {
	case isData(text, f):
		f = Data
	case f == Prose && IsGreeting(text):
		f = Greeting
	default:
		text = withoutSmiley(text)
	}
	p := Phrase{Text: Shorten(text, maxSpanRunes)}
	if f == Prose || f == Step || f == Code {
		p = Parse(p.Text)
	}
	s.out = append(s.out, Span{Phrase: p, Form: f, Para: s.para, Pos: len(s.out), Ordered: f == Step && s.number})
}

// abbreviations are followed by a full stop that does not end a sentence.
var abbreviations = lexicon.Words("thread/abbreviations")

// SplitSentences splits a paragraph into its sentences.
func SplitSentences(text string) []string {
	var out []string
	runes := []rune(text)
	from := 0
	for i := 0; i < len(runes); i++ {
		if runes[i] == ':' && opensList(runes[i+1:]) {
			out = append(out, strings.TrimSpace(string(runes[from:i+1])))
			from = i + 1
			continue
		}
		if !strings.ContainsRune(".!?…。！？", runes[i]) {
			continue
		}
		end := i + 1
		for end < len(runes) && strings.ContainsRune(".!?…。！？\"'”’)]»", runes[end]) {
			end++
		}
		if end < len(runes) && !endsSentence(runes, from, i, end) {
			i = end - 1
			continue
		}
		if s := strings.TrimSpace(string(runes[from:end])); s != "" {
			out = append(out, s)
		}
		from, i = end, end-1
	}
	if s := strings.TrimSpace(string(runes[from:])); s != "" {
		out = append(out, s)
	}
	return out
}

// opensList reports whether a list marker in the running text follows a colon:
// "my issues: 1. …".
func opensList(rest []rune) bool {
	head := strings.Fields(string(rest[:min(len(rest), 8)]))
	return len(head) > 1 && (head[0] == "1." || head[0] == "1)" || head[0] == "-")
}

// endsSentence reports whether the terminator at i, whose run of closing characters ends
// before end, ends the sentence that begins at from.
func endsSentence(runes []rune, from, i, end int) bool {
	if strings.ContainsRune("。！？", runes[i]) {
		return true
	}
	if !unicode.IsSpace(runes[end]) {
		return false
	}
	next := end
	for next < len(runes) && (unicode.IsSpace(runes[next]) || strings.ContainsRune("\"'“‘([«", runes[next])) {
		next++
	}
	if next >= len(runes) {
		return true
	}
	if runes[i] == '…' || i+1 < end && runes[i] == '.' && runes[i+1] == '.' {
		return !unicode.IsLower(runes[next])
	}
	if runes[i] != '.' {
		return true
	}
	before := lastToken(runes, from, i)
	switch {
	case abbreviations[strings.ToLower(before)]:
		return false
	case utf8.RuneCountInString(before) == 1 && unicode.IsUpper([]rune(before)[0]):
		return before == "I" // a single capital is an initial
	case unicode.IsLower(runes[next]):
		return utf8.RuneCountInString(before) >= 2 // many people do not use capitals
	case isNumber(before) && len(before) <= 2 && strings.TrimSpace(string(runes[from:i])) == before:
		return false // "1." opens a sentence
	case isNumber(before) && len(before) <= 2 && months[strings.ToLower(firstToken(runes[next:]))]:
		return false // "am 3. März"
	}
	return true
}

func lastToken(runes []rune, from, i int) string {
	j := i
	for j > from && !unicode.IsSpace(runes[j-1]) && !strings.ContainsRune("([\"'“", runes[j-1]) {
		j--
	}
	return string(runes[j:i])
}

// months are words (mostly months) before which a full stop makes a number an ordinal.
var months = lexicon.Words("thread/months")

func firstToken(runes []rune) string {
	i := 0
	for i < len(runes) && unicode.IsLetter(runes[i]) {
		i++
	}
	return string(runes[:i])
}

func isNumber(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}
