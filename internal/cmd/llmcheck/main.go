// Command llmcheck runs every action that may use a language model through the built
// program, with an endpoint that is not ours: a small real model (a base model, whose text
// is nonsense) or a fault server. It prints a line per action, and fails when a citation
// does not resolve, an action misses its deadline, a fallback has no reason, or an
// incomplete reply is treated as complete.
//
// install.sh installs what it needs into a folder outside the project. It imports nothing
// of the program.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	bin := flag.String("bin", "bin/deskbook", "the program to drive")
	cache := flag.String("cache", "", "the folder that install.sh has filled")
	faults := flag.Bool("faults", false, "run against the fault server instead of the model")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Minute)
	defer cancel()
	run := checkModel
	if *faults {
		run = checkFaults
	}
	if err := run(ctx, *bin, *cache); err != nil {
		fmt.Fprintf(os.Stderr, "llmcheck: %v\n", err)
		os.Exit(1)
	}
}

// checkModel runs the tickets and questions through the real model: all of them with the
// reply bound to the schema by a grammar, two without.
func checkModel(ctx context.Context, bin, cache string) error {
	heading()
	bound, err := checkShim(ctx, bin, cache, false, tickets())
	if err != nil {
		return err
	}
	free, err := checkShim(ctx, bin, cache, true, tickets()[:2])
	if err != nil {
		return err
	}
	return verdict(append(bound, free...))
}

// checkShim runs every action on these tickets through the small model, with a grammar or
// free of one.
func checkShim(ctx context.Context, bin, cache string, free bool, with []invented) (out []result, err error) {
	e, err := startShim(ctx, cache, free)
	if err != nil {
		return nil, err
	}
	tune := func(d *desk) error {
		if free {
			d.done = func(r *result) {
				r.item += ", free"
				row(r)
			}
		}
		return d.shortenReplies()
	}
	err = onDesk(ctx, bin, e, tune, func(d *desk) error {
		for i, t := range with {
			results, err := d.ticket(ctx, t, questions()[i])
			out = append(out, results...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// checkFaults runs every action once for each fault of the fault server.
func checkFaults(ctx context.Context, bin, cache string) error {
	var all []result
	heading()
	for _, f := range faults() {
		results, err := checkFault(ctx, bin, cache, f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		all = append(all, results...)
	}
	return verdict(all)
}

// verdict returns an error if a result has a problem.
func verdict(results []result) error {
	n := 0
	for _, r := range results {
		for _, p := range r.problems {
			n++
			fmt.Fprintf(os.Stderr, "%s %s: %s\n", r.action, r.item, p)
		}
	}
	if n > 0 {
		return fmt.Errorf("%d problems", n)
	}
	fmt.Printf("\n%d actions, no problems\n", len(results))
	return nil
}
