package kb

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb/highlight"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/kb/plain"
)

// Redactor finds secrets and personal data in a text and counts them by kind.
type Redactor func(text string) []Redaction

// Service is how the rest of Deskbook works with articles and drafts. Each call checks
// the actor's permissions and commits in one transaction. It is safe for concurrent use.
type Service struct {
	store   Store
	now     func() time.Time
	redact  Redactor
	nearest Finder
	code    *highlight.Highlighter
	pages   *pages
	// standard returns what articles are checked against; see Standard.
	standard func() Standard
}

// Option configures a Service.
type Option func(*Service)

// WithRedactor lets the checklist find secrets and personal data in drafts.
// Without it that check passes and says that it was not run.
func WithRedactor(r Redactor) Option { return func(s *Service) { s.redact = r } }

// Finder returns the published article most like a text, the zero Nearest if there is
// none.
type Finder func(ctx context.Context, title, body string) (Nearest, error)

// WithFinder lets the checklist look for duplicates of what people propose. Without it
// only proposals that name their nearest article are compared.
func WithFinder(f Finder) Option { return func(s *Service) { s.nearest = f } }

// NewService returns a service on a store and a clock.
func NewService(store Store, now func() time.Time, opts ...Option) *Service {
	s := &Service{
		store: store, now: now, code: markdown.NewHighlighter(now), pages: newPages(),
		standard: func() Standard { return Standard{} },
	}
	for _, o := range opts {
		o(s)
	}
	return s
}

// visible returns what the actor may read by address: staff see archived articles too.
func visible(actor access.Actor) Visibility {
	v := VisibleTo(actor)
	if actor.Staff() {
		return v.WithArchived()
	}
	return v
}

// MaxMerges bounds how far a chain of articles that were merged into one another is
// followed. The chain may be a circle.
const MaxMerges = 16

// Article returns the current revision of the article with this id or slug. A reader
// who may not see archived articles gets the article that it was merged into.
func (s *Service) Article(ctx context.Context, actor access.Actor, ref string) (Article, error) {
	gone := Visibility{Audiences: actor.Audiences(), Confidences: []Confidence{Archived}}
	at := ref
	for range MaxMerges {
		a, err := s.store.Article(ctx, at, visible(actor))
		if err == nil {
			return a, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return Article{}, fmt.Errorf("article %s: %w", ref, err)
		}
		merged, err := s.store.Article(ctx, at, gone)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Article{}, fmt.Errorf("article %s: %w", ref, err)
		}
		if at = merged.SupersededBy; at == "" {
			break
		}
	}
	return Article{}, fault.New(fault.NotFound, "there is no article %q", ref)
}

// Articles lists articles that the actor may see; the filter's visibility is set
// here, and archived articles are left out.
func (s *Service) Articles(ctx context.Context, actor access.Actor, f ArticleFilter) (ArticlePage, error) {
	f.Visibility = VisibleTo(actor)
	page, err := s.store.Articles(ctx, f)
	if err != nil {
		return ArticlePage{}, fmt.Errorf("list articles: %w", err)
	}
	return page, nil
}

// Revision returns one revision of an article. Readers outside the desk see it only if
// they may see both that revision and the current one.
func (s *Service) Revision(ctx context.Context, actor access.Actor, id string, n int) (Article, error) {
	a, err := s.store.ArticleRevision(ctx, id, n, visible(actor))
	if err != nil {
		return Article{}, fmt.Errorf("revision %d of article %s: %w", n, id, err)
	}
	return a, nil
}

// Revisions lists the article's revisions, newest first, without bodies.
func (s *Service) Revisions(ctx context.Context, actor access.Actor, id string) ([]Article, error) {
	list, err := s.store.ArticleRevisions(ctx, id, visible(actor))
	if err != nil {
		return nil, fmt.Errorf("revisions of article %s: %w", id, err)
	}
	return list, nil
}

// PassageView is what a citation refers to: a passage of one revision.
type PassageView struct {
	Article  string // article id
	Revision int
	Passage
	Current bool // whether that is the article's current revision
}

// Passage returns a passage as of a revision. Revision 0 means the current one if it has
// the passage, else the newest one that does.
func (s *Service) Passage(
	ctx context.Context, actor access.Actor, passageID string, revision int,
) (PassageView, error) {
	missing := fault.New(fault.NotFound, "there is no passage %s", plain.Clip(passageID, plain.MaxIDLen))
	id, ok := markdown.PassageArticle(passageID)
	if !ok {
		return PassageView{}, missing
	}
	current, err := s.store.Article(ctx, id, visible(actor))
	if err != nil {
		return PassageView{}, fmt.Errorf("passage %s: %w", passageID, err)
	}
	if current.ID != id {
		return PassageView{}, missing
	}
	if revision == 0 || revision == current.Revision {
		if v, found := passageIn(current, passageID); found {
			v.Current = true
			return v, nil
		}
	}
	var a Article
	if revision == 0 {
		a, err = s.store.PassageRevision(ctx, id, passageID, current.Revision, visible(actor))
	} else {
		a, err = s.store.ArticleRevision(ctx, id, revision, visible(actor))
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return PassageView{}, fmt.Errorf("passage %s: %w", passageID, err)
	}
	v, found := passageIn(a, passageID)
	if !found {
		return PassageView{}, missing
	}
	return v, nil
}

func passageIn(a Article, passageID string) (PassageView, bool) {
	for _, p := range a.Passages {
		if p.ID == passageID {
			return PassageView{Article: a.ID, Revision: a.Revision, Passage: p}, true
		}
	}
	return PassageView{}, false
}

// newID returns a random id with a prefix; 80 bits make a collision implausible.
func newID(prefix string) string {
	return prefix + strings.ToLower(rand.Text()[:16])
}

// require returns a fault.Forbidden unless the actor has the permission.
func require(actor access.Actor, p access.Permission, doing string) error {
	if actor.Can(p) {
		return nil
	}
	if !actor.Known() {
		return fault.New(fault.Unauthenticated, "log in to %s", doing)
	}
	return fault.New(fault.Forbidden, "you don't have permission to %s; it needs %s", doing, p)
}

func isSystem(actor access.Actor) bool { return actor.ID == access.System().ID }

// Clock returns the time in UTC, to the microsecond that every store can hold.
func (s *Service) Clock() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// articleEntry returns the journal entry for one change of an article.
func articleEntry(at time.Time, actor access.Actor, verb, id string, data any) journal.Entry {
	return journal.Entry{
		Events: []journal.Event{{
			At: at, Actor: actor.ID, Object: journal.Article, ID: id, Verb: verb, Data: journal.Data(data),
		}},
		Changes: []journal.Change{{Object: journal.Article, ID: id}},
	}
}

// withEntry returns a with what another write of the same transaction records.
func withEntry(a, b journal.Entry) journal.Entry {
	a.Events = append(a.Events, b.Events...)
	a.Changes = append(a.Changes, b.Changes...)
	a.Jobs = append(a.Jobs, b.Jobs...)
	return a
}
