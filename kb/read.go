package kb

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/highlight"
)

// Render renders an article, or a text that is to become one, for a reader: links lead
// only to articles that this reader may open.
func (s *Service) Render(ctx context.Context, actor access.Actor, a Article, omitTitle bool) (Page, error) {
	r := Rendering{Find: s.finding(ctx, actor), OmitTitle: omitTitle}
	if omitTitle { // a page, whose style sheet has the colours
		r.Code = s.code
	}
	p, err := Render(a, r)
	if err != nil {
		return Page{}, fmt.Errorf("render article %s: %w", a.ID, err)
	}
	return p, nil
}

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

// maxFollowed is how many merged articles are followed for the links of one article.
const maxFollowed = 50

// finding returns how links find articles for a reader. A link to an article that was
// merged into another leads there.
func (s *Service) finding(ctx context.Context, actor access.Actor) Finding {
	return func(names []string) (map[string][]Target, error) {
		found, err := s.store.Named(ctx, names, VisibleTo(actor).WithArchived())
		if err != nil {
			return nil, err
		}
		may := visible(actor).Confidences
		followed := map[string]Target{}
		for name, targets := range found {
			var open []Target
			for _, t := range targets {
				if slices.Contains(may, t.Confidence) {
					open = append(open, t)
					continue
				}
				into, known := followed[t.ID]
				if !known && t.SupersededBy != "" && len(followed) < maxFollowed {
					if into, err = s.successor(ctx, actor, t); err != nil {
						return nil, err
					}
					followed[t.ID] = into
				}
				if into.Slug != "" {
					open = append(open, into)
				}
			}
			found[name] = open
		}
		return found, nil
	}
}

// successor returns the article that a merged one leads to, the zero Target if this reader
// may not open it.
func (s *Service) successor(ctx context.Context, actor access.Actor, t Target) (Target, error) {
	a, err := s.Article(ctx, actor, t.ID)
	if fault.Is(err, fault.NotFound) {
		return Target{}, nil
	}
	if err != nil {
		return Target{}, err
	}
	return TargetOf(a), nil
}

// TargetOf returns the article as links see it.
func TargetOf(a Article) Target {
	return Target{
		ID: a.ID, Slug: a.Slug, Path: a.Path, Locale: a.Locale, Audience: a.Audience, Confidence: a.Confidence,
		SupersededBy: a.SupersededBy, Headings: a.Headings, Unread: a.Headings == nil,
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
