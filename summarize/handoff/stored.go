package handoff

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"log/slog"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Store keeps one summary a ticket.
type Store interface {
	// Summary gives the kept summary of a ticket; fault.NotFound without one.
	Summary(ctx context.Context, ticket string) (Stored, error)
	// SaveSummary writes it; its Version must be one more than the stored one (1 for the
	// first), otherwise fault.Conflict.
	SaveSummary(ctx context.Context, k Stored, entry journal.Entry) error
}

// Streamer writes summaries. *Writer is one.
type Streamer interface {
	StreamSummary(ctx context.Context, t desk.Ticket, p Progress) (Summary, error)
}

// Stored is a ticket's summary as it was made, with what a person made of it.
type Stored struct {
	Ticket    string    `json:"ticket"`
	Version   int       `json:"-"` // grows by one with every change; 0 before it is stored
	Generated Summary   `json:"generated"`
	At        time.Time `json:"at"` // when it was made
	Edit      *Edit     `json:"edit,omitempty"`
}

// Edit is what a person made of a summary. The text it was made from stays beside it.
type Edit struct {
	Sections []Section `json:"sections"`
	Base     Summary   `json:"base"`
	By       string    `json:"by"`   // user id
	Name     string    `json:"name"` // as shown
	At       time.Time `json:"at"`
}

// Edited reports whether a person's edit is in force: one of the text as it was last
// made. A renewed summary leaves older edits behind; they stay readable.
func (k Stored) Edited() bool {
	return k.Edit != nil && k.Edit.Base.ThreadVersion >= k.Generated.ThreadVersion
}

// Current is the text that would be handed over now.
func (k Stored) Current() Summary {
	s := k.Generated
	if k.Edited() {
		s.Sections, s.ThreadVersion = k.Edit.Sections, k.Edit.Base.ThreadVersion
	}
	return s
}

// Diff gives the changes from the text that the edit was made from, line by line.
func (e Edit) Diff() []kb.DiffLine {
	return kb.LineDiff(summaryText(e.Base.Sections), summaryText(e.Sections))
}

// retryAfter is how long the extractive text stands in for a model that failed before
// the next reader asks the model again.
const retryAfter = 5 * time.Minute

// SummariesDeps is what Handoffs are made of.
type SummariesDeps struct {
	Writer Streamer
	// Store keeps the summaries; without it each one is made anew and none can be edited.
	Store Store
	Now   func() time.Time
	Log   *slog.Logger
}

// Summaries keeps the summaries of tickets: made once for each version of a thread,
// marked stale when the thread moves on, edited by people, sent with escalations. All
// of it is for the desk only. It is safe for concurrent use.
type Summaries struct {
	SummariesDeps
	seed  maphash.Seed
	turns [64]chan struct{} // one ticket's readers wait for each other; two tickets may share one
}

// NewSummaries makes the keeper of summaries.
func NewSummaries(d SummariesDeps) *Summaries {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	h := &Summaries{SummariesDeps: d, seed: maphash.MakeSeed()}
	for i := range h.turns {
		h.turns[i] = make(chan struct{}, 1)
	}
	return h
}

// turn waits until this process may make a summary of the ticket.
func (h *Summaries) turn(ctx context.Context, ticket string) (release func(), err error) {
	turn := h.turns[maphash.String(h.seed, ticket)%uint64(len(h.turns))]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Summary gives the kept summary of the ticket, however old, and makes one where there
// is none. p is told how a summary that is being made comes along.
func (h *Summaries) Summary(ctx context.Context, t desk.Ticket, p Progress) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.Version > 0 && !h.Retry(k, t) {
		return k, nil
	}
	return h.make(ctx, t, k.Version, p)
}

// Renew gives a summary of the thread as it is now. One that knows the whole thread is
// not made again.
func (h *Summaries) Renew(ctx context.Context, t desk.Ticket, p Progress) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.Version > 0 && k.Generated.ThreadVersion >= lastMessage(t) && k.Generated.Reason == "" {
		return k, nil
	}
	return h.make(ctx, t, k.Version, p)
}

// Stored gives what is kept of the ticket's summary and makes nothing; Version is 0
// when nothing is.
func (h *Summaries) Stored(ctx context.Context, ticket string) (Stored, error) {
	return h.stored(ctx, ticket)
}

// Ready gives what would go with an escalation now: a person's edit as it stands, else a
// text that knows the whole thread.
func (h *Summaries) Ready(ctx context.Context, t desk.Ticket) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil || k.Version > 0 && k.Edited() {
		return k, err
	}
	if w, ok := h.Writer.(interface {
		UsesModel(action, category string) bool
	}); ok && !w.UsesModel(ask.ActionHandoff, t.Category) {
		return h.AtHand(ctx, t, "") // Sent makes it, once and with the escalation in it
	}
	return h.Renew(ctx, t, Progress{})
}

// AtHand is Ready for who cannot wait for a model: where its text is not there already,
// the extractive one goes, for this reason ("" where no model would have written).
func (h *Summaries) AtHand(ctx context.Context, t desk.Ticket, reason string) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil || k.Version > 0 && (k.Edited() || k.Generated.ThreadVersion >= lastMessage(t)) {
		return k, err
	}
	k.Generated = Summary{Engine: ask.Extractive, Reason: reason}
	return k, nil
}

// Retry reports whether the text stands in for that of a model which failed a while ago
// and is worth asking again.
func (h *Summaries) Retry(k Stored, t desk.Ticket) bool {
	return k.Generated.Reason != "" && k.Edit == nil && k.Generated.ThreadVersion >= lastMessage(t) && h.Now().Sub(k.At) > retryAfter
}

func (h *Summaries) stored(ctx context.Context, ticket string) (Stored, error) {
	if h.Store == nil {
		return Stored{Ticket: ticket}, nil
	}
	k, err := h.Store.Summary(ctx, ticket)
	if fault.Is(err, fault.NotFound) {
		return Stored{Ticket: ticket}, nil
	}
	if err != nil {
		return Stored{}, fmt.Errorf("summary of ticket %s: %w", ticket, err)
	}
	k.Ticket = ticket
	return k, nil
}

// make writes a summary and keeps it. Readers who ask at the same time wait for the
// first one's, also where the model failed: they would all ask it again, one after the
// other. seen is the version that the reader found.
func (h *Summaries) make(ctx context.Context, t desk.Ticket, seen int, p Progress) (Stored, error) {
	release, err := h.turn(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	defer release()
	before, err := h.stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if before.Version > 0 && before.Generated.ThreadVersion >= lastMessage(t) && (before.Generated.Reason == "" || before.Version > seen) {
		return before, nil // somebody else made it meanwhile
	}
	s, err := h.Writer.StreamSummary(ctx, t, p)
	if err != nil {
		return Stored{}, err
	}
	k := before
	k.Generated, k.At = s, h.Now().UTC()
	return h.save(ctx, k, journal.Entry{}), nil
}

// save keeps a generated summary. One that cannot be kept is as good to read.
func (h *Summaries) save(ctx context.Context, k Stored, entry journal.Entry) Stored {
	if h.Store == nil {
		return k
	}
	k.Version++
	err := h.Store.SaveSummary(context.WithoutCancel(ctx), k, entry)
	if err == nil {
		return k
	}
	if now, again := h.stored(ctx, k.Ticket); fault.Is(err, fault.Conflict) && again == nil && now.Generated.ThreadVersion >= k.Generated.ThreadVersion {
		return now // another process was faster
	}
	h.Log.WarnContext(ctx, "a summary is not kept", "ticket", k.Ticket, "error", err)
	k.Version--
	return k
}

// Sent gives the summary as it goes with an escalation: the person's edit where there is
// one, else the text as made, brought up to the escalation itself. after is the ticket
// with the escalation as its last message. It is what desk.EscalateWith asks for.
func (h *Summaries) Sent(k Stored, after desk.Ticket) Summary {
	n := lastMessage(after)
	if n == 0 {
		return k.Current()
	}
	if !k.Edited() && k.Generated.Engine == ask.Extractive {
		s := summarizeExtractive(after)
		s.Reason = k.Generated.Reason
		return s
	}
	return handedOver(k.Current(), after.Messages[len(after.Messages)-1])
}

// handedOver adds the escalation to a summary, word for word. The lines that a person
// wrote without a message point at it: that is where they were said.
func handedOver(s Summary, m desk.Message) Summary {
	if s.ThreadVersion == m.N-1 {
		s.ThreadVersion = m.N
	}
	s.Sections = slices.Clone(s.Sections)
	for i, sec := range s.Sections {
		sec.Lines = slices.Clone(sec.Lines)
		for j := range sec.Lines {
			if len(sec.Lines[j].Messages) == 0 {
				sec.Lines[j].Messages = []int{m.N}
			}
		}
		if sec.Name == SectionState {
			sec.Lines = append(sec.Lines, Line{Text: thread.Shorten(thread.Tidy(m.Text), MaxLineRune), Messages: []int{m.N}})
		}
		s.Sections[i] = sec
	}
	return s
}

// Escalated keeps what was sent as the ticket's summary from now on, so that who takes
// over finds it current, and gives it.
func (h *Summaries) Escalated(ctx context.Context, k Stored, after desk.Ticket, sent Summary) Stored {
	m := after.Messages[len(after.Messages)-1]
	if k.Edited() {
		edit := *k.Edit
		edit.Base = handedOver(edit.Base, m)
		edit.Sections = sent.Sections
		k.Edit, k.Generated = &edit, handedOver(k.Generated, m)
	} else {
		k.Generated, k.At = sent, h.Now().UTC()
	}
	k.Ticket = after.ID
	return h.save(ctx, k, journal.Entry{})
}

// Encode gives the text under which a summary is kept with its escalation.
func (s Summary) Encode() (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// SentWith reads the summary that went with an escalation, as it stands for the ticket
// now. ok is false when it cannot be read.
func SentWith(x desk.Handoff, t desk.Ticket) (s Summary, ok bool) {
	if json.Unmarshal([]byte(x.Summary), &s) != nil {
		return Summary{}, false
	}
	return s.For(t), true
}
