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

// Store stores one summary a ticket.
type Store interface {
	// Summary returns the stored summary of a ticket; fault.NotFound if there is none.
	Summary(ctx context.Context, ticket string) (Stored, error)
	// SaveSummary stores k. Its Version must be one more than the stored one (1 for the
	// first); otherwise the error is fault.Conflict.
	SaveSummary(ctx context.Context, k Stored, entry journal.Entry) error
}

// Streamer writes summaries. *Writer is one.
type Streamer interface {
	StreamSummary(ctx context.Context, t desk.Ticket, p Progress) (Summary, error)
}

// Stored is a ticket's summary as it was generated, with a person's edit if there is one.
type Stored struct {
	Ticket    string    `json:"ticket"`
	Version   int       `json:"-"` // grows by one with every change; 0 if it is not stored
	Generated Summary   `json:"generated"`
	At        time.Time `json:"at"` // when it was generated
	Edit      *Edit     `json:"edit,omitempty"`
}

// Edit is a person's version of a summary, with the text that it was made from.
type Edit struct {
	Sections []Section `json:"sections"`
	Base     Summary   `json:"base"`
	By       string    `json:"by"`   // user id
	Name     string    `json:"name"` // display name
	At       time.Time `json:"at"`
}

// Edited reports whether a person's edit is in force: it must be an edit of the text that
// was last generated. A renewed summary supersedes earlier edits, which stay readable.
func (k Stored) Edited() bool {
	return k.Edit != nil && k.Edit.Base.ThreadVersion >= k.Generated.ThreadVersion
}

// Current returns the text that would be handed over now.
func (k Stored) Current() Summary {
	s := k.Generated
	if k.Edited() {
		s.Sections, s.ThreadVersion = k.Edit.Sections, k.Edit.Base.ThreadVersion
	}
	return s
}

// Diff returns the changes from the text that the edit was made from, line by line.
func (e Edit) Diff() []kb.DiffLine {
	return kb.LineDiff(summaryText(e.Base.Sections), summaryText(e.Sections))
}

// retryAfter is how long the extractive text stands in for a failed model before the
// next reader asks the model again.
const retryAfter = 5 * time.Minute

// SummariesDeps is what Handoffs are made of.
type SummariesDeps struct {
	Writer Streamer
	// Store stores the summaries; without it every reader's is generated and none can be edited.
	Store Store
	Now   func() time.Time
	Log   *slog.Logger
}

// Summaries manages the summaries of tickets: generated once for each version of a
// thread, marked stale when the thread moves on, edited by people, sent with escalations.
// All of it is for staff only. It is safe for concurrent use.
type Summaries struct {
	SummariesDeps
	seed  maphash.Seed
	locks [64]chan struct{} // readers of a ticket share one; so may two tickets
}

// NewSummaries returns the summaries of d.Store.
func NewSummaries(d SummariesDeps) *Summaries {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	h := &Summaries{SummariesDeps: d, seed: maphash.MakeSeed()}
	for i := range h.locks {
		h.locks[i] = make(chan struct{}, 1)
	}
	return h
}

// lock waits until no other request of this process is generating a summary of the ticket.
func (h *Summaries) lock(ctx context.Context, ticket string) (unlock func(), err error) {
	lock := h.locks[maphash.String(h.seed, ticket)%uint64(len(h.locks))]
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Summary returns the stored summary of the ticket, however old, or generates one if
// there is none. p receives a summary that is being generated.
func (h *Summaries) Summary(ctx context.Context, t desk.Ticket, p Progress) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.Version > 0 && !h.Retry(k, t) {
		return k, nil
	}
	return h.generate(ctx, t, k.Version, p)
}

// Renew returns a summary of the thread as it is now. One that covers the whole thread is
// not regenerated.
func (h *Summaries) Renew(ctx context.Context, t desk.Ticket, p Progress) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.Version > 0 && k.Generated.ThreadVersion >= lastMessage(t) && k.Generated.Reason == "" {
		return k, nil
	}
	return h.generate(ctx, t, k.Version, p)
}

// Stored returns the stored summary of the ticket without generating one; its Version is
// 0 if there is none.
func (h *Summaries) Stored(ctx context.Context, ticket string) (Stored, error) {
	return h.stored(ctx, ticket)
}

// Ready returns what would go with an escalation now: a person's edit as it stands, else
// a text that covers the whole thread.
func (h *Summaries) Ready(ctx context.Context, t desk.Ticket) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil || k.Version > 0 && k.Edited() {
		return k, err
	}
	if w, ok := h.Writer.(interface {
		UsesModel(action, category string) bool
	}); ok && !w.UsesModel(ask.ActionHandoff, t.Category) {
		return h.AtHand(ctx, t, "") // Sent generates it once, with the escalation included
	}
	return h.Renew(ctx, t, Progress{})
}

// AtHand is Ready for callers who cannot wait for a model: where its text is not stored
// yet, the extractive one is sent, for the given reason ("" if no model would have
// written one).
func (h *Summaries) AtHand(ctx context.Context, t desk.Ticket, reason string) (Stored, error) {
	k, err := h.stored(ctx, t.ID)
	if err != nil || k.Version > 0 && (k.Edited() || k.Generated.ThreadVersion >= lastMessage(t)) {
		return k, err
	}
	k.Generated = Summary{Engine: ask.Extractive, Reason: reason}
	return k, nil
}

// Retry reports whether the text stands in for that of a model that failed long enough
// ago to be asked again.
func (h *Summaries) Retry(k Stored, t desk.Ticket) bool {
	return k.Generated.Reason != "" && k.Edit == nil && k.Generated.ThreadVersion >= lastMessage(t) &&
		h.Now().Sub(k.At) > retryAfter
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

// generate writes a summary and stores it. Concurrent readers wait for the first one's,
// even if the model failed: otherwise each of them would ask it again in turn. seen is
// the version that the reader found.
func (h *Summaries) generate(ctx context.Context, t desk.Ticket, seen int, p Progress) (Stored, error) {
	unlock, err := h.lock(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	defer unlock()
	before, err := h.stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if before.Version > 0 && before.Generated.ThreadVersion >= lastMessage(t) &&
		(before.Generated.Reason == "" || before.Version > seen) {
		return before, nil // somebody else has generated it in the meantime
	}
	s, err := h.Writer.StreamSummary(ctx, t, p)
	if err != nil {
		return Stored{}, err
	}
	k := before
	k.Generated, k.At = s, h.Now().UTC()
	return h.save(ctx, k, journal.Entry{}), nil
}

// save stores a generated summary. One that cannot be stored can still be read.
func (h *Summaries) save(ctx context.Context, k Stored, entry journal.Entry) Stored {
	if h.Store == nil {
		return k
	}
	k.Version++
	err := h.Store.SaveSummary(context.WithoutCancel(ctx), k, entry)
	if err == nil {
		return k
	}
	if fault.Is(err, fault.Conflict) {
		now, err := h.stored(ctx, k.Ticket)
		if err == nil && now.Generated.ThreadVersion >= k.Generated.ThreadVersion {
			return now // another process was faster
		}
	}
	h.Log.WarnContext(ctx, "summary not stored", "ticket", k.Ticket, "error", err)
	k.Version--
	return k
}

// Sent returns the summary as it goes with an escalation: the person's edit if there is
// one, else the generated text, including the escalation itself. after is the ticket with
// the escalation as its last message. desk.EscalateWith calls it.
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

// handedOver returns the summary with the escalation added verbatim. Lines that a person
// wrote without a message cite the escalation: that is where they were said.
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

// Escalated stores what was sent as the ticket's summary, so that those who take over
// find it current, and returns it.
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

// Encode returns the JSON in which a summary is stored with its escalation.
func (s Summary) Encode() (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// SentWith returns the summary that went with an escalation, as it applies to the ticket
// now. ok is false if it cannot be decoded.
func SentWith(x desk.Handoff, t desk.Ticket) (s Summary, ok bool) {
	if json.Unmarshal([]byte(x.Summary), &s) != nil {
		return Summary{}, false
	}
	return s.For(t), true
}
