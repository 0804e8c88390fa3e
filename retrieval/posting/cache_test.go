package posting_test

import (
	"fmt"
	"testing"

	"github.com/deskbook/deskbook/retrieval/posting"
)

func rawOf(n int) *posting.Raw {
	return &posting.Raw{Docs: make([]uint32, n), Counts: make([]posting.Counts, n)}
}

// TestCacheStaysWithinItsLimit: postings beyond the limit push out those that were not used for
// longest, and words that no document contains push out nothing.
func TestCacheStaysWithinItsLimit(t *testing.T) {
	const limit = 100_000
	c := posting.NewCache(limit)
	c.Put("common", "", 0, map[uint64]*posting.Raw{1: rawOf(100)}, nil)
	for i := range 10_000 {
		c.Put(fmt.Sprint("invented", i), "", 0, map[uint64]*posting.Raw{1: rawOf(0)}, nil)
	}
	if b := c.Bytes(); b > 5000 {
		t.Errorf("%d bytes for one word", b)
	}
	c.Put("everywhere", "", 0, map[uint64]*posting.Raw{1: rawOf(limit)}, nil)
	for i := range 1000 {
		if len(c.Raws("common")) == 0 {
			t.Fatalf("a word that is used was pushed out by %d others", i)
		}
		c.Put(fmt.Sprint("word", i), "", 0, map[uint64]*posting.Raw{1: rawOf(100)}, nil)
		if b := c.Bytes(); b > limit {
			t.Fatalf("%d bytes", b)
		}
	}
	if len(c.Raws("word0")) > 0 || len(c.Raws("word999")) == 0 || len(c.Raws("everywhere")) > 0 {
		t.Error("the cache holds other words than those used last")
	}
}

// TestListsOfAnotherState: a list is for one state of the documents and one kind of reader.
func TestListsOfAnotherState(t *testing.T) {
	c := posting.NewCache(1 << 20)
	old, fresh, other := &posting.List{}, &posting.List{}, &posting.List{}
	raws := map[uint64]*posting.Raw{1: rawOf(3)}
	c.Put("word", "staff", 1, raws, old)
	c.Put("word", "visitor", 1, raws, other)
	c.Put("word", "staff", 2, raws, fresh)
	if c.List("word", "staff", 1) != nil || c.List("word", "staff", 2) != fresh || c.List("word", "visitor", 1) != other {
		t.Error("a list of another state, or for other readers")
	}
}
