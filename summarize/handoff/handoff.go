package handoff

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Summarize writes the hand-off summary of the ticket's whole thread, internal
// notes included: it is for staff only. A failing model costs its words only; an
// error is returned only when the context has ended.
func (w *Writer) Summarize(ctx context.Context, t desk.Ticket) (Summary, error) {
	return w.StreamSummary(ctx, t, Progress{})
}

// summarizeExtractive fills the eight sections with sentences of the thread.
func summarizeExtractive(t desk.Ticket) Summary {
	th := thread.Read(t)
	s := newSummary(th.Ticket, ask.Extractive)
	if len(t.Messages) == 0 {
		return s
	}
	h := extractor{read: th, ticket: th.Ticket, thread: th.Sentences, used: map[int]bool{}}
	h.gatherEfforts()
	s.set(SectionTried, h.tried())
	s.set(SectionQuestions, h.questions())
	s.set(SectionNext, h.next())
	s.set(SectionState, h.state())
	s.set(SectionRequest, h.request())
	s.set(SectionImpact, h.impact())
	s.set(SectionEnvironment, h.environment())
	s.set(SectionArticles, h.articles())
	return s
}

// extractor chooses the lines of one summary.
type extractor struct {
	read    *thread.Thread
	ticket  desk.Ticket       // of read
	thread  []thread.Sentence // of read
	efforts []effort
	used    map[int]bool // indexes of the sentences that a section already has
}

// candidate is a line that a section may take.
type candidate struct {
	at    int // index of its sentence
	score float64
	extra []int // further sentences whose text is appended, in order
	line  Line
}

// choose returns the highest-scoring candidates without near duplicates, at most n, in
// thread order. Of two that say the same, the newer one wins: its author knew more.
func (h *extractor) choose(candidates []candidate, n int) []Line {
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.at, a.at))
	})
	var chosen []candidate
	for _, most := range []int{2, n} { // at first no more than two lines from one message
		for _, p := range candidates {
			if len(chosen) == n {
				break
			}
			repeated := slices.ContainsFunc(chosen, func(c candidate) bool { return sameLine(c, p) })
			if !repeated && h.countOf(chosen, p.at) < most {
				chosen = append(chosen, p)
			}
		}
	}
	slices.SortStableFunc(chosen, func(a, b candidate) int { return cmp.Compare(a.at, b.at) })
	lines := []Line{}
	for _, p := range chosen {
		h.used[p.at] = true
		for _, x := range p.extra {
			h.used[x] = true
		}
		lines = append(lines, p.line)
	}
	return lines
}

// sameLine reports whether two candidates say the same or one contains the other.
func sameLine(a, b candidate) bool {
	return a.at == b.at || slices.Contains(a.extra, b.at) || slices.Contains(b.extra, a.at) ||
		repeats([]Line{a.line}, b.line.Text)
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

func (h *extractor) countOf(candidates []candidate, at int) int {
	n := 0
	for _, p := range candidates {
		if h.thread[p.at].Index == h.thread[at].Index {
			n++
		}
	}
	return n
}

func (h *extractor) candidateAt(i int, score float64) candidate {
	u := h.thread[i]
	return candidate{at: i, score: score, line: Line{Text: lineText(u.Text), Messages: []int{u.Message.N}}}
}

// lineText returns a sentence as a line: without its greeting or closing thanks, and of
// bounded length.
func lineText(text string) string {
	text = thread.WithoutGreeting(text)
	if cut := thanksTail.ReplaceAllString(text, ""); thread.ResultOf(cut) != "" && cut != text {
		text = thread.SentenceEnd(cut)
	}
	return thread.Shorten(thread.UpperFirst(text), MaxLineRune)
}

// thanksTail matches thanks at the end of a report.
var thanksTail = lexicon.Pattern("handoff/thanks-tail")

// newness returns a value that grows from 0 at the first message to 1 at the last.
func (h *extractor) newness(u thread.Sentence) float64 {
	if len(h.ticket.Messages) < 2 {
		return 1
	}
	return float64(u.Index) / float64(len(h.ticket.Messages)-1)
}

// request returns the subject and what the requester says is wrong or wanted. The
// opening message counts most.
func (h *extractor) request() []Line {
	var candidates []candidate
	symptom := h.read.Subject.Stems
	for i, u := range h.thread {
		if h.used[i] || u.Message.FromDesk || u.Message.Kind != desk.Reply || isNoise(u) {
			continue
		}
		score := u.Scores[thread.Request] + 0.6*u.Centrality + thread.Overlap(symptom, u.Stems)
		if u.Index == 0 {
			score += 0.5
			if u.Pos < 3 {
				score += 0.4
			}
		}
		if u.Role == thread.Question && u.Index == 0 {
			score += 0.8
		}
		if u.Pos > 0 && thread.ImpactWords.MatchString(u.Text) {
			score -= 1.2 // it belongs in the impact section
		}
		if score < 1.2 || u.Role == thread.Attempt || strings.HasSuffix(u.Text, ":") || u.Index > 0 && !h.addsRequest(u) {
			continue
		}
		candidates = append(candidates, h.candidateAt(i, score))
	}
	lines := h.choose(candidates, 3)
	subject := h.read.Subject.Text
	first := h.ticket.Messages[0]
	if len(lines) == 0 {
		for i, u := range h.thread {
			if u.Index == 0 && u.Role != thread.Pleasantry {
				lines = append(lines, h.candidateAt(i, 0).line)
				break
			}
		}
	}
	covers := func(l Line) bool { return thread.Overlap(symptom, thread.Stems(l.Text)) >= 0.99 }
	if subject != "" && !slices.ContainsFunc(lines, covers) {
		head := Line{Text: thread.Shorten(subject, MaxLineRune), Messages: []int{first.N}}
		if thread.Overlap(symptom, h.read.Stems(0)) < 0.99 {
			head.Basis = "ticket"
		}
		lines = append([]Line{head}, lines...)
	}
	return lines[:min(len(lines), MaxLines)]
}

// addsRequest reports whether a sentence of a later message from the requester adds to
// the request: a problem or wish that no later report of success or stated cause settles.
func (h *extractor) addsRequest(u thread.Sentence) bool {
	return u.Role == thread.Request && u.Result == "" && !h.solvedAfter(u.Index-1) && !u.Is(thread.NamesCause) &&
		!intendsTo.MatchString(u.Text) && !u.Is(thread.SmallTalk)
}

// environment returns versions, devices and error signatures, whoever names them.
func (h *extractor) environment() []Line {
	var candidates []candidate
	for i, u := range h.thread {
		e := u.Scores[thread.Environment]
		if e < 1 && len(thread.Products(u.Text)) > 0 {
			e = 1
		}
		asked := u.Role == thread.Question && u.Message.FromDesk
		if e < 1 || u.Message.Kind == desk.Escalation || asked || isGeneral(u) {
			continue
		}
		p := h.candidateAt(i, 0)
		if h.used[i] || len(p.line.Text) > 160 && u.Form != thread.Code {
			// Another section already has it, or it says more than that: name only the details.
			named := namedDetails(u.Text)
			if len(named) == 0 {
				continue
			}
			p.line.Text = thread.Shorten(strings.Join(named, "; "), MaxLineRune)
		}
		score := e + 0.3*u.Centrality
		if u.Role == thread.Environment {
			score++
		}
		if !u.Message.FromDesk {
			score += 0.4
		}
		if u.Form == thread.Code {
			score -= 0.3
		}
		p.score = score
		candidates = append(candidates, p)
	}
	return h.choose(distinct(candidates), MaxLines)
}

// isGeneral reports whether a sentence comes from a public reply of the desk, which
// describes systems in general: the requester's own environment is stated by the
// requester or in notes.
func isGeneral(u thread.Sentence) bool {
	return u.Message.FromDesk && u.Message.Visibility == desk.PublicReply
}

// distinct drops candidates whose text another one contains.
func distinct(candidates []candidate) []candidate {
	return slices.DeleteFunc(slices.Clone(candidates), func(p candidate) bool {
		return slices.ContainsFunc(candidates, func(o candidate) bool {
			return len(o.line.Text) > len(p.line.Text) && containsFold(o.line.Text, strings.TrimRight(p.line.Text, "."))
		})
	})
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// namedDetails returns the products with versions, devices and error codes that a text
// names, verbatim.
func namedDetails(text string) []string {
	out := thread.Products(text)
	for _, m := range thread.ErrorCode.FindAllString(text, 6) {
		m = strings.TrimRight(thread.Tidy(m), ".,;:")
		if m != "" && !slices.ContainsFunc(out, func(o string) bool { return containsFold(o, m) }) {
			out = append(out, m)
		}
	}
	return out
}

// impact returns who and how many are affected, since when, and what they cannot do.
func (h *extractor) impact() []Line {
	var candidates []candidate
	for i, u := range h.thread {
		if isNoise(u) || u.Role == thread.Advice || u.Role == thread.Question || isGeneral(u) ||
			u.Is(thread.Wishful) || u.Is(thread.Conditional) || noImpact.MatchString(u.Text) {
			continue
		}
		found := thread.ImpactWords.FindAllString(u.Text, 4)
		hits := len(found)
		if hits == 0 || hits == 1 && h.used[i] && duration.MatchString(found[0]) {
			continue
		}
		score := float64(hits) + 0.3*u.Centrality
		if !u.Message.FromDesk {
			score += 0.5
		}
		if h.used[i] {
			score -= 0.3
		}
		if score >= 1.2 {
			candidates = append(candidates, h.candidateAt(i, score))
		}
	}
	return h.choose(candidates, 3)
}

// articles returns the articles that were linked or applied and those the desk pointed to.
func (h *extractor) articles() []Line {
	lines := []Line{}
	for _, l := range h.ticket.Links {
		if l.Kind != desk.ArticleLink || len(lines) == MaxLines {
			continue
		}
		n := l.Message
		if !slices.ContainsFunc(h.ticket.Messages, func(m desk.Message) bool { return m.N == n }) {
			n = lastMessage(h.ticket)
		}
		line := Line{Text: thread.Shorten(thread.Tidy(l.Title), MaxLineRune), Messages: []int{n}}
		if l.Applied {
			line.Result = thread.Worked
		}
		lines = append(lines, line)
	}
	for i, u := range h.thread {
		if len(lines) < MaxLines && u.Message.FromDesk && u.Is(thread.NamesArticle) {
			line := h.candidateAt(i, 0).line
			line.Result, line.Messages = h.resultAfter(i, line.Messages)
			lines = append(lines, line)
		}
	}
	return lines
}

// duration matches impact words that only say since when.
var duration = regexp.MustCompile(`(?i)^(?:since|for|every)\b`)

// noImpact matches statements that nothing is lost, or that a loss is only feared.
var noImpact = lexicon.Pattern("handoff/unharmed")
