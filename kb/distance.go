package kb

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/kb/plain"
)

// maxTable bounds the exact comparison of two texts: about 5,000 × 5,000 words, a
// few dozen milliseconds. Longer ones are compared by their diff.
const maxTable = 25_000_000

// Distance returns how much of a text was changed, 0..1: the smallest number of words
// to insert, delete or replace (Levenshtein), divided by the words of the longer text.
// For very long texts it counts the edits of a diff, which may be slightly more.
func Distance(before, after string) float64 {
	a, b := word.Split(before, ""), word.Split(after, "")
	longer := max(len(a), len(b))
	if longer == 0 {
		return 0
	}
	return float64(wordEdits(a, b)) / float64(longer)
}

func wordEdits(a, b []string) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a)*len(b) > maxTable {
		return diffEdits(a, b)
	}
	return plain.Edits(a, b)
}

// diffEdits counts the words of a diff's edits: a replacement costs the longer side.
func diffEdits(a, b []string) int {
	before, after := strings.Join(a, "\n")+"\n", strings.Join(b, "\n")+"\n"
	n := 0
	for _, e := range udiff.Lines(before, after) {
		n += max(len(word.Split(before[e.Start:e.End], "")), len(word.Split(e.New, "")))
	}
	return n
}
