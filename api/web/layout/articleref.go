package layout

import (
	"net/url"
	"strings"
)

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
