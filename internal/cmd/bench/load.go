package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// loadOptions are the options of "bench load".
type loadOptions struct {
	bin, folder      string
	articles         int
	searches, writes float64 // a second
	steady, overload time.Duration
	seed             uint64
}

func loadFlags(args []string) (loadOptions, error) {
	var o loadOptions
	f := flag.NewFlagSet("bench load", flag.ContinueOnError)
	f.StringVar(&o.bin, "bin", "bin/deskbook", "the program to measure")
	f.StringVar(&o.folder, "folder", "", "folder with Markdown articles; without one, articles are made up")
	f.IntVar(&o.articles, "articles", 10_000, "how many articles to make up")
	f.Float64Var(&o.searches, "searches", 100, "searches a second")
	f.Float64Var(&o.writes, "writes", 20, "writes a second: tickets, messages and articles")
	f.DurationVar(&o.steady, "steady", time.Minute, "length of the steady load")
	f.DurationVar(&o.overload, "overload", 20*time.Second, "length of the load of twice what the server can")
	f.Uint64Var(&o.seed, "seed", 1, "seed of what is made up")
	return o, f.Parse(args)
}

// clients is how many users share the load, so that no token reaches its limit.
const clients = 8

// load measures the latency of a running server under a steady load, under twice the load
// that it can bear, and afterwards. It fails if a request is answered with an error; under
// the double load, 429 and 503 with the time to wait are no errors.
func load(ctx context.Context, args []string) (err error) {
	o, err := loadFlags(args)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "deskbook-load-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{o: o, corpus: newCorpus(o.seed), program: testkit.Program{Bin: o.bin, Data: filepath.Join(dir, "data")}}
	if err := b.fill(ctx, filepath.Join(dir, "articles")); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "server.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	s, err := b.program.Start(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	b.caller = newCaller(s.Base)
	return b.run(ctx)
}

// bench is a server under load.
type bench struct {
	o       loadOptions
	corpus  *corpus
	program testkit.Program
	caller  caller
	tokens  []string
	titles  []string

	mu      sync.Mutex // for corpus, turn and tickets
	turn    int
	tickets []string
}

// fill imports the articles and adds the users.
func (b *bench) fill(ctx context.Context, made string) (err error) {
	folder := b.o.folder
	if folder == "" {
		folder = made
		if b.titles, err = b.corpus.write(folder, b.o.articles); err != nil {
			return err
		}
	} else if b.titles, err = titlesIn(folder); err != nil {
		return err
	}
	if err := measureImport(ctx, b.program, "for the load", folder); err != nil {
		return err
	}
	for i := range clients {
		token, err := b.program.AddUser(ctx, fmt.Sprintf("user%d@example.test", i), "agent", "knowledge_manager")
		if err != nil {
			return err
		}
		b.tokens = append(b.tokens, token)
	}
	return nil
}

var heading = regexp.MustCompile(`(?m)^(?:title: *"?|# )(.+?)"?$`)

// titlesIn returns the first heading of every Markdown file in the folder.
func titlesIn(folder string) (titles []string, err error) {
	err = filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		if m := heading.FindSubmatch(text); m != nil {
			titles = append(titles, string(m[1]))
		}
		return err
	})
	if err == nil && len(titles) == 0 {
		err = fmt.Errorf("%s contains no Markdown with a title", folder)
	}
	return titles, err
}

// run goes through the phases.
func (b *bench) run(ctx context.Context) error {
	search, write := source{b.o.searches, b.search}, source{b.o.writes, b.write}
	if err := b.open(ctx); err != nil {
		return err
	}
	b.caller.open(ctx, 5*time.Second, 1, search, write) // warms up
	fmt.Printf("load   %d articles, %g searches and %g writes a second for %s; load average before %s\n",
		len(b.titles), b.o.searches, b.o.writes, b.o.steady, loadAverage())
	cpu := b.cpu(ctx)
	steady := b.caller.open(ctx, b.o.steady, 2, search, write)
	errs := []error{report("steady", steady, false)}
	fmt.Printf("load   %-10s %.1f ms of processor time a request, load average %s\n", "steady",
		(b.cpu(ctx)-cpu)*1e3/float64(max(1, len(steady))), loadAverage())

	most, err := b.caller.closed(ctx, 10*time.Second, 16, b.search)
	errs = append(errs, err)
	fmt.Printf("load   %-10s 16 clients, one request after the other: %.0f searches a second\n", "capacity", most)
	double := b.caller.open(ctx, b.o.overload, 3, source{2 * most, b.search}, write)
	errs = append(errs, report("double", double, true))

	after := b.caller.open(ctx, 15*time.Second, 4, search, write)
	errs = append(errs, report("afterwards", after, true))
	_, usual, _ := quantiles(ofKind(steady, "search"))
	back, ok := recovered(ofKind(after, "search"), 2*usual+20)
	if !ok {
		errs = append(errs, fmt.Errorf("15 s after the overload, searches are still slower than usual"))
	}
	fmt.Printf("load   %-10s searches are back to their usual p99 (twice it and 20 ms at most) after %d s\n",
		"afterwards", back)
	return errors.Join(errs...)
}

func ofKind(all []outcome, kind string) (some []outcome) {
	for _, o := range all {
		if o.kind == kind {
			some = append(some, o)
		}
	}
	return some
}

// recovered returns the second from which on the 99th percentile of every second is at most
// so many milliseconds and nothing is rejected; ok is false if that never is so.
func recovered(all []outcome, usual float64) (second int, ok bool) {
	seconds := map[int][]outcome{}
	last := 0
	for _, o := range all {
		s := int(o.at / time.Second)
		seconds[s] = append(seconds[s], o)
		last = max(last, s)
	}
	for s := last; s >= 0; s-- {
		_, p99, _ := quantiles(seconds[s])
		for _, o := range seconds[s] {
			if o.status/100 != 2 {
				return s + 1, s < last
			}
		}
		if p99 > usual {
			return s + 1, s < last
		}
	}
	return 0, true
}

// search returns a search for three words of a title.
func (b *bench) search() call {
	b.mu.Lock()
	defer b.mu.Unlock()
	title := b.titles[b.corpus.rng.IntN(len(b.titles))]
	return call{"search", "GET", "/search?q=" + url.QueryEscape(words(title, 3)), b.token(), nil}
}

// token returns the tokens in turn.
func (b *bench) token() string {
	b.turn++
	return b.tokens[b.turn%len(b.tokens)]
}

// write returns a ticket or, more often, a message; every tenth write is an article.
func (b *bench) write() call {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch n := b.corpus.rng.IntN(10); {
	case n == 0:
		return call{"article", "POST", "/articles", b.token(), map[string]any{
			"title": b.corpus.title(), "markdown": "## Resolution\n\n" + b.corpus.text(120), "confidence": "validated",
		}}
	case n < 4:
		return call{"ticket", "POST", "/tickets", b.token(), map[string]any{
			"subject": b.titles[b.corpus.rng.IntN(len(b.titles))], "body": b.corpus.text(100 + b.corpus.rng.IntN(120)),
		}}
	default:
		return call{"message", "POST", "/tickets/" + b.ticket() + "/messages", b.token(), map[string]any{
			"text": b.corpus.text(40), "visibility": "internal",
		}}
	}
}

// ticket returns the number of one of the tickets that were opened for messages.
func (b *bench) ticket() string { return b.tickets[b.corpus.rng.IntN(len(b.tickets))] }

// open opens the tickets that messages are added to.
func (b *bench) open(ctx context.Context) error {
	for range 200 {
		_, answer, bad := b.caller.do(ctx, call{"ticket", "POST", "/tickets", b.token(), map[string]any{
			"subject": b.corpus.title(), "body": b.corpus.text(60),
		}})
		if bad != "" {
			return fmt.Errorf("open a ticket: %s", bad)
		}
		var t testkit.Ticket
		if err := json.Unmarshal(answer, &t); err != nil {
			return err
		}
		b.tickets = append(b.tickets, t.ID)
	}
	return nil
}

var processTime = regexp.MustCompile(`(?m)^process_cpu_seconds_total (\S+)$`)

// cpu returns the processor time of the server in seconds, 0 where it is not known.
func (b *bench) cpu(ctx context.Context) float64 {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.caller.base+"/metrics", nil)
	if err != nil {
		return 0
	}
	resp, err := b.caller.client.Do(r)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	m := processTime.FindSubmatch(text)
	if err != nil || m == nil {
		return 0
	}
	seconds, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		return 0
	}
	return seconds
}

// loadAverage returns the machine's load averages over 1, 5 and 15 minutes, "unknown"
// elsewhere than on Linux.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 3 {
		return "unknown"
	}
	return strings.Join(fields[:3], " ")
}
