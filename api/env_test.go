package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/web"
	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/triage"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/redact"
)

const password = "correct horse 7"

// env is a real server: store, index, desk and writer behind httptest. Every
// exchange is checked against the OpenAPI document.
type env struct {
	answersOff bool // the service model lets no question be answered
	*testing.T
	server *httptest.Server
	api    *api.Server
	store  *store.Store
	kb     *kb.Service
	desk   *desk.Service
	auth   *auth.Service
	engine *retrieval.Engine

	learning *learning.Service
	triage   *triage.Learning
	gaps     *desk.Gaps
	ranker   fakeRanker
	logs     *syncBuffer
	doc      *document

	base   api.Deps
	web    web.Deps
	pages  *web.Pages
	tokens map[string]string // by name of the person
	users  map[string]auth.User
}

// people are the persons of every test, by name.
var people = map[string][]access.Role{
	"rita":  {access.Requester},
	"rolf":  {access.Requester},
	"anna":  {access.Agent},
	"kim":   {access.KnowledgeManager},
	"sven":  {access.ServiceManager},
	"admin": {access.Admin},
	"all":   access.Roles(),
}

// syncBuffer is a buffer that several goroutines may write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newEnv(t *testing.T, change ...func(*api.Deps)) *env {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	e := &env{T: t, logs: &syncBuffer{}, doc: loadDocument(t), tokens: map[string]string{}, users: map[string]auth.User{}}
	var err error
	if e.store, err = store.Open(ctx, filepath.Join(dir, "test.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.store.Close() })
	if e.engine, err = retrieval.Open(ctx, retrieval.Options{Dir: filepath.Join(dir, "index"), Source: e.store}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.engine.Close() })
	model, err := desk.ParseModel(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	current := func() *desk.ServiceModel { return model }
	e.kb = kb.NewService(e.store, time.Now)
	e.auth = auth.NewService(e.store, time.Now)
	e.gaps = desk.NewGaps(desk.GapDeps{
		Store: e.store, Wording: terms.Wording, Group: terms.GroupWordings, Now: time.Now,
		Redact: func(text string, names []string) string { return evidence.NewRedactor(redact.All, names...).Text(text) },
	})
	e.desk = desk.NewService(desk.Deps{
		Store: e.store, Model: current, Suggester: e.engine, Articles: e.kb, People: e.auth, Gaps: e.gaps, Now: time.Now,
	})
	deps := api.Deps{
		Articles: e.kb, Reviews: e.kb, Tickets: e.desk, Search: e.engine,
		Writer: summarize.New(summarize.Options{
			Search: e.engine, Library: e.store, Prompts: content.Prompts(), Now: time.Now,
			Answers: func(desk.AnswerRequest) desk.Permit {
				return desk.Permit{Allowed: !e.answersOff, Rule: "automation.default.auto_answer"}
			},
		}),
		Auth: e.auth, Model: current, Log: slog.New(slog.NewJSONHandler(e.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now: time.Now, Changes: e.store, Keys: e.store,
	}
	e.learning = learning.New(learning.Deps{
		Evaluations: e.store, Versions: e.store, Source: e.store, Ranker: &e.ranker, Floor: e.engine.Floor,
		Dir: filepath.Join(dir, "evaluation"), Now: time.Now,
	})
	deps.Learning, deps.Gaps = e.learning, e.gaps
	e.triage = triage.NewLearning(triage.Deps{Ledger: e.store, Model: current, Now: time.Now})
	deps.Triage, e.desk.Triager = e.triage, e.triage
	deps.Handoffs = handoff.NewSummaries(handoff.SummariesDeps{Writer: deps.Writer, Store: e.store, Now: time.Now})
	e.base = deps
	e.web = web.Deps{
		Articles: e.kb, Tickets: e.desk, Search: e.engine, Writer: deps.Writer, Auth: e.auth, Learning: e.learning, Triage: e.triage, Gaps: e.gaps, Model: current,
		Handoffs:  deps.Handoffs,
		ModelText: func() string { return string(content.ServiceModel()) }, Now: time.Now,
	}
	if e.pages, err = web.New(e.web); err != nil {
		t.Fatal(err)
	}
	if e.api, err = api.New(e.deps(change...)); err != nil {
		t.Fatal(err)
	}
	e.server = httptest.NewServer(e.api.Handler())
	t.Cleanup(e.server.Close)
	e.addPeople()
	e.catchUp()
	return e
}

// deps gives what the server is made of, changed.
func (e *env) deps(change ...func(*api.Deps)) api.Deps {
	d := e.base
	for _, c := range change {
		c(&d)
	}
	d.Handoffs = handoff.NewSummaries(handoff.SummariesDeps{Writer: d.Writer, Store: e.store, Now: d.Now})
	return d
}

// addPeople writes the persons with one password hash made once: hashing is slow by
// design, and dozens of servers are started here.
func (e *env) addPeople() {
	e.Helper()
	for name, roles := range people {
		now := time.Now().UTC()
		u := auth.User{
			ID: "u_" + name, Email: name + "@example.org", Name: strings.ToUpper(name[:1]) + name[1:],
			PasswordHash: e.passwordHash(), Roles: roles, CreatedAt: now, UpdatedAt: now,
		}
		if err := e.store.CreateUser(e.Context(), u, journal.Entry{}); err != nil {
			e.Fatal(err)
		}
		e.users[name] = u
		e.tokens[name] = e.token(name, nil)
	}
}

var hashed struct {
	once sync.Once
	hash string
}

func (e *env) passwordHash() string {
	e.Helper()
	hashed.once.Do(func() {
		st, err := store.Open(e.Context(), filepath.Join(e.TempDir(), "hash.db"), store.Options{})
		if err != nil {
			e.Fatal(err)
		}
		defer func() { _ = st.Close() }()
		u, err := auth.NewService(st, time.Now).CreateUser(e.Context(), access.System(), auth.NewUser{
			Email: "hash@example.org", Password: password, Roles: []access.Role{access.Requester},
		})
		if err != nil {
			e.Fatal(err)
		}
		hashed.hash = u.PasswordHash
	})
	return hashed.hash
}

// token makes a further token for a person.
func (e *env) token(name string, scopes []access.Permission) string {
	e.Helper()
	secret, _, err := e.auth.CreateToken(e.Context(), e.actor(name), e.users[name].ID, auth.NewToken{Scopes: scopes})
	if err != nil {
		e.Fatal(err)
	}
	return secret
}

func (e *env) actor(name string) access.Actor {
	u := e.users[name]
	return access.Actor{ID: u.ID, Email: u.Email, Name: u.Name, Roles: u.Roles}
}

// catchUp brings the index to the newest change.
func (e *env) catchUp() {
	e.Helper()
	if err := e.engine.CatchUp(e.Context()); err != nil {
		e.Fatal(err)
	}
}

// reply is an answer of the server.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// do sends a request as a person (or "" for a visitor, or a bearer token). body may
// be nil, a string to send as it is, or a value to send as JSON. headers are pairs.
func (e *env) do(who, method, path string, body any, headers ...string) reply {
	e.Helper()
	var sent []byte
	switch b := body.(type) {
	case nil:
	case string:
		sent = []byte(b)
	default:
		var err error
		if sent, err = json.Marshal(b); err != nil {
			e.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(e.Context(), method, e.server.URL+path, bytes.NewReader(sent))
	if err != nil {
		e.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		token := who
		if known, ok := e.tokens[who]; ok {
			token = known
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		}
	}
	return e.send(req, sent)
}

func (e *env) send(req *http.Request, sent []byte) reply {
	e.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		e.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		e.Fatal(err)
	}
	r := reply{t: e.T, status: res.StatusCode, header: res.Header, body: body}
	e.doc.check(e.T, req, sent, r)
	return r
}

// want fails the test unless the answer has this status.
func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

// get gives a value of the JSON answer by its path, e.g. "messages.0.text".
func (r reply) get(path string) any {
	r.t.Helper()
	var v any
	if err := json.Unmarshal(r.body, &v); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i := 0
			if err := json.Unmarshal([]byte(key), &i); err != nil || i >= len(x) {
				r.t.Fatalf("no %s in %s", path, r.body)
			}
			v = x[i]
		default:
			r.t.Fatalf("no %s in %s", path, r.body)
		}
	}
	return v
}

func (r reply) str(path string) string {
	r.t.Helper()
	s, ok := r.get(path).(string)
	if !ok {
		r.t.Fatalf("%s is no string in %s", path, r.body)
	}
	return s
}

func (r reply) list(path string) []any {
	r.t.Helper()
	l, ok := r.get(path).([]any)
	if !ok {
		r.t.Fatalf("%s is no list in %s", path, r.body)
	}
	return l
}

// document is the OpenAPI document, strict: an answer with a field that it does
// not describe fails.
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

// check compares an exchange with the document: the answer always, the request
// when the server took it.
func (d *document) check(t *testing.T, req *http.Request, sent []byte, r reply) {
	t.Helper()
	found, params, err := d.router.FindRoute(req)
	if err != nil || req.Method == http.MethodHead {
		return // an address or method that the document does not have: tested by itself
	}
	again := req.Clone(context.Background())
	again.Body = io.NopCloser(bytes.NewReader(sent))
	options := &openapi3filter.Options{
		IncludeResponseStatus: true, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	input := &openapi3filter.RequestValidationInput{Request: again, PathParams: params, Route: found, Options: options}
	if r.status < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			t.Errorf("%s %s was taken but is not as described: %v", req.Method, req.URL.Path, err)
		}
	}
	if r.status == http.StatusNotModified {
		return
	}
	if kind := r.header.Get("Content-Type"); strings.HasPrefix(kind, "application/yaml") || strings.HasPrefix(kind, "text/event-stream") {
		return // the document itself, and events: tests of their own read them
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: r.status, Header: r.header,
		Body: io.NopCloser(bytes.NewReader(r.body)), Options: options,
	})
	if err != nil {
		t.Errorf("%s %s: the answer is not as described: %v\n%s", req.Method, req.URL.Path, err, r.body)
	}
}
