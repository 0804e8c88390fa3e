package summarize_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/kb"
)

const badgeArticle = `## Symptoms

The badge reader at the gate blinks red and the door stays shut.

## Cause

The list of cards is old.

## Resolution

1. Open the console of the gate.
2. Select Synchronise.
3. Hold the card to the reader for five seconds.
`

// The remedy is quoted although it shares no words with the question.
func TestAnswerQuotesRemedy(t *testing.T) {
	b := &base{
		articles: []kb.Article{article("a_badge", "Badge reader blinks red", badgeArticle)},
		scores:   map[string]float64{"a_badge": 0.7},
	}
	a, err := over(b).Answer(t.Context(), "The badge reader blinks red and the door stays shut", visitor())
	if err != nil || a.Refused {
		t.Fatalf("%+v, %v", a, err)
	}
	if !strings.HasPrefix(a.Sentences[0].Text, "Open the console") {
		t.Errorf("starts with %q", a.Sentences[0].Text)
	}
	passages := map[string]kb.Passage{}
	for _, p := range b.articles[0].Passages {
		passages[p.ID] = p
	}
	for _, s := range a.Sentences {
		if p, ok := passages[s.Citations[0].Passage]; !ok || !strings.Contains(p.Text, s.Text) {
			t.Errorf("%q is not in the passage it cites", s.Text)
		}
	}
}

// An article that contains the question comes before one that ranks slightly higher.
func TestAnswerReranksArticles(t *testing.T) {
	b := &base{
		articles: []kb.Article{
			article("a_door", "Doors of the building", "All doors are green. The reader is black."),
			article("a_badge", "Badge reader blinks red", badgeArticle),
		},
		scores: map[string]float64{"a_door": 0.32, "a_badge": 0.3},
	}
	a, err := over(b).Answer(t.Context(), "badge reader blinks red", visitor())
	if err != nil || a.Refused || a.Sentences[0].Citations[0].Article != "a_badge" {
		t.Errorf("%+v, %v", a, err)
	}
}
