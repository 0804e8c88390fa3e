package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// maxWords is the most words of a subject search.
const maxWords = 16

// newestSearched is how many tickets are searched for words of one or two letters, which no
// index finds.
const newestSearched = 20_000

// Tickets lists tickets with links and dismissals, without threads and intake suggestions. A
// ticket whose number or external id is the text comes first.
func (s *Store) Tickets(ctx context.Context, f desk.Filter) (desk.Page, error) {
	q, err := ticketQuery(f)
	if err != nil {
		return desk.Page{}, err
	}
	var page desk.Page
	limit := limitOf(f.Limit)
	err = s.view(ctx, func(c conn) error {
		found, err := list(ctx, c, scanTicket,
			"SELECT number, "+ticketColumns+" FROM "+q.from+q.where.String()+q.order+" LIMIT ?",
			append(q.where.args, limit+1)...)
		if err != nil {
			return err
		}
		page.Tickets = found
		if len(found) > limit {
			page.Tickets = found[:limit]
			page.Next = cursor(f, found[limit-1])
		}
		if page.Tickets, err = namedFirst(ctx, c, f, page.Tickets); err != nil {
			return err
		}
		if err := addLinks(ctx, c, page.Tickets); err != nil {
			return err
		}
		if err := addTimings(ctx, c, page.Tickets); err != nil {
			return err
		}
		return addDismissals(ctx, c, page.Tickets)
	})
	return page, err
}

// ticketName matches what people write before the number of a ticket.
var ticketName = regexp.MustCompile(`(?i)^\s*(?:ticket\b)?\s*(?:no\.?|nr\.?|number)?\s*#?`)

// namedFirst puts the ticket that the text of the filter names at the top of the first page.
func namedFirst(ctx context.Context, c conn, f desk.Filter, page []desk.Ticket) ([]desk.Ticket, error) {
	name := strings.TrimSpace(ticketName.ReplaceAllString(f.Text, ""))
	if name == "" || f.After != "" {
		return page, nil
	}
	n, err := numberWithin(ctx, c, name, f.Scope)
	if fault.Is(err, fault.NotFound) {
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	var w where
	w.and("number = ?", n)
	named, err := ticketsWith(ctx, c, w)
	if err != nil || len(named) == 0 {
		return page, err
	}
	page = slices.DeleteFunc(page, func(t desk.Ticket) bool { return t.ID == named[0].ID })
	return append(named, page...), nil
}

// cursor returns the position of the last ticket of a page in the order of the list.
func cursor(f desk.Filter, last desk.Ticket) string {
	if f.ByPriority {
		return fmt.Sprintf("%d.%s", last.Priority, last.ID)
	}
	return last.ID
}

// query is a list of tickets. It reads a page of an index, or the tickets that are open.
type query struct {
	from, order string
	where       where
}

func ticketQuery(f desk.Filter) (query, error) {
	q := query{from: "ticket", order: " ORDER BY number DESC"}
	w := &q.where
	within(w, f.Scope)
	open := len(f.Statuses) > 0 && !slices.ContainsFunc(f.Statuses, desk.Status.Ended)
	if f.IDs != nil {
		numbers := make([]int64, len(f.IDs))
		for i, id := range f.IDs {
			var err error
			if numbers[i], err = number(id); err != nil {
				return q, err
			}
		}
		among(w, "number", numbers)
	}
	switch {
	case f.ByPriority:
		q.order = " ORDER BY priority, number"
	case open:
		q.order = " ORDER BY +number DESC" // in no order of an index: few are open
	}
	switch {
	case open:
		w.and("status NOT IN ('resolved', 'closed')") // as the index of open tickets has it
		among(w, "+status", f.Statuses)
	case len(f.Statuses) == 1:
		among(w, "status", f.Statuses)
	case len(f.Statuses) > 1:
		among(w, "+status", f.Statuses) // most tickets have one of them
	}
	if f.Group != "" {
		w.and("group_name = ?", f.Group)
	}
	if f.Assignee != "" {
		w.and("assignee = ?", f.Assignee)
	}
	if f.Unassigned {
		w.and("assignee = ''")
	}
	if f.Type != "" {
		w.and("type = ?", f.Type)
	}
	if err := overdue(w, f); err != nil {
		return q, err
	}
	if f.Bypass {
		w.and("bypass <> 0")
	}
	if err := q.search(f.Text, open || f.ByPriority); err != nil {
		return q, err
	}
	if f.After != "" {
		return q, after(w, f)
	}
	return q, nil
}

// search requires the words to appear in the subject. few says that the other conditions
// leave few tickets, or that the order is another than that of the index of subjects.
func (q *query) search(text string, few bool) error {
	if err := checkText(text); err != nil {
		return err
	}
	words := strings.Fields(strings.ToLower(text))
	if len(words) > maxWords {
		return fault.InvalidField("text", "has %d words; search with at most %d", len(words), maxWords)
	}
	var parts []string
	for _, word := range words {
		q.where.and(`subject_fold LIKE ? ESCAPE '\'`, likePattern(word))
		parts = append(parts, trigrams(word)...)
	}
	switch {
	case len(words) == 0 || few && len(parts) == 0:
	case few:
		q.where.and("number IN (SELECT rowid FROM ticket_subject WHERE ticket_subject MATCH ?)", strings.Join(parts, " AND "))
	case len(parts) == 0:
		q.where.and("number > (SELECT value FROM counter WHERE name = 'ticket') - ?", newestSearched)
	default:
		q.from = "ticket_subject s CROSS JOIN ticket ON number = s.rowid"
		q.order = " ORDER BY s.rowid DESC"
		q.where.and("ticket_subject MATCH ?", strings.Join(parts, " AND "))
	}
	return nil
}

// trigrams returns the parts of three letters of a word as the index of subjects takes them.
func trigrams(word string) []string {
	letters := []rune(word)
	var out []string
	for i := range len(letters) - 2 {
		out = append(out, `"`+strings.ReplaceAll(string(letters[i:i+3]), `"`, `""`)+`"`)
	}
	return out
}

// after requires the ticket to follow the cursor.
func after(w *where, f desk.Filter) error {
	if !f.ByPriority {
		n, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return badCursor()
		}
		w.and("number < ?", n)
		return nil
	}
	p, id, _ := strings.Cut(f.After, ".")
	priority, err1 := strconv.Atoi(p)
	n, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil {
		return badCursor()
	}
	w.and("(priority, number) > (?, ?)", priority, n)
	return nil
}

// CountTickets counts the tickets in the scope that were not merged into another.
func (s *Store) CountTickets(ctx context.Context, scope desk.Scope) (desk.Counts, error) {
	counts := desk.Counts{ByStatus: map[desk.Status]int{}, ByGroup: map[string]int{}}
	query, args := "SELECT status, group_name, bypass, n FROM ticket_tally WHERE n > 0", []any(nil)
	if !scope.All {
		var w where
		within(&w, scope)
		w.and("merged_into = ''")
		query = "SELECT status, group_name, bypass, count(*) FROM ticket" + w.String() +
			" GROUP BY status, group_name, bypass"
		args = w.args
	}
	_, err := list(ctx, s.read(), func(r scanner) (struct{}, error) {
		var (
			status desk.Status
			group  string
			bypass bool
			n      int
		)
		err := r.Scan(&status, &group, &bypass, &n)
		counts.ByStatus[status] += n
		counts.Total += n
		if !status.Ended() {
			counts.ByGroup[group] += n
		}
		if bypass {
			counts.Bypassed += n
		}
		return struct{}{}, err
	}, query, args...)
	return counts, err
}
