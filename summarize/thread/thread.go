package thread

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
)

// The bounds on how much of a thread is classified, in sentences. What is left out of
// a thread of 200 messages and 100,000 words are repetitions and, in the middle of
// long messages, sentences that tell no deed, result or error.
const (
	maxThreadSpans  = 2400
	MaxMessageSpans = 300
	minMessageSpans = 12
)

// Sentence is a sentence of a thread with what it does there.
type Sentence struct {
	Span
	Reading
	Message    *desk.Message
	Index      int     // of the message in the ticket
	Centrality float64 // 0..1: how much of the thread's vocabulary it carries
}

// OpenedByRequester gives the ticket with the message that opened it as the requester's: it tells
// what they asked, even where somebody of the desk typed it for them.
func OpenedByRequester(t desk.Ticket) desk.Ticket {
	if len(t.Messages) > 0 && t.Messages[0].FromDesk && t.Messages[0].Kind == desk.Reply {
		t.Messages = slices.Clone(t.Messages)
		t.Messages[0].FromDesk = false
	}
	return t
}

// Thread is a ticket's thread, read once. It is used by one goroutine.
type Thread struct {
	Ticket    desk.Ticket // the message that opened it counts as the requester's
	Subject   Phrase      // without prefixes, ticket numbers and shouting
	Sentences []Sentence  // in order, internal notes included
	stems     map[int]map[string]bool
}

// Read segments, classifies and ranks the whole thread.
func Read(t desk.Ticket) *Thread {
	t = OpenedByRequester(t)
	th := &Thread{Ticket: t, Subject: Parse(CleanSubject(t.Subject)), stems: map[int]map[string]bool{}}
	budget := maxThreadSpans
	seen := map[string]bool{}
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.Automatic && m.Kind == desk.Reply {
			continue // a rule's standard text says nothing about this ticket
		}
		spans := firstTold(Authored(Segment(BoundText(m.Text))), seen)
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

// maxMessageBytes bounds what is segmented of one message; the store's own limit may
// be wider.
const maxMessageBytes = 400_000

func BoundText(text string) string {
	if len(text) <= maxMessageBytes {
		return text
	}
	return text[:maxMessageBytes/2] + "\n\n" + text[len(text)-maxMessageBytes/2:]
}

// firstTold drops longer sentences that the thread held before: quotes without a
// mark, signatures and boilerplate.
func firstTold(spans []Span, seen map[string]bool) []Span {
	return slices.DeleteFunc(spans, func(s Span) bool {
		again := len(s.Text) > 40 && seen[s.Text]
		seen[s.Text] = true
		return again
	})
}

// TrimMiddle keeps at most about keep spans: half of them from the start of the
// message, which says what it is about, a quarter from its end, which says what came
// of it, and of the middle those with a cue.
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

// cues are words that sentences of attempts, results and errors hold.
var cues = lexicon.Words("thread/cues")

// cued is a cheap guess that a sentence matters, made before it is classified.
func cued(text string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		if _, past := pastForms[w]; past || cues[w] {
			return true
		}
	}
	return false
}

// rankCentrality gives each utterance its cosine with the thread's word vector
// (sentence frequency, damped), scaled to the highest.
func rankCentrality(us []Sentence) {
	frequency := map[string]float64{}
	for _, u := range us {
		for s := range u.Stems {
			frequency[s]++
		}
	}
	top := 0.0
	for i := range us {
		u := &us[i]
		sum := 0.0
		for _, s := range u.Order { // not the set: sums of figures must not depend on its order
			if f := frequency[s]; f > 1 {
				sum += math.Log1p(f)
			}
		}
		if n := len(u.Stems); n > 0 {
			u.Centrality = sum / math.Sqrt(float64(n)+2)
		}
		top = max(top, u.Centrality)
	}
	for i := range us {
		if top > 0 {
			us[i].Centrality /= top
		}
	}
}
