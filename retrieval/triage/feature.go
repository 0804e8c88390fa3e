package triage

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is read of a ticket. A request is told at its beginning; what follows
// hundreds of words down is a log.
const (
	maxSubjectBytes = 2 << 10
	maxBodyBytes    = 24 << 10
	maxBodyWords    = 400
	maxWordRunes    = 40
)

// How much a word of the subject counts, against once in the body, and a pair against
// its words.
const (
	subjectWeight = 2
	pairWeight    = 0.5
)

// Marks that keep what is hashed apart: a pair of words is not the word that the two
// make together, and a word of the subject also counts for itself.
const (
	pairMark    = ' '
	subjectMark = '\x01'
)

// Term is a word or a pair of neighbouring words of a ticket, by its hash, with how
// much of it there is.
type Term struct {
	hash  uint32
	count float32
}

// termsOf reads a ticket: its words and pairs, in order of hash.
func termsOf(subject, body string) []Term {
	var hashes []Term
	eachTerm(subject, body, func(hash uint32, count float32, _ string) {
		hashes = append(hashes, Term{hash, count})
	})
	slices.SortFunc(hashes, func(a, b Term) int { return cmp.Compare(a.hash, b.hash) })
	out := hashes[:0]
	for _, t := range hashes {
		if n := len(out); n > 0 && out[n-1].hash == t.hash {
			out[n-1].count += t.count
			continue
		}
		out = append(out, t)
	}
	for i := range out {
		out[i].count = float32(math.Log1p(float64(out[i].count)))
	}
	return slices.Clip(out)
}

// read returns every word and pair of a ticket with its hash and weight. text is what a
// person reads of it.
func eachTerm(subject, body string, emit func(hash uint32, count float32, text string)) {
	pass := func(list []string, marked bool) {
		for i, w := range list {
			h := hash(w)
			emit(h, weightOf(marked), w)
			if marked {
				emit(hashMore(h, string(subjectMark)), 1, w)
			}
			if i+1 < len(list) {
				pair := hashMore(hashMore(h, string(pairMark)), list[i+1])
				emit(pair, pairWeight*weightOf(marked), w+" "+list[i+1])
			}
		}
	}
	pass(words(subject, maxSubjectBytes, maxBodyWords), true)
	pass(words(unquoted(body), maxBodyBytes, maxBodyWords), false)
}

func weightOf(subject bool) float32 {
	if subject {
		return subjectWeight
	}
	return 1
}

// unquoted takes away the lines that quote somebody else.
func unquoted(body string) string {
	body = beginning(body, 2*maxBodyBytes)
	if !strings.Contains(body, ">") {
		return body
	}
	var b strings.Builder
	for line := range strings.Lines(body) {
		if !strings.HasPrefix(strings.TrimLeft(line, " \t"), ">") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// beginning cuts a text to a number of bytes, at a rune.
func beginning(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// words returns the words of a text: lower case, without accents. Scripts that put no
// space between words give their characters, whose pairs then stand for words.
func words(text string, maxBytes, maxWords int) []string {
	text = beginning(text, maxBytes)
	if !ascii(text) {
		text = norm.NFKD.String(strings.ToValidUTF8(text, " "))
	}
	var out []string
	word := make([]rune, 0, maxWordRunes)
	flush := func() {
		if len(word) > 0 && len(out) < maxWords {
			out = append(out, string(word))
		}
		word = word[:0]
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Mn, r):
		case dense(r):
			flush()
			word = append(word, r)
			flush()
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(word) < maxWordRunes {
				word = append(word, unicode.ToLower(r))
			}
		case r == '\'' || r == '’':
		default:
			flush()
		}
		if len(out) >= maxWords {
			return out
		}
	}
	flush()
	return out
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// dense reports whether the rune is of a script written without spaces.
func dense(r rune) bool {
	return r > 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// The 32-bit FNV-1a hash, by Fowler, Noll and Vo.
const (
	hashStart = 2166136261
	hashPrime = 16777619
)

func hash(text string) uint32 { return hashMore(hashStart, text) }

func hashMore(h uint32, text string) uint32 {
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * hashPrime
	}
	return h
}
