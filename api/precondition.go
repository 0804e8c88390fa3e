package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// articleTag returns the entity tag of an article's revision, draftTag that of a draft's
// version.
func articleTag(revision int) string { return `"r` + strconv.Itoa(revision) + `"` }

func draftTag(version int) string { return `"v` + strconv.Itoa(version) + `"` }

// matches reports whether a list of entity tags contains the current one. Weak tags
// match only if the comparison may be weak, as for reads.
func matches(header, tag string, weak bool) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if weak {
			one = strings.TrimPrefix(one, "W/")
		}
		if one == "*" || one == tag {
			return true
		}
	}
	return false
}

// precondition requires If-Match to contain the current entity tag.
func precondition(c echo.Context, tag string) error {
	header := strings.Join(c.Request().Header.Values("If-Match"), ",")
	switch {
	case header == "":
		return httpError(http.StatusPreconditionRequired,
			"Send If-Match with the ETag that you read, so that no changes are lost. The current ETag is %s.", tag)
	case !matches(header, tag, false):
		return stale()
	}
	return nil
}

func stale() error {
	return httpError(http.StatusPreconditionFailed,
		"This has changed since you read it. Read it again and repeat your change.")
}
