package summarize_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
)

// inventedThreads returns the threads of testdata/threads.txt, whose head describes their form.
func inventedThreads(t *testing.T) []desk.Ticket {
	t.Helper()
	data, err := os.ReadFile("testdata/threads.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []desk.Ticket
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if subject, ok := strings.CutPrefix(line, "== "); ok {
			out = append(out, ticketOf(subject))
			continue
		}
		head, text, ok := strings.Cut(line, ": ")
		if strings.HasPrefix(line, "#") || !ok || len(out) == 0 {
			continue
		}
		fields := strings.Fields(head)
		one := ticketOf("", fields[0]+": "+text)
		m := one.Messages[0]
		last := &out[len(out)-1]
		m.N, m.At = len(last.Messages)+1, last.CreatedAt
		for _, f := range fields[1:] {
			hours, err := strconv.ParseFloat(strings.TrimPrefix(f, "+"), 64)
			if err == nil {
				m.At = last.CreatedAt.Add(time.Duration(hours * float64(time.Hour)))
			} else {
				m.Author, m.AuthorName = "u_"+strings.ToLower(f), f+" Agentsson"
			}
		}
		if m.Kind == desk.Escalation {
			last.Group = "second-line"
		}
		last.Messages = append(last.Messages, m)
	}
	return out
}

// TestHandoffsOfThreads compares the hand-offs of the invented threads with those that were read
// line by line; -update writes them.
func TestHandoffsOfThreads(t *testing.T) {
	var b strings.Builder
	for _, ticket := range inventedThreads(t) {
		s, err := extractive().Summarize(t.Context(), ticket)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "== %s\n", ticket.Subject)
		for _, sec := range s.Sections {
			for _, l := range sec.Lines {
				fmt.Fprintf(&b, "%s: %s %v", sec.Name, l.Text, l.Messages)
				if l.Result != "" {
					fmt.Fprintf(&b, " %s", l.Result)
				}
				b.WriteByte('\n')
			}
		}
	}
	const file = "testdata/threads.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
