package triage

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Bounds of what is read of a ticket. A request says what it is about at its beginning; what
// follows hundreds of words below is a log.
const (
	maxSubjectBytes = 2 << 10
	maxBodyBytes    = 24 << 10
	maxWords        = 400
	maxWordBytes    = 40
)

// How much a word of the subject counts, compared with one of the body, and a pair compared
// with its words.
const (
	subjectWeight = 2
	pairWeight    = 0.5
)

// Marks that separate what is hashed: a pair of words is not the word that the two form
// together, and a word of the subject also counts as such.
const (
	pairMark    = ' '
	subjectMark = '\x01'
)

// Term is a word or a pair of adjacent words of a ticket, by its hash, with its weighted
// count.
type Term struct {
	hash  uint32
	count float32
}

// termsOf returns the words and pairs of a ticket, in order of hash.
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

// eachTerm visits every word and pair of a ticket with its hash and weight; text is what a
// person reads.
func eachTerm(subject, body string, visit func(hash uint32, count float32, text string)) {
	pass := func(list []string, marked bool) {
		for i, w := range list {
			h := hash(w)
			visit(h, weightOf(marked), w)
			if marked {
				visit(hashMore(h, string(subjectMark)), 1, w)
			}
			if i+1 < len(list) {
				pair := hashMore(hashMore(h, string(pairMark)), list[i+1])
				visit(pair, pairWeight*weightOf(marked), w+" "+list[i+1])
			}
		}
	}
	subject, body = terms.Own(subject, body)
	pass(words(subject, maxSubjectBytes), true)
	pass(words(body, maxBodyBytes), false)
}

func weightOf(subject bool) float32 {
	if subject {
		return subjectWeight
	}
	return 1
}

// words returns the folded words of a text. In scripts without spaces between words it
// returns the characters, whose pairs then stand for words.
func words(text string, maxBytes int) []string {
	out := word.Split(word.Fold(terms.Truncate(text, maxBytes)), "'")
	out = out[:min(len(out), maxWords)]
	for i, w := range out {
		out[i] = terms.Truncate(strings.ReplaceAll(w, "'", ""), maxWordBytes)
	}
	return out
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
