// Package recent holds what was computed recently within a fixed number of bytes. It imports
// nothing of Deskbook.
package recent

import (
	"container/list"
	"sync"
)

// Cache holds values by key; those that were not used for longest are dropped first. It is safe
// for use by several goroutines, and its values are shared between them.
type Cache[V any] struct {
	limit int

	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of entry[V], the most recently used first
	cost  int
}

type entry[V any] struct {
	key   string
	value V
	cost  int
}

// shareOfLimit is the part of the limit that one value may take up.
const shareOfLimit = 4

// New returns an empty cache for values of so many bytes together.
func New[V any](limit int) *Cache[V] {
	return &Cache[V]{limit: limit, byKey: map[string]*list.Element{}, order: list.New()}
}

// Get returns the value of a key.
func (c *Cache[V]) Get(key string) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x, ok := c.byKey[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(x)
	e, ok := x.Value.(entry[V])
	return e.value, ok
}

// Put remembers a value that takes up about cost bytes, unless it is too large.
func (c *Cache[V]) Put(key string, value V, cost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok || cost > c.limit/shareOfLimit {
		return
	}
	c.byKey[key] = c.order.PushFront(entry[V]{key, value, cost})
	for c.cost += cost; c.cost > c.limit; {
		last := c.order.Back()
		old, _ := c.order.Remove(last).(entry[V])
		delete(c.byKey, old.key)
		c.cost -= old.cost
	}
}
