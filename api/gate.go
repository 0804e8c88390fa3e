package api

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/fault"
)

// gate lets a few requests of a class run at a time. The others wait in line; those for
// which the line is too long, or that have waited too long, are rejected. So the load that
// is accepted is always answered in time, however much more there is.
type gate struct {
	name  string
	slots *semaphore.Weighted
	wait  time.Duration
	// most is how many requests may run or wait, mostEach how many of one client.
	most, mostEach int

	mu      sync.Mutex
	inside  int
	clients map[string]int
}

func newGate(name string, slots, queue, mostEach int, wait time.Duration) *gate {
	return &gate{
		name: name, slots: semaphore.NewWeighted(int64(slots)), wait: wait,
		most: slots + queue, mostEach: mostEach, clients: map[string]int{},
	}
}

// gates returns the gates of the classes. Plain requests have none: their number is limited
// together with all others.
func (l Limits) gates() map[route.Cost]*gate {
	return map[route.Cost]*gate{
		route.Ranking:   newGate("ranking", l.Ranking, l.Queue, l.Ranking+l.Queue, l.Wait),
		route.Writing:   newGate("writing", l.Writing, 0, max(1, l.Writing/4), l.Wait),
		route.Reporting: newGate("reporting", max(1, l.Ranking/2), l.Queue/4, l.Queue/4, l.Wait),
	}
}

// defaultRanking is how many requests rank at a time: more would only slow each other down.
func defaultRanking() int { return max(4, 2*runtime.GOMAXPROCS(0)) }

// enter waits for a slot. The client's requests leave when they call leave, once or more
// often.
func (g *gate) enter(ctx context.Context, client string) (leave func(), err error) {
	if err := g.join(client); err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, g.wait)
	defer cancel()
	if err := g.slots.Acquire(waiting, 1); err != nil {
		g.part(client)
		return nil, overloaded(err)
	}
	return sync.OnceFunc(func() {
		g.slots.Release(1)
		g.part(client)
	}), nil
}

// join adds a request of the client to those that run or wait.
func (g *gate) join(client string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.inside >= g.most:
		return overloaded(nil)
	case g.clients[client] >= g.mostEach:
		return fault.Wrap(fault.RateLimited, wait(time.Second),
			"You have %d requests of this kind under way. Wait for one of them to end.", g.mostEach)
	}
	g.inside++
	g.clients[client]++
	return nil
}

func (g *gate) part(client string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.clients[client]--; g.clients[client] == 0 {
		delete(g.clients, client)
	}
}

// overloaded returns the error of a request that there is no room for.
func overloaded(cause error) error {
	return fault.Wrap(fault.Unavailable, errors.Join(wait(time.Second), cause),
		"The server is overloaded. Try again in a moment.")
}
