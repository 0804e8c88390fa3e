package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/fault"
)

// parameters are the query parameters of the routes of the API, by method and path, as the
// OpenAPI document describes them.
type parameters map[string]map[string]bool

// documentedParameters reads them from the document.
func documentedParameters() (parameters, error) {
	type parameter struct {
		Ref      string `yaml:"$ref"`
		Name, In string
	}
	type operation struct{ Parameters []parameter }
	var doc struct {
		Paths      map[string]map[string]yaml.Node
		Components struct{ Parameters map[string]parameter }
	}
	if err := yaml.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	out := parameters{}
	for path, item := range doc.Paths {
		for method, node := range item {
			if method == "parameters" { // those of the path itself
				continue
			}
			var op operation
			if err := node.Decode(&op); err != nil {
				return nil, fmt.Errorf("read the OpenAPI document: %s %s: %w", method, path, err)
			}
			known := map[string]bool{}
			for _, p := range op.Parameters {
				if p.Ref != "" {
					p = doc.Components.Parameters[p.Ref[strings.LastIndex(p.Ref, "/")+1:]]
				}
				if p.In == "query" {
					known[p.Name] = true
				}
			}
			out[strings.ToUpper(method)+" "+path] = known
		}
	}
	return out, nil
}

// check returns an error for query parameters that the route does not have: a misspelt one
// would otherwise be silently ignored.
func (p parameters) check(c echo.Context, r route.Route) error {
	if !strings.HasPrefix(r.Path, prefix) {
		return nil
	}
	known := p[r.Method+" "+documentPath(r.Path)]
	message := "is not a parameter of this request, which has none"
	if len(known) > 0 {
		message = "is not a parameter of this request; it has " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
	}
	var bad []fault.Field
	for _, name := range slices.Sorted(maps.Keys(c.QueryParams())) {
		if !known[name] {
			bad = append(bad, fault.Field{Field: name, Message: message})
		}
	}
	return fault.InvalidFields(bad)
}

// documentPath returns a path as the document writes it: "/tickets/{id}" for "/tickets/:id".
func documentPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}
