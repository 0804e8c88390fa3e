package retrieval

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/retrieval/memory"
)

const (
	// newestRemembered bounds the memory, and with it the time to start, whatever the number of
	// tickets: at this many it takes about 250 MB.
	newestRemembered = 200_000
	idsPerPage       = 5000
)

// lister lists ids of tickets in order of number.
type lister func(ctx context.Context, after string, limit int) ([]string, error)

// learn brings the memory up to date with these tickets.
func (e *Engine) learn(ctx context.Context, ids []string) error {
	if !e.learns {
		return nil
	}
	for len(ids) > 0 {
		n := min(len(ids), TicketsPerBatch)
		tickets, err := e.source.IndexTickets(ctx, ids[:n])
		if err != nil {
			return fmt.Errorf("read tickets: %w", err)
		}
		gone := make(map[string]bool, n)
		for _, id := range ids[:n] {
			gone[id] = true
		}
		for _, p := range memory.PrepareAll(tickets) {
			delete(gone, p.ID())
			e.memory.Add(p)
		}
		for id := range gone {
			e.memory.Forget(id)
		}
		e.memory.Trim(e.remember)
		ids = ids[n:]
	}
	return nil
}

// loadMemory reads the newest resolved tickets, and the open ones, once. Changes that come in
// the meantime are applied again by the steps that follow, without effect.
func (e *Engine) loadMemory(ctx context.Context) error {
	if e.memoryLoaded || !e.learns {
		return nil
	}
	fresh := memory.New()
	if err := e.loadTickets(ctx, fresh, e.source.TicketIDs); err != nil {
		return err
	}
	if s, ok := e.source.(OpenTickets); ok {
		if err := e.loadTickets(ctx, fresh, s.OpenTicketIDs); err != nil {
			return err
		}
	}
	e.memory.Replace(fresh)
	e.memoryLoaded = true
	return nil
}

// loadTickets adds the newest of the listed tickets to the memory. All processors share the
// most expensive part, reading their words.
func (e *Engine) loadTickets(ctx context.Context, m *memory.Memory, list lister) error {
	ids, err := newestIDs(ctx, list, e.remember)
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	for len(ids) > 0 {
		n := min(len(ids), TicketsPerBatch)
		tickets, err := e.source.IndexTickets(ctx, ids[:n])
		if err != nil {
			return fmt.Errorf("read tickets: %w", err)
		}
		for _, p := range memory.PrepareAll(tickets) {
			m.Add(p)
		}
		ids = ids[n:]
	}
	return nil
}

// newestIDs returns the last ids of a list, at most n.
func newestIDs(ctx context.Context, list lister, n int) ([]string, error) {
	var all []string
	for after := ""; ; {
		page, err := list(ctx, after, idsPerPage)
		if err != nil || len(page) == 0 {
			return all[max(0, len(all)-n):], err
		}
		if all = append(all, page...); len(all) > 2*(n+idsPerPage) {
			all = append([]string(nil), all[len(all)-n:]...)
		}
		after = page[len(page)-1]
	}
}
