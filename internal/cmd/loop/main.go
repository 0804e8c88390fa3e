// Command loop runs Deskbook's whole loop over HTTP, on an empty data folder: a ticket, its
// suggestions, replies and notes, an escalation with a hand-off summary, the resolution,
// the draft that comes of it, its approval by another person, and a second ticket for
// which the new article is suggested first. It prints a line per step and stops at the
// first one that fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

func main() {
	bin := flag.String("bin", "bin/deskbook", "the program to drive")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if err := run(ctx, *bin); err != nil {
		fmt.Fprintf(os.Stderr, "loop: %v\n", err)
		os.Exit(1)
	}
	fmt.Println("ok         the loop is closed")
}

// run adds users, starts the server and walks the loop.
func run(ctx context.Context, bin string) (err error) {
	dir, err := os.MkdirTemp("", "deskbook-loop-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p := testkit.Program{Bin: bin, Data: dir}
	tokens := make(map[string]string)
	for name, role := range map[string]string{
		"rita": "requester", "rob": "requester", "ada": "agent", "kim": "knowledge_manager",
	} {
		if tokens[name], err = p.AddUser(ctx, name+"@example.test", role); err != nil {
			return err
		}
	}
	s, err := p.Start(ctx, os.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	say("start", "empty folder, shipped articles loaded, serving on %s", s.Base)
	return walk(ctx, func(name string) testkit.Client { return testkit.Client{Base: s.Base, Token: tokens[name]} })
}

// say prints a step.
func say(step, format string, args ...any) {
	fmt.Printf("%-10s %s\n", step, fmt.Sprintf(format, args...))
}
