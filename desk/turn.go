package desk

import (
	"context"
	"hash/maphash"
)

// turns serialises the edits of a ticket that have lost a race, so that many concurrent
// writers succeed one after the other instead of making each other fail again and again.
// Tickets may share a turn, which costs a short wait. Between processes, the version alone
// decides.
type turns struct {
	seed maphash.Seed
	free [64]chan struct{}
}

func newTurns() *turns {
	t := &turns{seed: maphash.MakeSeed()}
	for i := range t.free {
		t.free[i] = make(chan struct{}, 1)
	}
	return t
}

// take waits for the ticket's turn; release ends it.
func (t *turns) take(ctx context.Context, ticket string) (release func(), err error) {
	turn := t.free[maphash.String(t.seed, ticket)%uint64(len(t.free))]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
