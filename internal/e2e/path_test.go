package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOddPaths runs every command that takes a path with relative and absolute paths, some
// with names that mean something to a URL, a shell, SQLite or a parser.
func TestOddPaths(t *testing.T) {
	tests := []struct{ name, folder string }{
		{"plain", "plain"},
		{"upwards", "../here/other"},
		{"like a URL", "file:x/a b/q?mode=ro&x#h/p%20c"},
		{"signs", "100% ~$(x);&'\"\\*[é日本]+\n:memory:"},
	}
	for _, tt := range tests {
		for _, how := range []string{"relative", "absolute"} {
			if how == "absolute" && tt.name == "plain" {
				continue // as in every other test
			}
			t.Run(tt.name+" "+how, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "here")
				if err := os.Mkdir(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				walkPaths(t, dir, func(file string) string {
					path := tt.folder + "/" + file // not cleaned: as it is typed
					if how == "absolute" {
						path = dir + "/" + path
					}
					return path
				})
			})
		}
	}
}

// walkPaths runs the commands in dir on the paths that path makes of names.
func walkPaths(t *testing.T, dir string, path func(file string) string) {
	t.Helper()
	p := program(t)
	p.Dir, p.Data = dir, path("data")
	on := func(file string) string {
		if filepath.IsAbs(path(file)) {
			return path(file)
		}
		return dir + "/" + path(file)
	}
	write := func(file, text string) {
		if err := os.MkdirAll(filepath.Dir(on(file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(on(file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	do := func(args ...string) string {
		t.Helper()
		out, err := p.Run(t.Context(), "", args...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	write("set/articles/who #1?.md", "# The scanner jams\n\nOpen the lid.\n")
	write("set/queries.jsonl", `{"_id":"q1","text":"scanner jams"}`+"\n")
	write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\twho #1?\t1\n")

	d := boot(t, p, "ada")
	if r := importJSON(t, p, path("set/articles")); r.Created != 1 {
		t.Fatalf("import: %+v", r)
	}
	do("backup", path("all.backup"))
	d.stop(t)
	do("export", path("out"))
	p.Data = path("again")
	do("restore", path("all.backup"))
	do("verify")
	do("reindex")
	if out := do("search", "scanner", "jams"); !strings.Contains(out, "The scanner jams") {
		t.Errorf("search in the restored folder: %s", out)
	}
	do("export", path("out again"))
	if diff := cmp.Diff(readFiles(t, on("out")), readFiles(t, on("out again"))); diff != "" {
		t.Errorf("articles (-live +restored):\n%s", diff)
	}
	if out := do("eval", path("set"), "--json", "--run", path("run")); !strings.Contains(out, `"queries":1`) {
		t.Errorf("eval: %s", out)
	}
	if text := readFiles(t, filepath.Dir(on("run")))["run"]; !strings.HasPrefix(text, "q1 Q0") {
		t.Errorf("the run file is %q", text)
	}
	r := &desk{Program: p, tokens: d.tokens}
	r.start(t)
	r.call(t, "ada", "GET", "/articles?limit=1", nil, nil)
}

// TestEmptyDataFolder refuses an empty --data, which would be the folder that the command
// runs in or none.
func TestEmptyDataFolder(t *testing.T) {
	p := program(t)
	p.Data = ""
	for _, command := range [][]string{{"verify"}, {"serve"}, {"restore", "file"}, {"user", "list"}} {
		if _, err := p.Run(t.Context(), "", command...); exitCode(err) != 2 {
			t.Errorf("%v: exit code %d, want 2: %v", command, exitCode(err), err)
		}
	}
}
