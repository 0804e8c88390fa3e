package retrieval

import (
	"context"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// newestRemembered bounds the memory, and with it the time to start, whatever the number of
// tickets: at this many it takes about 250 MB.
const newestRemembered = 200_000

// learn brings the memory up to date with these tickets.
func (e *Engine) learn(ctx context.Context, ids []string) error {
	if !e.learns {
		return nil
	}
	for part := range slices.Chunk(ids, truth.TicketsPerBatch) {
		tickets, err := e.source.IndexTickets(ctx, part)
		if err != nil {
			return fmt.Errorf("read tickets: %w", err)
		}
		gone := make(map[string]bool, len(part))
		for _, id := range part {
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
	if s, ok := e.source.(truth.OpenTickets); ok {
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
func (e *Engine) loadTickets(ctx context.Context, m *memory.Memory, list truth.Lister) error {
	ids, err := truth.Newest(ctx, list, e.remember)
	if err != nil {
		return fmt.Errorf("read tickets: %w", err)
	}
	for part := range slices.Chunk(ids, truth.TicketsPerBatch) {
		tickets, err := e.source.IndexTickets(ctx, part)
		if err != nil {
			return fmt.Errorf("read tickets: %w", err)
		}
		for _, p := range memory.PrepareAll(tickets) {
			m.Add(p)
		}
	}
	return nil
}
