package summarize

import (
	"context"
	"regexp"

	"github.com/deskbook/deskbook/kb"
)

// Weigher tells how rare words are among the visible articles. A Finder that is one
// makes answers hold the rare words of a question to be what it is about; without it
// all words weigh the same.
type Weigher interface {
	Weights(ctx context.Context, words []string, vis kb.Visibility) ([]float64, error)
}

// inquired is a question as it is compared: its content stems with what each weighs.
type inquired struct {
	weights map[string]float64
	how     bool // it asks what to do
}

// asksHow finds questions for steps.
var asksHow = regexp.MustCompile(`(?i)\b(?:how (?:do|can|could|to|should|would)|what (?:can|should|do|must|could) (?:i|we)|where (?:do|can|should) (?:i|we)|steps?|fix|solve|wie (?:kann|komme|mache|bekomme)|was (?:kann|soll|muss)|comment|cómo|come (?:posso|si))\b`)

// focusWords is how many content words a question may have to count whole. Of a longer
// one the first sentence says what is asked; the rest describes.
const focusWords = 18

// weigh reads a question.
func (w *Writer) weigh(ctx context.Context, question string, vis kb.Visibility) (inquired, error) {
	whole := question
	if contentCount(question) > focusWords {
		for _, s := range sentences(question) {
			if contentCount(s) >= 3 {
				question = s
				break
			}
		}
	}
	q := inquired{weights: map[string]float64{}, how: asksHow.MatchString(whole)}
	var list, texts []string
	for _, x := range words(question) {
		if _, known := q.weights[x.stem]; !x.stop && !known && len(list) < 2*focusWords {
			q.weights[x.stem] = 1
			list, texts = append(list, x.stem), append(texts, x.text)
		}
	}
	finder, ok := w.opts.Search.(Weigher)
	if !ok {
		return q, nil
	}
	values, err := finder.Weights(ctx, texts, vis)
	if err != nil {
		return q, err
	}
	for i, s := range list {
		q.weights[s] = values[i] + minWeight
	}
	return q, nil
}

// minWeight keeps a word that every article has from weighing nothing.
const minWeight = 0.2

// share is the part of the question's weight that the stems hold.
func (q inquired) share(have map[string]bool) float64 {
	got, all := 0.0, 0.0
	for s, w := range q.weights {
		all += w
		if have[s] {
			got += w
		}
	}
	if all == 0 {
		return 0
	}
	return got / all
}
