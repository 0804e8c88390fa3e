package search

import "github.com/deskbook/deskbook/summarize/answer"

// Group is a run of lines of one kind: a list, paragraphs, or code.
type Group struct {
	Kind  string // as in an answer's sentences
	Start int    // number of the first step
	Lines []Sentence
}

// shownLines is how many lines of an answer are shown before the others are folded.
const shownLines = 8

// isItem reports whether a line is an item of a list.
func (s Sentence) isItem() bool {
	return s.kind == answer.KindStep || s.kind == answer.KindItem || s.kind == answer.KindPart
}

// groupsOf returns the lines of an answer in groups, with what belongs to an item of a list
// within it.
func groupsOf(lines []Sentence) []Group {
	var out []Group
	for i := 0; i < len(lines); {
		l := lines[i]
		end := i + 1
		for l.isItem() && end < len(lines) && belongs(lines[end], l) {
			end++
		}
		l.Within = groupsOf(lines[i+1 : end])
		i = end
		if n := len(out); n > 0 && out[n-1].Kind == l.kind {
			out[n-1].Lines = append(out[n-1].Lines, l)
			continue
		}
		out = append(out, Group{Kind: l.kind, Start: 1, Lines: []Sentence{l}})
	}
	return out
}

// belongs reports whether a line is part of the item before it.
func belongs(l, item Sentence) bool {
	return l.depth > item.depth || l.depth == item.depth && l.depth > 0 && !l.isItem()
}

// fold splits groups behind the first lines, between items of the outermost lists, and returns
// how many lines are in the second part.
func fold(groups []Group) (shown, folded []Group, more int) {
	n := 0
	for _, g := range groups {
		k := 0
		for k < len(g.Lines) && n < shownLines {
			n += g.Lines[k].count()
			k++
		}
		if k > 0 {
			shown = append(shown, Group{g.Kind, g.Start, g.Lines[:k]})
		}
		if k == len(g.Lines) {
			continue
		}
		folded = append(folded, Group{g.Kind, g.Start + k, g.Lines[k:]})
		for _, l := range g.Lines[k:] {
			more += l.count()
		}
	}
	return shown, folded, more
}

// count returns the number of lines in a line with what belongs to it.
func (s Sentence) count() int {
	n := 1
	for _, g := range s.Within {
		for _, l := range g.Lines {
			n += l.count()
		}
	}
	return n
}
