package summarize

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

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
	questionFloor     = 0.5 // share of the question's content words a passage with its titles must hold
	sentenceFloor     = 0.25
	secondSourceFloor = 0.6 // for a sentence of another passage than the best
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
	ranked := rankPassages(question, hits, found.Hits)
	if len(ranked) == 0 || ranked[0].coverage < questionFloor {
		return a.refuse("the nearest articles do not speak of what was asked"), nil
	}
	return w.write(ctx, question, a, ranked)
}

// write answers by model when there is one, extractively otherwise.
func (w *Writer) write(ctx context.Context, question string, a Answer, ranked []source) (Answer, error) {
	if w.opts.Model != nil {
		written, err := w.answerByModel(ctx, question, a, ranked)
		if err == nil {
			return written, nil
		}
		a.Reason = reasonOf(err)
	}
	a.Sentences = extractAnswer(question, ranked)
	if len(a.Sentences) == 0 {
		return a.refuse("no sentence of the nearest articles answers the question"), nil
	}
	return a, nil
}

func (a Answer) refuse(reason string) Answer {
	a.Refused, a.Reason, a.Sentences = true, reason, []Sentence{}
	return a
}

// source is a passage that an answer may be written from.
type source struct {
	hit      retrieval.PassageHit
	spans    []span
	steps    int
	coverage float64 // share of the question's words in passage, heading and title
	score    float64
}

func (s source) citation() Citation {
	return Citation{Article: s.hit.Article.ID, Revision: s.hit.Article.Revision, Passage: s.hit.Passage.ID}
}

// rankPassages orders passages by how much of the question they hold and by how
// probable their article is beside the most probable one.
func rankPassages(question string, hits []retrieval.PassageHit, articles []desk.ArticleHit) []source {
	q := stems(question)
	var out []source
	for _, h := range hits {
		s := source{hit: h, spans: passageSpans(h.Passage.Text)}
		for _, sp := range s.spans {
			if sp.form == step {
				s.steps++
			}
		}
		head := stems(h.Article.Title + " " + h.Passage.Heading)
		body := stems(h.Passage.Text)
		own := overlap(q, body)
		for w := range head {
			body[w] = true
		}
		s.coverage = overlap(q, body)
		s.score = 0.5*s.coverage + 0.3*own + 0.4*h.Score - 0.6*(1-standingOf(articles, h.Article.ID))
		if s.steps > 1 || answering.MatchString(h.Passage.Heading) {
			s.score += 0.1
		}
		if len(s.spans) > 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b source) int { return cmp.Compare(b.score, a.score) })
	return out
}

// standingOf gives the article's probability beside the first one's, 0..1.
func standingOf(articles []desk.ArticleHit, id string) float64 {
	for _, a := range articles {
		if a.Article.ID == id && articles[0].Score > 0 {
			return min(1, a.Score/articles[0].Score)
		}
	}
	return 0
}

// maxStepRunes is how long a line of a passage may be to be shown as one step.
const maxStepRunes = 320

// passageSpans segments a passage, whose paragraphs and list items are a line each.
// Its Markdown is gone, so a line of bounded length that begins as an instruction is
// taken for a step, whole.
func passageSpans(text string) []span {
	var out []span
	for para, line := range strings.Split(boundText(text), "\n") {
		spans := spoken(segment(line))
		if len(spans) == 0 {
			continue
		}
		if line = tidy(line); spans[0].form != code && opening.MatchString(line) && len([]rune(line)) <= maxStepRunes {
			spans = []span{{text: line, form: step}}
		}
		for _, s := range spans {
			s.para, s.pos = para, len(out)
			out = append(out, s)
		}
	}
	return out
}

// extractAnswer picks up to five sentences: of the best passage its steps in order,
// or its best sentences in order, and a sentence of another passage that holds most
// of the question.
func extractAnswer(question string, ranked []source) []Sentence {
	q := stems(question)
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
func chooseSpans(q map[string]bool, s source) []int {
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
		own := overlap(q, ws)
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
	if share >= questionFloor {
		from = top
	}
	var out []int
	for i := from; i < len(s.spans) && len(out) < maxSentences; i++ {
		bears := i == top && share >= sentenceFloor
		explains := i > top && i <= top+2 && s.spans[i].para == s.spans[top].para && share >= questionFloor
		if s.spans[i].form == step || bears || explains {
			out = append(out, i)
		}
	}
	return out
}

func bestSpan(q map[string]bool, s source) (index int, share float64) {
	index = -1
	for i, sp := range s.spans {
		if v := overlap(q, stems(sp.text)); v > share || index < 0 {
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
