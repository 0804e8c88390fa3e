// Command loop goes the whole way that Deskbook exists for, over HTTP alone, on an
// empty data folder: a ticket, its suggestions, replies and notes, an escalation
// with a hand-off summary, the resolution, the draft it leaves, its approval by
// another person, and a second ticket that is offered the new article first. It
// prints a line a step and fails at the first step that does not hold.
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

// run sets up users, boots the server and walks the loop.
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

// say prints one step.
func say(step, format string, args ...any) {
	fmt.Printf("%-10s %s\n", step, fmt.Sprintf(format, args...))
}
