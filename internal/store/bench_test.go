package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

func benchStore(b *testing.B) *store.Store {
	b.Helper()
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), store.FileName), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// sized returns an article of about 4 kB in six passages, like real ones.
func sized(id string) kb.Article {
	a := public(id, 1)
	a.Tags, a.Categories = []string{"vpn", "network"}, []string{"access"}
	for i := range 6 {
		text := strings.Repeat("The connection ends after a minute and comes back by itself. ", 10)
		a.Markdown += fmt.Sprintf("\n## Section %d\n\n%s\n", i, text)
		a.Passages = append(a.Passages, kb.Passage{
			ID: fmt.Sprintf("%s.%d", id, i), Heading: fmt.Sprintf("Section %d", i), Text: text,
		})
	}
	return a
}

// BenchmarkSaveArticles writes batches of 200, as an import does.
func BenchmarkSaveArticles(b *testing.B) {
	s := benchStore(b)
	n := 0
	for b.Loop() {
		var (
			batch []kb.Article
			entry journal.Entry
		)
		for range 200 {
			n++
			a := sized(fmt.Sprintf("a_%06d", n*7919%1_000_000))
			e := noted(journal.Article, a.ID, "imported")
			batch = append(batch, a)
			entry.Events = append(entry.Events, e.Events...)
			entry.Changes = append(entry.Changes, e.Changes...)
		}
		if err := s.SaveArticles(b.Context(), batch, entry); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "articles/s")
}

// BenchmarkOpenTicket writes one ticket after another, each synced to the disk before the
// next one.
func BenchmarkOpenTicket(b *testing.B) {
	s := benchStore(b)
	n := 0
	for b.Loop() {
		if _, err := addTicket(b.Context(), s, strings.Repeat("It does not work. ", 50)); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "tickets/s")
}

func BenchmarkTicket(b *testing.B) {
	s := benchStore(b)
	for range 1000 {
		if _, err := addTicket(b.Context(), s, "text"); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Ticket(b.Context(), "1500", desk.Scope{All: true}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("queue", func(b *testing.B) {
		queue := desk.Filter{
			Scope: desk.Scope{All: true}, Statuses: []desk.Status{desk.New, desk.Open}, ByPriority: true, Limit: 50,
		}
		for b.Loop() {
			page, err := s.Tickets(b.Context(), queue)
			if err != nil || len(page.Tickets) != 50 {
				b.Fatal(len(page.Tickets), err)
			}
		}
	})
}
