package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

type ticketsReport struct {
	Created, Updated, Unchanged int
	Rejected                    []struct {
		Line   int
		Reason string
	}
}

func importTickets(t *testing.T, p testkit.Program, file string) (r ticketsReport) {
	t.Helper()
	out, err := p.Run(t.Context(), "", "tickets", "import", file, "--json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("tickets import printed %q: %v", out, err)
	}
	return r
}

// generated returns the folder of a generated desk.
func generated(t *testing.T, p testkit.Program, tickets int) string {
	t.Helper()
	dir := t.TempDir()
	_, err := p.Run(t.Context(), "", "simulate", "--tickets", fmt.Sprint(tickets), "--articles", "60", "--out", dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// exported returns what tickets export writes.
func exported(t *testing.T, p testkit.Program) string {
	t.Helper()
	out, err := p.Run(t.Context(), "", "tickets", "export", "-")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTicketsWhileServing moves tickets in while a server runs, by an import that is killed
// at random moments and started again. Afterwards every ticket is there once, and the running
// server finds them by the id they had and suggests what resolved them.
func TestTicketsWhileServing(t *testing.T) {
	p := program(t)
	dir := generated(t, p, 1500)
	importJSON(t, p, filepath.Join(dir, "articles"))
	d := boot(t, p, "ada")
	file := filepath.Join(dir, "tickets.jsonl")
	rng := rand.New(rand.NewPCG(*seed, 5))
	for range *kills {
		cmd := exec.CommandContext(t.Context(), p.Bin, "tickets", "import", file, "--data", p.Data)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Duration(100+rng.IntN(700)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed, unless it had finished
	}
	r := importTickets(t, p, file)
	if r.Created+r.Unchanged != 1500 || r.Updated+len(r.Rejected) > 0 {
		t.Errorf("after %d kills: %+v", *kills, r)
	}
	if r = importTickets(t, p, file); r.Unchanged != 1500 {
		t.Errorf("once more: %+v", r)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(exported(t, p), "\n")+1, strings.Count(string(text), "\n"); got != want {
		t.Errorf("%d tickets are exported, want %d", got, want)
	}
	var x struct {
		ID, Subject string
		ExternalID  string `json:"external_id"`
		Messages    []struct{ Text string }
	}
	d.call(t, "ada", http.MethodGet, "/tickets/T-700", nil, &x)
	if x.ExternalID != "T-700" || len(x.Messages) == 0 {
		t.Fatalf("found %+v", x)
	}
	var page struct{ Tickets []struct{ ID string } }
	d.call(t, "ada", http.MethodGet, "/tickets?q=T-700", nil, &page)
	if len(page.Tickets) == 0 || page.Tickets[0].ID != x.ID {
		t.Errorf("the search finds %+v", page)
	}
	var s struct{ Tickets []struct{ ID string } }
	eventually(t, time.Minute, "suggestions from the tickets that came in", func() bool {
		in := map[string]string{"subject": x.Subject, "body": x.Messages[0].Text}
		d.call(t, "ada", http.MethodPost, "/suggestions", in, &s)
		return len(s.Tickets) > 0
	})
}

// TestTicketsExport: what one desk exports, another exports again byte for byte.
func TestTicketsExport(t *testing.T) {
	one, other := program(t), program(t)
	dir := generated(t, one, 300)
	importTickets(t, one, filepath.Join(dir, "tickets.jsonl"))
	file := filepath.Join(t.TempDir(), "out.jsonl")
	if _, err := one.Run(t.Context(), "", "tickets", "export", file); err != nil {
		t.Fatal(err)
	}
	if r := importTickets(t, other, file); r.Created != 300 {
		t.Errorf("import of the export: %+v", r)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if exported(t, other) != strings.TrimSpace(string(text)) {
		t.Error("the second export differs")
	}
}

// TestPersonGetsALogin: somebody who wrote in a ticket that came in can be added as a user
// and finds their tickets.
func TestPersonGetsALogin(t *testing.T) {
	p := program(t)
	lines := `{"id":"X-1","subject":"VPN drops","requester":"rita@example.test","created":"2024-05-01T08:00:00Z",` +
		`"messages":[{"text":"It drops."}]}` + "\n"
	if _, err := p.Run(t.Context(), lines, "tickets", "import", "-"); err != nil {
		t.Fatal(err)
	}
	d := boot(t, p, "rita", "rob")
	var page struct{ Tickets []struct{ Subject string } }
	d.call(t, "rita", http.MethodGet, "/tickets", nil, &page)
	if len(page.Tickets) != 1 || page.Tickets[0].Subject != "VPN drops" {
		t.Errorf("rita sees %+v", page)
	}
	if got := d.status(t, "rita", http.MethodGet, "/tickets/X-1", nil); got != http.StatusOK {
		t.Errorf("by its id: %d", got)
	}
	if got := d.status(t, "rob", http.MethodGet, "/tickets/X-1", nil); got != http.StatusNotFound {
		t.Errorf("somebody else's: %d", got)
	}
}
