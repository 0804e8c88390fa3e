package desk

import (
	"context"
	"hash/maphash"
)

// turns makes edits that lost a race for the same ticket wait for each other, so that
// many people who write to one ticket at once are served one after the other instead
// of failing each other again and again. Two tickets may share a turn: that costs a
// short wait. Other processes are kept apart by the version alone.
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

// take waits for the ticket's turn; release gives it back.
func (t *turns) take(ctx context.Context, ticket string) (release func(), err error) {
	turn := t.free[maphash.String(t.seed, ticket)%uint64(len(t.free))]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
