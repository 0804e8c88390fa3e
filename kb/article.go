package kb

import (
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/markdown"
)

// Confidence says how far an article's resolution is trusted (KCS v6).
// Transitions are not linear.
type Confidence string

// The confidence states.
const (
	WIP          Confidence = "wip"           // no resolution yet
	NotValidated Confidence = "not_validated" // a resolution that has not been confirmed
	Validated    Confidence = "validated"
	Archived     Confidence = "archived"
)

// Governance says who may edit an article without review by a knowledge manager.
type Governance string

// The governance states.
const (
	Experience Governance = "experience" // agents may edit
	Compliance Governance = "compliance" // only knowledge managers
)

// Kind is the form of an article; it decides which sections it must have.
type Kind string

// The article kinds.
const (
	Troubleshooting Kind = "troubleshooting"
	HowTo           Kind = "howto"
	FAQ             Kind = "faq"
	KnownError      Kind = "known_error"
	Policy          Kind = "policy"
)

// Article is one revision of a knowledge article.
type Article struct {
	ID       string // stable, never reused; the same file imported into a new store gets the same id
	Slug     string // unique, used in addresses
	Title    string // in the requester's words
	Revision int    // 1 for the first; grows by one with every saved change

	Kind       Kind
	Confidence Confidence
	Audience   access.Audience
	Governance Governance

	Owner      string    // user e-mail or team name, "" when it has no owner
	ReviewBy   time.Time // date (UTC midnight), zero when none is set
	Service    string
	Categories []string
	Tags       []string
	Locale     string // BCP 47, "" when unknown

	Markdown      string    // the body, without front matter, byte for byte as written
	Passages      []Passage // sections of Markdown with lasting ids, in order
	NextPassage   int       // the lowest passage number that no revision has used yet
	SourceTickets []string  // tickets this article was written from
	SupersededBy  string    // id of the article it was merged into, "" if none

	// Path and Front are what an export must reproduce: the file's path below the
	// imported folder (slash separated, "" for articles written here) and its raw front
	// matter with its delimiters. Hash is the SHA-256 (hex) of the bytes of the file that
	// was last imported; editing the article here does not change it. It is "" for an
	// article that was never imported.
	Path  string
	Front string
	Hash  string

	// Origin is what the import knew of the file beyond its text.
	Origin Origin

	Headings []Heading // of Markdown, in order; links lead to them

	// Files are the pictures and attachments that Markdown names, in order of path. Each
	// revision has its own, so that an old text shows the pictures it had.
	Files []File

	// Ratings counts what signed-in readers said of this revision. It is set only on
	// articles that are read for the index.
	Ratings Ratings

	Author    string    // who wrote this revision: user id
	CreatedAt time.Time // of revision 1
	UpdatedAt time.Time // of this revision
	// ValidatedAt is when the article became validated, or when somebody who may validate
	// it last saved or approved a revision; zero if it is not validated.
	ValidatedAt time.Time
}

// Passage is one citable section of an article.
type Passage = markdown.Passage

// Heading is a heading of an article, or another place that links lead to.
type Heading = markdown.Heading

// Origin is what an import knows of a file beyond its text. It is stored, so that the
// article is read later as it was read then, and exported as it came.
type Origin struct {
	Dialect  dialect.Name `json:"dialect,omitempty"`  // "" for an article written here
	Encoding string       `json:"encoding,omitempty"` // of the file, "" for UTF-8
	Locale   string       `json:"locale,omitempty"`   // of the folder or the file's name
	Kind     Kind         `json:"kind,omitempty"`     // as recognised from the text

	// Withheld is why its owner keeps the text back, "" if it is published; the states are
	// those that the article has for it.
	Withheld   string          `json:"withheld,omitempty"`
	Confidence Confidence      `json:"confidence,omitempty"`
	Audience   access.Audience `json:"audience,omitempty"`

	Source        string `json:"source,omitempty"`         // the folder that brought it; see ImportOptions
	Files         string `json:"files,omitempty"`          // digest of the files that came with it
	Pruned        bool   `json:"pruned,omitempty"`         // archived because its file was gone
	TranslationOf string `json:"translation_of,omitempty"` // id of the article with the same slug in another language
}

// Visibility is what a reader may see of the knowledge base. Stores and the index
// apply it inside the query.
type Visibility struct {
	Audiences   []access.Audience
	Confidences []Confidence
}

// VisibleTo derives the visibility from the actor: staff read every audience and
// every state but archived; others read validated articles of their audience.
func VisibleTo(a access.Actor) Visibility {
	if a.Staff() {
		return Visibility{Audiences: a.Audiences(), Confidences: []Confidence{WIP, NotValidated, Validated}}
	}
	return Visibility{Audiences: a.Audiences(), Confidences: []Confidence{Validated}}
}

// WithArchived adds archived articles, for staff who open one by its address.
func (v Visibility) WithArchived() Visibility {
	v.Confidences = append(append([]Confidence{}, v.Confidences...), Archived)
	return v
}

// Allows reports whether an article with these states is within the visibility.
func (v Visibility) Allows(a Article) bool {
	var audience, confidence bool
	for _, x := range v.Audiences {
		audience = audience || x == a.Audience
	}
	for _, c := range v.Confidences {
		confidence = confidence || c == a.Confidence
	}
	return audience && confidence
}

// NoKind is the kind of an article whose text shows none clearly.
const NoKind Kind = ""

// MaxTitle is the longest title in runes; a longer one is cut.
const MaxTitle = 300

// MaxArticle is the longest article, front matter included, in bytes.
const MaxArticle = 2 << 20
