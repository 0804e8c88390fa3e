package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// articleTag is the entity tag of an article's revision, draftTag that of a draft's
// version.
func articleTag(revision int) string { return `"r` + strconv.Itoa(revision) + `"` }

func draftTag(version int) string { return `"v` + strconv.Itoa(version) + `"` }

// matches reports whether a list of entity tags names the one in force. Weak tags
// count only where the comparison may be weak (reads).
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

// precondition requires If-Match to name the entity tag in force.
func precondition(c echo.Context, tag string) error {
	header := strings.Join(c.Request().Header.Values("If-Match"), ",")
	switch {
	case header == "":
		return httpError(http.StatusPreconditionRequired,
			"Send If-Match with the ETag that you read, so that nobody's change is lost. It is %s now.", tag)
	case !matches(header, tag, false):
		return stale()
	}
	return nil
}

func stale() error {
	return httpError(http.StatusPreconditionFailed, "This changed since you read it. Read it again and repeat your change on what is there now.")
}
