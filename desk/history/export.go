package history

import (
	"bufio"
	"context"
	"fmt"
	"io"
)

// Export writes all tickets in order of number, one a line, and returns how many. progress is
// called after each page with the tickets written so far; nil for none.
func (s *Service) Export(ctx context.Context, out io.Writer, progress func(done int)) (int, error) {
	w := bufio.NewWriterSize(out, 1<<20)
	done := 0
	for after := ""; ; {
		numbers, err := s.Store.TicketNumbers(ctx, after, batchTickets)
		if err != nil {
			return done, fmt.Errorf("export tickets: %w", err)
		}
		if len(numbers) == 0 {
			break
		}
		lines, err := s.lines(ctx, numbers)
		if err != nil {
			return done, fmt.Errorf("export tickets: %w", err)
		}
		for _, n := range numbers {
			if _, err := w.Write(lines[n]); err != nil {
				return done, fmt.Errorf("export tickets: %w", err)
			}
		}
		done += len(lines)
		if progress != nil {
			progress(done)
		}
		after = numbers[len(numbers)-1]
	}
	if err := w.Flush(); err != nil {
		return done, fmt.Errorf("export tickets: %w", err)
	}
	return done, nil
}

// lines returns the encoded lines of tickets by number.
func (s *Service) lines(ctx context.Context, numbers []string) (map[string][]byte, error) {
	past, err := s.Store.Past(ctx, numbers)
	if err != nil || len(past) == 0 {
		return nil, err
	}
	composers := make([]*composer, len(past))
	r := newReferences()
	for i, p := range past {
		composers[i] = &composer{past: p}
		if err := composers[i].decode(); err != nil {
			return nil, fmt.Errorf("ticket %s: %w", p.Ticket.ID, err)
		}
		r.collect(composers[i])
	}
	aliases, err := s.Store.Aliases(ctx, r.list("@"), r.list("/"), r.list("#"))
	if err != nil {
		return nil, err
	}
	out := make(map[string][]byte, len(past))
	for _, t := range composers {
		t.aliases = aliases
		out[t.past.Ticket.ID] = t.line().Encode()
	}
	return out, nil
}
