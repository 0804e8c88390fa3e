package recent_test

import (
	"strconv"
	"testing"

	"github.com/deskbook/deskbook/internal/recent"
)

func TestWhatIsUsedStays(t *testing.T) {
	c := recent.New[int](1000)
	c.Put("often", 1, 100)
	c.Put("too large", 2, 251)
	for i := range 100 {
		c.Put(strconv.Itoa(i), i, 100)
		if v, ok := c.Get("often"); !ok || v != 1 {
			t.Fatalf("after %d others: %v, %v", i+1, v, ok)
		}
	}
	held := 0
	for i := range 100 {
		if v, ok := c.Get(strconv.Itoa(i)); ok {
			held++
			if v != i {
				t.Errorf("%d is %d", i, v)
			}
		}
	}
	if held != 9 {
		t.Errorf("%d values of 100 bytes besides the one that is used, want 9", held)
	}
	if _, ok := c.Get("too large"); ok {
		t.Error("a value that takes up a quarter of the limit is held")
	}
}
