// Package e2e runs the built program and uses it from outside: by commands, over HTTP and,
// where Chromium is installed, in a browser.
package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

var build = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(os.TempDir(), fmt.Sprintf("deskbook-e2e-%d", os.Getpid()))
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", bin, "../../cmd/deskbook")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := build(); err == nil {
		if err := os.Remove(bin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// program returns the built program with an empty data folder.
func program(t *testing.T) testkit.Program {
	t.Helper()
	bin, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Program{Bin: bin, Data: filepath.Join(t.TempDir(), "data")}
}

// desk is a running server with a user for each role.
type desk struct {
	testkit.Program
	*testkit.Server
	tokens map[string]string
}

var roles = map[string]string{
	"rita": "requester", "rob": "requester", "ada": "agent", "kim": "knowledge_manager",
	"sam": "service_manager", "root": "admin",
}

// boot starts a server on p with the given users (nil: all of them).
func boot(t *testing.T, p testkit.Program, people ...string) *desk {
	t.Helper()
	d := &desk{Program: p, tokens: map[string]string{}}
	if people == nil {
		for name := range roles {
			people = append(people, name)
		}
	}
	for _, name := range people {
		token, err := p.AddUser(t.Context(), name+"@example.test", roles[name])
		if err != nil {
			t.Fatal(err)
		}
		d.tokens[name] = token
	}
	d.start(t)
	return d
}

func (d *desk) start(t *testing.T) {
	t.Helper()
	s, err := d.Start(context.Background(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	d.Server = s
	t.Cleanup(func() {
		if d.Server == s {
			if err := s.Stop(); err != nil {
				t.Error(err)
			}
		}
	})
}

// stop stops the server.
func (d *desk) stop(t *testing.T) {
	t.Helper()
	s := d.Server
	d.Server = nil
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

// as returns a client with the token of a user.
func (d *desk) as(name string) testkit.Client {
	return testkit.Client{Base: d.Base, Token: d.tokens[name]}
}

// call makes a call that has to succeed.
func (d *desk) call(t *testing.T, who, method, path string, in, out any) {
	t.Helper()
	if err := d.as(who).Call(t.Context(), method, path, in, out); err != nil {
		t.Fatal(err)
	}
}

// status makes a call and returns the status of the response.
func (d *desk) status(t *testing.T, who, method, path string, in any) int {
	t.Helper()
	err := d.as(who).Call(t.Context(), method, path, in, nil)
	if err == nil {
		return 200
	}
	if statusOf(err) == 0 {
		t.Fatal(err)
	}
	return statusOf(err)
}

// eventually polls until ok reports true, for at most the given time.
func eventually(t *testing.T, within time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("timed out after %v waiting for %s", within, what)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// exitCode returns the exit code in a command's error.
func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		return -1
	}
}

// statusOf returns the status of a failed call, 0 when there was no response.
func statusOf(err error) int {
	var se *testkit.StatusError
	if errors.As(err, &se) {
		return se.Status
	}
	return 0
}
