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

// inventedThreads returns the threads of a file in testdata, whose head describes its form.
func inventedThreads(t *testing.T, name string) []desk.Ticket {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
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
		if fields[0] == "resolve" {
			out[len(out)-1] = resolved(out[len(out)-1], desk.ResolutionCode(fields[1]), text)
			continue
		}
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
	for _, ticket := range inventedThreads(t, "threads.txt") {
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
	compareGolden(t, "testdata/threads.golden", b.String())
}

// TestDraftsOfThreads does the same for the drafts of the resolved ones.
func TestDraftsOfThreads(t *testing.T) {
	var b strings.Builder
	for _, ticket := range inventedThreads(t, "resolved.txt") {
		o, err := extractive().Draft(t.Context(), ticket)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "== %s\n%s: %s\n", ticket.Subject, o.Knowledge.Decision, o.Knowledge.Reason)
		if o.Proposal != nil {
			fmt.Fprintf(&b, "# %s\n%s\n", o.Proposal.Title, strings.TrimSpace(o.Proposal.Markdown))
		}
	}
	compareGolden(t, "testdata/resolved.golden", b.String())
}

// compareGolden compares a text with that of a file; -update writes it.
func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
