package terms

import (
	"slices"
	"unicode"
)

// elided lists what French, Italian and Catalan shorten before a vowel. It is cut off in
// every language: a search is often too short to tell which one it is in.
var elided = map[string]bool{
	"l": true, "d": true, "n": true, "s": true, "c": true, "j": true, "m": true, "t": true,
	"qu": true, "jusqu": true, "lorsqu": true, "puisqu": true, "quoiqu": true, "presqu": true,
	"un": true, "dell": true, "nell": true, "sull": true, "all": true, "dall": true, "coll": true,
	"quest": true, "quell": true, "sant": true, "dov": true, "com": true, "cos": true,
}

// maxElided is the most letters of an elided word before its apostrophe.
const maxElided = 6

// withoutElision returns a word without the article or pronoun before its apostrophe.
func withoutElision(seg []unit) []unit {
	for i := 1; i <= maxElided && i+2 < len(seg); i++ {
		if seg[i].r != '\'' {
			continue
		}
		head := make([]rune, i)
		for k, u := range seg[:i] {
			head[k] = u.r
		}
		if elided[string(head)] {
			return seg[i+1:]
		}
		return seg
	}
	return seg
}

// The blocks of Hangul: syllables, and the letters that they are composed of.
const (
	firstSyllable, lastSyllable = 0xac00, 0xd7a3
	firstLead, leads            = 0x1100, 19
	firstVowel, vowels          = 0x1161, 21
	firstTail, tails            = 0x11a7, 28
)

// addHangul adds a syllable to the chunk, or composes a letter with the syllable before it
// (Unicode 15, section 3.12).
func (s *scanner) addHangul(r rune, at, end int) {
	if n := len(s.chunk); n > 0 {
		last := &s.chunk[n-1]
		lead, vowel, tail := last.r-firstLead, r-firstVowel, r-firstTail
		switch {
		case lead >= 0 && lead < leads && vowel >= 0 && vowel < vowels:
			last.r, last.end = firstSyllable+(lead*vowels+vowel)*tails, end
			return
		case last.r >= firstSyllable && last.r <= lastSyllable && (last.r-firstSyllable)%tails == 0 &&
			tail > 0 && tail < tails:
			last.r, last.end = last.r+tail, end
			return
		}
	}
	s.chunk = append(s.chunk, unit{r, at, end, false})
}

// The affixes that Arabic words lose: the article with conjunctions and prepositions
// before it, and the endings of number, gender and possession (the light stemmer of
// Larkey, Ballesteros and Connell, 2002).
var (
	arabicPrefixes = [][]rune{[]rune("وال"), []rune("بال"), []rune("كال"), []rune("فال"), []rune("ال"), []rune("لل")}
	arabicSuffixes = [][]rune{
		[]rune("ها"), []rune("ان"), []rune("ات"), []rune("ون"), []rune("ين"), []rune("يه"), []rune("ه"), []rune("ي"),
	}
)

const (
	minArabic     = 3 // letters that are left of a word without its conjunction
	minArabicStem = 2 // and without the other affixes
)

// stemArabic removes the affixes of a word without vowel signs, in place.
func stemArabic(w []rune) []rune {
	for i, r := range w {
		switch r {
		case 'ة':
			w[i] = 'ه'
		case 'ى':
			w[i] = 'ي'
		}
	}
	w = slices.DeleteFunc(w, func(r rune) bool { return r == 'ـ' }) // lengthens a letter in print
	if len(w) > minArabic && w[0] == 'و' && !slices.Equal(w[1:3], []rune("ال")) {
		w = w[1:]
	}
	for _, p := range arabicPrefixes {
		if len(w) >= len(p)+minArabicStem && slices.Equal(w[:len(p)], p) {
			w = w[len(p):]
			break
		}
	}
	for _, x := range arabicSuffixes {
		if len(w) >= len(x)+minArabicStem && slices.Equal(w[len(w)-len(x):], x) {
			w = w[:len(w)-len(x)]
		}
	}
	return w
}

// isDotted reports whether the group is two words of letters joined by a dot: Node.js.
func isDotted(group []unit) bool {
	dots := 0
	for _, u := range group {
		switch {
		case u.r == '.':
			dots++
		case !unicode.IsLetter(u.r):
			return false
		}
	}
	return dots == 1
}
