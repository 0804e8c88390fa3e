package highlight

import (
	"crypto/sha256"
	"sync"
)

// cacheSize bounds, in bytes, each of the two halves of what is remembered.
const cacheSize = 4 << 20

// key is the hash of a language and a code in it.
type key [sha256.Size]byte

func keyOf(language, code string) key { return sha256.Sum256([]byte(language + "\x00" + code)) }

// cache remembers results in two halves: when the young one is full, it replaces the old
// one, so that what is not asked for is forgotten.
type cache struct {
	mu         sync.Mutex
	young, old map[key]string
	size       int // of young
}

func (c *cache) get(k key) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if out, ok := c.young[k]; ok {
		return out, true
	}
	out, ok := c.old[k]
	if ok {
		c.add(k, out)
	}
	return out, ok
}

func (c *cache) put(k key, out string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(k, out)
}

func (c *cache) add(k key, out string) {
	if c.young == nil || c.size > cacheSize {
		c.young, c.old, c.size = map[key]string{}, c.young, 0
	}
	c.young[k] = out
	c.size += len(out) + 2*len(k)
}
