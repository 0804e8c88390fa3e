package memory_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/memory"
)

// The memory of a large desk. The words are made up with the frequencies of a natural
// language; DESKBOOK_BENCH_TICKETS names a file of JSON lines with a "text" each, to
// measure on real ones, recombined sentence by sentence where they are too few.
//
//	go test ./retrieval -run xxx -bench Memory -cpu 1

const largeDesk = 100_000

// benchTickets returns so many resolved tickets.
func benchTickets(b *testing.B, n int) []desk.Ticket {
	b.Helper()
	rng := rand.New(rand.NewPCG(5, 9))
	text := madeUp(rng)
	if path := os.Getenv("DESKBOOK_BENCH_TICKETS"); path != "" {
		text = recombined(b, path, rng, n)
	}
	out := make([]desk.Ticket, n)
	for i := range out {
		subject, body := text()
		out[i] = resolved(
			fmt.Sprint(1001+i), subject, body, noon.Add(time.Duration(i)*time.Minute), fmt.Sprintf("a%d", rng.IntN(2000)),
		)
		out[i].Requester = fmt.Sprintf("u_%d", rng.IntN(5000))
	}
	return out
}

// madeUp writes tickets of about a hundred words, with topics that repeat.
func madeUp(rng *rand.Rand) func() (string, string) {
	zipf := rand.NewZipf(rng, 1.07, 12, 200_000)
	words := func(n, topic int) string {
		var b strings.Builder
		for range n {
			if rng.IntN(4) == 0 {
				fmt.Fprintf(&b, "t%dq%d ", topic, rng.IntN(12))
			} else {
				fmt.Fprintf(&b, "w%dx ", zipf.Uint64())
			}
		}
		return b.String()
	}
	return func() (string, string) {
		topic := rng.IntN(800)
		return words(7, topic), words(30+rng.IntN(140), topic)
	}
}

// recombined returns the tickets of a file, then new ones from their sentences.
func recombined(b *testing.B, path string, rng *rand.Rand, n int) func() (string, string) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var whole [][2]string
	var sentences []string
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var row struct{ Text string }
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			b.Fatal(err)
		}
		subject, body, _ := strings.Cut(row.Text, "\n")
		whole = append(whole, [2]string{subject, body})
		sentences = append(sentences, strings.SplitAfter(body, ". ")...)
	}
	b.Logf("%d real tickets, %d asked for", len(whole), n)
	next := 0
	return func() (string, string) {
		if next++; next <= len(whole) {
			return whole[next-1][0], whole[next-1][1]
		}
		subject, like := whole[rng.IntN(len(whole))][0], whole[rng.IntN(len(whole))][1]
		var body strings.Builder
		for body.Len() < len(like) {
			body.WriteString(sentences[rng.IntN(len(sentences))] + " ")
		}
		return subject, body.String()
	}
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// BenchmarkMemory measures a memory of 100,000 tickets: reading them, what they take,
// finding the neighbours of a ticket, and learning one more.
func BenchmarkMemory(b *testing.B) {
	tickets := benchTickets(b, largeDesk+2000)
	known, fresh := tickets[:largeDesk], tickets[largeDesk:]
	before := heap()
	m := memory.New()
	start := time.Now()
	for page := range slices.Chunk(known, 200) {
		for _, p := range memory.PrepareAll(page) {
			m.Add(p)
		}
	}
	seconds := time.Since(start).Seconds()
	bytes := float64(heap()-before) / largeDesk
	at := noon.AddDate(1, 0, 0)
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			m.Learn(known[0]) // known already: what a restart of the follower costs
		}
		b.ReportMetric(seconds, "s/all")
		b.ReportMetric(bytes, "B/ticket")
	})
	b.Run("neighbours", func(b *testing.B) {
		var ms []float64
		for i := 0; b.Loop(); i++ {
			q := fresh[i%1000]
			start := time.Now()
			recall(m, q.Subject, q.Body(), at)
			ms = append(ms, float64(time.Since(start).Microseconds())/1000)
		}
		slices.Sort(ms)
		b.ReportMetric(ms[len(ms)/2], "ms/p50")
		b.ReportMetric(ms[len(ms)*99/100], "ms/p99")
	})
	b.Run("learn", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			t := fresh[1000+i%1000]
			t.Messages[0].Text += " again" // a new text: forgotten and learned again
			m.Learn(t)
		}
	})
}
