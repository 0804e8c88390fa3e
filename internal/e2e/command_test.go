package e2e_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/testkit"
)

// writeFiles writes a folder of files to be imported.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// readFiles reads the files of a folder.
func readFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, relErr := filepath.Rel(dir, path)
		if relErr != nil {
			return relErr
		}
		files[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var folder = map[string]string{
	"plain.md": "# The scanner sends empty pages\n\nTurn the paper over.\n",
	"team/own.md": "---\ntitle: Scanner jams\nslug: scanner-jams\nkind: howto\n" +
		"foreign: [kept, as it is]   # and this remark\n---\n\nOpen the lid.\n",
	"other/own.md": "---\r\ntitle: \"Scanner: colours are off\"\r\n---\r\nCalibrate the *glass*.\r\n",
	"other/secret.md": "---\ntitle: Gateway passphrase rotation\naudience: internal\n---\n" +
		"Rotate the quokka passphrase on the gateway.\n",
	"other/unsure.md":   "---\ntitle: Maybe a wombat\nconfidence: wip\n---\nNobody knows about the wombat yet.\n",
	"notes/ignored.txt": "not an article",
}

type report struct {
	Created, Updated, Unchanged, Files int
	Moved                              []struct{ From, To string }
	Rejected                           []struct {
		File   string
		Line   int
		Reason string
	}
	Skipped   []struct{ File, Reason string }
	Missing   []string
	Conflicts []struct{ File, Article, Review string }
}

// importJSON runs deskbook import and returns its report.
func importJSON(t *testing.T, p testkit.Program, dir string, options ...string) report {
	t.Helper()
	out, err := p.Run(t.Context(), "", append([]string{"import", dir, "--json"}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("import printed %q: %v", out, err)
	}
	return r
}

func TestImportExport(t *testing.T) {
	p := program(t)
	dir := writeFiles(t, folder)
	if r := importJSON(t, p, dir); r.Created != 5 || len(r.Rejected) != 0 {
		t.Fatalf("first import: %+v", r)
	}
	if r := importJSON(t, p, dir); r.Unchanged != 5 || r.Created+r.Updated+len(r.Rejected) != 0 {
		t.Errorf("second import: %+v", r)
	}
	if _, err := p.Run(t.Context(), "", "verify"); err != nil {
		t.Error(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := p.Run(t.Context(), "", "export", out); err != nil {
		t.Fatal(err)
	}
	want := maps.Clone(folder)
	delete(want, "notes/ignored.txt")
	if diff := cmp.Diff(want, readFiles(t, out)); diff != "" {
		t.Errorf("export (-want +got):\n%s", diff)
	}
	fresh := program(t)
	if r := importJSON(t, fresh, out); r.Created != 5 {
		t.Errorf("import of the export: %+v", r)
	}
	again := filepath.Join(t.TempDir(), "again")
	if _, err := fresh.Run(t.Context(), "", "export", again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, readFiles(t, again)); diff != "" {
		t.Errorf("second export (-want +got):\n%s", diff)
	}
}

func TestImportReportsBadFiles(t *testing.T) {
	p := program(t)
	dir := writeFiles(t, map[string]string{
		"good.md":   "# Good\n\nFine.\n",
		"yaml.md":   "---\ntitle: a\nkind: [\n---\nx\n",
		"kind.md":   "---\ntitle: a\nkind: poem\n---\nx\n",
		"utf8.md":   "# a\n\nb\xffc\n",
		"empty.md":  "",
		"twice.md":  "---\ntitle: b\nslug: same\n---\nx\n",
		"twice2.md": "---\ntitle: c\nslug: same\n---\ny\n",
	})
	r := importJSON(t, p, dir)
	if r.Created != 4 || len(r.Rejected) != 2 || len(r.Skipped) != 1 || r.Skipped[0].File != "empty.md" {
		t.Fatalf("import: %+v", r)
	}
	lines := map[string]int{}
	for _, bad := range r.Rejected {
		lines[bad.File] = bad.Line
		if bad.Reason == "" {
			t.Errorf("%s: no reason", bad.File)
		}
	}
	if lines["kind.md"] != 3 || lines["yaml.md"] == 0 {
		t.Errorf("lines %v: want 3 for kind.md and one for yaml.md", lines)
	}
}

// TestImportAgain imports a folder in which files have moved, changed and gone.
func TestImportAgain(t *testing.T) {
	p := program(t)
	dir := writeFiles(t, map[string]string{
		"net/wombat.md": "# Wombat restarts\n\nUnplug it.\n", "old.md": "# Numbat\n\nPort 3128.\n", "FAQ.md": "# A\n\nx\n",
		"faq.md": "# B\n\ny\n", "page.html": "<p>x</p>",
	})
	if r := importJSON(t, p, dir); r.Created != 4 || r.Files != 5 || len(r.Skipped) != 1 || len(r.Rejected) != 0 {
		t.Fatalf("first import: %+v", r)
	}
	if err := os.Rename(filepath.Join(dir, "net", "wombat.md"), filepath.Join(dir, "router.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "old.md")); err != nil {
		t.Fatal(err)
	}
	dry := importJSON(t, p, dir, "--prune", "--dry-run")
	r := importJSON(t, p, dir, "--prune")
	if diff := cmp.Diff(r, dry); diff != "" {
		t.Errorf("the dry run (-run +dry):\n%s", diff)
	}
	if r.Unchanged != 2 || len(r.Moved) != 1 || r.Moved[0].To != "router.md" || len(r.Missing) != 1 ||
		r.Missing[0] != "old" {
		t.Errorf("second import: %+v", r)
	}
	out, err := p.Run(t.Context(), "", "import", dir)
	if err != nil || !strings.Contains(out, "page.html: not read") || !strings.Contains(out, "4 files: 0 created") {
		t.Errorf("in words: %s, %v", out, err)
	}
}

// TestCommandsWhileServing runs commands while a server is running on the same data.
func TestCommandsWhileServing(t *testing.T) {
	d := boot(t, program(t), "rita", "ada")
	if r := importJSON(t, d.Program, writeFiles(t, folder)); r.Created != 5 {
		t.Fatalf("import: %+v", r)
	}
	var found struct{ Hits []testkit.Hit }
	d.call(t, "rita", "GET", "/search?q=scanner+jams", nil, &found)
	if len(found.Hits) == 0 || found.Hits[0].Article.Slug != "scanner-jams" {
		t.Errorf("search right after the import: %+v", found.Hits)
	}
	for _, word := range []string{"quokka", "wombat"} {
		d.call(t, "rita", "GET", "/search?q="+word, nil, &found)
		if len(found.Hits) != 0 {
			t.Errorf("a requester finds %q: %+v", word, found.Hits)
		}
		d.call(t, "ada", "GET", "/search?q="+word, nil, &found)
		if len(found.Hits) == 0 {
			t.Errorf("an agent does not find %q", word)
		}
	}
	if out, err := d.Run(t.Context(), "", "verify", "--json"); err != nil || !strings.Contains(out, `"ok":true`) {
		t.Errorf("verify: %s, %v", out, err)
	}
	out, err := d.Run(t.Context(), "", "search", "scanner", "jams")
	if err != nil || !strings.Contains(out, "scanner-jams") {
		t.Errorf("search: %s, %v", out, err)
	}
	if _, err := d.Run(t.Context(), "", "reindex"); err != nil {
		t.Error(err)
	}
	d.call(t, "rita", "GET", "/search?q=scanner+jams", nil, &found)
	if len(found.Hits) == 0 {
		t.Error("nothing found after reindex")
	}
	if _, err := d.Run(t.Context(), "", "serve", "--addr", "127.0.0.1:0"); exitCode(err) != 1 {
		t.Errorf("a second server on the same data: %v", err)
	}
}

func TestExitCodes(t *testing.T) {
	p := program(t)
	tests := []struct {
		args []string
		code int
	}{
		{[]string{"version"}, 0},
		{[]string{"help"}, 0},
		{[]string{"fly"}, 2},
		{[]string{"import"}, 2},
		{[]string{"import", "/no/such/folder"}, 1},
		{[]string{"serve", "--port", "1"}, 2},
		{[]string{"user", "add", "a@example.test"}, 2},
		{[]string{"user", "add", "a@example.test", "--role", "king"}, 2},
		{[]string{"token", "create", "nobody@example.test"}, 1},
		{[]string{"restore", "/no/such/file"}, 1},
		{[]string{"eval", "/no/such/set"}, 1},
		{[]string{"backup", ""}, 2},
		{[]string{"restore", ""}, 2},
		{[]string{"import", ""}, 2},
		{[]string{"export", ""}, 2},
		{[]string{"search", "x", "--as", "king"}, 2},
		{[]string{"verify", "--store", "postgres://127.0.0.1/x"}, 1},
		{[]string{"verify", "--store", "mysql"}, 2},
		{[]string{"search"}, 2},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			if _, err := p.Run(t.Context(), "", tt.args...); exitCode(err) != tt.code {
				t.Errorf("exit code %d, want %d: %v", exitCode(err), tt.code, err)
			}
		})
	}
}

// TestDamagedIndex damages the index in every way that a crash can; the server must start
// by itself, with an index that agrees with the database.
func TestDamagedIndex(t *testing.T) {
	d := boot(t, program(t), "rita")
	d.stop(t)
	index := filepath.Join(d.Data, "index")
	damage := map[string]func(path string) error{
		"deleted":   func(path string) error { return os.Remove(path) },
		"truncated": func(path string) error { return os.Truncate(path, 100) },
		"zeroed":    func(path string) error { return os.WriteFile(path, make([]byte, 4096), 0o600) },
	}
	for name, do := range damage {
		t.Run(name, func(t *testing.T) {
			files := readFiles(t, index)
			if len(files) == 0 {
				t.Fatal("the index has no files")
			}
			for file := range files {
				if err := do(filepath.Join(index, filepath.FromSlash(file))); err != nil {
					t.Fatal(err)
				}
			}
			d.start(t)
			var found struct{ Hits []testkit.Hit }
			d.call(t, "rita", "GET", "/search?q=vpn", nil, &found)
			if len(found.Hits) == 0 {
				t.Error("nothing found")
			}
			if _, err := d.Run(t.Context(), "", "verify"); err != nil {
				t.Error(err)
			}
			d.stop(t)
		})
	}
	t.Run("folder deleted", func(t *testing.T) {
		if err := os.RemoveAll(index); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Run(t.Context(), "", "verify"); err != nil {
			t.Error(err)
		}
	})
}

// TestBackupRestore makes a backup under load, restores it and compares.
func TestBackupRestore(t *testing.T) {
	d := boot(t, program(t), "rita", "ada")
	stop := make(chan struct{})
	done := make(chan int)
	load := map[string]string{"subject": "load", "body": "load"}
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				done <- n
				return
			default:
			}
			if err := d.as("rita").Call(t.Context(), "POST", "/tickets", load, nil); err != nil {
				t.Error(err)
			}
			n++
		}
	}()
	file := filepath.Join(t.TempDir(), "all.backup")
	_, err := d.Run(t.Context(), "", "backup", file)
	close(stop)
	written := <-done
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Run(t.Context(), "", "backup", file); exitCode(err) != 1 {
		t.Errorf("a backup over an existing file: %v", err)
	}
	restored := program(t)
	if _, err := restored.Run(t.Context(), "", "restore", file); err != nil {
		t.Fatal(err)
	}
	if _, err := restored.Run(t.Context(), "", "restore", file); exitCode(err) != 1 {
		t.Errorf("restore over data: %v", err)
	}
	if _, err := restored.Run(t.Context(), "", "verify"); err != nil {
		t.Error(err)
	}
	out, again := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for p, dir := range map[*testkit.Program]string{&d.Program: out, &restored: again} {
		if _, err := p.Run(t.Context(), "", "export", dir); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(readFiles(t, out), readFiles(t, again)); diff != "" {
		t.Errorf("articles (-live +restored):\n%s", diff)
	}
	r := &desk{Program: restored, tokens: d.tokens}
	r.start(t)
	var list struct{ Tickets []testkit.Ticket }
	r.call(t, "ada", "GET", "/tickets?limit=100", nil, &list)
	if written > 0 && len(list.Tickets) == 0 {
		t.Errorf("%d tickets were written, none was restored", written)
	}
	t.Logf("%d tickets were written during the backup, %d are on the first page of the restored", written,
		len(list.Tickets))
}
