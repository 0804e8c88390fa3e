package model

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/internal/wordlist"
)

// A question in self-service has no category, so its text decides which ones it may belong
// to, and the strictest boundary of auto_answer among theirs and the default row's holds.

// likelyFrom is the probability from which a text may belong to a category.
const likelyFrom = 0.1

// AnswerRequest is a question without a category.
type AnswerRequest struct {
	Question string
	// Title and Categories are those of the article that it would be answered from, as soon
	// as that is known.
	Title      string
	Categories []string
}

// Permit says whether and why something may be done without a person.
type Permit struct {
	Allowed bool
	Rule    string // the path of the line of the service model that decides
	Why     string // why that line applies, "" for a default row
}

// MayAnswer returns whether the question may be answered without a person. likely are the
// probabilities of categories that triage has learned, nil where it has not.
func (m *Service) MayAnswer(q AnswerRequest, likely map[string]float64) Permit {
	q.Categories = slices.DeleteFunc(slices.Clone(q.Categories), func(c string) bool { return !m.HasCategory(c) })
	strictest := m.Boundary("", ActionAutoAnswer)
	p := Permit{Rule: m.BoundaryRule("", ActionAutoAnswer)}
	for _, c := range m.Categories {
		b := m.Boundary(c.Name, ActionAutoAnswer)
		if slices.Index(Boundaries(), b) >= slices.Index(Boundaries(), strictest) {
			continue
		}
		if why := c.mayHold(q, likely); why != "" {
			strictest = b
			p.Rule = m.BoundaryRule(c.Name, ActionAutoAnswer)
			p.Why = "the question may be about " + c.Name + ": " + why
		}
	}
	p.Allowed = strictest.Allows()
	return p
}

// mayHold returns why the question may belong to the category, "" if nothing says so.
func (c Category) mayHold(q AnswerRequest, likely map[string]float64) string {
	if likely[c.Name] >= likelyFrom {
		return "earlier tickets make that probable"
	}
	if w := c.namedIn(q.Question); w != "" {
		return fmt.Sprintf("it has the word %q", w)
	}
	if slices.Contains(q.Categories, c.Name) {
		return "the nearest article is"
	}
	if w := c.namedIn(q.Title); w != "" && len(q.Categories) == 0 {
		return fmt.Sprintf("the nearest article has the word %q", w)
	}
	return ""
}

// namedIn returns the first word of a text that the category's name or title has too, ""
// if there is none.
func (c Category) namedIn(text string) string {
	all := wordsOf(strings.ReplaceAll(c.Name, "-", " ") + " " + c.Title)
	own := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return slices.Contains(common, w) })
	if len(own) == 0 {
		own = all
	}
	for _, w := range wordsOf(text) {
		if slices.ContainsFunc(own, func(o string) bool { return sameWord(o, w) }) {
			return w
		}
	}
	return ""
}

//go:embed common.txt
var commonText string

// common are words of names that say nothing about what is in a category.
var common = wordlist.Words(wordlist.Entries(commonText))

// Two words are forms of one if one begins with the other, of at least minStem letters, or
// if both begin with the same letters, one more at least, and go on with at most maxEnding.
const (
	minStem   = 4
	maxEnding = 3
)

func sameWord(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	short, long := min(len(x), len(y)), max(len(x), len(y))
	return n == long || n == short && n >= minStem || n > minStem && long-n <= maxEnding
}

// wordsOf returns the folded words of a text without the plural's s.
func wordsOf(text string) []string {
	out := word.Pairs(word.Fold(text), "")
	for i, w := range out {
		if utf8.RuneCountInString(w) > 3 && !strings.HasSuffix(w, "ss") {
			out[i] = strings.TrimSuffix(w, "s")
		}
	}
	return out
}
