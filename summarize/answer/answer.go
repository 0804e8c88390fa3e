package answer

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Answer is a short cited answer to a question, or a refusal with its reason.
type Answer struct {
	Refused bool `json:"refused"`
	// Off reports that it was refused regardless of the articles: answers are switched off.
	Off    bool   `json:"-"`
	Reason string `json:"reason"` // why it is a refusal, or why the extractive engine wrote it
	// Rule is the line of the service model that decides whether the question may be answered,
	// "" if it was refused for want of articles.
	Rule   string `json:"rule"`
	Engine string `json:"engine"`
	// Sentences is empty when refused; every sentence has at least one citation.
	Sentences []Sentence `json:"sentences"`
	// NotCovered are words of the question that the article it is answered from does not have.
	NotCovered []string          `json:"not_covered,omitempty"`
	Nearest    []desk.ArticleHit `json:"nearest"`
	// Probability is that of the best article to answer, 0 if none was judged.
	Probability float64 `json:"-"`
}

// Sentence is one sentence of an answer with the passages that support it.
type Sentence struct {
	Text      string              `json:"text"`
	Citations []evidence.Citation `json:"citations"`
	Kind      string              `json:"kind,omitempty"`  // one of the kinds; "" for a sentence or paragraph
	Depth     int                 `json:"depth,omitempty"` // lists that it is within
}

// The bounds of an answer.
const (
	maxQuestionRunes = 2000
	maxSentences     = 5   // that a language model may write
	maxSentenceRunes = 400 // of each
	maxPassages      = 6   // from which an answer is written
	nearestArticles  = 5
)

// Answer answers a question from the articles within the visibility, which the search
// itself enforces. It refuses, with the nearest articles, if none is probable enough or
// no passage supports the question's words. An empty question is fault.Invalid; errors of
// the search are returned.
func (w *Writer) Answer(ctx context.Context, question string, vis kb.Visibility) (Answer, error) {
	return w.StreamAnswer(ctx, question, vis, Progress{})
}

// basis is what an answer is written from. If answer is a refusal there is nothing.
type basis struct {
	answer   Answer
	question string
	sources  []source // best first
	outline  *outline // of the article that answers
	chosen   chosen
	// partial reports that too little of the question is covered for an answer that only quotes.
	partial bool
}

// find finds the passages from which a question can be answered.
func (w *Writer) find(ctx context.Context, question string, vis kb.Visibility) (basis, error) {
	b := basis{question: thread.Shorten(thread.Tidy(question), maxQuestionRunes)}
	b.answer = Answer{Engine: ask.Extractive, Sentences: []Sentence{}, Nearest: []desk.ArticleHit{}}
	if b.question == "" {
		return b, fault.InvalidField("question", "is empty")
	}
	refuse := func(reason string) (basis, error) {
		b.answer = b.answer.refuse(reason)
		return b, nil
	}
	if w.deps.Search == nil || w.deps.Library == nil {
		return refuse("search is not available")
	}
	query := retrieval.Query{Text: b.question, Visibility: vis, Limit: nearestArticles, Question: true}
	found, err := w.deps.Search.Search(ctx, query)
	if err != nil {
		return b, fmt.Errorf("answer: %w", err)
	}
	b.answer.Nearest = append(b.answer.Nearest, found.Hits...)
	if len(found.Hits) == 0 {
		return refuse("no article matches this question")
	}
	if !w.permitted(&b.answer, model.AnswerRequest{Question: b.question}) {
		return b, nil
	}
	terms, list, err := w.candidates(ctx, thread.Shorten(question, maxQuestionRunes), vis, found.Hits)
	if err != nil {
		return b, fmt.Errorf("answer: %w", err)
	}
	var ranked []candidate
	ranked, b.answer.Probability = rank(shippedWeights(), list)
	_, floored := w.deps.Search.(Floored)
	switch {
	case len(ranked) == 0 || !ranked[0].addressesQuestion():
		return refuse("the nearest articles do not address the question")
	case b.answer.Probability < Limit(w.deps.Search), !floored && found.BelowFloor:
		return refuse("no article is likely enough to answer this question")
	}
	from, err := w.request(ctx, b.question, ranked[0].hit.Article, vis)
	if err != nil {
		return b, fmt.Errorf("answer: %w", err)
	}
	if !w.permitted(&b.answer, from) {
		return b, nil
	}
	if b.outline, err = w.outlineOf(ctx, ranked[0].hit.Article.ID, vis); err != nil {
		if fault.Is(err, fault.NotFound) {
			return refuse("the nearest article is no longer there")
		}
		return b, fmt.Errorf("answer: %w", err)
	}
	nearest := ranked[0].sources[0].hit.Passage
	b.chosen = choose(terms, b.outline, nearest.ID)
	covers := b.chosen.cover(terms, b.outline, nearest)
	b.partial = covers.tooLittle(terms, b.answer.Probability) && !ranked[0].readAsAnswer()
	b.answer.NotCovered = covers.missing[:min(len(covers.missing), maxMissing)]
	b.sources = b.sourcesOf(ranked)
	return b, nil
}

// sourcesOf returns the passages for a model to write from: those that the extractive answer
// cites, then those of the article, then those of the others.
func (b basis) sourcesOf(ranked []candidate) []source {
	var out []source
	seen := map[string]bool{}
	for _, l := range b.chosen.lines {
		if seen[l.passage] {
			continue
		}
		seen[l.passage] = true
		i := slices.IndexFunc(b.outline.article.Passages, func(p kb.Passage) bool { return p.ID == l.passage })
		hit := retrieval.PassageHit{Article: ranked[0].hit.Article, Passage: b.outline.article.Passages[i]}
		hit.Article.Revision = b.outline.article.Revision
		out = append(out, source{hit: hit})
	}
	for _, c := range ranked {
		for _, s := range c.sources {
			if !seen[s.hit.Passage.ID] {
				out = append(out, s)
			}
		}
	}
	return out[:min(len(out), maxPassages)]
}

func (a Answer) refuse(reason string) Answer {
	a.Refused, a.Reason, a.Sentences = true, reason, []Sentence{}
	return a
}
