package memory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskbook/deskbook/retrieval/memory"
)

// TestTrim: a memory that was trimmed is the memory of its newest tickets.
func TestTrim(t *testing.T) {
	grown, fresh := memory.New(), memory.New()
	for i := range 400 {
		at := noon.Add(time.Duration(i) * time.Hour)
		word := vocabulary[i%len(vocabulary)]
		x := resolved(fmt.Sprint(1001+i), word+" fails", "The "+word+" of desk "+fmt.Sprint(i%7)+" fails.", at, "a_"+word)
		grown.Learn(x)
		if i >= 300 {
			fresh.Learn(x)
		}
		if grown.Trim(320); i < 399 && grown.Len() != i+1 {
			t.Fatalf("%d tickets after %d", grown.Len(), i+1)
		}
	}
	grown.Trim(100)
	if grown.Len() != 100 || grown.Resolved() != 100 {
		t.Fatalf("%d tickets are left", grown.Len())
	}
	later := noon.AddDate(1, 0, 0)
	want := tops(fresh, "printer fails", "The printer fails.", later)
	got := tops(grown, "printer fails", "The printer fails.", later)
	if len(want) == 0 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("votes %v, want %v", got, want)
	}
}
