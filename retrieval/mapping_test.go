package retrieval_test

import "testing"

func TestInvalidTextIsIndexedWhole(t *testing.T) {
	e := open(t, withArticles(article("a", "Broken \xff bytes", "before \xc3\x28 after xylophone")))
	for _, word := range []string{"bytes", "xylophone"} {
		if got := hitIDs(search(t, e, word, visitor).Hits); len(got) != 1 {
			t.Errorf("%s: hits %v", word, got)
		}
	}
}
