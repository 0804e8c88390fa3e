package handoff

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/thread"
)

// modelUser is a Summarizer that can say whether it would ask a model.
type modelUser interface {
	UsesModel(action, category string) bool
}

// Ready returns what would go with an escalation now: a person's edit as it stands, else
// a text that covers the whole thread.
func (s *Service) Ready(ctx context.Context, t desk.Ticket) (Stored, error) {
	k, err := s.Stored(ctx, t.ID)
	if err != nil || k.Version > 0 && k.Edited() {
		return k, err
	}
	if w, ok := s.deps.Writer.(modelUser); ok && !w.UsesModel(ask.ActionHandoff, t.Category) {
		return s.ReadyNow(ctx, t, "") // ForEscalation writes it once, with the escalation included
	}
	return s.Renew(ctx, t, Progress{})
}

// ReadyNow is Ready for callers who cannot wait for a model: where its text is not stored
// yet, the extractive one is sent, for the given reason ("" if no model would have
// written one).
func (s *Service) ReadyNow(ctx context.Context, t desk.Ticket, reason string) (Stored, error) {
	k, err := s.Stored(ctx, t.ID)
	if err != nil || k.covers(t) || k.Version > 0 && k.Edited() {
		return k, err
	}
	k.Generated = Summary{Engine: ask.Extractive, Reason: reason}
	return k, nil
}

// ForEscalation returns the summary as it goes with an escalation: the person's edit if
// there is one, else the generated text, including the escalation itself. after is the
// ticket with the escalation as its last message.
func (k Stored) ForEscalation(after desk.Ticket) Summary {
	if len(after.Messages) == 0 {
		return k.Current()
	}
	if !k.Edited() && k.Generated.Engine == ask.Extractive {
		s := summarizeExtractive(after)
		s.Reason = k.Generated.Reason
		return s
	}
	return k.Current().withEscalation(after.Messages[len(after.Messages)-1])
}

// withEscalation returns the summary with the escalation added verbatim. Lines that a
// person wrote without a message cite the escalation: that is where they were said.
func (s Summary) withEscalation(m desk.Message) Summary {
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
			text := thread.Shorten(thread.Tidy(m.Text), MaxLineRunes)
			sec.Lines = append(sec.Lines, Line{Text: text, Messages: []int{m.N}})
		}
		s.Sections[i] = sec
	}
	return s
}

// SaveSent stores what was sent with an escalation as the ticket's summary, so that those
// who take over find it current, and returns it.
func (s *Service) SaveSent(ctx context.Context, k Stored, after desk.Ticket, sent Summary) Stored {
	if k.Edited() {
		m := after.Messages[len(after.Messages)-1]
		edit := *k.Edit
		edit.Base, edit.Sections = edit.Base.withEscalation(m), sent.Sections
		k.Edit, k.Generated = &edit, k.Generated.withEscalation(m)
	} else {
		k.Generated, k.At = sent, s.deps.Now().UTC()
	}
	k.Ticket = after.ID
	return s.save(ctx, k)
}

// Encode returns the JSON in which a summary is stored with its escalation.
func (s Summary) Encode() (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// Sent returns the summary that went with an escalation, as it applies to the ticket now.
// ok is false if it cannot be decoded.
func Sent(h desk.Handoff, t desk.Ticket) (s Summary, ok bool) {
	if json.Unmarshal([]byte(h.Summary), &s) != nil {
		return Summary{}, false
	}
	return s.For(t), true
}
