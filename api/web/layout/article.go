package layout

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// ArticleURL returns the path of an article's page.
func ArticleURL(a kb.Article) string { return "/articles/" + url.PathEscape(cmp.Or(a.Slug, a.ID)) }

// maxLinked is the maximum number of articles looked up for links in one article.
const maxLinked = 200

// ArticleHTML renders an article's text without its title. Links to articles that the
// reader may not see are shown as plain text.
func ArticleHTML(
	ctx context.Context, articles port.Article, reader access.Actor, path, title, markdown string,
) (template.HTML, error) {
	urls := make(map[string]string)
	resolve := func(slug string) (string, bool) {
		to, known := urls[slug]
		if !known && len(urls) < maxLinked {
			if a, err := articles.Article(ctx, reader, slug); err == nil {
				to = ArticleURL(a)
			}
			urls[slug] = to
		}
		return to, to != ""
	}
	out, err := kb.RenderAt(path, kb.WithoutTitle(markdown, title), resolve)
	if err != nil {
		return "", err
	}
	return template.HTML(out), nil //nolint:gosec // kb's output is sanitised, and nothing else becomes HTML
}

// ArticleRef returns the ID or slug of an article that the user entered as an ID, as a
// slug or as the address of its page.
func ArticleRef(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	if _, after, ok := strings.Cut(u.Path, "/articles/"); ok {
		ref, _, _ := strings.Cut(after, "/")
		return ref
	}
	return s
}

// NewTicketURL returns the URL of the form for a new ticket with this subject; visitors
// sign in first.
func NewTicketURL(c echo.Context, subject string) string {
	form := "/tickets/new?subject=" + url.QueryEscape(subject)
	if !route.Actor(c).Known() {
		return "/login?next=" + url.QueryEscape(form)
	}
	return form
}
