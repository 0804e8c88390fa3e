package draft

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// article reads an article; found is false if it does not exist or there is no library.
func (w *Writer) article(ctx context.Context, id string) (a kb.Article, found bool, err error) {
	if w.deps.Library == nil {
		return kb.Article{}, false, nil
	}
	a, err = w.deps.Library.Article(ctx, id, staffVisibility())
	switch {
	case fault.Is(err, fault.NotFound):
		return kb.Article{}, false, nil
	case err != nil:
		return kb.Article{}, false, fmt.Errorf("read article %s: %w", id, err)
	}
	return a, true, nil
}

// compare returns the share of the resolution's content words that the article contains,
// and the statements that it does not cover.
func compare(ms []statement, a kb.Article) (share float64, added []statement) {
	ev := evidence.New()
	ev.Add(evidence.Item{Mark: "article", Phrase: thread.Parse(a.Title + "\n" + kb.PlainText(a.Markdown))})
	all, held := 0.0, 0.0
	for _, m := range ms {
		n := float64(m.Content)
		s, contradicted := ev.Support(m.Text, ev.Items)
		all += n
		held += n * s
		if outcomeOnly(m) || n < 3 {
			continue // a report of success is not knowledge
		}
		if s < coveredShare || contradicted && hasNewIdentifier(m.Text, ev.Items) {
			added = append(added, m)
		}
	}
	if all == 0 {
		return 0, added
	}
	return held / all, added
}

// hasNewIdentifier reports whether the text names an identifier that the items lack: the
// same sentence with a different error code is a different resolution.
func hasNewIdentifier(text string, items []evidence.Item) bool {
	for _, w := range thread.Words(text) {
		if w.ID && !w.Stop && !evidence.Holds(items, w.Stem) {
			return true
		}
	}
	return false
}
