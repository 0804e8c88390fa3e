package answer

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The thresholds for the choice of sentences, shares of the question's weight.
const (
	aboutFloor         = 0.4 // from which a passage or step is taken to be about the question
	sentenceFloor      = 0.25
	secondArticleFloor = 0.3 // of an article's probability, relative to the first, to add a sentence
	secondPassageFloor = 0.6 // for a sentence from a passage other than the best
	enoughSentences    = 3
)

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
