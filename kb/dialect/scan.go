package dialect

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxTags is how many tags of one text are understood; the words around further ones
// are kept, the tags are dropped.
const maxTags = 20_000

// Prepare reads a text in a dialect.
func Prepare(markdown string, d Name) *Text {
	s := newScanner(markdown, syntaxOf(d))
	s.out = make([]byte, 0, len(markdown)+len(markdown)/8)
	s.all()
	s.addNotes()
	return &Text{syntax: s.syntax, body: len(s.out), source: s.out, tags: s.tags, lost: summedUp(s.lost)}
}

func newScanner(src string, x syntax) *scanner {
	return &scanner{
		src: src, syntax: x, blank: true, title: -1,
		found: map[string]sought{}, ended: map[string]bool{}, open: map[string][]int{},
	}
}

// all reads the whole text.
func (s *scanner) all() {
	for s.pos < len(s.src) {
		s.line()
	}
}

// scanner reads a text line by line. It knows what is code well enough to leave it alone
// and rewrites the rest.
type scanner struct {
	src    string
	pos    int
	out    []byte
	syntax syntax
	tags   []tag
	lost   []lost
	notes  []note

	counted int // bytes of the original whose line breaks are in lines
	lines   int

	open    map[string][]int  // tags that are not closed yet, by form and name
	fences  []openFence       // open directives, the innermost last
	boxes   []fence           // open fences that enclose Markdown, the innermost last
	found   map[string]sought // where delimiters were found last
	ended   map[string]bool   // tags that do not occur in the rest of the text
	closers map[string]int    // where elements are closed last; nil if that was not determined
	spent   int               // bytes that were scanned in vain
	skip    []mute            // closing marks to drop, in order
	top     int               // white space at the beginning of what was written
	literal int               // templates before this offset are words

	code     fence
	html     bool     // the line lies in a block of HTML, which ends with a blank line
	title    int      // where the heading that is being read begins in what was written, -1 for none
	heading  int      // level of the HTML heading that is open on the current line
	quote    string   // the quotation marks that the current line begins with
	holders  []holder // what the current line is indented by, the innermost last
	column   int      // the indentation of the current line
	blank    bool     // the line before was blank, or ended its block
	coded    bool     // the line before was indented code
	spans    spans    // code spans of the current paragraph
	lone     bool     // nothing but tags was met on the current line
	branched bool     // the first branch of a case was met
	shown    bool     // a tag on the current line is something to a reader by itself
	url      bool     // the bytes written last are a bare address
}

// fence is an open fenced code block.
type fence struct {
	mark   byte
	length int
	indent int // of what contains it
	depth  int // of the quotation that it is in
	tag    int // the tag that it opened, if it encloses Markdown
}

// mute is a mark of n bytes that is dropped when it is reached.
type mute struct{ at, n int }

// dropLater drops n bytes when the offset is reached.
func (s *scanner) dropLater(at, n int) {
	i, _ := slices.BinarySearchFunc(s.skip, at, func(m mute, at int) int { return m.at - at })
	s.skip = slices.Insert(s.skip, i, mute{at, n})
}

// holder is a block whose content is indented, such as a list item.
type holder struct {
	content int // columns; -1 until its first line of content is known
	floor   int // the column of its opening
	tag     int // index of the tag that opened it, -1 for a list item or the like
}

// put copies n bytes of the original.
func (s *scanner) put(n int) {
	n = min(n, len(s.src)-s.pos)
	s.out = append(s.out, s.src[s.pos:s.pos+n]...)
	s.pos += n
}

// drop passes over the original up to the offset and remembers the line breaks in it.
func (s *scanner) drop(to int) {
	s.lose(strings.Count(s.src[s.pos:to], "\n"))
	s.pos = to
}

// lose remembers that the source has n line breaks fewer than the original from here on.
func (s *scanner) lose(n int) {
	if n != 0 {
		s.lost = append(s.lost, lost{len(s.out), n})
	}
}

func (s *scanner) write(words string) { s.out = append(s.out, words...) }

// rest returns the current line from the current offset, without its line break.
func (s *scanner) rest() string { return lineAt(s.src, s.pos) }

// ahead returns what follows on the current line, n bytes at most.
func (s *scanner) ahead(n int) string { return lineAt(s.src[:min(len(s.src), s.pos+n)], s.pos) }

// gap returns the offset behind the white space that follows an offset on its line, and
// whether the line ends there.
func (s *scanner) gap(at int) (end int, ends bool) {
	for at < len(s.src) && (s.src[at] == ' ' || s.src[at] == '\t' || s.src[at] == '\r') {
		at++
	}
	return at, at >= len(s.src) || s.src[at] == '\n'
}

// find returns the offset of a delimiter from an offset on, -1 if there is none. What was
// found, or was not, is remembered, so that no part of the text is searched twice.
func (s *scanner) find(delimiter string, from int) int {
	last, known := s.found[delimiter]
	if known && from >= last.from && (last.at < 0 || last.at >= from) {
		return last.at
	}
	at := -1
	if from <= len(s.src) {
		if at = strings.Index(s.src[from:], delimiter); at >= 0 {
			at += from
		}
	}
	s.found[delimiter] = sought{from, at}
	return at
}

// sought is where a delimiter was found from an offset on, -1 for nowhere.
type sought struct{ from, at int }

// near reports whether a delimiter follows soon.
func (s *scanner) near(delimiter string) bool {
	at := s.find(delimiter, s.pos)
	return at >= 0 && at-s.pos <= maxTemplate
}

// spend reports whether n more bytes may be scanned in vain. Honest texts never get
// there; of others the rest is read without what needs a look ahead.
func (s *scanner) spend(n int) bool {
	s.spent += n
	return s.spent <= maxSpent+maxSpentShare*len(s.src)
}

const (
	maxSpent      = 4 << 20 // bytes
	maxSpentShare = 40      // times the length of the text
)

// line rewrites one line, or more if a construct extends over several.
func (s *scanner) line() {
	line := s.rest()
	if s.code.mark != 0 && s.inFence(line) {
		return
	}
	quote, inner := splitQuote(line, maxQuotes)
	if len(quote) == 0 != (len(s.quote) == 0) || depth(quote) != depth(s.quote) {
		s.holders, s.coded = nil, false
	}
	s.quote = quote
	indent, width := indentOf(inner)
	empty := strings.TrimSpace(inner) == ""
	if empty {
		s.blank, s.html, s.spans = true, false, spans{}
		s.put(len(line) + 1)
		return
	}
	s.settle(indent)
	if s.isCode(indent) {
		s.coded, s.blank = true, false
		s.put(len(line) + 1)
		return
	}
	s.coded, s.lone, s.url, s.shown, s.column = false, true, false, false, indent
	s.put(len(quote) + width)
	if !s.lineStart(indent) {
		s.words()
	}
}

// settle leaves the holders that a line with this indentation does not belong to.
func (s *scanner) settle(indent int) {
	for n := len(s.holders); n > 0; n = len(s.holders) {
		h := &s.holders[n-1]
		if h.content < 0 {
			h.content = max(indent, h.floor)
		}
		if indent >= h.content || h.tag >= 0 || !s.blank && !s.coded {
			return
		}
		s.holders = s.holders[:n-1]
	}
}

// leave leaves the holders, but for tags, whose content begins behind a column.
func (s *scanner) leave(column int) {
	for n := len(s.holders); n > 0 && s.holders[n-1].tag < 0 && s.holders[n-1].content > column; n = len(s.holders) {
		s.holders = s.holders[:n-1]
	}
}

// base returns the column at which the content of the innermost holder begins.
func (s *scanner) base() int {
	if n := len(s.holders); n > 0 {
		return max(0, s.holders[n-1].content)
	}
	return 0
}

func (s *scanner) isCode(indent int) bool {
	return !s.syntax.mdx && (s.blank || s.coded) && indent >= s.base()+4
}

// hold adds a holder; the blocks that do not contain it are left.
func (s *scanner) hold(h holder) {
	s.leave(h.floor)
	s.holders = append(s.holders, h)
}

// words rewrites the rest of a line, or of several if a construct extends over them.
func (s *scanner) words() {
	s.blank = false
	for s.pos < len(s.src) {
		if len(s.skip) > 0 && s.skip[0].at <= s.pos {
			if s.skip[0].at == s.pos {
				s.pos += s.skip[0].n
			}
			s.skip = s.skip[1:]
			continue
		}
		c := s.src[s.pos]
		if c == '\n' {
			s.put(1)
			return
		}
		if s.construct(c) {
			continue
		}
		if c != ' ' && c != '\t' {
			s.lone = false
		}
		if s.url = s.url && c != ' ' && c != '\t' && c != '<'; c >= utf8.RuneSelf {
			_, n := utf8.DecodeRuneInString(s.src[s.pos:])
			s.put(n)
			continue
		}
		s.put(1)
	}
}

// construct rewrites what begins at the current offset; false if nothing special does.
func (s *scanner) construct(c byte) bool {
	switch c {
	case '\\':
		if s.pos+1 < len(s.src) && isPunctuation(s.src[s.pos+1]) {
			s.lone = false
			s.put(2)
			return true
		}
	case '`':
		s.lone = false
		return s.codeSpan()
	case '<':
		return s.angle()
	case '{':
		return s.brace()
	case '%':
		return s.percent()
	case ']':
		return s.destination()
	case '[', '!':
		return s.bracket()
	case ':':
		return s.colon()
	case '^':
		return s.caret() || s.script()
	case '~':
		return s.script()
	case '=', '+':
		return s.marks(c)
	case 'h', 'w':
		return s.address()
	}
	return false
}

// address notes that a bare address begins here.
func (s *scanner) address() bool {
	rest := s.src[s.pos:]
	if strings.HasPrefix(rest, "http://") || strings.HasPrefix(rest, "https://") {
		s.url, s.lone = true, false
		s.put(7) // past the scheme, so that its colon is read as part of it
		return true
	}
	if strings.HasPrefix(rest, "www.") && !isWord(s.before()) {
		s.url, s.lone = true, false
		s.put(4)
		return true
	}
	return false
}

// before returns the last byte written, a line break at the beginning.
func (s *scanner) before() byte {
	if len(s.out) == 0 {
		return '\n'
	}
	return s.out[len(s.out)-1]
}
