package e2e_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pendingVectors returns how many texts have no vector yet.
func (d *desk) pendingVectors(t *testing.T) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.Base+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct {
		Pending *int `json:"pending_vectors"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || out.Pending == nil {
		t.Fatalf("/readyz: %v, pending_vectors %v", err, out.Pending)
	}
	return *out.Pending
}

// TestVectors serves with the small encoder in the tests of retrieval/meaning: vectors are
// computed, kept, and computed again when their file was deleted.
func TestVectors(t *testing.T) {
	encoder, err := filepath.Abs("../../retrieval/meaning/testdata/tiny")
	if err != nil {
		t.Fatal(err)
	}
	p := program(t)
	p.Env = append(p.Env, "DESKBOOK_VECTORS="+encoder)
	d := boot(t, p, "ada")
	file := filepath.Join(p.Data, "vectors.db")
	suggest := func() {
		t.Helper()
		eventually(t, time.Minute, "all vectors", func() bool { return d.pendingVectors(t) == 0 })
		// The weights are random: that it answers is all that can be asked of it.
		d.call(t, "ada", "POST", "/suggestions", map[string]string{"subject": "How do I import articles?"}, nil)
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("the file of vectors: %v", err)
		}
	}
	suggest()
	d.stop(t)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	d.start(t)
	suggest()
	d.stop(t)
	out, err := p.Run(t.Context(), "", "serve", "--vectors", t.TempDir())
	if err == nil || !strings.Contains(err.Error()+out, "has no config.json") {
		t.Errorf("a folder without a model: %q, %v", out, err)
	}
}
