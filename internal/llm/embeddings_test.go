package llm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/llm"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/sense"
)

// embedder answers /v1/embeddings with vectors of the words of a text.
type embedder struct {
	mu     sync.Mutex
	size   int
	down   bool
	hangs  bool
	reply  string // instead of vectors
	inputs [][]string
}

func (e *embedder) set(change func(*embedder)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e)
}

func (e *embedder) texts() (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, x := range e.inputs {
		n += len(x)
	}
	return n
}

func (e *embedder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Input []string `json:"input"`
		Model string   `json:"model"`
	}
	err := json.NewDecoder(r.Body).Decode(&q)
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.hangs:
		<-r.Context().Done()
		return
	case e.down || err != nil || r.URL.Path != "/v1/embeddings" || q.Model != "test-model" ||
		r.Header.Get("Authorization") != "Bearer "+key || slices.Contains(q.Input, ""):
		http.Error(w, "no", http.StatusInternalServerError)
		return
	case e.reply != "":
		jsonReply(http.StatusOK, e.reply)(w, r)
		return
	}
	e.inputs = append(e.inputs, q.Input)
	data := []map[string]any{}
	for i := range q.Input {
		i = len(q.Input) - 1 - i // in another order than asked for
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": e.vector(q.Input[i])})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "model": q.Model})
}

// vector counts words; it is not of unit length.
func (e *embedder) vector(text string) []float64 {
	v := make([]float64, e.size)
	for _, word := range strings.Fields(strings.ToLower(text)) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(strings.Trim(word, ".:")))
		v[int(h.Sum32())%e.size] += 3
	}
	return v
}

func newEmbedder(t *testing.T, size int) (*embedder, *llm.Embeddings) {
	t.Helper()
	e := &embedder{size: size}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	c := config(server.URL)
	c.Failures = 1000 // the breaker is tested with the client
	m, err := llm.NewEmbeddings(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return e, m
}

func TestEmbeddings(t *testing.T) {
	e, m := newEmbedder(t, 100)
	long := strings.Repeat("word ", 5000)
	got, err := m.Passages(t.Context(), []string{"printer offline", "", "printer printer offline offline", long})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		var squares float64
		for _, x := range v {
			squares += float64(x) * float64(x)
		}
		if len(v) != 100 || math.Abs(squares-1) > 1e-5 {
			t.Errorf("vector %d has %d numbers and the length %v", i, len(v), squares)
		}
	}
	if !slices.Equal(got[0], got[2]) || slices.Equal(got[0], got[1]) {
		t.Error("the vectors are not in the order of the texts")
	}
	if n := len(e.inputs[0][3]); n > 1000 || m.Tokens(long, m.Limit()) != m.Limit() {
		t.Errorf("%d bytes of a long text were sent", n)
	}
	if q, err := m.Query(t.Context(), "printer offline"); err != nil || !slices.Equal(q, got[0]) {
		t.Errorf("the question's vector is not that of its text: %v", err)
	}
}

func TestEmbeddingFaults(t *testing.T) {
	vector := func(index int, numbers string) string {
		return fmt.Sprintf(`{"index":%d,"embedding":[%s]}`, index, numbers)
	}
	for name, change := range map[string]func(*embedder){
		"down":         func(e *embedder) { e.down = true },
		"hangs":        func(e *embedder) { e.hangs = true },
		"no vectors":   func(e *embedder) { e.reply = `{"data":[]}` },
		"too few":      func(e *embedder) { e.reply = `{"data":[` + vector(0, "1,2") + `]}` },
		"empty vector": func(e *embedder) { e.reply = `{"data":[` + vector(0, "1,2") + "," + vector(1, "") + `]}` },
		"other sizes":  func(e *embedder) { e.reply = `{"data":[` + vector(0, "1,2") + "," + vector(1, "1") + `]}` },
		"bad index":    func(e *embedder) { e.reply = `{"data":[` + vector(0, "1,2") + "," + vector(7, "1,2") + `]}` },
		"a page":       func(e *embedder) { e.reply = "<html>" },
		"another form": func(e *embedder) { e.reply = `{"data":"none"}` },
	} {
		t.Run(name, func(t *testing.T) {
			e, m := newEmbedder(t, 16)
			e.set(change)
			_, err := m.Passages(t.Context(), []string{"one", "two"})
			if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), key) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := llm.NewEmbeddings(llm.Config{BaseURL: "file:///etc", Model: "m"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a base URL that is none: %v", err)
	}
}

func TestEmbeddingsCancelled(t *testing.T) {
	_, m := newEmbedder(t, 16)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Query(ctx, "one"); err == nil {
		t.Error("a cancelled call succeeded")
	}
}

// TestEndpointAsSource: the endpoint's vectors are kept; when it is down, or its vectors get
// another size, that costs what meanings bring and nothing else.
func TestEndpointAsSource(t *testing.T) {
	e, m := newEmbedder(t, 100)
	source := eval.NewSnapshot()
	for _, title := range []string{"The printer is offline", "The tunnel cannot be opened", "The mail is late"} {
		id := strings.Fields(title)[1]
		source.PutArticles(kb.Article{ID: id, Slug: id, Title: title, Passages: []kb.Passage{{ID: id + ".1", Text: title}}})
	}
	file := filepath.Join(t.TempDir(), "vectors.db")
	x, err := sense.Open(sense.Options{File: file, Encoder: m, Source: source})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	first := func(question string) string {
		t.Helper()
		text, err := x.Read(t.Context(), question, "")
		if err != nil || text == nil {
			t.Fatalf("read %q: %v, %v", question, text, err)
		}
		return text.Articles(1, func(string) bool { return true })[0].ID
	}
	e.set(func(e *embedder) { e.down = true })
	if err := x.CatchUp(t.Context()); err == nil {
		t.Error("vectors were computed by an endpoint that is down")
	}
	e.set(func(e *embedder) { e.down = false })
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := first("printer offline"); got != "printer" {
		t.Errorf("the nearest is %q", got)
	}
	e.set(func(e *embedder) { e.size = 50 })
	if _, err := x.Read(t.Context(), "mail late", ""); err == nil {
		t.Error("a vector of another size is compared")
	}
	if err := x.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := e.texts()
	if got := first("mail late"); got != "mail" {
		t.Errorf("with vectors of another size the nearest is %q", got)
	}
	if err := x.CatchUp(t.Context()); err != nil || e.texts() > before+1 {
		t.Errorf("%d texts were sent again: %v", e.texts()-before-1, err)
	}
}
