// Command bench measures the built program from outside on a folder of real data: import,
// repeated import, index size, peak memory, and the latency of search, completion and
// ticket suggestions over HTTP.
//
//	go run ./internal/cmd/bench -data FOLDER
//
// FOLDER contains sumo/ and ms-support-kb/, each with articles/, and sumo/queries.jsonl,
// the tickets. "bench load" puts a running server under load; it needs no data.
//
//	go run ./internal/cmd/bench load
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "load" {
		exit(load(context.Background(), os.Args[2:]))
	}
	bin := flag.String("bin", "bin/deskbook", "the program to measure")
	data := flag.String("data", "", "folder with sumo/ and ms-support-kb/")
	requests := flag.Int("n", 400, "requests of each kind")
	folder := flag.String("folder", "", "a data folder; measures the processor time of each kind of request in a copy")
	bin2 := flag.String("bin2", "", "with -folder: another program, measured alternately")
	folder2 := flag.String("folder2", "", "with -bin2: the data folder of the other program, with an index of its format")
	flag.Parse()
	ctx := context.Background()
	if *folder != "" {
		all := []*contender{{bin: *bin, folder: *folder}}
		if *bin2 != "" {
			all = append(all, &contender{bin: *bin2, folder: cmp.Or(*folder2, *folder)})
		}
		exit(runCosts(ctx, all, *data, *requests))
	}
	exit(run(ctx, *bin, *data, *requests))
}

// exit ends the program, with an error message and status 1 if there is an error.
func exit(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runCosts(ctx context.Context, all []*contender, data string, requests int) error {
	tickets, err := readTickets(filepath.Join(data, "sumo", "queries.jsonl"))
	if err != nil {
		return err
	}
	return costs(ctx, all, tickets, requests)
}

func run(ctx context.Context, bin, data string, requests int) (err error) {
	tickets, err := readTickets(filepath.Join(data, "sumo", "queries.jsonl"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "deskbook-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p := testkit.Program{Bin: bin, Data: dir}
	for _, set := range []string{"sumo", "ms-support-kb"} {
		for _, again := range []string{"", " again"} {
			if err := measureImport(ctx, p, set+again, filepath.Join(data, set, "articles")); err != nil {
				return err
			}
		}
	}
	if err := sizes(dir); err != nil {
		return err
	}
	token, err := p.AddUser(ctx, "bench@example.test", "agent")
	if err != nil {
		return err
	}
	s, err := p.Start(ctx, os.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	return latencies(ctx, testkit.Client{Base: s.Base, Token: token}, tickets, requests)
}

// measureImport imports a folder and prints the time and peak memory of the command.
func measureImport(ctx context.Context, p testkit.Program, name, folder string) error {
	cmd := exec.CommandContext(ctx, p.Bin, "import", folder, "--data", p.Data, "--json")
	cmd.Stderr = os.Stderr
	start := time.Now()
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("import %s: %w", folder, err)
	}
	wall := time.Since(start).Seconds()
	var r struct {
		Created, Updated, Unchanged int
		Rejected                    []json.RawMessage
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not report the peak memory of a process")
	}
	n := r.Created + r.Updated + r.Unchanged
	fmt.Printf("import %-20s %5d created %5d unchanged %3d rejected  "+
		"%6.2f s with index  %7.0f articles/min  peak %4d MB\n",
		name, r.Created, r.Unchanged, len(r.Rejected), wall, float64(n)/wall*60, usage.Maxrss>>10)
	return nil
}

// sizes prints the sizes of the database and the index.
func sizes(dir string) error {
	sum := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		part := "database"
		if rel, err := filepath.Rel(filepath.Join(dir, "index"), path); err == nil && filepath.IsLocal(rel) {
			part = "index"
		}
		sum[part] += info.Size()
		return nil
	})
	fmt.Printf("size   database %.1f MB, index %.1f MB\n", float64(sum["database"])/1e6, float64(sum["index"])/1e6)
	return err
}
