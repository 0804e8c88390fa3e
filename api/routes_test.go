package api_test

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
)

var parameter = regexp.MustCompile(`:(\w+)`)

func TestTableAndDocumentAgree(t *testing.T) {
	e := newEnv(t)
	inTable := map[string]string{}
	for _, r := range e.api.Routes() {
		inTable[r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}")] = r.Summary
	}
	inDocument := map[string]string{}
	for path, item := range e.doc.spec.Paths.Map() {
		for method, op := range item.Operations() {
			inDocument[method+" "+path] = op.Summary
		}
	}
	if d := cmp.Diff(inTable, inDocument); d != "" {
		t.Errorf("routes.go (-) and openapi.yaml (+) differ:\n%s", d)
	}
}

// TestDocumentSecurity compares security requirements with permissions.
func TestDocumentSecurity(t *testing.T) {
	e := newEnv(t)
	for _, r := range e.api.Routes() {
		op := e.doc.spec.Paths.Find(parameter.ReplaceAllString(r.Path, "{$1}")).GetOperation(r.Method)
		open := false
		if op.Security != nil {
			for _, s := range *op.Security {
				open = open || len(s) == 0
			}
		}
		if want := r.Permission == access.Public || r.Permission == access.ReadArticles; open != want {
			t.Errorf("%s %s requires %s, but the document says open to visitors: %v", r.Method, r.Path, r.Permission, open)
		}
	}
}

func TestEveryRouteHasAPermission(t *testing.T) {
	known := append(access.Scopes(), access.Public, access.SignedIn)
	for _, r := range newEnv(t).api.Routes() {
		if !slices.Contains(known, r.Permission) {
			t.Errorf("%s %s: permission %q", r.Method, r.Path, r.Permission)
		}
		if r.Summary == "" {
			t.Errorf("%s %s has no summary", r.Method, r.Path)
		}
	}
}

func TestNewRejectsInvalidTable(t *testing.T) {
	ok := func(echo.Context) error { return nil }
	cases := map[string]route.Route{
		"no permission": {Method: http.MethodGet, Path: "/page", Handler: ok},
		"no handler":    {Method: http.MethodGet, Path: "/page", Permission: access.Public},
		"twice":         {Method: http.MethodGet, Path: "/livez", Permission: access.Public, Handler: ok},
	}
	base := newEnv(t)
	for name, bad := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := api.New(base.deps(func(d *api.Deps) { d.Pages = []route.Route{bad} })); err == nil {
				t.Error("the table was accepted")
			}
		})
	}
}

func TestDocumentIsServed(t *testing.T) {
	e := newEnv(t)
	r := e.get("", "/api/v1/openapi.yaml").want(http.StatusOK)
	if !bytes.Equal(r.body, api.Document()) {
		t.Error("a different document is served")
	}
}
