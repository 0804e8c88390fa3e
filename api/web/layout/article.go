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

// ArticleHTML renders an article's text without its title, and returns its headings.
func ArticleHTML(
	ctx context.Context, articles port.Renderer, reader access.Actor, a kb.Article,
) (template.HTML, []kb.Heading, error) {
	page, err := articles.Render(ctx, reader, a, true)
	if err != nil {
		return "", nil, err
	}
	return template.HTML(page.HTML), page.Headings, nil //nolint:gosec // kb's output is sanitised
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
