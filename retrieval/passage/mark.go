package passage

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/word"
)

// markFrom is the share of the highest weight in a passage from which a word is marked: in a
// long ticket nearly every word occurs somewhere.
const markFrom = 0.2

// marks returns the rune ranges of the spots inside text[from:to] that matter for the match,
// in order and without overlap.
func marks(text string, spots []spot, from, to int) [][2]int {
	inside := func(x spot) bool { return x.start >= from && x.end <= to }
	high := 0.0
	for _, x := range spots {
		if inside(x) {
			high = max(high, x.weight)
		}
	}
	var ranges [][2]int
	for _, x := range spots {
		if inside(x) && x.weight >= markFrom*high {
			ranges = append(ranges, wholeWord(text, x.start, x.end, from, to))
		}
	}
	slices.SortFunc(ranges, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], b[1]-a[1]) })
	out := [][2]int{}
	at, runes := from, 0
	end := from
	for _, r := range ranges {
		if r[0] < end {
			continue // a part of an identifier that is marked whole
		}
		runes += utf8.RuneCountInString(text[at:r[0]])
		width := utf8.RuneCountInString(text[r[0]:r[1]])
		out = append(out, [2]int{runes, runes + width})
		runes += width
		at, end = r[1], r[1]
	}
	return out
}

// wholeWord widens a range that is part of a word, such as a part of a name, to the whole
// word. In scripts without spaces between words there is nothing to widen.
func wholeWord(text string, start, end, from, to int) [2]int {
	if r, _ := utf8.DecodeRuneInString(text[start:]); word.IsUnspaced(r) {
		return [2]int{start, end}
	}
	inWord := func(r rune) bool {
		return word.In(r) && !word.IsUnspaced(r)
	}
	for start > from {
		r, n := utf8.DecodeLastRuneInString(text[from:start])
		if !inWord(r) {
			break
		}
		start -= n
	}
	for end < to {
		r, n := utf8.DecodeRuneInString(text[end:to])
		if !inWord(r) {
			break
		}
		end += n
	}
	return [2]int{start, end}
}
