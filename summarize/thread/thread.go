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
	Index      int // of the message in the ticket
	Stems      map[string]bool
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

// Read segments, classifies and ranks the whole thread, internal notes included.
func Read(t desk.Ticket) []Sentence {
	var out []Sentence
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
			out = append(out, Sentence{Span: s, Reading: r, Message: m, Index: i, Stems: Stems(s.Text)})
		}
	}
	rankCentrality(out)
	return out
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
		for s := range u.Stems {
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
