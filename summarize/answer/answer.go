package answer

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Answer is a short cited answer to a question, or a refusal with its reason.
type Answer struct {
	Refused bool `json:"refused"`
	// Off says that it was refused whatever the articles hold: answers are switched off.
	Off    bool   `json:"-"`
	Reason string `json:"reason"` // why it refuses, or why the extractive engine wrote
	// Rule is the line of the service model that lets the question be answered or not, ""
	// where it was refused for want of articles.
	Rule   string `json:"rule"`
	Engine string `json:"engine"`
	// Sentences is empty when refused; every sentence has at least one citation.
	Sentences []Sentence        `json:"sentences"`
	Nearest   []desk.ArticleHit `json:"nearest"`
}

// Sentence is one sentence of an answer with the passages that support it.
type Sentence struct {
	Text      string              `json:"text"`
	Citations []evidence.Citation `json:"citations"`
}

// The bounds of an answer.
const (
	MaxQuestionRunes  = 2000
	maxSentences      = 5
	maxSentenceRunes  = 400
	answerPassages    = 6 // that an answer is written from
	NearestArticles   = 5
	questionFloor     = 0.4 // share of the question's weight from which a passage is about it
	sentenceFloor     = 0.25
	stepBonus         = 0.1  // for a passage of steps,
	howToBonus        = 0.25 // when the question asks how
	secondStanding    = 0.3  // of an article that adds a sentence, beside the first
	secondSourceFloor = 0.6  // for a sentence of another passage than the best
	enoughSentences   = 3
)

// Answer answers a question from the articles within the visibility, which acts
// inside the search. It refuses, with the nearest articles, when none is probable
// enough or when no passage supports the question's words. An empty question is
// fault.Invalid; errors of the search are returned.
func (w *Writer) Answer(ctx context.Context, question string, vis kb.Visibility) (Answer, error) {
	return w.StreamAnswer(ctx, question, vis, Progress{})
}

// FindAnswer finds what an answer can be written from.
func (w *Writer) FindAnswer(ctx context.Context, question string, vis kb.Visibility) (Found, error) {
	asked := thread.Shorten(thread.Tidy(question), MaxQuestionRunes)
	if asked == "" {
		return Found{}, fault.InvalidField("question", "is empty")
	}
	f := Found{question: asked, Answer: Answer{Engine: ask.Extractive, Sentences: []Sentence{}, Nearest: []desk.ArticleHit{}}}
	refuse := func(reason string) (Found, error) {
		f.Answer = f.refuse(reason)
		return f, nil
	}
	if w.Search == nil {
		return refuse("the search is not available")
	}
	found, err := w.Search.Search(ctx, retrieval.Query{Text: asked, Visibility: vis, Limit: NearestArticles})
	if err != nil {
		return Found{}, fmt.Errorf("answer: %w", err)
	}
	f.Nearest = append(f.Nearest, found.Hits...)
	if len(found.Hits) == 0 {
		return refuse("no article matches this question")
	}
	if !w.permitted(&f, desk.AnswerRequest{Question: asked}) {
		return f, nil
	}
	q, list, err := w.Candidates(ctx, thread.Shorten(question, MaxQuestionRunes), vis, found.Hits)
	if err != nil {
		return Found{}, fmt.Errorf("answer: %w", err)
	}
	var ranked []candidate
	ranked, f.Probability = judge(shippedWeights(), list)
	_, floored := w.Search.(Floored)
	switch {
	case len(ranked) == 0 || !ranked[0].speaks():
		return refuse("the nearest articles do not speak of what was asked")
	case f.Probability < Limit(w.Search), !floored && found.BelowFloor:
		return refuse("no article is likely enough to answer this question")
	}
	from, err := w.request(ctx, asked, ranked[0].Hit.Article, vis)
	if err != nil {
		return Found{}, fmt.Errorf("answer: %w", err)
	}
	if !w.permitted(&f, from) {
		return f, nil
	}
	f.asked, f.ranked = q, sourcesOf(ranked)
	if r, found, err := w.remedyFor(ctx, q, ranked[0], vis); err != nil {
		return Found{}, fmt.Errorf("answer: %w", err)
	} else if found {
		f.ranked = append([]source{r}, slices.DeleteFunc(f.ranked, func(s source) bool { return s.hit.Passage.ID == r.hit.Passage.ID })...)
	}
	return f, nil
}

// sourcesOf gives the passages to write from: those of the first article, then those
// of the others with how they stand beside it.
func sourcesOf(ranked []candidate) []source {
	var out []source
	for _, c := range ranked {
		standing := 1.0
		if first := ranked[0].Hit.Score; c.Hit.Article.ID != ranked[0].Hit.Article.ID {
			standing = c.Hit.Score / max(first, c.Hit.Score, 1e-9)
		}
		for _, s := range c.sources {
			s.standing = standing
			out = append(out, s)
		}
	}
	return out[:min(len(out), answerPassages)]
}

func (a Answer) refuse(reason string) Answer {
	a.Refused, a.Reason, a.Sentences = true, reason, []Sentence{}
	return a
}

// extractAnswer picks up to five sentences: of the best passage its steps in order,
// or its best sentences in order, and, where these are few, a sentence of another
// passage that holds most of the question.
func extractAnswer(q weighedQuestion, ranked []source) []Sentence {
	best := ranked[0]
	var out []Sentence
	for _, i := range chooseSpans(q, best) {
		out = append(out, Sentence{
			Text: answerLine(best.spans[i]), Citations: []evidence.Citation{best.citation()},
		})
	}
	for _, s := range ranked[1:] {
		if len(out) >= enoughSentences {
			break
		}
		if s.standing < secondStanding {
			continue
		}
		i, share := bestSpan(q, s)
		unfit := i < 0 || !answersAlone(s.spans[i]) || slices.ContainsFunc(out, func(o Sentence) bool {
			return thread.Jaccard(thread.Stems(o.Text), s.spans[i].Stems) >= 0.6
		})
		if share >= secondSourceFloor && !unfit {
			out = append(out, Sentence{Text: answerLine(s.spans[i]), Citations: []evidence.Citation{s.citation()}})
		}
	}
	return out
}

var (
	// aboutItself finds what an article says of itself: it answers nothing.
	aboutItself = lexicon.Pattern("answer/about-itself")
	// leadsOn finds sentences that are nothing without what follows.
	leadsOn = regexp.MustCompile(`:\s*$`)
	// strayNumber finds the number of the first step behind the sentence that leads to it.
	strayNumber = regexp.MustCompile(`:\s+\d{1,2}[.)]$`)
)

// answerLine is a line as an answer shows it.
func answerLine(sp thread.Span) string {
	return thread.Shorten(strayNumber.ReplaceAllString(sp.Text, ":"), maxSentenceRunes)
}

// answersAlone reports whether a line can stand in an answer without the next one.
func answersAlone(sp thread.Span) bool {
	return sp.Form != thread.Code && !aboutItself.MatchString(sp.Text) && !leadsOn.MatchString(sp.Text) && sp.Content >= 3
}

// chooseSpans gives the indexes of the spans of the best passage, ascending: its steps,
// or its best sentences, or its first ones where none bears on the question.
func chooseSpans(q weighedQuestion, s source) []int {
	top, share := bestSpan(q, s)
	if s.steps >= 2 && (s.remedy || s.coverage >= questionFloor) {
		if steps := stepsFrom(s, top, share); len(steps) > 0 {
			return steps
		}
	}
	type scored struct {
		i     int
		value float64
	}
	var all []scored
	head := thread.Stems(s.hit.Article.Title + " " + s.hit.Passage.Heading)
	for i, sp := range s.spans {
		if sp.Form == thread.Code || aboutItself.MatchString(sp.Text) || sp.Content < 2 {
			continue
		}
		ws := sp.Stems
		value := q.share(ws) + 0.2*thread.Overlap(head, ws)
		if i > 0 && i == top+1 {
			value += 0.15 // what follows the best sentence explains it
		}
		if s.remedy {
			value = sentenceFloor + 1/float64(i+1) // in a remedy the beginning counts
		}
		all = append(all, scored{i, value})
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.value, a.value) })
	few := min(len(all), enoughSentences)
	for few > 1 && all[few-1].value < sentenceFloor {
		few--
	}
	var out []int
	for _, c := range all[:few] {
		out = append(out, c.i)
		if next := c.i + 1; leadsOn.MatchString(s.spans[c.i].Text) && next < len(s.spans) {
			out = append(out, next)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxSentences)]
}

// stepsFrom gives steps in order. Where one line bears on half of the question or
// more, they begin there: a passage can hold the steps of several cases.
func stepsFrom(s source, top int, share float64) []int {
	from := 0
	if share >= questionFloor && s.spans[top].Form == thread.Step {
		from = top
		for from > 0 && s.spans[from-1].Form == thread.Step && s.spans[from-1].Group == s.spans[top].Group && top-from < maxSentences-2 {
			from-- // the steps before the one that holds the words lead to it
		}
	}
	var out []int
	for i := from; i < len(s.spans) && len(out) < maxSentences; i++ {
		bears := i == top && share >= sentenceFloor
		explains := i > top && i <= top+2 && s.spans[i].Para == s.spans[top].Para && share >= questionFloor
		if s.spans[i].Group != s.spans[max(0, top)].Group && (share >= sentenceFloor || len(out) > 0) {
			continue // the steps of another case
		}
		if s.spans[i].Form == thread.Step || bears || explains {
			out = append(out, i)
		}
	}
	return out
}

func bestSpan(q weighedQuestion, s source) (index int, share float64) {
	index = -1
	for i, sp := range s.spans {
		if v := q.share(sp.Stems); v > share || index < 0 {
			index, share = i, v
		}
	}
	return index, share
}

// citedSentences keeps the claims that resolve, as cited sentences.
func citedSentences(e *evidence.Set, claims []evidence.Claim, r *evidence.Redactor) []Sentence {
	out := []Sentence{}
	for _, c := range ask.BoundedClaims(claims, maxSentences) {
		text, cited, ok := e.Resolve(c, maxSentenceRunes)
		if !ok {
			continue
		}
		s := Sentence{Text: r.Restore(text)}
		for _, it := range cited {
			s.Citations = append(s.Citations, it.Citation)
		}
		out = append(out, s)
	}
	return out
}
