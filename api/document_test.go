package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/deskbook/deskbook/api"
)

// document is the OpenAPI document in a strict form, in which responses with
// undescribed fields are invalid.
type document struct {
	spec   *openapi3.T
	router routers.Router
}

var loadDocument = func() func(t *testing.T) *document {
	load := sync.OnceValues(func() (*document, error) {
		spec, err := openapi3.NewLoader().LoadFromData(api.Document())
		if err != nil {
			return nil, err
		}
		if err := spec.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
			return nil, err
		}
		closeObjects(spec)
		router, err := gorillamux.NewRouter(spec)
		return &document{spec: spec, router: router}, err
	})
	return func(t *testing.T) *document {
		t.Helper()
		d, err := load()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
}()

// closeObjects forbids undescribed properties everywhere.
func closeObjects(spec *openapi3.T) {
	seen := map[*openapi3.Schema]bool{}
	var visit func(ref *openapi3.SchemaRef)
	visit = func(ref *openapi3.SchemaRef) {
		if ref == nil || ref.Value == nil || seen[ref.Value] {
			return
		}
		s := ref.Value
		seen[s] = true
		if len(s.Properties) > 0 {
			closed := false
			s.AdditionalProperties.Has = &closed
		}
		for _, p := range s.Properties {
			visit(p)
		}
		visit(s.Items)
	}
	for _, s := range spec.Components.Schemas {
		visit(s)
	}
	contents := func(c openapi3.Content) {
		for _, media := range c {
			visit(media.Schema)
		}
	}
	for _, r := range spec.Components.Responses {
		contents(r.Value.Content)
	}
	for _, r := range spec.Components.RequestBodies {
		contents(r.Value.Content)
	}
	for _, item := range spec.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil {
				contents(op.RequestBody.Value.Content)
			}
			for _, r := range op.Responses.Map() {
				contents(r.Value.Content)
			}
		}
	}
}

// check validates an exchange against the document: always the response, and the
// request if the server accepted it.
func (d *document) check(t *testing.T, req *http.Request, sent []byte, r reply) {
	t.Helper()
	found, params, err := d.router.FindRoute(req)
	if err != nil || req.Method == http.MethodHead {
		return // not in the document, which is tested separately
	}
	again := req.Clone(context.Background())
	again.Body = io.NopCloser(bytes.NewReader(sent))
	options := &openapi3filter.Options{
		IncludeResponseStatus: true, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	input := &openapi3filter.RequestValidationInput{Request: again, PathParams: params, Route: found, Options: options}
	if r.status < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			t.Errorf("%s %s was accepted but does not match the document: %v", req.Method, req.URL.Path, err)
		}
	}
	if r.status == http.StatusNotModified {
		return
	}
	page := strings.HasPrefix(r.header.Get("Content-Type"), "text/html")
	if strings.Contains(req.URL.Path, "/files/") && req.Method == http.MethodGet && (r.status < 300 || page ||
		r.status == http.StatusRequestedRangeNotSatisfiable) {
		return // contents of files, and pages, have their own tests
	}
	if kind := r.header.Get("Content-Type"); strings.HasPrefix(kind, "application/yaml") ||
		strings.HasPrefix(kind, "text/event-stream") {
		return // the document itself and event streams have their own tests
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: r.status, Header: r.header,
		Body: io.NopCloser(bytes.NewReader(r.body)), Options: options,
	})
	if err != nil {
		t.Errorf("%s %s: the response does not match the document: %v\n%s", req.Method, req.URL.Path, err, r.body)
	}
}
