package dialect

import (
	"slices"
	"sort"
	"strconv"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Text is Markdown prepared for goldmark. Where the original has a tag, an attribute list
// or a wiki link, the source has a token like {7}; it is a token only at its own offset,
// so that the same characters written by an author remain text.
type Text struct {
	syntax syntax
	body   int    // bytes of source that are the text; labels follow
	source []byte // the text, then the labels that tags carry
	tags   []tag
	lost   []lost // what the source has fewer than the original, by offset
	breaks []int  // offsets of the source's line breaks; nil until Line needs them
}

// lost is the number of line breaks that the source has fewer than the original from an
// offset on.
type lost struct{ offset, breaks int }

// summedUp turns the numbers of line breaks dropped at each offset into their sums.
func summedUp(dropped []lost) []lost {
	slices.SortStableFunc(dropped, func(a, b lost) int { return a.offset - b.offset })
	sum := 0
	for i := range dropped {
		sum += dropped[i].breaks
		dropped[i].breaks = sum
	}
	return dropped
}

// tag is what a token stands for.
type tag struct {
	at    int // offset of its token in the source
	end   int // offset behind its token
	role  role
	form  form
	name  string
	html  bool // an element of HTML, not a component
	args  []arg
	state tagState
	close int    // index of the tag that closes it, -1 if there is none
	block bool   // it encloses whole blocks rather than words
	words bool   // it never does
	raw   string // as written
	lone  bool   // nothing but tags precedes it on its line
}

type tagState int

const (
	single tagState = iota
	opening
	closing
)

// arg is an argument of a tag; name is "" for a positional one.
type arg struct{ name, value string }

var textKey = parser.NewContextKey()

// Context returns a parser context in which the parsers of this package know the text.
func (t *Text) Context() parser.Context {
	pc := parser.NewContext()
	pc.Set(textKey, t)
	return pc
}

// Reader returns a reader of the text for goldmark's parser.
func (t *Text) Reader() text.Reader { return &reader{text.NewReader(t.source[:t.body]), t} }

// Source returns what the segments of the parsed document point into.
func (t *Text) Source() []byte { return t.source }

// reader reads the text alone, while segments may also point to the labels behind it.
type reader struct {
	text.Reader
	whole *Text
}

// Source returns the text with its labels.
func (r *reader) Source() []byte { return r.whole.source }

// Value returns the bytes of a segment.
func (r *reader) Value(s text.Segment) []byte { return s.Value(r.whole.source) }

// textOf returns the text being parsed, nil if the context has none.
func textOf(pc parser.Context) *Text {
	t, ok := pc.Get(textKey).(*Text)
	if !ok {
		return nil
	}
	return t
}

// Line returns the 1-based line of the original on which the offset lies.
func (t *Text) Line(offset int) int {
	offset = min(max(offset, 0), t.body)
	if t.breaks == nil {
		t.breaks = []int{}
		for i, c := range t.source[:t.body] {
			if c == '\n' {
				t.breaks = append(t.breaks, i)
			}
		}
	}
	line := 1 + sort.SearchInts(t.breaks, offset)
	if i := sort.Search(len(t.lost), func(i int) bool { return t.lost[i].offset > offset }); i > 0 {
		line += t.lost[i-1].breaks
	}
	return line
}

// tagAt returns the tag whose token begins at the offset.
func (t *Text) tagAt(offset int) *tag {
	i := sort.Search(len(t.tags), func(i int) bool { return t.tags[i].at >= offset })
	if i < len(t.tags) && t.tags[i].at == offset {
		return &t.tags[i]
	}
	return nil
}

// within returns the tags whose tokens lie in source[from:to].
func (t *Text) within(from, to int) []tag {
	first := sort.Search(len(t.tags), func(i int) bool { return t.tags[i].at >= from })
	last := first
	for last < len(t.tags) && t.tags[last].end <= to {
		last++
	}
	return t.tags[first:last]
}

// label stores words behind the text and returns their segment.
func (t *Text) label(words string) text.Segment {
	start := len(t.source)
	t.source = append(t.source, words...)
	s := text.NewSegment(start, len(t.source))
	t.source = append(t.source, '\n')
	return s
}

// restore returns source[from:to] with every token replaced by what it stands for.
func (t *Text) restore(from, to int) (original []byte, changed bool) {
	tags := t.within(from, to)
	if len(tags) == 0 {
		return t.source[from:to], false
	}
	at := from
	for _, g := range tags {
		original = append(append(original, t.source[at:g.at]...), g.raw...)
		at = g.end
	}
	return append(original, t.source[at:to]...), true
}

func token(i int) string { return "{" + strconv.Itoa(i) + "}" }

// value returns the first non-empty argument with one of these names, in the order of
// the names; a number names a positional argument.
func (g *tag) value(names ...string) string {
	for _, name := range names {
		if v := g.arg(name); v != "" {
			return v
		}
	}
	return ""
}

func (g *tag) arg(name string) string {
	if n, err := strconv.Atoi(name); err == nil {
		for _, a := range g.args {
			if a.name == "" {
				if n == 0 {
					return a.value
				}
				n--
			}
		}
		return ""
	}
	i := slices.IndexFunc(g.args, func(a arg) bool { return a.name == name })
	if i < 0 {
		return ""
	}
	return g.args[i].value
}

// has reports whether an argument with that name is given, with or without a value.
func (g *tag) has(name string) bool {
	return slices.ContainsFunc(g.args, func(a arg) bool { return a.name == name })
}
