package summarize

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// Answer is a short cited answer to a question, or a refusal with its reason.
type Answer struct {
	Refused bool   `json:"refused"`
	Reason  string `json:"reason"` // why it refuses, or why the extractive engine wrote
	Engine  string `json:"engine"`
	// Sentences is empty when refused; every sentence has at least one citation.
	Sentences []Sentence        `json:"sentences"`
	Nearest   []desk.ArticleHit `json:"nearest"`
}

// Sentence is one sentence of an answer with the passages that support it.
type Sentence struct {
	Text      string     `json:"text"`
	Citations []Citation `json:"citations"`
}

// Citation names a passage of an article's revision.
type Citation struct {
	Article  string `json:"article"` // id
	Revision int    `json:"revision"`
	Passage  string `json:"passage"` // id
}

// The bounds of an answer.
const (
	maxQuestionRunes  = 2000
	maxSentences      = 5
	maxSentenceRunes  = 400
	answerArticles    = 2 // articles an answer is written from
	answerPassages    = 6
	nearestArticles   = 5
	questionFloor     = 0.4  // share of the question's content words a passage with its titles must hold
	titleFloor        = 0.1  // share of its weight that title and heading must hold,
	spanFloor         = 0.75 // or else one sentence,
	wholeFloor        = 0.9  // in a passage with nearly all of it
	sureArticle       = 0.3  // probability from which an article needs
	sureFloor         = 0.2  // only so much of the question's weight
	sentenceFloor     = 0.25
	stepBonus         = 0.1  // for a passage of steps,
	howToBonus        = 0.25 // when the question asks how
	secondStanding    = 0.3  // of an article that adds a sentence, beside the first
	secondSourceFloor = 0.6  // for a sentence of another passage than the best
)

// Answer answers a question from the articles within the visibility, which acts
// inside the search. It refuses, with the nearest articles, when none is probable
// enough or when no passage supports the question's words. An empty question is
// fault.Invalid; errors of the search are returned.
func (w *Writer) Answer(ctx context.Context, question string, vis kb.Visibility) (Answer, error) {
	question = shorten(tidy(question), maxQuestionRunes)
	if question == "" {
		return Answer{}, fault.InvalidField("question", "is empty")
	}
	a := Answer{Engine: Extractive, Sentences: []Sentence{}, Nearest: []desk.ArticleHit{}}
	if w.opts.Search == nil {
		return a.refuse("the search is not available"), nil
	}
	found, err := w.opts.Search.Search(ctx, retrieval.Query{Text: question, Visibility: vis, Limit: nearestArticles})
	if err != nil {
		return Answer{}, fmt.Errorf("answer: %w", err)
	}
	a.Nearest = append(a.Nearest, found.Hits...)
	switch {
	case len(found.Hits) == 0:
		return a.refuse("no article matches this question"), nil
	case found.BelowFloor:
		return a.refuse("no article is likely enough to answer this question"), nil
	}
	var ids []string
	for _, h := range found.Hits[:min(len(found.Hits), answerArticles)] {
		ids = append(ids, h.Article.ID)
	}
	hits, err := w.opts.Search.Passages(ctx, question, vis, ids, answerPassages)
	if err != nil {
		return Answer{}, fmt.Errorf("answer: %w", err)
	}
	q, err := w.weigh(ctx, question, vis)
	if err != nil {
		return Answer{}, fmt.Errorf("answer: %w", err)
	}
	ranked := rankPassages(q, hits, found.Hits)
	if len(ranked) == 0 || !ranked[0].answers(q, found.Hits[0].Score) {
		return a.refuse("the nearest articles do not speak of what was asked"), nil
	}
	return w.write(ctx, question, q, a, ranked)
}

// write answers by model when there is one, extractively otherwise.
func (w *Writer) write(ctx context.Context, question string, q inquired, a Answer, ranked []source) (Answer, error) {
	if w.opts.Model != nil {
		written, err := w.answerByModel(ctx, question, a, ranked)
		if err == nil {
			return written, nil
		}
		a.Reason = reasonOf(err)
	}
	a.Sentences = extractAnswer(q, ranked)
	if len(a.Sentences) == 0 {
		return a.refuse("no sentence of the nearest articles answers the question"), nil
	}
	return a, nil
}

func (a Answer) refuse(reason string) Answer {
	a.Refused, a.Reason, a.Sentences = true, reason, []Sentence{}
	return a
}

// extractAnswer picks up to five sentences: of the best passage its steps in order,
// or its best sentences in order, and a sentence of another passage that holds most
// of the question.
func extractAnswer(q inquired, ranked []source) []Sentence {
	best := ranked[0]
	var out []Sentence
	for _, i := range chooseSpans(q, best) {
		out = append(out, Sentence{
			Text: shorten(best.spans[i].text, maxSentenceRunes), Citations: []Citation{best.citation()},
		})
	}
	for _, s := range ranked[1:] {
		if len(out) >= maxSentences {
			break
		}
		if s.standing < secondStanding {
			continue
		}
		i, share := bestSpan(q, s)
		again := i >= 0 && slices.ContainsFunc(out, func(o Sentence) bool {
			return jaccard(stems(o.Text), stems(s.spans[i].text)) >= 0.6
		})
		if share >= secondSourceFloor && !again {
			out = append(out, Sentence{Text: shorten(s.spans[i].text, maxSentenceRunes), Citations: []Citation{s.citation()}})
		}
	}
	return out
}

// chooseSpans gives the indexes of the spans of the best passage, ascending.
func chooseSpans(q inquired, s source) []int {
	top, share := bestSpan(q, s)
	if s.steps >= 2 && s.coverage >= questionFloor {
		return stepsFrom(s, top, share)
	}
	type scored struct {
		i     int
		value float64
	}
	var all []scored
	head := stems(s.hit.Article.Title + " " + s.hit.Passage.Heading)
	for i, sp := range s.spans {
		ws := stems(sp.text)
		own := q.share(ws)
		if len(ws) < 3 || sp.form == code {
			continue
		}
		value := own + 0.2*overlap(head, ws)
		if i > 0 && i == top+1 {
			value += 0.15 // what follows the best sentence explains it
		}
		if value >= sentenceFloor {
			all = append(all, scored{i, value})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.value, a.value) })
	var out []int
	for _, c := range all[:min(len(all), 3)] {
		out = append(out, c.i)
	}
	slices.Sort(out)
	return out
}

// stepsFrom gives steps in order. Where one line bears on half of the question or
// more, they begin there: a passage can hold the steps of several cases.
func stepsFrom(s source, top int, share float64) []int {
	from := 0
	if share >= questionFloor && s.spans[top].form == step {
		from = top
		for from > 0 && s.spans[from-1].form == step && s.spans[from-1].group == s.spans[top].group && top-from < maxSentences-2 {
			from-- // the steps before the one that holds the words lead to it
		}
	}
	var out []int
	for i := from; i < len(s.spans) && len(out) < maxSentences; i++ {
		bears := i == top && share >= sentenceFloor
		explains := i > top && i <= top+2 && s.spans[i].para == s.spans[top].para && share >= questionFloor
		if s.spans[i].group != s.spans[max(0, top)].group && (share >= sentenceFloor || len(out) > 0) {
			continue // the steps of another case
		}
		if s.spans[i].form == step || bears || explains {
			out = append(out, i)
		}
	}
	return out
}

func bestSpan(q inquired, s source) (index int, share float64) {
	index = -1
	for i, sp := range s.spans {
		if v := q.share(stems(sp.text)); v > share || index < 0 {
			index, share = i, v
		}
	}
	return index, share
}

// answerByModel lets the model answer from the ranked passages. Sentences that do
// not resolve are dropped; nothing left is an error, so that the extractive engine
// answers.
func (w *Writer) answerByModel(ctx context.Context, question string, a Answer, ranked []source) (Answer, error) {
	r := NewRedactor(w.opts.RedactIPs)
	ev := newEvidence()
	titles := map[string]string{}
	left := promptBudget
	for _, s := range ranked {
		text := shorten(r.Text(s.hit.Passage.Text), min(left, promptBudget/2))
		if left -= len([]rune(text)); left < 0 || text == "" {
			break
		}
		ev.addPassage(s.citation(), text)
		titles[ev.items[len(ev.items)-1].mark] = r.Text(tidy(s.hit.Article.Title + " › " + s.hit.Passage.Heading))
	}
	schema, err := objectSchema(map[string]any{
		"answerable": map[string]any{"type": "boolean"},
		"sentences":  claimSchema(ev.marks(), maxSentences, maxSentenceRunes),
	}, []string{"answerable", "sentences"})
	if err != nil {
		return Answer{}, err
	}
	a.Engine = ByModel
	err = w.ask(ctx, task{
		action: actAnswer, evidence: ev, schema: schema, tokens: 800,
		input: promptInput{
			Question: r.Text(question),
			Evidence: evidenceLines(ev, func(it item) string { return titles[it.mark] }),
		},
		accept: func(data []byte) error {
			var reply struct {
				Answerable *bool   `json:"answerable"`
				Sentences  []claim `json:"sentences"`
			}
			if err := decodeStrict(data, &reply); err != nil {
				return err
			}
			if reply.Answerable == nil {
				return fault.New(fault.Invalid, "the model's reply did not follow the schema")
			}
			if !*reply.Answerable {
				a = a.refuse("the nearest articles do not answer this question")
				return nil
			}
			a.Sentences = ev.sentences(reply.Sentences, r)
			if len(a.Sentences) == 0 {
				return fault.New(fault.Invalid, "the articles supported nothing of what the model wrote")
			}
			return nil
		},
	})
	return a, err
}

// sentences keeps the claims that resolve, as cited sentences.
func (e *evidence) sentences(claims []claim, r *Redactor) []Sentence {
	out := []Sentence{}
	for _, c := range boundedClaims(claims, maxSentences) {
		text, cited, ok := e.resolve(c, maxSentenceRunes)
		if !ok {
			continue
		}
		s := Sentence{Text: r.Restore(text)}
		for _, it := range cited {
			s.Citations = append(s.Citations, it.citation)
		}
		out = append(out, s)
	}
	return out
}
