package kb

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/highlight"
)

// DeadLinks lists the links of an article that lead nowhere, or to a part that is not
// there, whoever reads it.
func (s *Service) DeadLinks(ctx context.Context, a Article) ([]DeadLink, error) {
	p, err := Render(a, Rendering{Find: func(names []string) (map[string][]Target, error) {
		return s.store.Named(ctx, names, Everything())
	}})
	if err != nil {
		return nil, fmt.Errorf("links of article %s: %w", a.ID, err)
	}
	return p.Dead, nil
}

// finding returns how links find articles for a reader. A link to an article that was
// merged into another leads there.
func (s *Service) finding(ctx context.Context, actor access.Actor) Finding {
	return func(names []string) (map[string][]Target, error) {
		found, err := s.store.Named(ctx, names, VisibleTo(actor).WithArchived())
		if err != nil {
			return nil, err
		}
		may := visible(actor).Confidences
		var merged []string
		for _, targets := range found {
			for _, t := range targets {
				if !slices.Contains(may, t.Confidence) && t.SupersededBy != "" {
					merged = append(merged, t.ID)
				}
			}
		}
		into, err := s.Targets(ctx, actor, merged)
		if err != nil {
			return nil, err
		}
		for name, targets := range found {
			var open []Target
			for _, t := range targets {
				if slices.Contains(may, t.Confidence) {
					open = append(open, t)
				} else if t, ok := into[t.ID]; ok {
					open = append(open, t)
				}
			}
			found[name] = open
		}
		return found, nil
	}
}

// Targets returns, by id, the articles to which links with these ids lead the reader. An
// article that was merged into another leads there. What the reader may not open is left out.
func (s *Service) Targets(ctx context.Context, actor access.Actor, ids []string) (map[string]Target, error) {
	may, out := visible(actor).Confidences, map[string]Target{}
	from := map[string][]string{} // the ids that lead to an article, by its id or slug
	for _, id := range ids {
		from[id] = []string{id}
	}
	for range MaxMerges {
		if len(from) == 0 {
			break
		}
		found, err := s.store.Targets(ctx, slices.Sorted(maps.Keys(from)), VisibleTo(actor).WithArchived())
		if err != nil {
			return nil, fmt.Errorf("follow links: %w", err)
		}
		next := map[string][]string{}
		for _, t := range found {
			led := append(slices.Clone(from[t.ID]), from[t.Slug]...)
			switch {
			case slices.Contains(may, t.Confidence):
				for _, id := range led {
					out[id] = t
				}
			case t.SupersededBy != "":
				next[t.SupersededBy] = append(next[t.SupersededBy], led...)
			}
		}
		from = next
	}
	return out, nil
}

// TargetOf returns the article as links see it.
func TargetOf(a Article) Target {
	return Target{
		ID: a.ID, Slug: a.Slug, Path: a.Path, Locale: a.Locale, Title: a.Title, Audience: a.Audience,
		Confidence: a.Confidence, SupersededBy: a.SupersededBy, Headings: a.Headings, Unread: a.Headings == nil,
	}
}

// Page is an article as it is read.
type Page struct {
	HTML     string     // safe to embed in a page
	Headings []Heading  // the headings of HTML in order, without one of the first level that opens it
	Dead     []DeadLink // links that lead nowhere, which are no links in HTML
}

// Rendering decides how an article is rendered.
type Rendering struct {
	Find      Finding // finds other articles; nil finds none
	OmitTitle bool    // for a page with the title: without the heading that repeats it, the others below it

	Code *highlight.Highlighter // colours code; nil does not
}

// Render turns an article's text into HTML that is safe to embed in a page.
//
// Raw HTML is reduced to its words. Pictures are those among the article's files. Images
// are never fetched: a remote one becomes a link with its description as text, any other
// becomes its description. Links lead to http, https and mailto addresses, to headings and
// files of the article and to other articles: by their path, by their address here and, in
// a wiki link, by their name. Every other link becomes its text and is listed. Headings
// carry the anchors that passages name.
//
// Beyond MaxArticle the error is fault.TooLarge.
func Render(a Article, r Rendering) (Page, error) {
	if len(a.Markdown) > MaxArticle {
		return Page{}, fault.New(fault.TooLarge, "an article may have up to %d bytes", MaxArticle)
	}
	doc := a.Document()
	l, err := newLinker(a, doc, r.Find)
	if err != nil {
		return Page{}, err
	}
	p := Page{Dead: l.rewrite()}
	if r.OmitTitle {
		doc.OmitTitle(a.Title)
		doc.Nest()
	}
	p.Headings = doc.Contents()
	p.HTML, err = doc.HTML(r.Code)
	return p, err
}
