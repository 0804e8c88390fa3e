package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// TestServiceModelLost closes the desk to visitors and then loses the file that says so: it
// stays closed, across restarts, backup and restore, until another good file says otherwise.
func TestServiceModelLost(t *testing.T) {
	d := boot(t, program(t), "ada")
	d.stop(t)
	file := filepath.Join(d.Data, "service-model.yaml")
	shipped, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	closed := strings.NewReplacer("anonymous_search: true", "anonymous_search: false",
		"anonymous_reading: true", "anonymous_reading: false").Replace(string(shipped))
	replaceText(t, file, closed)
	d.start(t)
	cookie := login(t, d, "ada@example.test")
	wantVisitors(t, d, http.StatusUnauthorized)
	if page := getPage(t, d, "/model", cookie); strings.Contains(page, "is not in force") {
		t.Error("the page says that the file is not in force")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	eventually(t, 10*time.Second, "a notice on the page", func() bool {
		return strings.Contains(getPage(t, d, "/model", cookie), "service-model.yaml is missing")
	})
	for range 2 {
		wantVisitors(t, d, http.StatusUnauthorized)
		page := getPage(t, d, "/model", cookie)
		if !strings.Contains(page, "is not in force") || !strings.Contains(page, "anonymous_reading: false") {
			t.Errorf("the page is %s", page)
		}
		d.stop(t)
		d.start(t)
	}
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := d.Run(t.Context(), "", "backup", backup); err != nil {
		t.Fatal(err)
	}
	restored := &desk{Program: program(t), tokens: d.tokens}
	if _, err := restored.Run(t.Context(), "", "restore", backup); err != nil {
		t.Fatal(err)
	}
	restored.start(t)
	wantVisitors(t, restored, http.StatusUnauthorized)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	replaceText(t, file, string(shipped))
	eventually(t, 10*time.Second, "the new file in force", func() bool {
		return !strings.Contains(getPage(t, d, "/model", cookie), "is not in force")
	})
	wantVisitors(t, d, http.StatusOK)
}

func replaceText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// wantVisitors checks how search and articles answer visitors.
func wantVisitors(t *testing.T, d *desk, status int) {
	t.Helper()
	visitor := testkit.Client{Base: d.Base}
	for _, path := range []string{"/search?q=vpn", "/articles/disk-full"} {
		err := visitor.Call(t.Context(), "GET", path, nil, nil)
		if got := statusOf(err); got != status && (err != nil || status != http.StatusOK) {
			t.Errorf("GET %s answers a visitor with %d, want %d: %v", path, got, status, err)
		}
	}
}
