// Package testkit drives the real program from outside, as other programs do:
// commands, a server process, HTTP. It is used by tests and by the loop, never by
// the program itself, and imports nothing of it.
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

// Run executes a command on the data folder and gives what it printed on standard
// output. The error carries its standard error and, by errors.As, *exec.ExitError.
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

// Password is the password of every user that AddUser makes.
func Password(email string) string { return "correct horse " + email }

// AddUser adds a user with these roles and gives a token with all their rights.
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
	// Lines are the lines of standard output after the first; closed at its end.
	Lines chan string
	cmd   *exec.Cmd
}

// Start serves the data folder on a free port and waits until the server says that
// it listens. The server's log goes to log.
func (p Program) Start(ctx context.Context, log io.Writer, args ...string) (*Server, error) {
	cmd := exec.CommandContext(ctx, p.Bin, append([]string{"serve", "--data", p.Data, "--addr", "127.0.0.1:0", "--log", "warn"}, args...)...)
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
		return nil, errors.Join(fmt.Errorf("the server said %q instead of where it listens", line), cmd.Process.Kill(), cmd.Wait())
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

// Stop tells the server to end and reports an error unless it ends with exit code 0.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	s.drain()
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server did not end in order: %w", err)
	}
	return nil
}

// drain reads standard output to its end, which comes with the end of the process.
func (s *Server) drain() {
	for range s.Lines {
	}
}

// Kill ends the server at once, as kill -9 does.
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
