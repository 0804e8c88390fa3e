package answer

import (
	"context"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Weigher weighs words by how rare they are among the visible articles. If the Finder is
// one, the rare words of a question count as what it is about; otherwise all words weigh
// the same.
type Weigher interface {
	Weights(ctx context.Context, words []string, vis kb.Visibility) ([]float64, error)
}

// weightedQuestion is a question prepared for comparison: the weighted content stems of
// what it asks, and all of its content stems in order.
type weightedQuestion struct {
	weights []term
	run     []string // all content stems, in order
	how     bool     // it asks what to do
	sample  bool     // it asks for an example
}

// term is a stem with its weight. Terms are a list because a sum must not depend on the
// iteration order of a map.
type term struct {
	stem   string
	word   string // as the question has it
	weight float64
	id     bool // an identifier or number
}

// how matches questions about what to do.
var how = lexicon.Pattern("answer/asks-how")

// asksHow reports whether a text asks what to do, or names it: "reset a password".
func asksHow(text string) bool {
	return how.MatchString(text) || thread.BaseForms[thread.FirstWord(text)]
}

const (
	// focusWords is how many content words a question may have to be used as a whole. In a
	// longer one the subject line or first sentence says what is asked; the rest is
	// description.
	focusWords = 18
	maxRun     = 240 // content words of a question that are compared
	// minWeight gives some weight to words that every article contains.
	minWeight = 0.2
)

// readQuestion returns the question with every term weighing the same.
func readQuestion(question string) weightedQuestion {
	q := weightedQuestion{how: asksHow(question), sample: sampleHeading.MatchString(question)}
	known := map[string]bool{}
	for _, x := range thread.Words(focusOf(question)) {
		if !x.Stop && !known[x.Stem] && len(known) < 2*focusWords {
			known[x.Stem] = true
			q.weights = append(q.weights, term{x.Stem, x.Text, 1, x.ID})
		}
	}
	for _, x := range thread.Words(question) {
		if !x.Stop && len(q.run) < maxRun {
			q.run = append(q.run, x.Stem)
		}
	}
	return q
}

// focusOf returns the part of a question that says what is asked: a subject line above
// further text, the first sentence with some content, or all of a short question.
func focusOf(question string) string {
	subject, rest, found := strings.Cut(strings.TrimSpace(question), "\n")
	if found && thread.CountContent(subject) >= 3 && strings.TrimSpace(rest) != "" {
		return subject
	}
	if thread.CountContent(question) > focusWords {
		for _, s := range thread.SplitSentences(thread.Tidy(question)) {
			if thread.CountContent(s) >= 3 {
				return s
			}
		}
	}
	return question
}

// weighWords returns the weights of the content words of the texts, by stem.
func (w *Writer) weighWords(ctx context.Context, vis kb.Visibility, texts ...string) (map[string]float64, error) {
	out := map[string]float64{}
	var stems, words []string
	for _, t := range texts {
		for _, x := range thread.Words(t) {
			if _, known := out[x.Stem]; !x.Stop && !known {
				out[x.Stem] = 1
				stems, words = append(stems, x.Stem), append(words, x.Text)
			}
		}
	}
	weigher, ok := w.deps.Search.(Weigher)
	if !ok || len(words) == 0 {
		return out, nil
	}
	values, err := weigher.Weights(ctx, words, vis)
	if err != nil {
		return nil, err
	}
	for i, s := range stems {
		out[s] = values[i] + minWeight
	}
	return out, nil
}

// share returns the share of the question's weight that the stems contain.
func (q weightedQuestion) share(have ...map[string]bool) float64 { return shareOf(q.weights, have...) }

// shareOf returns the share of the terms' total weight that the sets of stems together contain,
// 0 if nothing weighs anything.
func shareOf(weights []term, have ...map[string]bool) float64 {
	got, all := 0.0, 0.0
	for _, w := range weights {
		all += w.weight
		if slices.ContainsFunc(have, func(stems map[string]bool) bool { return stems[w.stem] }) {
			got += w.weight
		}
	}
	if all == 0 {
		return 0
	}
	return got / all
}

// pairShare returns the share of the question's pairs of neighbouring words that are also
// near each other in a text, given as the stems of its content words: a phrase means more than
// its words.
func (q weightedQuestion) pairShare(stems []string) float64 {
	const (
		before = 2 // how far the second word may precede the first
		after  = 3 // and how far it may follow
		few    = 3 // least number of pairs to divide by: one found by chance is no half
	)
	where := map[string][]int{}
	for _, s := range q.run {
		where[s] = nil
	}
	for i, s := range stems {
		if at, ok := where[s]; ok {
			where[s] = append(at, i)
		}
	}
	near := func(first, second string) bool {
		for _, at := range where[first] {
			for i := max(0, at-before); i <= min(len(stems)-1, at+after); i++ {
				if stems[i] == second {
					return true
				}
			}
		}
		return false
	}
	held, all := 0, 0
	for i := 0; i+1 < len(q.run); i++ {
		if q.run[i] == q.run[i+1] {
			continue
		}
		all++
		if near(q.run[i], q.run[i+1]) {
			held++
		}
	}
	return float64(held) / float64(max(few, all))
}
