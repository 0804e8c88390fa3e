package answer

import (
	"context"
	"fmt"
	"math"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/thread"
)

const (
	judgedArticles = 3 // the first of the ranking; the most probable one answers
	judgedPassages = 6 // of each
	// answerFloor is the probability below which a question is refused at the default
	// floor of the ranking: the highest one at which no group of the questions it was
	// set on loses more than a tenth of its right answers; see docs/language.md.
	answerFloor = 0.06
	// passageFloor is the share of the question's weight that the best passage with its
	// titles must contain, however probable its article is, and untitledFloor the same if
	// the question contains no word of the article's title: among few articles, words
	// shared by chance are enough to come first.
	passageFloor  = 0.15
	untitledFloor = 0.9
	// answersFloor is the log odds from which an article that was read with the question is about
	// it, whatever words they share: as likely as not, by the model that read it.
	answersFloor = 0.0
)

// Floored is a Finder that reports the probability below which the desk wants nothing
// suggested. The floor of answers moves with it, in proportion.
type Floored interface{ Floor() float64 }

// Limit returns the probability below which answers from a finder's results are refused.
func Limit(f Finder) float64 {
	floored, ok := f.(Floored)
	if !ok {
		return answerFloor
	}
	return min(0.95, answerFloor*floored.Floor()/retrieval.DefaultFloor)
}

// Features are what the probability that an article answers a question is computed from:
// one; the log odds from the ranking; the share of the title's weight that the question
// contains; the share of the question's weight that the best passage contains together
// with title and heading; and the share of the question's pairs of neighbouring words that
// are near each other in the passages.
type Features [5]float64

func (f Features) titleShare() float64   { return f[2] }
func (f Features) passageShare() float64 { return f[3] }

// Weights are the coefficients of the features in a logistic function.
type Weights Features

// shippedWeights returns the weights fitted by eval.FitAnswer on questions made from
// articles and on earlier tickets; docs/language.md has the command.
func shippedWeights() Weights {
	return Weights{-2.393, 0.795, 1.705, 0.625, 0.783}
}

// Probability returns the probability that an article with the features answers.
func (w Weights) Probability(f Features) float64 {
	z := 0.0
	for i, v := range w {
		z += v * f[i]
	}
	return 1 / (1 + math.Exp(-z))
}

// Judged is an article with its features for a question.
type Judged struct {
	Article  string
	Features Features
}

// Judge returns the articles from which a question would be answered, with the features
// on which the weights are fitted.
func (w *Writer) Judge(ctx context.Context, question string, vis kb.Visibility) ([]Judged, error) {
	question = thread.Shorten(question, maxQuestionRunes)
	query := retrieval.Query{Text: thread.Tidy(question), Visibility: vis, Limit: nearestArticles, Question: true}
	found, err := w.deps.Search.Search(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("judge articles: %w", err)
	}
	_, list, err := w.candidates(ctx, question, vis, found.Hits)
	if err != nil {
		return nil, fmt.Errorf("judge articles: %w", err)
	}
	var out []Judged
	for _, c := range list {
		out = append(out, Judged{c.hit.Article.ID, c.features})
	}
	return out, nil
}

// candidate is an article that may answer, with its passages, best first.
type candidate struct {
	hit      desk.ArticleHit
	sources  []source
	features Features
}

// candidates reads the passages of the first articles and computes their features.
func (w *Writer) candidates(
	ctx context.Context, question string, vis kb.Visibility, hits []desk.ArticleHit,
) (weightedQuestion, []candidate, error) {
	hits = hits[:min(len(hits), judgedArticles)]
	texts := []string{focusOf(question)}
	for _, h := range hits {
		texts = append(texts, h.Article.Title)
	}
	q := readQuestion(question)
	weights, err := w.weighWords(ctx, vis, texts...)
	if err != nil {
		return q, nil, err
	}
	for i := range q.weights {
		q.weights[i].weight = weights[q.weights[i].stem]
	}
	var out []candidate
	for _, h := range hits {
		found, err := w.deps.Search.Passages(ctx, thread.Tidy(question), vis, []string{h.Article.ID}, judgedPassages)
		if err != nil {
			return q, nil, fmt.Errorf("read passages of %s: %w", h.Article.ID, err)
		}
		c := candidate{hit: h, sources: w.rankPassages(q, found)}
		c.features = featuresOf(q, c, weights)
		out = append(out, c)
	}
	return q, out, nil
}

// addressesQuestion reports whether the article is about what was asked at all.
func (c candidate) addressesQuestion() bool {
	if c.hit.Answers != nil && *c.hit.Answers >= answersFloor {
		return true
	}
	title, passage := c.features.titleShare(), c.features.passageShare()
	return passage >= passageFloor && (title > 0 || passage >= untitledFloor)
}

func featuresOf(q weightedQuestion, c candidate, weights map[string]float64) Features {
	asked := map[string]bool{}
	for _, s := range q.run {
		asked[s] = true
	}
	var title []term
	for _, s := range thread.Parse(c.hit.Article.Title).Order {
		title = append(title, term{stem: s, weight: weights[s]})
	}
	cover := 0.0
	text := contentStems(c.hit.Article.Title)
	for _, s := range c.sources {
		cover = max(cover, s.coverage)
		text = append(text, s.content...)
	}
	return Features{1, logOdds(c.hit.Score), shareOf(title, asked), cover, q.pairShare(text)}
}

func logOdds(p float64) float64 {
	const least = 1e-4
	p = min(max(p, least), 1-least)
	return math.Log(p / (1 - p))
}

// rank returns the candidates with the one most likely to answer first, and its
// probability.
func rank(w Weights, list []candidate) (ranked []candidate, probability float64) {
	best := -1
	for i, c := range list {
		if p := w.Probability(c.features); len(c.sources) > 0 && (best < 0 || p > probability) {
			best, probability = i, p
		}
	}
	if best < 0 {
		return nil, 0
	}
	ranked = append(ranked, list[best])
	for i, c := range list {
		if i != best && len(c.sources) > 0 {
			ranked = append(ranked, c)
		}
	}
	return ranked, probability
}
