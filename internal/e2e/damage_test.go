package e2e_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/testkit"
)

// damages are what can happen to a file of the data folder.
var damages = map[string]func(path string) error{
	"emptied": func(path string) error { return os.Truncate(path, 0) },
	"cut in half": func(path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		return os.Truncate(path, info.Size()/2)
	},
	"overwritten": func(path string) error {
		text := make([]byte, 5000)
		if _, err := rand.Read(text); err != nil {
			return err
		}
		return os.WriteFile(path, text, 0o600)
	},
	"deleted": os.Remove,
	"a folder": func(path string) error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.Mkdir(path, 0o700)
	},
	"unreadable": func(path string) error { return os.Chmod(path, 0) }, // to anybody but root
}

// TestDamagedIndexFiles damages each file of the index alone: the next command and the next
// server mend it, and index and database agree.
func TestDamagedIndexFiles(t *testing.T) {
	d := boot(t, program(t), "rita")
	d.stop(t)
	whole := filepath.Join(t.TempDir(), "whole")
	if err := os.CopyFS(whole, os.DirFS(d.Data)); err != nil {
		t.Fatal(err)
	}
	files := []string{"index.lock"}
	for file := range readFiles(t, filepath.Join(whole, "index")) {
		files = append(files, filepath.Join("index", filepath.FromSlash(file)))
	}
	if len(files) < 5 {
		t.Fatalf("the index has the files %v", files)
	}
	for _, file := range files {
		for name, damage := range damages {
			t.Run(name+" "+filepath.Base(file), func(t *testing.T) {
				p := testkit.Program{Bin: d.Bin, Data: filepath.Join(t.TempDir(), "data")}
				if err := os.CopyFS(p.Data, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				if err := damage(filepath.Join(p.Data, file)); err != nil {
					t.Fatal(err)
				}
				if out, err := p.Run(t.Context(), "", "verify", "--log", "error"); err != nil || !strings.Contains(out, "agree") {
					t.Fatalf("verify: %s, %v", out, err)
				}
				if out, err := p.Run(t.Context(), "", "search", "vpn"); err != nil || !strings.Contains(out, "VPN") {
					t.Errorf("search: %s, %v", out, err)
				}
			})
		}
	}
}

// TestReadersDuringRebuild reads from a server whose index is being rebuilt: readers get
// articles, and from the search its results or a clear 503.
func TestReadersDuringRebuild(t *testing.T) {
	d := boot(t, program(t), "rita")
	many := map[string]string{}
	for i := range 300 {
		text := strings.Repeat("Turn the paper over. ", 50)
		many[fmt.Sprintf("a%d.md", i)] = fmt.Sprintf("# Article %d on scanners\n\n%s\n", i, text)
	}
	importJSON(t, d.Program, writeFiles(t, many))
	d.stop(t)
	if err := os.WriteFile(filepath.Join(d.Data, "index", "current"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	addr := freeAddress(t)
	type started struct {
		server *testkit.Server
		err    error
	}
	ready := make(chan started, 1)
	go func() {
		s, err := d.Start(context.Background(), os.Stderr, "--addr", addr)
		ready <- started{s, err}
	}()
	reader := testkit.Client{Base: "http://" + addr, Token: d.tokens["rita"]}
	seen := map[string]int{}
	read := func(path string, allowed ...int) {
		err := reader.Call(t.Context(), "GET", path, nil, nil)
		status := statusOf(err)
		if err == nil {
			status = http.StatusOK
		}
		seen[fmt.Sprintf("%s %d", path, status)]++
		for _, s := range append(allowed, 0) { // 0: it does not listen yet
			if s == status {
				return
			}
		}
		t.Fatalf("GET %s: %v", path, err)
	}
	for {
		select {
		case s := <-ready:
			if s.err != nil {
				t.Fatal(s.err)
			}
			d.Server = s.server
			var found struct{ Hits []testkit.Hit }
			d.call(t, "rita", "GET", "/search?q=scanners", nil, &found)
			if len(found.Hits) == 0 {
				t.Error("the server is ready and finds nothing")
			}
			d.stop(t)
			t.Log(seen)
			return
		default:
			read("/search?q=scanners", http.StatusOK, http.StatusServiceUnavailable)
			read("/articles/a7", http.StatusOK)
		}
	}
}

// freeAddress returns an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	return ln.Addr().String()
}

// TestDamagedDatabase damages the database of a desk: no command begins a fresh one or
// offers to create its first admin, and nothing is written.
func TestDamagedDatabase(t *testing.T) {
	d := boot(t, program(t), "rita")
	d.stop(t)
	const database = "deskbook.db"
	cases := map[string]func(data string) error{
		"everything but the index deleted": func(data string) error {
			var errs []error
			for file := range readFiles(t, data) {
				if !strings.HasPrefix(file, "index/") {
					errs = append(errs, os.Remove(filepath.Join(data, file)))
				}
			}
			return errors.Join(errs...)
		},
		"log left": func(data string) error {
			return errors.Join(
				os.Rename(filepath.Join(data, database), filepath.Join(data, database+"-wal")),
				os.RemoveAll(filepath.Join(data, "index")), os.Remove(filepath.Join(data, "index.lock")),
			)
		},
		"restore cut short": func(data string) error {
			return errors.Join(
				os.RemoveAll(data), os.MkdirAll(filepath.Join(data, ".deskbook-restore-1"), 0o700),
			)
		},
		"database without a table": func(data string) error {
			empty := testkit.Program{Bin: d.Bin, Data: filepath.Join(t.TempDir(), "empty")}
			if _, err := empty.Run(t.Context(), "", "user", "list"); err != nil {
				return err
			}
			b, err := os.ReadFile(filepath.Join(empty.Data, database))
			if err != nil {
				return err
			}
			clear(b[100:4096]) // the first page keeps its header alone
			b[100], b[105] = 13, 16
			return os.WriteFile(filepath.Join(data, database), b[:4096], 0o600)
		},
	}
	for name, damage := range damages {
		if name != "unreadable" { // root reads it, and it is whole
			cases[name] = func(data string) error { return damage(filepath.Join(data, database)) }
		}
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			p := testkit.Program{Bin: d.Bin, Data: filepath.Join(t.TempDir(), "data")}
			if err := os.CopyFS(p.Data, os.DirFS(d.Data)); err != nil {
				t.Fatal(err)
			}
			if err := damage(p.Data); err != nil {
				t.Fatal(err)
			}
			before := readFiles(t, p.Data)
			for _, command := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"user", "list"}, {"verify"}} {
				out, err := p.Run(t.Context(), "", command...)
				if exitCode(err) != 1 || out != "" || !strings.Contains(err.Error(), "restore a backup") {
					t.Errorf("%v: exit code %d, %q, %v", command, exitCode(err), out, err)
				}
			}
			if diff := cmp.Diff(before, readFiles(t, p.Data)); diff != "" {
				t.Errorf("the data folder changed:\n%.2000s", diff)
			}
		})
	}
}

// TestPreparedDataFolder: what is no part of a desk, and a service model written beforehand,
// do not stop a first start.
func TestPreparedDataFolder(t *testing.T) {
	first := boot(t, program(t), noUsers...)
	first.stop(t)
	model, err := os.ReadFile(filepath.Join(first.Data, "service-model.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p := program(t)
	if err := os.MkdirAll(filepath.Join(p.Data, "lost+found"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.Data, "service-model.yaml"), model, 0o600); err != nil {
		t.Fatal(err)
	}
	boot(t, p, noUsers...)
}
