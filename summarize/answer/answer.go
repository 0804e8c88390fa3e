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
	// Off reports that it was refused regardless of the articles: answers are switched off.
	Off    bool   `json:"-"`
	Reason string `json:"reason"` // why it is a refusal, or why the extractive engine wrote it
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
	MaxQuestionRunes   = 2000
	maxSentences       = 5
	maxSentenceRunes   = 400
	answerPassages     = 6 // from which an answer is written
	NearestArticles    = 5
	aboutFloor         = 0.4 // share of the question's weight from which a passage is taken to be about it
	sentenceFloor      = 0.25
	stepBonus          = 0.1  // for a passage of steps
	howToBonus         = 0.25 // for one if the question asks how
	secondArticleFloor = 0.3  // of an article that adds a sentence, relative to the first
	secondPassageFloor = 0.6  // for a sentence from a passage other than the best
	enoughSentences    = 3
)

// Answer answers a question from the articles within the visibility, which the search
// itself enforces. It refuses, with the nearest articles, if none is probable enough or
// no passage supports the question's words. An empty question is fault.Invalid; errors of
// the search are returned.
func (w *Writer) Answer(ctx context.Context, question string, vis kb.Visibility) (Answer, error) {
	return w.StreamAnswer(ctx, question, vis, Progress{})
}

// FindAnswer finds the passages from which an answer can be written.
func (w *Writer) FindAnswer(ctx context.Context, question string, vis kb.Visibility) (Found, error) {
	asked := thread.Shorten(thread.Tidy(question), MaxQuestionRunes)
	if asked == "" {
		return Found{}, fault.InvalidField("question", "is empty")
	}
	f := Found{question: asked}
	f.Answer = Answer{Engine: ask.Extractive, Sentences: []Sentence{}, Nearest: []desk.ArticleHit{}}
	refuse := func(reason string) (Found, error) {
		f.Answer = f.refuse(reason)
		return f, nil
	}
	if w.Search == nil {
		return refuse("search is not available")
	}
	found, err := w.Search.Search(ctx, retrieval.Query{Text: asked, Visibility: vis, Limit: NearestArticles})
	if err != nil {
		return Found{}, fmt.Errorf("answer: %w", err)
	}
	f.Nearest = append(f.Nearest, found.Hits...)
	if len(found.Hits) == 0 {
		return refuse("no article matches this question")
	}
	if w.Allowed != nil {
		if rule, allowed := w.Allowed(); !allowed {
			f.Off = true
			return refuse("answers are switched off by the service model (" + rule + ")")
		}
	}
	q, list, err := w.Candidates(ctx, thread.Shorten(question, MaxQuestionRunes), vis, found.Hits)
	if err != nil {
		return Found{}, fmt.Errorf("answer: %w", err)
	}
	var ranked []candidate
	ranked, f.Probability = rank(shippedWeights(), list)
	_, floored := w.Search.(Floored)
	switch {
	case len(ranked) == 0 || !ranked[0].addressesQuestion():
		return refuse("the nearest articles do not address the question")
	case f.Probability < Limit(w.Search), !floored && found.BelowFloor:
		return refuse("no article is likely enough to answer this question")
	}
	f.asked, f.ranked = q, sourcesOf(ranked)
	remedy, ok, err := w.remedyFor(ctx, q, ranked[0], vis)
	if err != nil {
		return Found{}, fmt.Errorf("answer: %w", err)
	}
	if ok {
		others := slices.DeleteFunc(f.ranked, func(s source) bool { return s.hit.Passage.ID == remedy.hit.Passage.ID })
		f.ranked = append([]source{remedy}, others...)
	}
	return f, nil
}

// sourcesOf returns the passages to write from: those of the first article, then those
// of the others with their probability relative to it.
func sourcesOf(ranked []candidate) []source {
	var out []source
	for _, c := range ranked {
		relative := 1.0
		if first := ranked[0].Hit.Score; c.Hit.Article.ID != ranked[0].Hit.Article.ID {
			relative = c.Hit.Score / max(first, c.Hit.Score, 1e-9)
		}
		for _, s := range c.sources {
			s.relative = relative
			out = append(out, s)
		}
	}
	return out[:min(len(out), answerPassages)]
}

func (a Answer) refuse(reason string) Answer {
	a.Refused, a.Reason, a.Sentences = true, reason, []Sentence{}
	return a
}

// extractAnswer returns up to five sentences: the steps or the best sentences of the best
// passage, in order, and where these are few, sentences from other passages that contain
// most of the question.
func extractAnswer(q weightedQuestion, ranked []source) []Sentence {
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
		if s.relative < secondArticleFloor {
			continue
		}
		i, share := bestSpan(q, s)
		unfit := i < 0 || !standsAlone(s.spans[i]) || slices.ContainsFunc(out, func(o Sentence) bool {
			return thread.Jaccard(thread.Stems(o.Text), s.spans[i].Stems) >= 0.6
		})
		if share >= secondPassageFloor && !unfit {
			out = append(out, Sentence{Text: answerLine(s.spans[i]), Citations: []evidence.Citation{s.citation()}})
		}
	}
	return out
}

var (
	// selfDescription matches what an article says about itself, which answers nothing.
	selfDescription = lexicon.Pattern("answer/about-itself")
	// introduces matches sentences that mean nothing without what follows.
	introduces = regexp.MustCompile(`:\s*$`)
	// strayNumber matches the number of the first step after the sentence that introduces it.
	strayNumber = regexp.MustCompile(`:\s+\d{1,2}[.)]$`)
)

// answerLine returns a line as an answer shows it.
func answerLine(sp thread.Span) string {
	return thread.Shorten(strayNumber.ReplaceAllString(sp.Text, ":"), maxSentenceRunes)
}

// standsAlone reports whether a line makes sense in an answer without the next one.
func standsAlone(sp thread.Span) bool {
	return sp.Form != thread.Code && sp.Content >= 3 &&
		!selfDescription.MatchString(sp.Text) && !introduces.MatchString(sp.Text)
}

// chooseSpans returns the indexes of the spans of the best passage to quote, ascending:
// its steps, or its best sentences, or its first ones if none bears on the question.
func chooseSpans(q weightedQuestion, s source) []int {
	top, share := bestSpan(q, s)
	if s.steps >= 2 && (s.remedy || s.coverage >= aboutFloor) {
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
		if sp.Form == thread.Code || selfDescription.MatchString(sp.Text) || sp.Content < 2 {
			continue
		}
		ws := sp.Stems
		value := q.share(ws) + 0.2*thread.Overlap(head, ws)
		if i > 0 && i == top+1 {
			value += 0.15 // what follows the best sentence explains it
		}
		if s.remedy {
			value = sentenceFloor + 1/float64(i+1) // a remedy is quoted from its beginning
		}
		all = append(all, scored{i, value})
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.value, a.value) })
	n := min(len(all), enoughSentences)
	for n > 1 && all[n-1].value < sentenceFloor {
		n--
	}
	var out []int
	for _, c := range all[:n] {
		out = append(out, c.i)
		if next := c.i + 1; introduces.MatchString(s.spans[c.i].Text) && next < len(s.spans) {
			out = append(out, next)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxSentences)]
}

// stepsFrom returns the indexes of steps in order. If one line covers enough of the
// question they begin near it: a passage can contain the steps of several cases.
func stepsFrom(s source, top int, share float64) []int {
	from := 0
	if share >= aboutFloor && s.spans[top].Form == thread.Step {
		precedes := func(i int) bool {
			return i >= 0 && s.spans[i].Form == thread.Step && s.spans[i].Group == s.spans[top].Group
		}
		for from = top; precedes(from-1) && top-from < maxSentences-2; {
			from-- // the steps before the matching one lead to it
		}
	}
	var out []int
	for i := from; i < len(s.spans) && len(out) < maxSentences; i++ {
		bears := i == top && share >= sentenceFloor
		explains := i > top && i <= top+2 && s.spans[i].Para == s.spans[top].Para && share >= aboutFloor
		if s.spans[i].Group != s.spans[max(0, top)].Group && (share >= sentenceFloor || len(out) > 0) {
			continue // the steps of another case
		}
		if s.spans[i].Form == thread.Step || bears || explains {
			out = append(out, i)
		}
	}
	return out
}

// bestSpan returns the index of the span with the largest share of the question, or -1.
func bestSpan(q weightedQuestion, s source) (index int, share float64) {
	index = -1
	for i, sp := range s.spans {
		if v := q.share(sp.Stems); v > share || index < 0 {
			index, share = i, v
		}
	}
	return index, share
}

// citedSentences returns the claims that resolve as cited sentences.
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
