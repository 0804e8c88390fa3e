package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/deskbook/deskbook/api"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web"
	"github.com/deskbook/deskbook/internal/budget"
)

// statements are the SQL statements of one request.
type statements struct {
	mu   sync.Mutex
	list []string
}

type statementsKey struct{}

// traceStatements adds a statement to those of the request that needs it. The store of
// every test server is opened with it.
func traceStatements(ctx context.Context, query string) {
	if s, ok := ctx.Value(statementsKey{}).(*statements); ok {
		s.mu.Lock()
		s.list = append(s.list, query)
		s.mu.Unlock()
	}
}

// statementsOf sends a GET and returns its status and its statements.
func (e *env) statementsOf(who, path string) (int, []string) {
	e.Helper()
	var s statements
	ctx := context.WithValue(e.Context(), statementsKey{}, &s)
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if !strings.HasPrefix(path, "/api/") {
		r.Header.Set("Accept", "text/html")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+e.tokens[who])
	}
	w := httptest.NewRecorder()
	e.api.Handler().ServeHTTP(w, r)
	return w.Code, s.list
}

// newCrowd returns a world whose server has no limits of rate and a real record of the
// calls to language models.
func newCrowd(t *testing.T) *crowd {
	t.Helper()
	e := newEnv(t)
	ledger := budget.New(budget.Deps{Store: e.store, Model: e.base.ServiceModel, Now: e.base.Now, Log: e.base.Log})
	shown := e.web
	shown.Usage, shown.HasLanguageModel = ledger, true
	pages, err := web.New(shown)
	if err != nil {
		t.Fatal(err)
	}
	e.api, err = api.New(e.deps(func(d *api.Deps) {
		d.Pages, d.PageError, d.Usage = pages.Routes(), pages.Error, ledger
		d.Limits = api.Limits{Rate: 1e6, Burst: 1e6}
	}))
	if err != nil {
		t.Fatal(err)
	}
	return &crowd{world: &world{env: e}}
}

// unshown are the routes that show nothing stored, or nothing to someone who is signed in.
var unshown = map[string]bool{"/setup": true}

// TestStatementsDoNotGrowWithRows requests every GET route with few and with many rows of
// everything that it may show. The same number of statements must do.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	c := newCrowd(t)
	few, many := c.measure(5), c.measure(50)
	worst := map[string]string{} // the request of a route that grows most
	grown := func(key string) int { return len(many[key]) - len(few[key]) }
	for _, key := range sorted(many) {
		pattern, _, _ := strings.Cut(key, " ")
		if grown(key) > max(0, grown(worst[pattern])) {
			worst[pattern] = key
		}
	}
	for _, key := range worst {
		t.Errorf("%s: %d statements with 5 rows, %d with 50; the most frequent:\n%s",
			key, len(few[key]), len(many[key]), mostFrequent(many[key]))
	}
}

// measure returns the statements of every GET route, reader and query with n rows.
func (c *crowd) measure(n int) map[string][]string {
	c.Helper()
	c.populate(n)
	found := map[string][]string{}
	for _, r := range c.api.Routes() {
		if r.Method != http.MethodGet || r.Path == "/metrics" {
			continue
		}
		shown := unshown[r.Path]
		for _, who := range []string{"", "rita", "all"} {
			for _, query := range append(c.queries(r.Path), c.sizes(r)...) {
				for i, path := range c.paths(r.Path) {
					code, list := c.statementsOf(who, path+query)
					shown = shown || code < 400
					found[fmt.Sprintf("%s %s as %q, object %d", r.Path, query, who, i)] = list
				}
			}
		}
		if !shown {
			c.Errorf("no request shows %s: give it an object or a query", r.Path)
		}
	}
	return found
}

// sizes are the queries with which a list returns all its rows.
func (c *crowd) sizes(r route.Route) []string {
	if r.Searches {
		return []string{"?q=stuck+queue&limit=50"}
	}
	if strings.HasSuffix(r.Path, "/reviews") {
		return []string{"?limit=50&status=in_review", "?status=in_review"}
	}
	return nil
}

func sorted(m map[string][]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// mostFrequent returns the three most frequent statements.
func mostFrequent(list []string) string {
	times := map[string]int{}
	for _, q := range list {
		times[strings.Join(strings.Fields(q), " ")]++
	}
	var lines []string
	for q, n := range times {
		lines = append(lines, fmt.Sprintf("%6d × %.150s", n, q))
	}
	sort.Sort(sort.Reverse(sort.StringSlice(lines)))
	return strings.Join(lines[:min(3, len(lines))], "\n")
}
