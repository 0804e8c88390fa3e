package passage

import (
	"strings"
	"unicode/utf8"
)

const windowRunes = 400 // of a passage as it is shown

// window returns the byte range of at most windowRunes runes of a passage in which distinct
// terms have the most weight, cut at white space.
func window(text string, spots []spot) (from, to int) {
	if utf8.RuneCountInString(text) <= windowRunes {
		return 0, len(text)
	}
	start := 0
	if len(spots) > 0 {
		start = spots[densest(spots)].start
	}
	return fit(text, start)
}

// densest returns the spot from which windowRunes bytes hold the most weight. Bytes stand for
// runes here: the window is cut to runes later.
func densest(spots []spot) int {
	counts := map[int]int{}
	best, at, sum, last := 0.0, 0, 0.0, 0
	for first, x := range spots {
		for last < len(spots) && spots[last].end-x.start <= windowRunes*3/4 {
			if counts[spots[last].term]++; counts[spots[last].term] == 1 {
				sum += spots[last].weight
			}
			last++
		}
		if sum > best+1e-12 {
			best, at = sum, first
		}
		if last == first { // a single term longer than the window
			last++
			continue
		}
		if counts[x.term]--; counts[x.term] == 0 {
			sum -= x.weight
		}
	}
	return at
}

// fit returns a window that starts a little before the position, at a line, a sentence or a
// word, and ends at a word.
func fit(text string, start int) (from, to int) {
	from = start
	for n := 0; from > 0 && n < windowRunes/4; n++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
		if sentenceStart(text, from) {
			break
		}
	}
	if !sentenceStart(text, from) {
		from = start
		for n := 0; from > 0 && n < windowRunes/8; n++ {
			_, size := utf8.DecodeLastRuneInString(text[:from])
			from -= size
		}
		for from > 0 && from < start && text[from] != ' ' && text[from] != '\n' {
			from++
		}
	}
	to = from
	for n := 0; to < len(text) && n < windowRunes; n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	if to < len(text) {
		to = endBefore(text, from, to)
	}
	for from < to && (text[from] == ' ' || text[from] == '\n') {
		from++
	}
	return from, to
}

// endBefore returns where a line or a sentence ends in the last third of the range, or else a
// word in its last half.
func endBefore(text string, from, to int) int {
	for end := to; end > to-(to-from)/3; end-- {
		if sentenceStart(text, end) {
			return from + len(strings.TrimRight(text[from:end], " \n"))
		}
	}
	for end := to; end > to-(to-from)/2; end-- {
		if text[end] == ' ' || text[end] == '\n' {
			return end
		}
	}
	return to
}

// sentenceStart reports whether a line or a sentence starts at the position.
func sentenceStart(text string, at int) bool {
	if at == 0 || text[at-1] == '\n' {
		return true
	}
	if text[at-1] == ' ' && at > 1 {
		return strings.IndexByte(".!?", text[at-2]) >= 0
	}
	return strings.HasSuffix(text[:at], "。")
}
