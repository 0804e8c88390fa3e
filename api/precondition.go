package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
)

// articleTag returns the entity tag of an article's revision, draftTag that of a draft's
// version.
func articleTag(revision int) string { return `"r` + strconv.Itoa(revision) + `"` }

func draftTag(version int) string { return `"v` + strconv.Itoa(version) + `"` }

// unchanged sets the headers of a response that depends on the reader and may be kept by
// the reader's client, and reports whether the client has it already.
func unchanged(c echo.Context, tag string) bool {
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Authorization, Cookie")
	return route.NotModified(c, tag)
}

// precondition requires If-Match to contain the current entity tag.
func precondition(c echo.Context, tag string) error {
	header := strings.Join(c.Request().Header.Values("If-Match"), ",")
	switch {
	case header == "":
		return httpError(http.StatusPreconditionRequired,
			"Send If-Match with the ETag that you read, so that no changes are lost. The current ETag is %s.", tag)
	case !route.TagMatches(header, tag, false):
		return stale()
	}
	return nil
}

func stale() error {
	return httpError(http.StatusPreconditionFailed,
		"This has changed since you read it. Read it again and repeat your change.")
}
