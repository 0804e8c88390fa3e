package api

import (
	_ "embed"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
)

//go:embed openapi.yaml
var document []byte

var documentTag = sync.OnceValue(func() string { return route.ContentTag(document) })

// Document returns the OpenAPI document of the API.
func Document() []byte { return document }

func (s *Server) openapi(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=300")
	if route.NotModified(c, documentTag()) {
		return nil
	}
	return c.Blob(http.StatusOK, "application/yaml", document)
}
