package handoff

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/redact"
	"github.com/deskbook/deskbook/summarize/thread"
)

// summarizeExtractive fills the sections with sentences of the thread.
func summarizeExtractive(t desk.Ticket) Summary {
	th := thread.Read(withoutSecrets(t))
	s := newSummary(th.Ticket, ask.Extractive)
	if len(t.Messages) == 0 {
		return s
	}
	x := extractor{Thread: th, used: map[int]bool{}, summary: &s}
	x.gatherEfforts()
	s.set(SectionFindings, x.findings())
	s.set(SectionTried, x.tried())
	s.set(SectionQuestions, x.questions())
	s.set(SectionNext, x.next())
	s.set(SectionState, x.state())
	s.set(SectionRequest, x.request())
	s.set(SectionImpact, x.impact())
	s.set(SectionEnvironment, x.environment())
	s.set(SectionArticles, x.articles())
	s.set(SectionReferences, x.references(s))
	return s
}

// withoutSecrets returns the ticket with placeholders for passwords, keys and tokens: whoever
// needs them finds them in the thread.
func withoutSecrets(t desk.Ticket) desk.Ticket {
	r := redact.New(redact.None, nil)
	r.Reserve(t.Subject)
	for _, m := range t.Messages {
		r.Reserve(m.Text)
	}
	t.Subject = r.WithoutSecrets(t.Subject)
	t.Messages = slices.Clone(t.Messages)
	for i := range t.Messages {
		t.Messages[i].Text = r.WithoutSecrets(t.Messages[i].Text)
	}
	return t
}

// onlySecret reports whether a line says nothing besides a secret that was taken out of it.
func onlySecret(text string) bool {
	placeholders := redact.Placeholders(text)
	for _, p := range placeholders {
		text = strings.ReplaceAll(text, p, " ")
	}
	return len(placeholders) > 0 && thread.CountContent(text) < leastBeside
}

// leastBeside is the number of content words beside a secret that make a line worth showing.
const leastBeside = 3

// extractor chooses the lines of one summary.
type extractor struct {
	*thread.Thread
	summary *Summary // as far as it is written
	efforts []effort
	used    map[int]bool // indexes of the sentences that a section already has
}

// of returns the sentences of the message with an index.
func (x *extractor) of(index int) []thread.Sentence {
	from, to := x.span(index)
	return x.Sentences[from:to]
}

// each returns the sentences of a message with their indexes in the thread.
func (x *extractor) each(index int) iter.Seq2[int, thread.Sentence] {
	return func(yield func(int, thread.Sentence) bool) {
		from, to := x.span(index)
		for i := from; i < to; i++ {
			if !yield(i, x.Sentences[i]) {
				return
			}
		}
	}
}

// span returns the range of the sentences of a message.
func (x *extractor) span(index int) (from, to int) {
	first := func(index int) int {
		i, _ := slices.BinarySearchFunc(x.Sentences, index, func(u thread.Sentence, n int) int { return u.Index - n })
		return i
	}
	return first(index), first(index + 1)
}

// candidate is a line that a section may take.
type candidate struct {
	at    int // index of its sentence
	score float64
	extra []int // further sentences whose text is appended, in order
	line  Line
	stems map[string]bool // of the line, set by choose
}

// choose returns the highest-scoring candidates without near duplicates, at most n, in
// thread order. Of two that say the same, the newer one wins: its author knew more.
func (x *extractor) choose(candidates []candidate, n int) []Line {
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.at, a.at))
	})
	var chosen []candidate
	for i := range candidates {
		candidates[i].stems = thread.Stems(candidates[i].line.Text)
	}
	candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return onlySecret(c.line.Text) })
	for _, most := range []int{2, n} { // at first no more than two lines from one message
		for _, p := range candidates {
			if len(chosen) == n {
				break
			}
			repeated := slices.ContainsFunc(chosen, func(c candidate) bool { return sameLine(c, p) })
			if !repeated && x.countOf(chosen, p.at) < most {
				chosen = append(chosen, p)
			}
		}
	}
	slices.SortStableFunc(chosen, func(a, b candidate) int { return cmp.Compare(a.at, b.at) })
	lines := []Line{}
	for _, p := range chosen {
		x.used[p.at] = true
		for _, i := range p.extra {
			x.used[i] = true
		}
		lines = append(lines, p.line)
	}
	return lines
}

// sameLine reports whether two candidates say the same or one contains the other.
func sameLine(a, b candidate) bool {
	return a.at == b.at || slices.Contains(a.extra, b.at) || slices.Contains(b.extra, a.at) ||
		thread.Jaccard(a.stems, b.stems) >= duplicateShare
}

// duplicateShare is the share of common words from which two lines say the same.
const duplicateShare = 0.7

// repeats reports whether a text says the same as one of the lines.
func repeats(lines []Line, text string) bool {
	stems := thread.Stems(text)
	return slices.ContainsFunc(lines, func(l Line) bool {
		return thread.Jaccard(thread.Stems(l.Text), stems) >= duplicateShare
	})
}

func (x *extractor) countOf(candidates []candidate, at int) int {
	n := 0
	for _, p := range candidates {
		if x.Sentences[p.at].Index == x.Sentences[at].Index {
			n++
		}
	}
	return n
}

func (x *extractor) candidateAt(i int, score float64) candidate {
	u := x.Sentences[i]
	return candidate{at: i, score: score, line: Line{Text: lineText(u.Text), Messages: []int{u.Message.N}}}
}

// lineText returns a sentence as a line: without its greeting or closing thanks, and of
// bounded length.
func lineText(text string) string {
	text = thread.WithoutGreeting(text)
	if cut := thanksTail.ReplaceAllString(text, ""); thread.ResultOf(cut) != "" && cut != text {
		text = thread.SentenceEnd(cut)
	}
	return thread.Shorten(thread.UpperFirst(text), MaxLineRunes)
}

// thanksTail matches thanks at the end of a report.
var thanksTail = lexicon.Pattern("handoff/thanks-tail")

// newness returns a value that grows from 0 at the first message to 1 at the last.
func (x *extractor) newness(u thread.Sentence) float64 {
	if len(x.Ticket.Messages) < 2 {
		return 1
	}
	return float64(u.Index) / float64(len(x.Ticket.Messages)-1)
}
