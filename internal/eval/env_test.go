package eval_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// lines reads a text file without its empty lines.
func lines(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// pastTicket is a ticket with what people decided about it.
type pastTicket struct {
	Subject, Body string
	At            time.Time
	Labels        map[desk.Field]string
}

var begin = time.Date(2025, 1, 6, 9, 0, 0, 0, time.UTC)

// history makes n tickets of three categories, a quarter of an hour apart.
func history(n int, seed uint64, from time.Time) []pastTicket {
	r := rand.New(rand.NewPCG(seed, 1))
	phrases := []struct {
		category string
		said     []string
	}{
		{"email", []string{"outlook does not open", "mailbox is full", "calendar invitation is missing"}},
		{"network", []string{"vpn tunnel drops", "wifi is slow", "no wifi signal in the meeting room"}},
		{"printing", []string{"printer jams", "toner is empty", "the printer queue is stuck"}},
	}
	filler := strings.Fields("please since yesterday on my machine again and it worked before could somebody look at " +
		"this today")
	var out []pastTicket
	for i := range n {
		p := phrases[r.IntN(len(phrases))]
		body := p.said[r.IntN(len(p.said))] + "."
		for range 12 {
			body += " " + filler[r.IntN(len(filler))]
		}
		out = append(out, pastTicket{
			Subject: p.said[r.IntN(len(p.said))], Body: body, At: from.Add(time.Duration(i) * 15 * time.Minute),
			Labels: map[desk.Field]string{desk.FieldCategory: p.category},
		})
	}
	return out
}
