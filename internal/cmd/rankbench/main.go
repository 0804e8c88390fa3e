// Command rankbench measures ranking alone, in process: Deskbook's text ranking, Bleve as it is
// shipped and SQLite's FTS5, each over the same documents of section size. The engines take
// turns with every query, and the processor time of the calling thread counts.
//
//	go run ./internal/cmd/rankbench [-sizes 73000,300000] [-folder FOLDER]
//	go run ./internal/cmd/rankbench -engines deskbook,suggestion -remembered 100000 -sizes 20000
//
// Without a folder the documents come from a seeded generator; with one they are the sections of
// its Markdown files, as many as there are.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// document is one section.
type document struct{ title, body string }

// ticketWords is the length of a ticket.
const ticketWords = 150

// engine is one way to rank documents.
type engine interface {
	// build indexes the documents below a folder that exists.
	build(ctx context.Context, dir string, docs []document) error
	// rank finds the ten best documents for a text and returns how many there are.
	rank(ctx context.Context, text string) (int, error)
	close() error
}

func main() {
	sizes := flag.String("sizes", "73000,300000", "numbers of generated documents")
	folder := flag.String("folder", "", "a folder of Markdown instead of generated documents")
	queries := flag.Int("n", 100, "queries of each kind")
	only := flag.String("engines", "deskbook,bleve,fts5", "the engines to measure; suggestion is Deskbook's for a ticket")
	remembered := flag.Int("remembered", 0, "resolved tickets from which the suggestion learns")
	flag.Parse()
	if err := run(context.Background(), *sizes, *folder, *queries, *remembered, strings.Split(*only, ",")); err != nil {
		fmt.Fprintf(os.Stderr, "rankbench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, sizes, folder string, queries, remembered int, names []string) error {
	if folder != "" {
		docs, err := readFolder(folder)
		if err != nil {
			return err
		}
		return measure(ctx, docs, queries, remembered, names)
	}
	for _, size := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("-sizes: %w", err)
		}
		if err := measure(ctx, newGenerator(1).documents(n), queries, remembered, names); err != nil {
			return err
		}
	}
	return nil
}

// measure builds the engines, lets them take turns and prints the median and the 99th percentile
// of each.
func measure(ctx context.Context, docs []document, n, remembered int, names []string) (err error) {
	dir, err := os.MkdirTemp("", "deskbook-rankbench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ours := &deskbook{remembered: remembered}
	known := map[string]engine{
		"deskbook": ours, "suggestion": &suggestion{ours}, "bleve": newBleve(), "fts5": newFTS5(),
	}
	engines := make([]engine, len(names))
	for i, name := range names {
		if engines[i] = known[name]; engines[i] == nil {
			return fmt.Errorf("-engines: %s is not known", name)
		}
		path, start := filepath.Join(dir, name), processTime()
		if err := os.Mkdir(path, 0o700); err != nil {
			return err
		}
		if err := engines[i].build(ctx, path, docs); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		defer func() { err = errors.Join(err, engines[i].close()) }()
		fmt.Printf("build  %7d documents  %-8s  %8.1f s\n", len(docs), name,
			(processTime() - start).Seconds())
	}
	q := newQuestions(docs)
	for _, kind := range []struct {
		name string
		text func() string
	}{{"3 words", func() string { return q.words(3) }}, {"150 words", func() string { return q.ticket(ticketWords) }}} {
		texts := make([]string, n)
		for i := range texts {
			texts[i] = kind.text()
		}
		took, err := takeTurns(ctx, engines, texts)
		if err != nil {
			return err
		}
		for i, name := range names {
			p50, p99 := took[i][n/2], took[i][n*99/100]
			fmt.Printf("rank   %7d documents  %-9s  %-8s  p50 %9.3f ms  p99 %9.3f ms  Deskbook is 1/%.1f\n", len(docs),
				kind.name, name, p50.Seconds()*1e3, p99.Seconds()*1e3, p50.Seconds()/took[0][n/2].Seconds())
		}
	}
	return nil
}

// takeTurns returns the sorted processor times of each engine. Every text is ranked twice, and the
// second time counts: what is cached then would be cached in a server that runs.
func takeTurns(ctx context.Context, engines []engine, texts []string) ([][]time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took := make([][]time.Duration, len(engines))
	for round := range 2 {
		for _, text := range texts {
			for i, e := range engines {
				start := threadTime()
				if _, err := e.rank(ctx, text); err != nil {
					return nil, err
				}
				if round > 0 {
					took[i] = append(took[i], threadTime()-start)
				}
			}
		}
	}
	for _, t := range took {
		slices.Sort(t)
	}
	return took, nil
}

// threadTime returns the processor time of the calling thread, 0 where it cannot be read.
func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// processTime returns the processor time of the process, 0 where it cannot be read.
func processTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
