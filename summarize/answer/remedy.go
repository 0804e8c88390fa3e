package answer

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/lexicon"
)

// remedyHeading matches headings under which an article says what to do about its symptoms.
var remedyHeading = lexicon.Pattern("answer/remedy-head")

// symptomHeading matches headings of symptoms, causes and contacts.
var symptomHeading = lexicon.Pattern("answer/symptom-part")

// remedyFor returns the passage of an article that says what to do if the passage nearest
// to the question only repeats the symptoms. Such articles describe the remedy in words
// that the question cannot contain.
func (w *Writer) remedyFor(
	ctx context.Context, q weightedQuestion, c candidate, vis kb.Visibility,
) (remedy source, ok bool, err error) {
	nearest := c.sources[0].hit.Passage
	if !isLead(nearest.Heading, c.hit.Article) && !symptomHeading.MatchString(lastHeading(nearest.Heading)) {
		return source{}, false, nil
	}
	for _, s := range c.sources {
		if underRemedy(s.hit.Passage.Heading) {
			s.remedy, s.relative = true, 1
			return s, true, nil
		}
	}
	if w.deps.Library == nil {
		return source{}, false, nil
	}
	a, err := w.deps.Library.Article(ctx, c.hit.Article.ID, vis)
	switch {
	case fault.Is(err, fault.NotFound):
		return source{}, false, nil
	case err != nil:
		return source{}, false, fmt.Errorf("read article %s: %w", c.hit.Article.ID, err)
	case a.Revision != c.hit.Article.Revision:
		return source{}, false, nil // the index lags behind; a later question will find it
	}
	for _, p := range a.Passages {
		if !underRemedy(p.Heading) {
			continue
		}
		if found := w.rankPassages(q, []retrieval.PassageHit{{Article: c.hit.Article, Passage: p}}); len(found) > 0 {
			s := found[0]
			s.remedy, s.relative = true, 1
			return s, true, nil
		}
	}
	return source{}, false, nil
}

// headingJoin separates the headings of a passage's path.
const headingJoin = " › "

func lastHeading(path string) string {
	parts := strings.Split(path, headingJoin)
	return strings.TrimSpace(parts[len(parts)-1])
}

func isLead(path string, a desk.ArticleRef) bool {
	return path == "" || path == a.Title
}

func underRemedy(path string) bool {
	for _, part := range strings.Split(path, headingJoin) {
		if remedyHeading.MatchString(strings.TrimSpace(part)) {
			return true
		}
	}
	return false
}
