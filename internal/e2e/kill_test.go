package e2e_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

var (
	kills = flag.Int("kills", 5, "how often TestKill kills the server")
	seed  = flag.Uint64("seed", 1, "seed of TestKill")
)

// write is a create request that a client repeats until it is acknowledged.
type write struct {
	kind string // ticket, message, article, resolve
	key  string // idempotency key, also a word of the text
	on   string // the ticket of a message or resolution
	id   string // what was created, once acknowledged; for a resolution, the ticket
}

// TestKill kills the server at random moments during mixed writes. After the restart,
// every acknowledged write must be there exactly once and complete, even if it was
// repeated because its response was lost; sessions stay valid, and the index agrees with
// the database.
func TestKill(t *testing.T) {
	d := boot(t, program(t), "rita", "ada", "kim")
	cookie := login(t, d, "ada@example.test")
	rng := rand.New(rand.NewPCG(*seed, 0))
	var acked, doubt []write
	for round := range *kills {
		ctx, cancel := context.WithCancel(t.Context())
		base := d.Base
		var mu sync.Mutex
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				mine := rand.New(rand.NewPCG(*seed, uint64(round*100+w)))
				for n := 0; ctx.Err() == nil; n++ {
					mu.Lock()
					var next write
					if len(doubt) > 0 {
						next, doubt = doubt[0], doubt[1:]
					} else {
						next = choose(mine, acked, fmt.Sprintf("w%dx%dx%d", round, w, n))
					}
					mu.Unlock()
					err := next.do(ctx, base, d.tokens)
					mu.Lock()
					if err == nil {
						acked = append(acked, next)
					} else {
						doubt = append(doubt, next)
					}
					mu.Unlock()
					if err != nil {
						return // the server is gone
					}
				}
			})
		}
		time.Sleep(time.Duration(50+rng.IntN(500)) * time.Millisecond)
		s := d.Server
		d.Server = nil
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
		cancel()
		wg.Wait()
		d.start(t)
		if got := me(t, d, cookie); got != http.StatusOK {
			t.Fatalf("round %d: the account page returns %d", round, got)
		}
		if out, err := d.Run(t.Context(), "", "verify"); err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, out)
		}
	}
	for _, w := range doubt {
		if err := w.do(t.Context(), d.Base, d.tokens); err != nil {
			t.Fatalf("repeat %+v: %v", w, err)
		}
		acked = append(acked, w)
	}
	check(t, d, acked)
	t.Logf("%d kills, %d acknowledged writes", *kills, len(acked))
}

// choose returns the next write: half of them are tickets, most others are on existing
// ones.
func choose(rng *rand.Rand, acked []write, key string) write {
	tickets := slices.DeleteFunc(slices.Clone(acked), func(w write) bool { return w.kind != "ticket" })
	kind := []string{"ticket", "ticket", "message", "message", "article", "resolve"}[rng.IntN(6)]
	w := write{kind: kind, key: key}
	if kind == "message" || kind == "resolve" {
		if len(tickets) == 0 {
			w.kind = "ticket"
			return w
		}
		w.on = tickets[rng.IntN(len(tickets))].id
	}
	return w
}

// do sends the write with its key and records what it created.
func (w *write) do(ctx context.Context, base string, tokens map[string]string) error {
	c := testkit.Client{Base: base, Token: tokens["ada"], Header: http.Header{"Idempotency-Key": {w.key}}}
	switch w.kind {
	case "ticket":
		var got testkit.Ticket
		in := map[string]string{"subject": "Printer " + w.key, "body": "The printer of room " + w.key + " jams."}
		err := c.Call(ctx, "POST", "/tickets", in, &got)
		w.id = got.ID
		return err
	case "message":
		in := map[string]string{"text": "note " + w.key, "visibility": "internal"}
		return c.Call(ctx, "POST", "/tickets/"+w.on+"/messages", in, nil)
	case "article":
		var got struct{ ID string }
		c.Token = tokens["kim"]
		in := map[string]string{"title": "Article " + w.key, "markdown": "## Resolution\n\nRestart " + w.key + ".\n"}
		err := c.Call(ctx, "POST", "/articles", in, &got)
		w.id = got.ID
		return err
	default:
		in := map[string]string{"code": "fixed", "note": rollerNote(w.key)}
		err := c.Call(ctx, "POST", "/tickets/"+w.on+"/resolve", in, nil)
		if statusOf(err) == http.StatusConflict {
			return nil // resolved before, by another writer or by this one, whose response was lost
		}
		if err == nil {
			w.id = w.on
		}
		return err
	}
}

func rollerNote(key string) string {
	return "Cleaned roller " + key + " and restarted the print service; it prints again."
}

// check checks that every acknowledged write is there once.
func check(t *testing.T, d *desk, acked []write) {
	t.Helper()
	subjects, titles := map[string]int{}, map[string]int{}
	for _, p := range pages(t, d, "ada", "/tickets") {
		for _, tk := range p.Tickets {
			subjects[tk.Subject]++
		}
	}
	for _, p := range pages(t, d, "kim", "/articles") {
		for _, a := range p.Articles {
			titles[a.Title]++
		}
	}
	threads := map[string]map[string]int{}
	for _, w := range acked {
		if w.on != "" && threads[w.on] == nil {
			threads[w.on] = thread(t, d, w.on)
		}
		switch w.kind {
		case "ticket":
			if n := subjects["Printer "+w.key]; n != 1 {
				t.Errorf("ticket %s is there %d times", w.key, n)
			}
			delete(subjects, "Printer "+w.key)
		case "message":
			if n := threads[w.on]["note "+w.key]; n != 1 {
				t.Errorf("message %s is %d times in ticket %s", w.key, n, w.on)
			}
		case "article":
			if got := d.status(t, "kim", "GET", "/articles/"+w.id, nil); got != http.StatusOK {
				t.Errorf("article %s returns %d", w.key, got)
			}
			if n := titles["Article "+w.key]; n != 1 {
				t.Errorf("article %s is there %d times", w.key, n)
			}
		case "resolve":
			if n := threads[w.on][rollerNote(w.key)]; n > 1 || n == 0 && w.id != "" {
				t.Errorf("resolution %s is %d times in ticket %s", w.key, n, w.on)
			}
		}
	}
	for s, n := range subjects {
		t.Errorf("%d tickets %q that were never acknowledged", n, s)
	}
}

// page is a page of a list of tickets or articles.
type page struct {
	Tickets  []testkit.Ticket
	Articles []struct{ Title string }
	Next     string
}

// pages returns all pages of a list.
func pages(t *testing.T, d *desk, who, list string) []page {
	t.Helper()
	var all []page
	for query := "?limit=100"; query != ""; {
		var p page
		d.call(t, who, "GET", list+query, nil, &p)
		all = append(all, p)
		query = ""
		if p.Next != "" {
			query = "?limit=100&cursor=" + p.Next
		}
	}
	return all
}

// thread counts a ticket's texts and checks that its first message is there.
func thread(t *testing.T, d *desk, id string) map[string]int {
	t.Helper()
	var tk testkit.Ticket
	d.call(t, "ada", "GET", "/tickets/"+id, nil, &tk)
	texts := map[string]int{}
	for i, m := range tk.Messages {
		if m.N != i+1 {
			t.Errorf("ticket %s: message %d is at position %d", id, m.N, i+1)
		}
		texts[m.Text]++
	}
	if len(tk.Messages) == 0 {
		t.Errorf("ticket %s has no message", id)
	}
	return texts
}
