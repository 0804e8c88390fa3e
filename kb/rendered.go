package kb

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"golang.org/x/sync/singleflight"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/recent"
)

// Bytes of rendered pages, and of the names that their links refer to, that stay in memory.
const (
	pageBytes = 64 << 20
	nameBytes = 4 << 20
)

// pages are those rendered recently. A page is made once, however many ask for it at a time,
// and again only when its text changes or an article that its links can mean.
type pages struct {
	names   *recent.Cache[[]string] // that the links of a text refer to
	pages   *recent.Cache[Page]     // by text and by what its links found
	current singleflight.Group
}

func newPages() *pages {
	return &pages{names: recent.New[[]string](nameBytes), pages: recent.New[Page](pageBytes)}
}

// Render renders an article, or a text that is to become one, for a reader: links lead
// only to articles that this reader may open. The page's slices are shared: do not change them.
func (s *Service) Render(ctx context.Context, actor access.Actor, a Article, omitTitle bool) (Page, error) {
	p, err := s.render(ctx, actor, a, omitTitle)
	if err != nil {
		return Page{}, fmt.Errorf("render article %s: %w", a.ID, err)
	}
	return p, nil
}

func (s *Service) render(ctx context.Context, actor access.Actor, a Article, omitTitle bool) (Page, error) {
	text, err := digest(a.ID, a.Markdown, a.Title, a.Front, a.Path, a.Locale, a.Origin.Dialect, a.Files, omitTitle)
	if err != nil {
		return Page{}, err
	}
	if names, ok := s.pages.names.Get(text); ok {
		key, err := s.pageKey(ctx, actor, text, names)
		if err != nil {
			return Page{}, err
		}
		if p, ok := s.pages.pages.Get(key); ok {
			return p, nil
		}
	}
	reader, err := digest(text, visible(actor))
	if err != nil {
		return Page{}, err
	}
	made, err, _ := s.pages.current.Do(reader, func() (any, error) {
		// The first who asks may go away while the others wait.
		return s.renderPage(context.WithoutCancel(ctx), actor, a, text, omitTitle)
	})
	p, _ := made.(Page)
	return p, err
}

// renderPage renders a text and remembers the page.
func (s *Service) renderPage(
	ctx context.Context, actor access.Actor, a Article, text string, omitTitle bool,
) (Page, error) {
	var (
		names []string
		found map[string][]Target
	)
	r := Rendering{OmitTitle: omitTitle, Find: func(asked []string) (_ map[string][]Target, err error) {
		names = asked
		found, err = s.finding(ctx, actor)(asked)
		return found, err
	}}
	if omitTitle { // a page, whose style sheet has the colours
		r.Code = s.code
	}
	p, err := Render(a, r)
	if err != nil {
		return Page{}, err
	}
	key, err := digest(text, found)
	if err != nil {
		return Page{}, err
	}
	size := len(key) + len(p.HTML)
	for _, h := range p.Headings {
		size += len(h.Text) + len(h.Anchor)
	}
	for _, d := range p.Dead {
		size += len(d.Link)
	}
	s.pages.pages.Put(key, p, size)
	size = len(text)
	for _, n := range names {
		size += len(n)
	}
	s.pages.names.Put(text, names, size)
	return p, nil
}

// pageKey returns the key of the page that the reader would see now.
func (s *Service) pageKey(ctx context.Context, actor access.Actor, text string, names []string) (string, error) {
	var found map[string][]Target
	if len(names) > 0 {
		var err error
		if found, err = s.finding(ctx, actor)(names); err != nil {
			return "", err
		}
	}
	return digest(text, found)
}

// digest returns a hash of the values, which differs where any of them does.
func digest(values ...any) (string, error) {
	b, err := json.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("digest: %w", err)
	}
	sum := sha256.Sum256(b)
	return string(sum[:]), nil
}
