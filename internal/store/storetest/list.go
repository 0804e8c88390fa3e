package storetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// lists tests filters, and that paging returns everything once.
func lists(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("ticket filters", func(t *testing.T) { ticketFilters(t, fresh) })
	t.Run("an invalid cursor is refused", func(t *testing.T) {
		s := fresh(t)(t)
		open(t, s, ticket("printer"))
		for _, f := range []desk.Filter{
			{After: "x"},
			{After: "1.2"},
			{After: "1001", ByPriority: true},
			{After: "a.b", ByPriority: true},
		} {
			f.Scope = everyone
			_, err := s.Tickets(t.Context(), f)
			wantKind(t, err, fault.Invalid)
		}
	})
	t.Run("paging is complete while others insert", func(t *testing.T) { paging(t, fresh) })
}

func ticketFilters(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	a, b, c := ticket("Drucker 100% über_voll"), ticket("VPN does not connect"), ticket(`Path C:\temp is full`)
	a.Priority, a.Assignee = 2, "u_eve"
	b.Type, b.Status, b.Group, b.Priority = desk.Question, desk.Open, "second-line", 1
	c.Bypass, c.Status, c.Priority = true, desk.Closed, 2
	for _, x := range []desk.Ticket{a, b, c} {
		open(t, s, x)
	}
	cases := []struct {
		name   string
		filter desk.Filter
		want   []string
	}{
		{"none, newest first", desk.Filter{}, []string{"1003", "1002", "1001"}},
		{"by priority, oldest first", desk.Filter{ByPriority: true}, []string{"1002", "1001", "1003"}},
		{"numbers", desk.Filter{IDs: []string{"1001", "1003", "9999"}}, []string{"1003", "1001"}},
		{"no number", desk.Filter{IDs: []string{}}, nil},
		{"statuses", desk.Filter{Statuses: []desk.Status{desk.New, desk.Closed}}, []string{"1003", "1001"}},
		{"group", desk.Filter{Group: "second-line"}, []string{"1002"}},
		{"assignee", desk.Filter{Assignee: "u_eve"}, []string{"1001"}},
		{"unassigned", desk.Filter{Unassigned: true}, []string{"1003", "1002"}},
		{"type", desk.Filter{Type: desk.Question}, []string{"1002"}},
		{"bypass", desk.Filter{Bypass: true}, []string{"1003"}},
		{"a word", desk.Filter{Text: "vpn"}, []string{"1002"}},
		{"all words", desk.Filter{Text: "connect vpn"}, []string{"1002"}},
		{"not only one of the words", desk.Filter{Text: "vpn drucker"}, nil},
		{"letters beyond ASCII, folded", desk.Filter{Text: "ÜBER"}, []string{"1001"}},
		{"a percent sign is literal", desk.Filter{Text: "%"}, []string{"1001"}},
		{"an underscore is literal", desk.Filter{Text: "r_v"}, []string{"1001"}},
		{"and matches no other letter", desk.Filter{Text: "v_n"}, nil},
		{"a backslash is literal", desk.Filter{Text: `c:\t`}, []string{"1003"}},
		{"a quote is literal", desk.Filter{Text: `' OR '1'='1`}, nil},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			x.filter.Scope = everyone
			page, err := s.Tickets(t.Context(), x.filter)
			must(t, err)
			var ids []string
			for _, got := range page.Tickets {
				ids = append(ids, got.ID)
			}
			wantEqual(t, ids, x.want)
		})
	}
	tooMany := desk.Filter{Scope: everyone, Text: strings.Repeat("word ", 17)}
	_, err := s.Tickets(t.Context(), tooMany)
	wantKind(t, err, fault.Invalid)
}

// paging reads every list in small pages while another store inserts: everything that
// existed at the start is returned once, in the order of the list.
func paging(t *testing.T, fresh func(t *testing.T) Opener) {
	opener := fresh(t)
	s, other := opener(t), opener(t)
	ctx := t.Context()
	const n = 60
	for i := range n {
		insert(ctx, t, s, i)
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := n; ; i++ {
			select {
			case <-stop:
				return
			default:
				insert(ctx, t, other, i)
			}
		}
	}()
	walks := []struct {
		name string
		page func(after string) (keys []string, next string, err error)
	}{
		{"tickets", func(after string) ([]string, string, error) { return ticketPage(ctx, s, desk.Filter{After: after}) }},
		{"queue", func(after string) ([]string, string, error) {
			return ticketPage(ctx, s, desk.Filter{After: after, ByPriority: true})
		}},
		{"articles", func(after string) (keys []string, next string, err error) {
			page, err := s.Articles(ctx, kb.ArticleFilter{Visibility: all, After: after, Limit: 7})
			for _, a := range page.Articles {
				keys = append(keys, a.ID[2:])
			}
			return keys, page.Next, err
		}},
		{"drafts", func(after string) (keys []string, next string, err error) {
			page, err := s.Drafts(ctx, kb.DraftFilter{After: after, Limit: 7})
			for _, d := range page.Drafts {
				keys = append(keys, d.ID[2:])
			}
			return keys, page.Next, err
		}},
	}
	for _, w := range walks {
		t.Run(w.name, func(t *testing.T) {
			seen := map[string]int{}
			for after, pages := "", 0; pages == 0 || after != ""; pages++ {
				keys, next, err := w.page(after)
				must(t, err)
				for _, k := range keys {
					seen[k]++
				}
				after = next
			}
			for i := range n {
				if k := key(i); seen[k] != 1 {
					t.Errorf("%s was returned %d times", k, seen[k])
				}
			}
		})
	}
	close(stop)
	<-done
}

func key(i int) string { return fmt.Sprintf("%06d", i*7919%100_000) }

// insert adds a ticket, an article and a draft; their keys are in no order.
func insert(ctx context.Context, t *testing.T, s *store.Store, i int) {
	x := ticket(key(i))
	x.Priority = i%5 + 1
	_, err := s.CreateTicket(ctx, func(id string) (desk.Ticket, journal.Entry) { return x, journal.Entry{} })
	if err != nil {
		t.Error(err)
	}
	if err := s.SaveArticles(ctx, []kb.Article{article("a_"+key(i), 1)}, journal.Entry{}); err != nil {
		t.Error(err)
	}
	if err := s.SaveDraft(ctx, draft("r_"+key(i), 1), journal.Entry{}); err != nil {
		t.Error(err)
	}
}

func ticketPage(ctx context.Context, s *store.Store, f desk.Filter) (keys []string, next string, err error) {
	f.Scope, f.Limit = everyone, 7
	page, err := s.Tickets(ctx, f)
	ordered := slices.IsSortedFunc(page.Tickets, func(a, b desk.Ticket) int {
		if f.ByPriority && a.Priority != b.Priority {
			return a.Priority - b.Priority
		}
		m, _ := strconv.Atoi(a.ID)
		n, _ := strconv.Atoi(b.ID)
		if f.ByPriority {
			return m - n
		}
		return n - m
	})
	if err == nil && !ordered {
		err = fmt.Errorf("the page after %q is out of order", f.After)
	}
	for _, x := range page.Tickets {
		keys = append(keys, x.Subject)
	}
	return keys, page.Next, err
}
