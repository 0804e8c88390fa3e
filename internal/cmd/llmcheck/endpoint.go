package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "embed"
)

//go:embed shim.mjs
var shim []byte

// endpoint is a process that answers like a language model.
type endpoint struct {
	base string // up to and including /v1
	cmd  *exec.Cmd
	dir  string
}

func (e *endpoint) stop() error {
	_ = e.cmd.Process.Signal(syscall.SIGTERM)
	_ = e.cmd.Wait() // fails because of the signal
	return os.RemoveAll(e.dir)
}

// startShim starts the endpoint for the real model and waits until it listens. A free one
// ignores schemas.
func startShim(ctx context.Context, cache string, free bool) (*endpoint, error) {
	dir, err := os.MkdirTemp("", "deskbook-llmcheck-")
	if err != nil {
		return nil, err
	}
	script := filepath.Join(dir, "shim.mjs")
	if err := os.WriteFile(script, shim, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "node", script, cache, filepath.Join(cache, "model.gguf"))
	cmd.Env = os.Environ()
	if free {
		cmd.Env = append(cmd.Env, "FREE=1")
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the model: %w", err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if base, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			go func() { // a full pipe would block the process
				for lines.Scan() {
				}
			}()
			return &endpoint{base: base + "/v1", cmd: cmd, dir: dir}, nil
		}
	}
	return nil, fmt.Errorf("the model did not start: %w", cmd.Wait())
}

// startFaults starts the fault server with the fault and waits until it listens.
func startFaults(ctx context.Context, cache string, f fault) (*endpoint, error) {
	dir, err := os.MkdirTemp("", "deskbook-llmfaults-")
	if err != nil {
		return nil, err
	}
	fixtures, err := json.Marshal(map[string]any{"fixtures": f.fixtures()})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "fixtures.json")
	if err := os.WriteFile(path, fixtures, 0o600); err != nil {
		return nil, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	script := filepath.Join(cache, "node_modules/@copilotkit/aimock/dist/cli.js")
	args := append([]string{script, "--port", port, "--fixtures", path, "--log-level", "silent"}, f.args...)
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the fault server: %w", err)
	}
	e := &endpoint{base: "http://127.0.0.1:" + port + "/v1", cmd: cmd, dir: dir}
	for range 100 {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:"+port)
		if err == nil {
			return e, conn.Close()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil, fmt.Errorf("the fault server does not listen on port %s", port)
}

func freePort(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "", err
	}
	if _, err := strconv.Atoi(port); err != nil {
		return "", err
	}
	return port, l.Close()
}
