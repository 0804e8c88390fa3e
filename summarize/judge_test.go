package summarize_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize"
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

// An article tells what to do in other words than the question has.
func TestAnswerGivesTheRemedy(t *testing.T) {
	b := &base{articles: []kb.Article{article("a_badge", "Badge reader blinks red", badgeArticle)}, scores: map[string]float64{"a_badge": 0.7}}
	a, err := summarize.New(summarize.Options{Search: b, Library: b}).Answer(context.Background(), "The badge reader blinks red and the door stays shut", visitor())
	if err != nil || a.Refused {
		t.Fatalf("%+v, %v", a, err)
	}
	if !strings.HasPrefix(a.Sentences[0].Text, "Open the console") {
		t.Errorf("begins with %q", a.Sentences[0].Text)
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

// The article that holds the question goes before one that the ranking prefers a little.
func TestAnswerJudgesArticles(t *testing.T) {
	b := &base{
		articles: []kb.Article{article("a_door", "Doors of the building", "All doors are green. The reader is black."), article("a_badge", "Badge reader blinks red", badgeArticle)},
		scores:   map[string]float64{"a_door": 0.32, "a_badge": 0.3},
	}
	a, err := summarize.New(summarize.Options{Search: b, Library: b}).Answer(context.Background(), "badge reader blinks red", visitor())
	if err != nil || a.Refused || a.Sentences[0].Citations[0].Article != "a_badge" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestFocus(t *testing.T) {
	long := strings.Repeat("It also did this and that with folders, mails, calendars and tasks. ", 4)
	tests := []struct{ name, in, want string }{
		{"short", "How do I print?", "How do I print?"},
		{"subject line", "Printer prints blank pages\nHello, " + long, "Printer prints blank pages"},
		{"first sentence", "Hello. The printer prints blank pages. " + long, "The printer prints blank pages."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := summarize.FocusOf(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPairsHeld(t *testing.T) {
	question := "the badge reader blinks red"
	near := summarize.PairsHeld(question, "A badge reader that blinks red.")
	far := summarize.PairsHeld(question, "Red lamps. Whoever wears a badge and likes to read a lot of long and tiring manuals about lamps blinks. The reader of this waits.")
	if near != 1 || far >= near {
		t.Errorf("near %v, far %v", near, far)
	}
	if got := summarize.PairsHeld("", "text"); got != 0 {
		t.Errorf("no question: %v", got)
	}
}

func TestMakeQuestions(t *testing.T) {
	plain := article("a_plain", "Plain", "Nothing to ask here.")
	section := article("a_how", "Folders", "Folders hold mails.\n\n## Share a folder with a colleague\n\nOpen its menu.\n")
	base, asked := summarize.MakeQuestions([]kb.Article{article("a_badge", "Badge reader blinks red", badgeArticle), section, plain}, 1)
	want := [][2]string{
		{"How do I Share a folder with a colleague?", "a_how"},
	}
	var how [][2]string
	for _, q := range asked {
		if q[1] == "a_how" {
			how = append(how, q)
		}
		if q[1] == "a_plain" {
			t.Errorf("asks %q of an article without a question", q[0])
		}
	}
	if diff := cmp.Diff(want, how); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, a := range base {
		for _, q := range asked {
			if a.ID == q[1] && strings.Contains(a.Markdown, strings.TrimSuffix(strings.TrimPrefix(q[0], "How do I "), "?")) {
				t.Errorf("%s still holds its question %q", a.ID, q[0])
			}
		}
	}
}

func TestRefusedAtTenth(t *testing.T) {
	var with []float64
	for i := range 10 {
		with = append(with, float64(i))
	}
	if got := summarize.RefusedAtTenth(with, []float64{0, 0.5, 1, 2}); got != 0.5 {
		t.Errorf("got %v, want the half that lies below the second lowest", got)
	}
	if got := summarize.RefusedAtTenth(nil, []float64{1}); got != 0 {
		t.Errorf("nothing answerable: %v", got)
	}
}

func TestFitFindsTheFigureThatTells(t *testing.T) {
	var rows [][5]float64
	var right []bool
	for i := range 400 {
		x := [5]float64{1, float64(i%7) - 3, float64(i%3) / 2, float64(i%5) / 4, float64(i%11) / 10}
		rows = append(rows, x)
		right = append(right, x[1] > 0 == (i%10 != 0)) // the second figure tells, one time of ten the other way round
	}
	w := summarize.FitOn(rows, right)
	for i, v := range w {
		if math.IsNaN(v) || i > 1 && math.Abs(v) > math.Abs(w[1])*2 {
			t.Errorf("weights %v", w)
		}
	}
	if w[1] <= 0.5 {
		t.Errorf("the telling figure weighs %v", w[1])
	}
}

func TestEvaluateAnswerOfArticles(t *testing.T) {
	s := newShipped(t)
	set := &retrieval.Set{}
	for _, a := range s.articles {
		set.Articles = append(set.Articles, a)
	}
	r, err := summarize.EvaluateAnswer(context.Background(), summarize.AnswerEval{Set: set})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Halved || r.Answerable == 0 || r.Answerable != r.Unanswerable || r.Resolve != 1 || r.Attribution < 0.99 {
		t.Errorf("%+v", r)
	}
	for i := 1; i < len(r.Curve); i++ {
		if r.Curve[i].Refused < r.Curve[i-1].Refused || r.Curve[i].WronglyRefused < r.Curve[i-1].WronglyRefused {
			t.Errorf("a higher floor refuses less: %+v", r.Curve)
		}
	}
	if fit, err := summarize.FitAnswer(context.Background(), summarize.AnswerEval{Set: set}); err != nil || len(fit.Benches) != 3 || !strings.Contains(fit.String(), "made of set 1") {
		t.Errorf("%+v, %v", fit, err)
	}
}
