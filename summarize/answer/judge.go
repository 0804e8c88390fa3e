package answer

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/thread"
)

const (
	judgedArticles = 3 // of the ranking's, of which the most probable answer is taken
	judgedPassages = 6 // of each
	// answerFloor is the probability below which a question is refused, at the default
	// floor of the ranking: the highest at which no group of the questions that it was
	// chosen on loses more than a tenth of its right answers; see docs/language.md.
	answerFloor = 0.06
	// spokenFloor is the share of the question's weight that the best passage must hold
	// with its titles, however probable its article is, and strangerFloor the same where
	// the question holds no word of the article's title: among few articles, chance words
	// make a leader.
	spokenFloor   = 0.15
	strangerFloor = 0.9
)

// Floored is a finder that reports the probability below which the desk wants nothing
// suggested. Answering moves with it, in proportion.
type Floored interface{ Floor() float64 }

// Limit is the probability below which a finder's answers are refused.
func Limit(f Finder) float64 {
	floored, ok := f.(Floored)
	if !ok {
		return answerFloor
	}
	return min(0.95, answerFloor*floored.Floor()/retrieval.DefaultFloor)
}

// JudgedFigures is how many figures an answer is judged by.
const JudgedFigures = 5

// Weights turn the figures of an article into the probability that it answers
// the question: a logistic function of them. The figures are: one; the odds that the
// ranking gives, as a logarithm; the share of the title's weight that the question
// holds; the share of the question's weight that the best passage holds with title and
// heading; and the share of the question's neighbouring words that stand near each
// other in the passages.
type Weights [JudgedFigures]float64

// shippedWeights were fitted by FitAnswer, on questions made of articles and on
// earlier tickets; docs/language.md has the command.
func shippedWeights() Weights {
	return Weights{-2.393, 0.795, 1.705, 0.625, 0.783}
}

func (w Weights) odds(x [JudgedFigures]float64) (z float64) {
	for i, v := range w {
		z += v * x[i]
	}
	return z
}

func (w Weights) Probability(x [JudgedFigures]float64) float64 {
	return 1 / (1 + math.Exp(-w.odds(x)))
}

// candidate is an article that may answer, with its passages, best first.
type candidate struct {
	Hit     desk.ArticleHit
	sources []source
	Figures [JudgedFigures]float64
}

// Candidates reads the passages of the first articles and takes their figures.
func (w *Writer) Candidates(ctx context.Context, question string, vis kb.Visibility, hits []desk.ArticleHit) (weighedQuestion, []candidate, error) {
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
		found, err := w.Search.Passages(ctx, thread.Tidy(question), vis, []string{h.Article.ID}, judgedPassages)
		if err != nil {
			return q, nil, fmt.Errorf("read passages of %s: %w", h.Article.ID, err)
		}
		c := candidate{Hit: h, sources: rankPassages(q, found)}
		c.Figures = figuresOf(q, c, weights)
		out = append(out, c)
	}
	return q, out, nil
}

// speaks reports whether the article speaks of what was asked at all.
func (c candidate) speaks() bool {
	title, cover := c.Figures[2], c.Figures[3]
	return cover >= spokenFloor && (title > 0 || cover >= strangerFloor)
}

func figuresOf(q weighedQuestion, c candidate, weights map[string]float64) [JudgedFigures]float64 {
	asked := map[string]bool{}
	for _, s := range q.run {
		asked[s] = true
	}
	var title []weighted
	for _, s := range thread.Parse(c.Hit.Article.Title).Order {
		title = append(title, weighted{s, weights[s]})
	}
	cover := 0.0
	var text strings.Builder
	text.WriteString(c.Hit.Article.Title)
	for _, s := range c.sources {
		cover = max(cover, s.coverage)
		text.WriteString("\n" + s.hit.Passage.Text)
	}
	return [JudgedFigures]float64{1, logOdds(c.Hit.Score), weightHeld(title, asked), cover, q.pairsHeld(text.String())}
}

func logOdds(p float64) float64 {
	const least = 1e-4
	p = min(max(p, least), 1-least)
	return math.Log(p / (1 - p))
}

// judge gives the candidates by how probable it is that they answer, and the
// probability of the first.
func judge(w Weights, list []candidate) (ranked []candidate, probability float64) {
	best := -1
	for i, c := range list {
		if p := w.Probability(c.Figures); len(c.sources) > 0 && (best < 0 || p > probability) {
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
