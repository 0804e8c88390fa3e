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
	Body    string // as the requester wrote it; the suggester removes quotes and signatures
	// Exclude is the id of the ticket itself, which must not be similar to itself.
	Exclude string
	// At restricts what is used to what was known before. Zero means now.
	At         time.Time
	Visibility kb.Visibility
	// Requester, Service and Created are those of the ticket, as far as known: tickets of
	// the same person, service or day are more likely to be about the same.
	Requester string
	Service   string
	Created   time.Time
	// Tickets says whether the reader may see other people's tickets. If not,
	// Suggestions.Tickets is empty.
	Tickets bool
	Limit   int // of each list; 0 means 5
}

// Suggestions are what may resolve a ticket, best first.
type Suggestions struct {
	Articles []ArticleHit `json:"articles"`
	Tickets  []TicketHit  `json:"tickets"`
	// Duplicates are open tickets that are probably about the same, to be merged by readers
	// who may see all tickets.
	Duplicates  []DuplicateHit `json:"duplicates"`
	KnownErrors []ArticleHit   `json:"known_errors"` // active known errors that match, shown first
	// BelowFloor says that articles were found, but none that is likely enough to help.
	BelowFloor bool      `json:"below_floor"`
	At         time.Time `json:"at"`
}

// ArticleHit is an article with the passage that matches.
type ArticleHit struct {
	Article ArticleRef `json:"article"`
	Passage PassageRef `json:"passage"`
	Score   float64    `json:"score"` // probability 0..1 that the article resolves the ticket
	Why     []string   `json:"why"`   // for the reader
	// Tickets are the ids of similar tickets that the article resolved, the most similar
	// first, for readers who may see other people's tickets.
	Tickets []string `json:"tickets,omitempty"`
	// Answers is how well the article's passage answers the text, as log odds, by a model that read
	// both; nil where none did.
	Answers *float64 `json:"-"`
}

// ArticleRef identifies an article.
type ArticleRef struct {
	ID       string `json:"id"`
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Revision int    `json:"revision"`
	URL      string `json:"url"` // path on this server
}

// PassageRef is a passage as shown. Text may be a part of the passage; Marks are half-open
// rune ranges in Text.
type PassageRef struct {
	ID      string   `json:"id"`
	Heading string   `json:"heading"`
	Text    string   `json:"text"`
	Marks   [][2]int `json:"marks"`
	// Whether the passage continues before or after the text.
	CutBefore bool `json:"cut_before,omitempty"`
	CutAfter  bool `json:"cut_after,omitempty"`
}

// TicketHit is a similar resolved ticket with what resolved it.
type TicketHit struct {
	ID         string   `json:"id"`
	Subject    string   `json:"subject"`
	Score      float64  `json:"score"` // similarity 0..1
	Why        []string `json:"why"`
	Resolution string   `json:"resolution"` // the resolution note, shortened
}

// DuplicateHit is an open ticket that is probably about the same.
type DuplicateHit struct {
	ID      string   `json:"id"`
	Subject string   `json:"subject"`
	Score   float64  `json:"score"` // similarity 0..1
	Why     []string `json:"why"`
}
