package layout

import (
	"net/url"
	"strings"
)

// ArticleRef takes what a person pastes for an article: its id, its slug, or the
// address of its page.
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
