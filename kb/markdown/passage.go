package markdown

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/plain"
)

// The lengths of passages, and what joins the headings of a passage's path.
const (
	passageLength = 1500 // runes after which a section goes on in another passage
	maxParagraph  = 3000 // runes of the longest paragraph that is not split
	maxPassages   = 4000 // of one article; the last one takes the rest
	maxHeading    = 160  // runes of one heading in a passage's heading path
	HeadingJoin   = " › "
)

// Passages splits the text into its passages: the lead, then the section under each
// heading, a long one into several at its paragraphs. Ids are carried over from previous,
// the passages of the revision before, wherever a section is recognisably the same. New
// numbers start at next, which is returned for the following revision.
func (d Document) Passages(articleID string, previous []Passage, next int) ([]Passage, int) {
	passages := d.Sections()
	carried := matchPassages(previous, passages)
	next = max(next, 1)
	for _, p := range previous {
		next = max(next, passageNumber(p.ID)+1)
	}
	for i := range passages {
		if old, ok := carried[i]; ok {
			passages[i].ID = previous[old].ID
			continue
		}
		passages[i].ID = articleID + "." + strconv.Itoa(next)
		next++
	}
	return passages, next
}

// PassageArticle returns the id of the article that the passage id names.
func PassageArticle(passageID string) (articleID string, ok bool) {
	i := strings.LastIndexByte(passageID, '.')
	if i <= 0 || passageNumber(passageID) == 0 {
		return "", false
	}
	return passageID[:i], true
}

// passageNumber returns the n of "<article id>.<n>", 0 if id is not of that form.
func passageNumber(id string) int {
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '.')+1:])
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// splitter collects the text of the current section.
type splitter struct {
	source  []byte
	out     []Passage
	lines   [][]Line // of each passage
	path    []level  // open headings, outermost first
	titled  bool     // the heading that repeats the title has been seen
	open    []Line   // of the passage being collected
	size    int
	written bool // the open section already has a passage
	title   string
}

type level struct {
	depth  int
	words  string
	anchor string
}

// Sections splits a body into passages without ids.
func (d Document) Sections() []Passage {
	passages, _ := d.sections()
	return passages
}

// Outline returns the lines of each passage, in the order of [Document.Passages].
func (d Document) Outline() [][]Line {
	_, lines := d.sections()
	return lines
}

func (d Document) sections() ([]Passage, [][]Line) {
	s := &splitter{source: d.Source()}
	r := newTextReader(d)
	for n := d.Root.FirstChild(); n != nil; n = n.NextSibling() {
		s.block(r, n)
	}
	s.end(0)
	if len(s.out) == 0 && s.title != "" {
		s.out, s.lines = append(s.out, Passage{Text: s.title}), append(s.lines, []Line{{Text: s.title}})
	}
	return s.out, s.lines
}

// block adds a block. A box that contains headings, such as a tab, is split at them.
func (s *splitter) block(r *textReader, n ast.Node) {
	if h, ok := n.(*ast.Heading); ok && len(s.out) < maxPassages {
		s.heading(h)
		return
	}
	if box, ok := n.(*dialect.Box); ok && box.Form == dialect.Section && hasHeading(box) {
		for c := box.FirstChild(); c != nil; c = c.NextSibling() {
			s.block(r, c)
		}
		return
	}
	for _, l := range r.block(n) {
		s.add(l)
	}
}

func hasHeading(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if _, ok := c.(*ast.Heading); ok {
			return true
		}
	}
	return false
}

// heading closes the section and opens the next. The first heading of level 1 is the
// title and opens no section.
func (s *splitter) heading(h *ast.Heading) {
	words := plain.Clip(plain.OneLine(InlineText(h, s.source)), maxHeading)
	if !s.titled && h.Level == 1 && len(s.path) == 0 {
		s.titled, s.title = true, words
		return
	}
	s.end(h.Level)
	for len(s.path) > 0 && s.path[len(s.path)-1].depth >= h.Level {
		s.path = s.path[:len(s.path)-1]
	}
	s.path = append(s.path, level{depth: h.Level, words: words, anchor: headingAnchor(h)})
	s.written = false
}

// add appends a line to the section.
func (s *splitter) add(l Line) {
	for _, part := range cutParagraph(l.Text) {
		n := utf8.RuneCountInString(part)
		if s.size > 0 && s.size+n > passageLength && len(s.out) < maxPassages {
			s.flush()
		}
		l.Text = part
		s.open = append(s.open, l)
		s.size += n + 1
	}
}

// end closes the open section before a heading of that depth. A heading with nothing
// under it, not even a deeper heading, is a text itself.
func (s *splitter) end(depth int) {
	if s.size == 0 && !s.written && len(s.path) > 0 && s.path[len(s.path)-1].depth >= depth {
		if words := s.path[len(s.path)-1].words; words != "" {
			s.open = append(s.open, Line{Text: words})
		}
	}
	s.flush()
}

// flush turns the collected texts into a passage.
func (s *splitter) flush() {
	if len(s.open) == 0 {
		return
	}
	p := Passage{Text: joinLines(s.open, "\n")}
	var words []string
	for _, l := range s.path {
		if l.words != "" {
			words = append(words, l.words)
		}
		p.Anchor = l.anchor
	}
	p.Heading = strings.Join(words, HeadingJoin)
	s.out, s.lines = append(s.out, p), append(s.lines, s.open)
	s.open, s.size, s.written = nil, 0, true
}

// cutParagraph returns a paragraph whole, or a very long one in parts that end at a
// line, a sentence or at least a space.
func cutParagraph(words string) []string {
	if len(words) <= maxParagraph || utf8.RuneCountInString(words) <= maxParagraph {
		return []string{words}
	}
	var out []string
	runes := []rune(words)
	for len(runes) > passageLength {
		cut := cutAt(runes[:passageLength])
		if part := strings.TrimSpace(string(runes[:cut])); part != "" {
			out = append(out, part)
		}
		runes = runes[cut:]
	}
	if part := strings.TrimSpace(string(runes)); part != "" {
		out = append(out, part)
	}
	return out
}

// cutAt returns the best place to end a part, within its second half.
func cutAt(runes []rune) int {
	space, sentence := 0, 0
	for i := len(runes) - 1; i > len(runes)/2; i-- {
		if runes[i] == '\n' {
			return i + 1
		}
		if unicode.IsSpace(runes[i]) {
			space = max(space, i+1)
			if strings.ContainsRune(".!?", runes[i-1]) {
				sentence = max(sentence, i+1)
			}
		}
	}
	switch {
	case sentence > 0:
		return sentence
	case space > 0:
		return space
	}
	return len(runes)
}

// Passage is one citable section of an article. Its id outlives edits: when a later
// revision has recognisably the same section, that section has the same id, and an id
// is never reused for another section.
type Passage struct {
	ID      string `json:"id"`      // "<article id>.<n>", safe in a URL
	Heading string `json:"heading"` // path of headings, joined by " › ", starting below the title; "" for the lead
	Anchor  string `json:"anchor"`  // the rendered heading's anchor, "" for the lead
	Text    string `json:"text"`    // plain text of the section, Markdown syntax removed
}
