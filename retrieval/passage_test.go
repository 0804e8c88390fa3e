package retrieval_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/kb"
)

// A reader must see that a passage is shown in part.
func TestPassageSaysWhereItIsCut(t *testing.T) {
	other := strings.Repeat("Nothing of interest stands here. ", 30)
	long := shelf(t)[0]
	long.ID, long.Slug, long.Title, long.Markdown = "a_long", "long", "Long", other+"\n\nThe gyroscope is stuck.\n\n"+other
	short := long
	short.ID, short.Slug, short.Title, short.Markdown = "a_short", "short", "Short", "The sextant is stuck."
	for _, a := range []*kb.Article{&long, &short} {
		a.Passages = kb.SplitPassages(a.ID, a.Markdown, nil)
	}
	e := open(t, withArticles(long, short))
	for words, cut := range map[string]bool{"gyroscope": true, "sextant": false} {
		r := search(t, e, words, visitor)
		if len(r.Hits) == 0 {
			t.Fatalf("%s: no hit", words)
		}
		if p := r.Hits[0].Passage; (p.CutBefore || p.CutAfter) != cut {
			t.Errorf("%s: cut before %v and after %v in %q", words, p.CutBefore, p.CutAfter, p.Text)
		}
	}
}
