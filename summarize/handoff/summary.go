package handoff

import (
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The sections of a summary, in their order. All are always present.
const (
	SectionRequest     = "request"
	SectionEnvironment = "environment"
	SectionImpact      = "impact"
	SectionFindings    = "findings"
	SectionTried       = "tried"
	SectionArticles    = "articles"
	SectionState       = "state"
	SectionQuestions   = "questions"
	SectionNext        = "next"
	SectionReferences  = "references"
)

// Sections lists the names of a summary's sections in order.
func Sections() []string {
	return []string{
		SectionRequest, SectionEnvironment, SectionImpact, SectionFindings, SectionTried,
		SectionArticles, SectionState, SectionQuestions, SectionNext, SectionReferences,
	}
}

// The bounds of a summary.
const (
	MaxLines     = 6   // a section
	MaxLineRunes = 400 // a line, in runes
)

// Summary hands a ticket over.
type Summary struct {
	Engine string `json:"engine"` // Extractive or ByModel
	// Stale reports that the thread has gained Since messages since the summary was written.
	Stale bool `json:"stale"`
	Since int  `json:"messages_since,omitempty"`
	// Reason says why the extractive engine wrote it although a model is configured.
	Reason string `json:"reason,omitempty"`
	// ThreadVersion is the number of the last message that the summary takes into account.
	ThreadVersion int       `json:"thread_version"`
	Sections      []Section `json:"sections"`
}

// Section is one of the parts of a summary.
type Section struct {
	Name  string `json:"name"`
	Lines []Line `json:"lines"`
}

// Line is one statement of a summary with the messages that support it: at least one,
// unless a person wrote the line.
type Line struct {
	Text     string `json:"text"`
	Messages []int  `json:"messages"`
	// Result is set on attempts.
	Result thread.Result `json:"outcome,omitempty"`
	// Basis is "ticket" when the words come from the ticket's fields at the time of the
	// message, not from its text.
	Basis string `json:"basis,omitempty"`
	// WrittenBy names the person who wrote the line where no message supports it.
	WrittenBy string `json:"written_by,omitempty"`
}

// Section returns the section with the name, or an empty one if there is none.
func (s Summary) Section(name string) Section {
	for _, sec := range s.Sections {
		if sec.Name == name {
			return sec
		}
	}
	return Section{Name: name, Lines: []Line{}}
}

// Evidence returns the numbers of all messages that the summary cites, ascending.
func (s Summary) Evidence() []int {
	var ns []int
	for _, sec := range s.Sections {
		for _, l := range sec.Lines {
			ns = append(ns, l.Messages...)
		}
	}
	slices.Sort(ns)
	return slices.Compact(ns)
}

// For returns the summary as it applies to the ticket now: stale when the thread has
// messages that the summary does not take into account.
func (s Summary) For(t desk.Ticket) Summary {
	known := s.Evidence() // an edit of an older thread can cite what came after it
	s.Since = 0
	for _, m := range t.Messages {
		if _, cited := slices.BinarySearch(known, m.N); m.N > s.ThreadVersion && !cited {
			s.Since++
		}
	}
	s.Stale = s.Since > 0
	return s
}

func lastMessage(t desk.Ticket) int {
	if len(t.Messages) == 0 {
		return 0
	}
	return t.Messages[len(t.Messages)-1].N
}

func newSummary(t desk.Ticket, engine string) Summary {
	s := Summary{Engine: engine, ThreadVersion: lastMessage(t)}
	for _, name := range Sections() {
		s.Sections = append(s.Sections, Section{Name: name, Lines: []Line{}})
	}
	return s
}

func (s *Summary) set(name string, lines []Line) {
	for i := range s.Sections {
		if s.Sections[i].Name == name && lines != nil {
			s.Sections[i].Lines = lines
		}
	}
}
