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
	h := handoff{read: th, ticket: th.Ticket, thread: th.Sentences, used: map[int]bool{}}
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

// handoff collects the lines of one summary.
type handoff struct {
	read    *thread.Thread
	ticket  desk.Ticket       // of read
	thread  []thread.Sentence // of read
	efforts []effort
	used    map[int]bool // indexes of the thread that stand in a section already
}

// pick is a candidate line.
type pick struct {
	at    int // index in the thread
	score float64
	extra []int // further thread indexes whose text is appended, in order
	line  Line
}

// best keeps the highest picks without near repeats, at most n, in thread order.
// Of two that say the same the newer stays: it knows more.
func (h *handoff) best(picks []pick, n int) []Line {
	slices.SortStableFunc(picks, func(a, b pick) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.at, a.at))
	})
	var kept []pick
	for _, most := range []int{2, n} { // first no more than two lines of one message
		for _, p := range picks {
			if len(kept) == n {
				break
			}
			if h.countOf(kept, p.at) < most && !slices.ContainsFunc(kept, func(k pick) bool { return sameLine(k, p) }) {
				kept = append(kept, p)
			}
		}
	}
	slices.SortStableFunc(kept, func(a, b pick) int { return cmp.Compare(a.at, b.at) })
	lines := []Line{}
	for _, p := range kept {
		h.used[p.at] = true
		for _, x := range p.extra {
			h.used[x] = true
		}
		lines = append(lines, p.line)
	}
	return lines
}

// sameLine reports whether two candidates say the same, or one holds the other.
func sameLine(a, b pick) bool {
	return a.at == b.at || slices.Contains(a.extra, b.at) || slices.Contains(b.extra, a.at) ||
		thread.Jaccard(thread.Stems(a.line.Text), thread.Stems(b.line.Text)) >= 0.7
}

func (h *handoff) countOf(picks []pick, at int) int {
	n := 0
	for _, p := range picks {
		if h.thread[p.at].Index == h.thread[at].Index {
			n++
		}
	}
	return n
}

func (h *handoff) plain(i int, score float64) pick {
	u := h.thread[i]
	return pick{at: i, score: score, line: Line{Text: lineText(u.Text), Messages: []int{u.Message.N}}}
}

// lineText trims a sentence to a line: no greeting, no "and so", bounded.
func lineText(text string) string {
	text = thread.WithoutGreeting(text)
	if cut := thanksTail.ReplaceAllString(text, ""); thread.ResultOf(cut) != "" && cut != text {
		text = thread.SentenceEnd(cut)
	}
	return thread.Shorten(thread.UpperFirst(text), MaxLineRune)
}

// thanksTail finds the thanks at the end of a report.
var thanksTail = lexicon.Pattern("handoff/thanks-tail")

// newness grows from 0 at the first message to 1 at the last.
func (h *handoff) newness(u thread.Sentence) float64 {
	if len(h.ticket.Messages) < 2 {
		return 1
	}
	return float64(u.Index) / float64(len(h.ticket.Messages)-1)
}

// request: the subject, and what the requester says is wrong or wanted. The opening
// message counts most.
func (h *handoff) request() []Line {
	var picks []pick
	symptom := h.read.Subject.Stems
	for i, u := range h.thread {
		if h.used[i] || u.Message.FromDesk || u.Message.Kind != desk.Reply || u.Role == thread.Pleasantry || u.Form == thread.Code {
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
			score -= 1.2 // the impact section holds it
		}
		if score < 1.2 || u.Role == thread.Attempt || strings.HasSuffix(u.Text, ":") || u.Index > 0 && !h.asksAnew(u) {
			continue
		}
		picks = append(picks, h.plain(i, score))
	}
	lines := h.best(picks, 3)
	subject := h.read.Subject.Text
	first := h.ticket.Messages[0]
	if len(lines) == 0 {
		for i, u := range h.thread {
			if u.Index == 0 && u.Role != thread.Pleasantry {
				lines = append(lines, h.plain(i, 0).line)
				break
			}
		}
	}
	if subject != "" && !slices.ContainsFunc(lines, func(l Line) bool { return thread.Overlap(symptom, thread.Stems(l.Text)) >= 0.99 }) {
		head := Line{Text: thread.Shorten(subject, MaxLineRune), Messages: []int{first.N}}
		if thread.Overlap(symptom, h.read.Stems(0)) < 0.99 {
			head.Basis = "ticket"
		}
		lines = append([]Line{head}, lines...)
	}
	return lines[:min(len(lines), MaxLines)]
}

// asksAnew reports whether a later message of the requester adds to what is wanted: a
// problem or wish that no report of success and no stated cause has settled.
func (h *handoff) asksAnew(u thread.Sentence) bool {
	return u.Role == thread.Request && u.Result == "" && !h.solvedAfter(u.Index-1) && !u.Is(thread.NamesCause) &&
		!intends.MatchString(u.Text) && !u.Is(thread.SmallTalk)
}

// environment: versions, devices and error signatures, whoever names them.
func (h *handoff) environment() []Line {
	var picks []pick
	for i, u := range h.thread {
		e := u.Scores[thread.Environment]
		if e < 1 && len(thread.Products(u.Text)) > 0 {
			e = 1
		}
		if e < 1 || u.Message.Kind == desk.Escalation || u.Role == thread.Question && u.Message.FromDesk || h.general(u) {
			continue
		}
		p := h.plain(i, 0)
		if h.used[i] || len(p.line.Text) > 160 && u.Form != thread.Code {
			// It stands in another section already or says more than that: name only what counts.
			named := mentions(u.Text)
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
		picks = append(picks, p)
	}
	return h.best(distinct(picks), MaxLines)
}

// general reports whether a public message of the desk only speaks of what systems do:
// the requester's environment is told by the requester or found in notes.
func (h *handoff) general(u thread.Sentence) bool {
	return u.Message.FromDesk && u.Message.Visibility == desk.PublicReply
}

// distinct drops a candidate whose text another one holds.
func distinct(picks []pick) []pick {
	return slices.DeleteFunc(slices.Clone(picks), func(p pick) bool {
		return slices.ContainsFunc(picks, func(o pick) bool {
			return len(o.line.Text) > len(p.line.Text) && strings.Contains(strings.ToLower(o.line.Text), strings.ToLower(strings.TrimRight(p.line.Text, ".")))
		})
	})
}

// mentions lists the products with versions, devices and error codes that a text
// names, word for word.
func mentions(text string) []string {
	out := thread.Products(text)
	for _, m := range thread.ErrorCode.FindAllString(text, 6) {
		m = strings.TrimRight(thread.Tidy(m), ".,;:")
		if m != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.Contains(strings.ToLower(o), strings.ToLower(m)) }) {
			out = append(out, m)
		}
	}
	return out
}

// impact: who and how many are hit, since when, what they cannot do.
func (h *handoff) impact() []Line {
	var picks []pick
	for i, u := range h.thread {
		if u.Role == thread.Pleasantry || u.Role == thread.Advice || u.Role == thread.Question || h.general(u) || u.Form == thread.Code ||
			u.Is(thread.Wishful) || u.Is(thread.Conditional) || unharmed.MatchString(u.Text) {
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
			picks = append(picks, h.plain(i, score))
		}
	}
	return h.best(picks, 3)
}

// articles: what was linked or applied, and what the desk pointed at.
func (h *handoff) articles() []Line {
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
			line := h.plain(i, 0).line
			line.Result, line.Messages = h.resultAfter(i, line.Messages)
			lines = append(lines, line)
		}
	}
	return lines
}

// duration finds what tells only since when.
var duration = regexp.MustCompile(`(?i)^(?:since|for|every)\b`)

// unharmed finds that something is not lost, or only feared to be.
var unharmed = lexicon.Pattern("handoff/unharmed")
