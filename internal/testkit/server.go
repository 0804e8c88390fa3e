// Package testkit drives the built program from outside, as other programs do: by
// commands, a server process and HTTP. It is used by tests and by the programs in
// internal/cmd, never by the program itself, and imports nothing of it.
package testkit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Program is a built deskbook with a data folder.
type Program struct {
	Bin  string
	Data string
	Dir  string   // the folder that commands run in; "" for the test's own
	Env  []string // added to the environment, "NAME=value"
}

// Run executes a command on the data folder and returns its standard output. The error
// contains its standard error and wraps *exec.ExitError.
func (p Program) Run(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, p.Bin, append(args, "--data", p.Data)...)
	cmd.Env, cmd.Dir = append(os.Environ(), p.Env...), p.Dir
	cmd.Stdin = strings.NewReader(stdin)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("deskbook %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(log.Bytes()))
	}
	return strings.TrimSpace(out.String()), nil
}

// Password returns the password of a user that AddUser has added.
func Password(email string) string { return "correct horse " + email }

// AddUser adds a user with these roles and returns a token with all their rights.
func (p Program) AddUser(ctx context.Context, email string, roles ...string) (token string, err error) {
	name, _, _ := strings.Cut(email, "@")
	args := []string{"user", "add", email, "--name", strings.ToUpper(name[:1]) + name[1:]}
	for _, r := range roles {
		args = append(args, "--role", r)
	}
	if _, err := p.Run(ctx, Password(email)+"\n", args...); err != nil {
		return "", err
	}
	return p.Run(ctx, "", "token", "create", email)
}

// Server is a running deskbook.
type Server struct {
	Base string // http://HOST:PORT
	// Lines receives the lines of standard output after the first, and is closed at its end.
	Lines chan string
	cmd   *exec.Cmd
}

// Start serves the data folder on a free port and waits until the server listens. The log
// of the server is written to log.
func (p Program) Start(ctx context.Context, log io.Writer, args ...string) (*Server, error) {
	all := append([]string{"serve", "--data", p.Data, "--addr", "127.0.0.1:0", "--log", "warn"}, args...)
	cmd := exec.CommandContext(ctx, p.Bin, all...)
	cmd.Env, cmd.Dir = append(os.Environ(), p.Env...), p.Dir
	cmd.Stderr = log
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	out := bufio.NewReader(pipe)
	line, err := out.ReadString('\n')
	base, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		return nil, errors.Join(fmt.Errorf("the server printed %q instead of its address", line),
			cmd.Process.Kill(), cmd.Wait())
	}
	s := &Server{Base: base, cmd: cmd, Lines: make(chan string, 64)}
	go func() {
		defer close(s.Lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.Lines <- lines.Text()
		}
	}()
	return s, nil
}

// Stop stops the server and returns an error unless its exit code is 0.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	s.drain()
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server did not shut down cleanly: %w", err)
	}
	return nil
}

// drain reads standard output until the process has ended.
func (s *Server) drain() {
	for range s.Lines {
	}
}

// Kill kills the server, as kill -9 does.
func (s *Server) Kill() error {
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	s.drain()
	var exit *exec.ExitError
	if err := s.cmd.Wait(); !errors.As(err, &exit) {
		return fmt.Errorf("the server had ended before it was killed: %w", err)
	}
	return nil
}
