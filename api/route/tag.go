package route

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// GzipTag ends the entity tag of a compressed response, which must differ from that of the
// same response uncompressed. Tags are compared without it.
const GzipTag = "-gzip"

// ContentTag returns an entity tag that changes with the content.
func ContentTag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// TagMatches reports whether a list of entity tags, the value of If-Match or If-None-Match,
// contains the tag. Weak tags match only if the comparison may be weak, as for reads.
func TagMatches(header, tag string, weak bool) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if weak {
			one = strings.TrimPrefix(one, "W/")
		}
		if one == "*" || strings.Replace(one, GzipTag+`"`, `"`, 1) == tag {
			return true
		}
	}
	return false
}

// NotModified sets the entity tag of the response to a GET, and reports whether the client
// has the content already. The response, a 304, is then complete.
func NotModified(c echo.Context, tag string) bool {
	c.Response().Header().Set("ETag", tag)
	if !TagMatches(strings.Join(c.Request().Header.Values("If-None-Match"), ","), tag, true) {
		return false
	}
	c.Response().WriteHeader(http.StatusNotModified)
	return true
}
