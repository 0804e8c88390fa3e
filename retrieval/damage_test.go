package retrieval_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// damages are what can happen to a file, each alone.
var damages = []struct {
	name string
	do   func(path string) error
}{
	{"emptied", func(path string) error { return os.Truncate(path, 0) }},
	{"cut in half", func(path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		return os.Truncate(path, info.Size()/2)
	}},
	{"grown", func(path string) error { return edit(path, func(b []byte) []byte { return append(b, b...) }) }},
	{"random", func(path string) error { return edit(path, func(b []byte) []byte { return randomise(b, 0, len(b)) }) }},
	{"random at its beginning", func(path string) error {
		return edit(path, func(b []byte) []byte { return randomise(b, 0, len(b)/4) })
	}},
	{"random in the middle", func(path string) error {
		return edit(path, func(b []byte) []byte { return randomise(b, len(b)/3, len(b)*2/3) })
	}},
	{"random at its end", func(path string) error {
		return edit(path, func(b []byte) []byte { return randomise(b, len(b)*3/4, len(b)) })
	}},
	{"one bit", func(path string) error {
		return edit(path, func(b []byte) []byte { b = append(b, 0)[:max(1, len(b))]; b[len(b)/2] ^= 8; return b })
	}},
	{"zeroed", func(path string) error { return edit(path, func(b []byte) []byte { clear(b); return b }) }},
	{"deleted", os.Remove},
	{"a folder", func(path string) error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.MkdirAll(filepath.Join(path, "inside"), 0o700)
	}},
	{"a link to nowhere", func(path string) error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.Symlink("nowhere", path)
	}},
	{"unreadable", func(path string) error { return os.Chmod(path, 0) }}, // to anybody but root
}

func edit(path string, change func([]byte) []byte) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, change(b), 0o600)
}

func randomise(b []byte, from, to int) []byte {
	rng := rand.New(rand.NewPCG(1, uint64(len(b))))
	for i := from; i < to; i++ {
		b[i] = byte(rng.IntN(256))
	}
	return b
}

// TestDamagedFiles damages every file of an index, one at a time and in every way: the
// index opens or is rebuilt, agrees with the source, finds articles and takes changes.
func TestDamagedFiles(t *testing.T) {
	source := withArticles(shelf(t)...)
	whole := t.TempDir()
	grow(t, whole, source)
	for _, file := range filesBelow(t, whole) {
		for _, damage := range damages {
			t.Run(damage.name+" "+file, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "index")
				if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				if err := damage.do(filepath.Join(dir, file)); err != nil {
					t.Fatal(err)
				}
				mends(t, dir, source)
			})
		}
	}
}

// TestDamagedFolder damages the folder of the index as a whole.
func TestDamagedFolder(t *testing.T) {
	source := withArticles(shelf(t)...)
	whole := t.TempDir()
	grow(t, whole, source)
	for name, do := range map[string]func(dir string) error{
		"deleted":    os.RemoveAll,
		"a file":     func(dir string) error { return errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)) },
		"unreadable": func(dir string) error { return os.Chmod(dir, 0) },
		"everything else in it is a folder": func(dir string) error {
			for _, name := range []string{"current.tmp", "set-aside", "index-zzz", "owner.bolt.tmp"} {
				if err := os.MkdirAll(filepath.Join(dir, name, "inside"), 0o700); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "index")
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			if err := do(dir); err != nil {
				t.Fatal(err)
			}
			mends(t, dir, source)
		})
	}
}

// mends opens a damaged index and uses it as a server does.
func mends(t *testing.T, dir string, source *eval.Snapshot) {
	t.Helper()
	for range 2 {
		e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: dir, Source: source, Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		follow(t, e)
		mustVerify(t, e)
		if got := hitIDs(search(t, e, "printer queue", visitor).Hits); len(got) == 0 || got[0] != "printer-queue" {
			t.Errorf("hits %v", got)
		}
		if got := search(t, e, "quince", visitor); len(got.Hits) != 1 {
			t.Errorf("an article of a later segment: %v", hitIDs(got.Hits))
		}
		changed := shelf(t)[0]
		changed.Revision = 2
		source.PutArticles(changed)
		follow(t, e)
		mustVerify(t, e)
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// grow builds an index of several segments with deleted documents.
func grow(t *testing.T, dir string, source *eval.Snapshot) {
	t.Helper()
	e, err := retrieval.Open(t.Context(), retrieval.Options{Dir: dir, Source: source})
	if err != nil {
		t.Fatal(err)
	}
	follow(t, e)
	for _, id := range []string{"pear", "quince", "pear", "medlar"} {
		a := article(id, "About the "+id, "A text about the "+id+".")
		a.Audience = kb.Audiences()[2]
		source.PutArticles(a)
		follow(t, e)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files = append(files, rel)
		return err
	})
	if err != nil || len(files) < 5 {
		t.Fatalf("the index has the files %v (%v)", files, err)
	}
	return files
}
