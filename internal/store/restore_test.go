package store_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/store"
)

// forgery builds backups by hand, including invalid ones.
type forgery struct {
	manifest map[string]any
	entries  []tar.Header
	data     map[string][]byte
}

// genuine returns a backup as the store writes it.
func genuine(t *testing.T) forgery {
	t.Helper()
	path := filepath.Join(t.TempDir(), store.FileName)
	s := openAt(t, path)
	_, err := addTicket(t.Context(), s, "text")
	must(t, err)
	file := filepath.Join(t.TempDir(), "backup")
	must(t, s.Backup(t.Context(), file, nil))
	target := filepath.Join(t.TempDir(), "restored")
	must(t, store.Restore(t.Context(), file, target))
	data, err := os.ReadFile(filepath.Join(target, store.FileName))
	must(t, err)
	schema, err := store.Schema()
	must(t, err)
	f := forgery{
		manifest: map[string]any{"format": 1, "schema": schema, "created": time.Unix(0, 0).UTC(), "files": map[string]any{}},
		data:     map[string][]byte{},
	}
	f.add(store.FileName, data)
	return f
}

// add adds a file and lists it in the manifest.
func (f *forgery) add(name string, data []byte) {
	sum := sha256.Sum256(data)
	f.manifest["files"].(map[string]any)[name] = map[string]any{"size": len(data), "sha256": hex.EncodeToString(sum[:])}
	f.entries = append(f.entries, tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o600})
	f.data[name] = data
}

func (f *forgery) bytes(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	out := tar.NewWriter(zip)
	head, err := json.Marshal(f.manifest)
	must(t, err)
	must(t, out.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: "manifest.json", Size: int64(len(head)), Mode: 0o600,
	}))
	_, err = out.Write(head)
	must(t, err)
	for _, h := range f.entries {
		must(t, out.WriteHeader(&h))
		if h.Typeflag == tar.TypeReg {
			_, err = out.Write(f.data[h.Name])
			must(t, err)
		}
	}
	must(t, out.Close())
	must(t, zip.Close())
	return buf.Bytes()
}

func TestRestoreRefuses(t *testing.T) {
	cases := []struct {
		name  string
		kind  fault.Kind
		spoil func(f *forgery)
	}{
		{"a path upwards", fault.Invalid, func(f *forgery) { f.add("../evil", []byte("x")) }},
		{"a path upwards in the middle", fault.Invalid, func(f *forgery) { f.add("a/../../evil", []byte("x")) }},
		{"an absolute path", fault.Invalid, func(f *forgery) { f.add("/tmp/evil", []byte("x")) }},
		{"a backslash", fault.Invalid, func(f *forgery) { f.add(`..\evil`, []byte("x")) }},
		{"a drive", fault.Invalid, func(f *forgery) { f.add("c:evil", []byte("x")) }},
		{"an unclean path", fault.Invalid, func(f *forgery) { f.add("a//b", []byte("x")) }},
		{"the folder itself", fault.Invalid, func(f *forgery) { f.add(".", []byte("x")) }},
		{"a log that would be replayed", fault.Invalid, func(f *forgery) { f.add(store.FileName+"-wal", []byte("x")) }},
		{"an entry that is not listed", fault.Invalid, func(f *forgery) {
			f.entries = append(f.entries, tar.Header{Typeflag: tar.TypeReg, Name: "more"})
		}},
		{"a listed file that is missing", fault.Invalid, func(f *forgery) {
			f.add("more", []byte("x"))
			f.entries = f.entries[:1]
		}},
		{"the same file twice", fault.Invalid, func(f *forgery) { f.entries = append(f.entries, f.entries[0]) }},
		{"a symbolic link", fault.Invalid, func(f *forgery) {
			f.add("link", nil)
			f.entries[1].Typeflag, f.entries[1].Linkname = tar.TypeSymlink, "/etc/passwd"
		}},
		{"a hard link", fault.Invalid, func(f *forgery) {
			f.add("link", nil)
			f.entries[1].Typeflag, f.entries[1].Linkname = tar.TypeLink, store.FileName
		}},
		{"another content", fault.Invalid, func(f *forgery) { f.data[store.FileName][5000] ^= 1 }},
		{"no database", fault.Invalid, func(f *forgery) { f.manifest["files"] = map[string]any{}; f.entries = nil }},
		{"a file that is not a database", fault.Unavailable, func(f *forgery) {
			f.entries = nil
			f.add(store.FileName, []byte("this is not a database"))
		}},
		{"a damaged database", fault.Unavailable, func(f *forgery) {
			data := f.data[store.FileName]
			clear(data[len(data)/2:])
			f.entries = nil
			f.add(store.FileName, data)
		}},
		{"a newer schema", fault.Unavailable, func(f *forgery) { f.manifest["schema"] = 9999 }},
		{"a schema that is not the database's", fault.Invalid, func(f *forgery) { f.manifest["schema"] = 0 }},
		{"a newer format", fault.Invalid, func(f *forgery) { f.manifest["format"] = 2 }},
		{"a manifest of another kind", fault.Invalid, func(f *forgery) { f.manifest["files"] = "none" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := genuine(t)
			c.spoil(&f)
			refuse(t, f.bytes(t), c.kind)
		})
	}
	whole := genuine(t)
	data := whole.bytes(t)
	t.Run("nothing", func(t *testing.T) { refuse(t, nil, fault.Invalid) })
	t.Run("text", func(t *testing.T) { refuse(t, []byte("this is no archive"), fault.Invalid) })
	for _, part := range []int{10, 3, 2} {
		t.Run("a part", func(t *testing.T) { refuse(t, data[:len(data)-len(data)/part], fault.Invalid) })
	}
	t.Run("all but the last byte", func(t *testing.T) { refuse(t, data[:len(data)-1], fault.Invalid) })
	t.Run("no file", func(t *testing.T) {
		err := store.Restore(t.Context(), filepath.Join(t.TempDir(), "missing"), filepath.Join(t.TempDir(), "data"))
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("error is %v", err)
		}
	})
}

// refuse checks that the backup is refused and leaves nothing in the target or next to it.
func refuse(t *testing.T, backup []byte, kind fault.Kind) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "backup")
	must(t, os.WriteFile(file, backup, 0o600))
	if err := store.Restore(t.Context(), file, filepath.Join(dir, "data")); !fault.Is(err, kind) {
		t.Errorf("error is %v (%v), want %v", err, fault.KindOf(err), kind)
	}
	if diff := cmp.Diff(map[string]string{"backup": string(backup)}, folder(t, dir)); diff != "" {
		t.Errorf("the folder changed:\n%s", diff)
	}
}

func TestRestoreTargets(t *testing.T) {
	f := genuine(t)
	file := filepath.Join(t.TempDir(), "backup")
	f.add("model.yaml", []byte("new"))
	must(t, os.WriteFile(file, f.bytes(t), 0o600))
	cases := []struct {
		name    string
		files   []string
		refused bool
	}{
		{"an empty folder", nil, false},
		{"a folder with a file", []string{"notes.txt"}, true},
		{"a folder with a database", []string{store.FileName}, true},
		{"the remains of an interrupted restore", []string{store.StagePrefix + "1/deskbook.db", "model.yaml"}, false},
		{"such remains and a database", []string{store.StagePrefix + "1/deskbook.db", store.FileName}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range c.files {
				must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
				must(t, os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600))
			}
			before := folder(t, dir)
			err := store.Restore(t.Context(), file, dir)
			if c.refused {
				if !fault.Is(err, fault.Conflict) {
					t.Errorf("error is %v", err)
				}
				if diff := cmp.Diff(before, folder(t, dir)); diff != "" {
					t.Errorf("the folder changed:\n%s", diff)
				}
				return
			}
			must(t, err)
			want := map[string]string{store.FileName: string(f.data[store.FileName]), "model.yaml": "new"}
			if diff := cmp.Diff(want, folder(t, dir)); diff != "" {
				t.Errorf("the folder differs:\n%s", diff)
			}
		})
	}
}

// FuzzRestore restores arbitrary data: it is restored completely or refused without a
// trace.
func FuzzRestore(f *testing.F) {
	f.Add([]byte("this is no archive"))
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		file, target := filepath.Join(dir, "backup"), filepath.Join(dir, "data")
		must(t, os.WriteFile(file, data, 0o600))
		if err := store.Restore(t.Context(), file, target); err != nil {
			if _, statErr := os.Stat(target); statErr == nil {
				t.Errorf("refused with %v, but %s exists", err, target)
			}
			return
		}
		must(t, openAndClose(filepath.Join(target, store.FileName)))
	})
}

// TestRestorePaths restores to and from relative paths whose names mean something to a URL.
func TestRestorePaths(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"plain", "a b", "q?mode=ro&x", "h#f", "p%20c", "p%zz", "a/../b", "file:x", ":memory:"} {
		t.Run(name, func(t *testing.T) {
			must(t, os.MkdirAll("a", 0o700))
			s, err := store.Open(t.Context(), "sqlite", store.Options{Dir: name + " old"})
			must(t, err)
			must(t, s.AddAttempt(t.Context(), name, time.Now()))
			must(t, s.Backup(t.Context(), name+".backup", nil))
			must(t, s.Close())
			must(t, store.Restore(t.Context(), name+".backup", name))
			restored, err := store.Open(t.Context(), "sqlite", store.Options{Dir: name})
			must(t, err)
			n, err := restored.Attempts(t.Context(), name, time.Unix(0, 0))
			must(t, err)
			must(t, restored.Close())
			if n != 1 {
				t.Errorf("the restored database holds %d attempts", n)
			}
		})
	}
}
