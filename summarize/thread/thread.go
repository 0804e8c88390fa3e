package thread

import (
	"math"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/reply"
	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/summarize/lexicon"
)

// The bounds on how much of a thread is classified, in sentences. A thread of 200 messages
// and 100,000 words loses repetitions and, in the middle of long messages, sentences that
// mention no action, result or error.
const (
	maxThreadSpans  = 2400
	MaxMessageSpans = 300
	minMessageSpans = 12
)

// OutcomeReach is how many messages after an effort its outcome may be reported.
const OutcomeReach = 3

// Sentence is a sentence of a thread with what it does there.
type Sentence struct {
	Span
	Reading
	Message    *desk.Message
	Index      int     // of the message in the ticket
	Centrality float64 // 0..1: how much of the thread's vocabulary it carries
}

// OpenedByRequester returns the ticket with its first message attributed to the requester:
// it says what they asked, even where somebody at the desk typed it for them.
func OpenedByRequester(t desk.Ticket) desk.Ticket {
	if len(t.Messages) > 0 && t.Messages[0].FromDesk && t.Messages[0].Kind == desk.Reply {
		t.Messages = slices.Clone(t.Messages)
		t.Messages[0].FromDesk = false
	}
	return t
}

// Thread is a ticket's thread, read once. It is used by one goroutine.
type Thread struct {
	Ticket    desk.Ticket // its first message counts as the requester's
	Subject   Phrase      // as CleanSubject returns it
	Sentences []Sentence  // in order, internal notes included
	stems     map[int]map[string]bool
}

// Read splits the ticket's messages into sentences and classifies them.
func Read(t desk.Ticket) *Thread {
	t = OpenedByRequester(t)
	th := &Thread{Ticket: t, Subject: Parse(CleanSubject(t.Subject)), stems: map[int]map[string]bool{}}
	t.Messages = slices.Clone(t.Messages)
	for i := range t.Messages {
		t.Messages[i].Text = reply.Text(t.Messages[i].Text)
	}
	th.Ticket = t
	budget := maxThreadSpans
	seen := map[string]bool{}
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.Automatic && m.Kind == desk.Reply {
			continue // a rule's standard text says nothing about this ticket
		}
		spans := dropRepeated(Authored(Segment(BoundText(m.Text))), seen)
		left := len(t.Messages) - i
		spans = TrimMiddle(spans, max(minMessageSpans, min(MaxMessageSpans, budget/left*4)))
		budget = max(0, budget-len(spans))
		for k, s := range spans {
			r := Classify(s, Voice{Desk: m.FromDesk, first: i == 0, Nth: k})
			th.Sentences = append(th.Sentences, Sentence{Span: s, Reading: r, Message: m, Index: i})
		}
	}
	rankCentrality(th.Sentences)
	return th
}

// Stems returns the content stems of the whole message with this index, quotes included.
func (t *Thread) Stems(index int) map[string]bool {
	if _, known := t.stems[index]; !known {
		t.stems[index] = Stems(BoundText(t.Ticket.Messages[index].Text))
	}
	return t.stems[index]
}

// maxMessageBytes bounds how much of one message is segmented; the store may accept more.
const maxMessageBytes = 400_000

// BoundText returns the text or, of one that is too long to be segmented, its two ends.
func BoundText(text string) string {
	if len(text) <= maxMessageBytes {
		return text
	}
	return text[:maxMessageBytes/2] + "\n\n" + text[len(text)-maxMessageBytes/2:]
}

// dropRepeated removes longer sentences that occurred earlier in the thread: unmarked
// quotes, signatures and boilerplate.
func dropRepeated(spans []Span, seen map[string]bool) []Span {
	return slices.DeleteFunc(spans, func(s Span) bool {
		repeated := len(s.Text) > 40 && seen[s.Text]
		seen[s.Text] = true
		return repeated
	})
}

// TrimMiddle returns at most keep spans of a message: half of them from its start, which
// says what it is about, a quarter from its end, which says how it ended, and of the
// middle those with a cue.
func TrimMiddle(spans []Span, keep int) []Span {
	if len(spans) <= keep {
		return spans
	}
	head, tail := keep/2, keep/4
	out := slices.Clone(spans[:head])
	for _, s := range spans[head : len(spans)-tail] {
		if len(out) < keep-tail && cued(s.Text) {
			out = append(out, s)
		}
	}
	return append(out, spans[len(spans)-tail:]...)
}

// cues are words that occur in sentences about attempts, results and errors.
var cues = lexicon.Words("thread/cues")

// cued reports whether a sentence is likely to matter. It is cheaper than to classify it.
func cued(text string) bool {
	for _, w := range word.Split(strings.ToLower(text), "-") {
		if _, past := pastForms[w]; past || cues[w] {
			return true
		}
	}
	return false
}

// rankCentrality sets the centrality of each sentence to its cosine with the thread's word
// vector (sentence frequency, damped), relative to the highest.
func rankCentrality(sentences []Sentence) {
	frequency := map[string]float64{}
	for _, s := range sentences {
		for stem := range s.Stems {
			frequency[stem]++
		}
	}
	top := 0.0
	for i := range sentences {
		s := &sentences[i]
		sum := 0.0
		for _, stem := range s.Order { // not Stems: a sum of floats depends on their order
			if f := frequency[stem]; f > 1 {
				sum += math.Log1p(f)
			}
		}
		if n := len(s.Stems); n > 0 {
			s.Centrality = sum / math.Sqrt(float64(n)+2)
		}
		top = max(top, s.Centrality)
	}
	for i := range sentences {
		if top > 0 {
			sentences[i].Centrality /= top
		}
	}
}
