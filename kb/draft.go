package kb

import (
	"time"

	"github.com/deskbook/deskbook/internal/access"
)

// DraftStatus is where a draft stands in the review workflow.
type DraftStatus string

// The review states.
const (
	InDraft          DraftStatus = "draft"
	InReview         DraftStatus = "in_review"
	ChangesRequested DraftStatus = "changes_requested"
	Approved         DraftStatus = "approved"
	Rejected         DraftStatus = "rejected"
)

// Decision says what a draft would do when approved.
type Decision string

// The decisions a draft can carry. (A ticket's knowledge decision can also be
// "none" or "link"; neither makes a draft.)
const (
	EditArticle Decision = "edit"
	NewArticle  Decision = "new"
)

// Draft is a proposed article or a proposed edit of one, under review.
type Draft struct {
	ID           string
	Version      int // grows by one with every saved change; for optimistic concurrency
	Decision     Decision
	Status       DraftStatus
	ArticleID    string // the article to edit, or, once approved, the article published
	BaseRevision int    // the revision the edit starts from, 0 for a new article

	// Proposed fields. Markdown is the whole proposed body.
	Title      string
	Markdown   string
	Kind       Kind
	Confidence Confidence // what the article becomes on approval
	Audience   access.Audience
	Governance Governance
	Owner      string
	ReviewBy   time.Time
	Service    string
	Categories []string
	Tags       []string
	Locale     string
	Files      []File // that Markdown names; see Article.Files

	// TextVersion is the version that last changed what is to be approved. Later
	// versions only added sources, so whoever read this version has read the current text.
	TextVersion int
	// Proposed is the text as it was first proposed; zero for drafts of an earlier release.
	Proposed DraftText
	Editors  []string // user ids of those who have changed the text since, apart from the author

	Tickets  []string  // source tickets; the first one caused the draft
	Subjects []string  // the tickets' subjects, in the order of Tickets; the title is checked against them
	Sources  []Source  // what is known of the source tickets, in the order of Tickets
	Earlier  []Earlier // rejected drafts with the same content
	// Fingerprint is the digest of the evidence: tickets, messages and words; "" without
	// tickets.
	Fingerprint string
	Nearest     Nearest // the published article most like this draft, as found before it was made
	Evidence    []DraftEvidence
	Redactions  []Redaction
	Checks      []Check
	Engine      string // "extractive", "model" or "person"
	Comments    []Comment

	Rejection DraftRejection // zero unless rejected
	Quality   Quality        // measured when the draft is decided

	Author    string // user id; "system" for an automatic draft
	Reviewer  string // user id of the person who decided, "" before
	CreatedAt time.Time
	UpdatedAt time.Time
	DecidedAt time.Time
}

// DraftText is a draft's title and body.
type DraftText struct {
	Title    string `json:"title"`
	Markdown string `json:"markdown"`
}

// DraftEvidence is one numbered piece of a ticket's thread that a draft rests on.
type DraftEvidence struct {
	N       int    `json:"n"`
	Ticket  string `json:"ticket"`
	Message int    `json:"message"`
	Text    string `json:"text"`
}

// Nearest is the published article most like a draft.
type Nearest struct {
	ID    string  `json:"id"` // "" when the search found none
	Title string  `json:"title"`
	Score float64 `json:"score"` // 0..1, how likely it resolves the same ticket
}

// Redaction counts what was removed from a text, by kind.
type Redaction struct {
	Kind  string   `json:"kind"`
	Count int      `json:"count"`
	Where []string `json:"where,omitempty"` // "subject", "message 3"; empty when not known
}

// Check is one answered item of the content standard checklist.
type Check struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
	Detail string `json:"detail"`
	// Weight is its weight in the score, by the standard in force when it was answered.
	Weight float64 `json:"weight,omitempty"`
}

// Comment is a reviewer's or author's remark on a draft.
type Comment struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`   // user id
	Verb string    `json:"verb"` // approve, request-changes, reject, submit, note
	Text string    `json:"text"`
}
