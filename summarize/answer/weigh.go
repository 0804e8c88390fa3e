package answer

import (
	"context"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Weigher tells how rare words are among the visible articles. A Finder that is one
// makes answers hold the rare words of a question to be what it is about; without it
// all words weigh the same.
type Weigher interface {
	Weights(ctx context.Context, words []string, vis kb.Visibility) ([]float64, error)
}

// weighedQuestion is a question as it is compared: what it asks by its content stems with
// what each weighs, and all of its content stems in order.
type weighedQuestion struct {
	weights []weighted
	run     []string
	how     bool // it asks what to do
}

// weighted is a stem with what it weighs. They are a list: a sum must not depend on the
// order of a map.
type weighted struct {
	stem   string
	weight float64
}

// AsksHow finds questions for steps.
var AsksHow = lexicon.Pattern("answer/asks-how")

const (
	// focusWords is how many content words a question may have to count whole. Of a
	// longer one its subject line or first sentence says what is asked; the rest
	// describes.
	focusWords = 18
	maxRun     = 240 // content words of a question that are compared
	// minWeight keeps a word that every article has from weighing nothing.
	minWeight = 0.2
)

// readQuestion reads a question; its words do not weigh anything yet.
func readQuestion(question string) weighedQuestion {
	q := weighedQuestion{how: AsksHow.MatchString(question)}
	focus := thread.Parse(focusOf(question)).Order
	for _, s := range focus[:min(len(focus), 2*focusWords)] {
		q.weights = append(q.weights, weighted{s, 1})
	}
	for _, x := range thread.Words(question) {
		if !x.Stop && len(q.run) < maxRun {
			q.run = append(q.run, x.Stem)
		}
	}
	return q
}

// focusOf gives the part of a question that says what is asked: a subject line with
// text below it, or the first sentence with some content, or all of a short one.
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

// weighWords gives what the content words of texts weigh, by stem.
func (w *Writer) weighWords(ctx context.Context, vis kb.Visibility, texts ...string) (map[string]float64, error) {
	out := map[string]float64{}
	var list, asked []string
	for _, t := range texts {
		for _, x := range thread.Words(t) {
			if _, known := out[x.Stem]; !x.Stop && !known {
				out[x.Stem] = 1
				list, asked = append(list, x.Stem), append(asked, x.Text)
			}
		}
	}
	finder, ok := w.Search.(Weigher)
	if !ok || len(asked) == 0 {
		return out, nil
	}
	values, err := finder.Weights(ctx, asked, vis)
	if err != nil {
		return nil, err
	}
	for i, s := range list {
		out[s] = values[i] + minWeight
	}
	return out, nil
}

// share is the part of the question's weight that the stems hold.
func (q weighedQuestion) share(have map[string]bool) float64 { return weightHeld(q.weights, have) }

// weightHeld is the part of a weight that the stems hold, 0 where nothing weighs.
func weightHeld(weights []weighted, have map[string]bool) float64 {
	got, all := 0.0, 0.0
	for _, w := range weights {
		all += w.weight
		if have[w.stem] {
			got += w.weight
		}
	}
	if all == 0 {
		return 0
	}
	return got / all
}

// pairsHeld is the share of the question's neighbouring words that stand near each
// other in the text too: what a phrase says is more than its words.
func (q weighedQuestion) pairsHeld(text string) float64 {
	const (
		before = 2 // places that the second word may stand before the first
		after  = 3 // or after it
		few    = 3 // pairs; of fewer, one found by chance is no share of one half
	)
	var there []string
	where := map[string][]int{}
	for _, x := range thread.Words(text) {
		if !x.Stop {
			where[x.Stem] = append(where[x.Stem], len(there))
			there = append(there, x.Stem)
		}
	}
	near := func(first, second string) bool {
		for _, at := range where[first] {
			for i := max(0, at-before); i <= min(len(there)-1, at+after); i++ {
				if there[i] == second {
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
