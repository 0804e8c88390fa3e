package handoff

import (
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

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

// covers reports whether there is a stored summary that takes the whole thread into account.
func (k Stored) covers(t desk.Ticket) bool {
	return k.Version > 0 && k.Generated.ThreadVersion >= lastMessage(t)
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
