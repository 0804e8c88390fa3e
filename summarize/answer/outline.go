package answer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// outline is an article as answers are written from it. It is shared between them and never
// changes.
type outline struct {
	article  kb.Article
	sections []section
}

// section is the text under one heading.
type section struct {
	path  []string // headings, outermost first; none for the lead
	lines []line
}

// line is a line of an article with the passage that it is cited by.
type line struct {
	markdown.Line
	thread.Phrase
	passage string
}

func (s section) heading() string {
	if len(s.path) == 0 {
		return ""
	}
	return s.path[len(s.path)-1]
}

// steps returns how many lines of the section are steps, commands or paths through menus.
func (s section) steps() int {
	n := 0
	for _, l := range s.lines {
		if l.isStep() {
			n++
		}
	}
	return n
}

func (l line) isStep() bool {
	return l.Form == markdown.Step || l.Form == markdown.Listing || l.Is(thread.MenuPath)
}

// opens reports whether a line means nothing without what follows.
func (l line) opens() bool {
	return l.Form == markdown.Label || introduces.MatchString(l.Phrase.Text)
}

// acts reports whether a line says what to do: a step, or words that begin as an instruction or
// say how something is done.
func (l line) acts() bool {
	return l.isStep() || l.Is(thread.OpensInstruction) || instructs.MatchString(l.Phrase.Text)
}

// outlineOf returns the outline of an article, if the reader may see it.
func (w *Writer) outlineOf(ctx context.Context, id string, vis kb.Visibility) (*outline, error) {
	a, err := w.deps.Library.Article(ctx, id, vis)
	if err != nil {
		return nil, fmt.Errorf("read article %s: %w", id, err)
	}
	key := a.ID + "@" + strconv.Itoa(a.Revision)
	if o, ok := w.outlines.Get(key); ok {
		return o, nil
	}
	o := &outline{article: a, sections: sectionsOf(a)}
	w.outlines.Put(key, o, 1024+readCost*len(a.Markdown))
	return o, nil
}

// sectionsOf returns the sections of an article without what answers nothing.
func sectionsOf(a kb.Article) []section {
	var out []section
	before := kb.Passage{}
	for i, lines := range a.Document().Outline() {
		if i >= len(a.Passages) {
			break
		}
		p := a.Passages[i]
		if i == 0 || p.Heading != before.Heading || p.Anchor != before.Anchor {
			out = append(out, section{path: splitHeading(p.Heading)})
		}
		before = p
		s := &out[len(out)-1]
		for _, l := range lines {
			if l.Form != markdown.Listing {
				l.Text = thread.Tidy(l.Text)
			}
			s.lines = append(s.lines, line{Line: l, Phrase: thread.Parse(l.Text), passage: p.ID})
		}
	}
	for i := range out {
		out[i].lines = withoutLinkLists(slices.DeleteFunc(out[i].lines, unfit))
	}
	return slices.DeleteFunc(out, func(s section) bool { return furtherHeading.MatchString(s.heading()) })
}

func splitHeading(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, markdown.HeadingJoin)
}

var (
	// selfDescription matches what an article says about itself, which answers nothing.
	selfDescription = lexicon.Pattern("answer/about-itself")
	// furtherHeading matches headings of lists of other articles.
	furtherHeading = lexicon.Pattern("answer/further-part")
	// legal matches notices of rights, licences and liability.
	legal = lexicon.Pattern("answer/legal")
)

// maxLineRunes is how long a line of an answer may be. A longer one is no step and no
// paragraph but something pasted.
const maxLineRunes = 1200

// unfit reports whether no answer shows a line: what an article says about itself, legal
// notices, and what is left of markup.
func unfit(l line) bool {
	text := l.Phrase.Text
	switch {
	case selfDescription.MatchString(text), legal.MatchString(text), len([]rune(text)) > maxLineRunes:
		return true
	case l.Form == markdown.Listing:
		return false
	}
	return directive.MatchString(text) || len([]rune(text)) > 40 && thread.SymbolShare(text) > 0.2
}

// withoutLinkLists drops lists that consist mostly of links, with the line that introduces
// each: they lead elsewhere and say nothing.
func withoutLinkLists(lines []line) []line {
	var out []line
	for i := 0; i < len(lines); {
		end := i
		links := 0
		for end < len(lines) && lines[end].Depth > 0 {
			if lines[end].Links {
				links++
			}
			end++
		}
		switch {
		case end == i:
			out = append(out, lines[i])
			end++
		case 2*links <= end-i:
			out = append(out, lines[i:end]...)
		case len(out) > 0 && introduces.MatchString(out[len(out)-1].Phrase.Text):
			out = out[:len(out)-1]
		}
		i = end
	}
	return out
}

func (o *outline) citation(passage string) []evidence.Citation {
	return []evidence.Citation{{Article: o.article.ID, Revision: o.article.Revision, Passage: passage}}
}

// sectionOf returns the index of the section with a passage, -1 if the article has none.
func (o *outline) sectionOf(passage string) int {
	return slices.IndexFunc(o.sections, func(s section) bool {
		return slices.ContainsFunc(s.lines, func(l line) bool { return l.passage == passage })
	})
}

// under reports whether a section stands below the headings of another.
func (s section) under(parent section) bool {
	return len(s.path) > len(parent.path) && slices.Equal(s.path[:len(parent.path)], parent.path)
}
