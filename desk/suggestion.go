package desk

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/kb"
)

// Suggester finds what will probably resolve a ticket. Retrieval implements it.
type Suggester interface {
	Suggest(ctx context.Context, r SuggestRequest) (Suggestions, error)
}

// SuggestRequest is a ticket's text and what its reader may see.
type SuggestRequest struct {
	Subject string
	Body    string // the requester's words; quotes and signatures are removed by the retrieval layer
	// Exclude is the ticket itself, so that it is not similar to itself.
	Exclude string
	// At is the moment of asking: only what was known before it counts. Zero means now.
	At         time.Time
	Visibility kb.Visibility
	// Requester, Service and Created are those of the ticket, as far as they are known:
	// a ticket of the same person, service or day is more probably about the same.
	Requester string
	Service   string
	Created   time.Time
	// Tickets says whether the reader may see other people's tickets. Without it
	// Suggestions.Tickets is empty.
	Tickets bool
	Limit   int // of each list; 0 means the default of 5
}

// Suggestions is what a ticket's reader is offered, best first.
type Suggestions struct {
	Articles []ArticleHit `json:"articles"`
	Tickets  []TicketHit  `json:"tickets"`
	// Duplicates are tickets still worked on that are probably about the same: offered
	// for merging, to readers who may see all tickets.
	Duplicates  []DuplicateHit `json:"duplicates"`
	KnownErrors []ArticleHit   `json:"known_errors"` // active known errors that match, shown first
	// BelowFloor says that articles were found but none is probable enough to show.
	BelowFloor bool      `json:"below_floor"`
	At         time.Time `json:"at"`
}

// ArticleHit is an article with the passage that proves it.
type ArticleHit struct {
	Article ArticleRef `json:"article"`
	Passage PassageRef `json:"passage"`
	Score   float64    `json:"score"` // probability 0..1 that the article resolves the ticket
	Why     []string   `json:"why"`   // in plain words
	// Tickets are the ids of similar tickets that the article resolved, nearest first,
	// for readers who may see other people's tickets.
	Tickets []string `json:"tickets,omitempty"`
}

// ArticleRef names an article.
type ArticleRef struct {
	ID       string `json:"id"`
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Revision int    `json:"revision"`
	URL      string `json:"url"` // path on this server
}

// PassageRef is a passage as shown: Text may be a window of the passage; Marks are
// half-open rune ranges in Text.
type PassageRef struct {
	ID      string   `json:"id"`
	Heading string   `json:"heading"`
	Text    string   `json:"text"`
	Marks   [][2]int `json:"marks"`
	// The passage goes on before or after the text.
	CutBefore bool `json:"cut_before,omitempty"`
	CutAfter  bool `json:"cut_after,omitempty"`
}

// TicketHit is a similar resolved ticket with what resolved it.
type TicketHit struct {
	ID         string   `json:"id"`
	Subject    string   `json:"subject"`
	Score      float64  `json:"score"` // likeness 0..1
	Why        []string `json:"why"`
	Resolution string   `json:"resolution"` // the resolution note, shortened
}

// DuplicateHit is a ticket still worked on that another one probably repeats.
type DuplicateHit struct {
	ID      string   `json:"id"`
	Subject string   `json:"subject"`
	Score   float64  `json:"score"` // likeness 0..1
	Why     []string `json:"why"`
}
