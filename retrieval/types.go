package retrieval

import (
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

// Query is what a reader typed into the search box, and what the reader may see.
type Query struct {
	Text       string
	Visibility kb.Visibility
	Kind       string // article kind, "" for all
	Service    string // "" for all
	Locale     string // "" for all
	Audience   string // "" for all that the reader may see
	Confidence string // "" for all that the reader may see
	Limit      int    // 1..50; 0 means 10
	Cursor     string // Results.Next of the previous page
	// Question says that an answer is wanted: meanings are compared and passages read, where the
	// engine can, as for a ticket.
	Question bool
}

// Results is one page of hits, best first.
type Results struct {
	Hits  []desk.ArticleHit `json:"hits"`
	Next  string            `json:"next"`  // "" on the last page
	Total int               `json:"total"` // visible articles that are relevant and within the narrowings
	// Unnarrowed is what Total is for the same words if Kind, Service and Locale are not given.
	Unnarrowed int    `json:"unnarrowed"`
	Facets     Facets `json:"facets"`
	// BelowFloor says that no hit is probable enough to be suggested for a ticket with these
	// words; the hits are shown anyway.
	BelowFloor bool `json:"below_floor"`
	// Corrected is the text that was searched for, where a word that no visible article contains
	// was treated as misspelt; "" where nothing was corrected.
	Corrected string `json:"corrected,omitempty"`
}

// Completion is a title that completes what is being typed.
type Completion struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// PassageHit is a passage of an article that is relevant to a text.
type PassageHit struct {
	Article desk.ArticleRef `json:"article"`
	Passage kb.Passage      `json:"passage"` // whole
	Score   float64         `json:"score"`   // share of the text's weight that the passage contains, 0..1
	Marks   [][2]int        `json:"marks"`   // half-open rune ranges in Passage.Text
}

// VerifyReport says whether the index agrees with the truth.
type VerifyReport struct {
	OK           bool     `json:"ok"`
	Articles     int      `json:"articles"`      // articles that the index must hold
	Tickets      int      `json:"tickets"`       // resolved tickets in the memory
	Sequence     int64    `json:"sequence"`      // last change that the index holds
	LastChange   int64    `json:"last_change"`   // last change in the store
	Differences  []string `json:"differences"`   // at most 100, in words
	MappingMatch bool     `json:"mapping_match"` // the index has the format that this program writes
}
