package posting

import (
	"container/list"
	"sync"
)

// Cache holds decoded postings and lists within a fixed number of bytes; what was not used for
// longest goes first. It is safe for use by several goroutines.
type Cache struct {
	limit int

	mu     sync.Mutex
	byTerm map[string]*list.Element
	order  *list.List // of *entry, the most recently used first
	bytes  int
}

// entry is what is known of one term.
type entry struct {
	term  string
	raws  map[uint64]*Raw // by segment
	lists []viewed
	cost  int
}

// viewed is the list of a term for one kind of reader and one state of the documents.
type viewed struct {
	reader string
	state  uint64
	list   *List
}

const (
	maxReaders   = 16 // lists of one term
	entryCost    = 256
	rawCost      = 8  // bytes of one posting
	listCost     = 16 // of one posting in a list: its raw posting too, which the list holds
	perListCost  = 400
	shareOfLimit = 8 // one term may have this part of the limit
)

// NewCache returns an empty cache.
func NewCache(limit int) *Cache {
	return &Cache{limit: limit, byTerm: map[string]*list.Element{}, order: list.New()}
}

// List returns the list of a term for this kind of reader in this state of the documents, nil
// where it is not known.
func (c *Cache) List(term, reader string, state uint64) *List {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.use(term)
	if e == nil {
		return nil
	}
	for _, v := range e.lists {
		if v.state == state && v.reader == reader {
			return v.list
		}
	}
	return nil
}

// Raws returns the postings of a term that are known, by segment, in a map that the caller may
// change.
func (c *Cache) Raws(term string) map[uint64]*Raw {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[uint64]*Raw{}
	if e := c.use(term); e != nil {
		for id, r := range e.raws {
			out[id] = r
		}
	}
	return out
}

// use returns the entry of a term and moves it to the front.
func (c *Cache) use(term string) *entry {
	x, ok := c.byTerm[term]
	if !ok {
		return nil
	}
	c.order.MoveToFront(x)
	e, _ := x.Value.(*entry)
	return e
}

// Put remembers the postings of a term by segment, and, unless it is nil, its list. The
// postings of other segments are forgotten, and so are the lists of the same kind of reader.
func (c *Cache) Put(term, reader string, state uint64, raws map[uint64]*Raw, l *List) {
	postings := 0
	for _, r := range raws {
		postings += len(r.Docs)
	}
	if postings == 0 || postings*(rawCost+listCost) > c.limit/shareOfLimit {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.use(term)
	if e == nil {
		e = &entry{term: term}
		c.byTerm[term] = c.order.PushFront(e)
	}
	e.raws = raws
	if l != nil {
		kept := e.lists[:0]
		for _, v := range e.lists {
			if v.reader != reader {
				kept = append(kept, v)
			}
		}
		if len(kept) == maxReaders {
			kept = append(kept[:0], kept[1:]...)
		}
		e.lists = append(kept, viewed{reader, state, l})
	}
	c.bytes -= e.cost
	e.cost = entryCost + 2*len(term) + rawCost*postings
	for _, v := range e.lists {
		e.cost += perListCost + listCost*v.list.postings()
	}
	c.bytes += e.cost
	for c.bytes > c.limit {
		last := c.order.Back()
		old, _ := last.Value.(*entry)
		c.order.Remove(last)
		delete(c.byTerm, old.term)
		c.bytes -= old.cost
	}
}

// Bytes returns about how much memory the cache takes up.
func (c *Cache) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}
