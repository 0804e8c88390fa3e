package e2e_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
