package eval_test

import (
	"context"
	"io/fs"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
)

func TestRefusedAtTenth(t *testing.T) {
	var with []float64
	for i := range 10 {
		with = append(with, float64(i))
	}
	if got := eval.TenthRefused(with, []float64{0, 0.5, 1, 2}); got != 0.5 {
		t.Errorf("got %v, want the half that lies below the second lowest", got)
	}
	if got := eval.TenthRefused(nil, []float64{1}); got != 0 {
		t.Errorf("nothing answerable: %v", got)
	}
}

func TestMakeQuestions(t *testing.T) {
	plain := made("a_plain", "Plain", "Nothing to ask here.")
	section := made("a_how", "Folders", "Folders hold mails.\n\n## Share a folder with a colleague\n\nOpen its menu.\n")
	base, asked := eval.QuestionsMade(
		[]kb.Article{made("a_badge", "Badge reader blinks red", badgeText), section, plain}, 1,
	)
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

func TestEvaluateAnswerOfArticles(t *testing.T) {
	set := &eval.Set{Articles: shippedArticles(t)}
	r, err := eval.Answer(context.Background(), eval.AnswerOptions{Set: set})
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
	fit, err := eval.FitAnswer(context.Background(), eval.AnswerOptions{Set: set})
	if err != nil || len(fit.Benches) != 3 || !strings.Contains(fit.String(), "made of set 1") {
		t.Errorf("%+v, %v", fit, err)
	}
}

const badgeText = "## Symptoms\n\nThe badge reader at the gate blinks red and the door stays shut.\n\n" +
	"## Resolution\n\n1. Open the console of the gate.\n2. Select Synchronise.\n3. Hold the card to the reader for " +
	"five seconds.\n"

func made(id, title, markdown string) kb.Article {
	return kb.Article{
		ID: id, Slug: id, Title: title, Revision: 3, Kind: kb.Troubleshooting, Confidence: kb.Validated,
		Audience: access.AudiencePublic, Markdown: markdown, Passages: kb.SplitPassages(id, markdown, nil),
	}
}

// shippedArticles reads the articles that ship.
func shippedArticles(t *testing.T) []kb.Article {
	t.Helper()
	names, err := fs.Glob(content.ArticlesFS(), "*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d articles, %v", len(names), err)
	}
	var out []kb.Article
	for _, name := range names {
		data, err := fs.ReadFile(content.ArticlesFS(), name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := format.Read(name, data)
		if err != nil {
			t.Fatal(err)
		}
		a.ID, a.Revision = a.Slug, 1
		for i := range a.Passages {
			a.Passages[i].ID = a.Slug + "." + strconv.Itoa(i+1)
		}
		out = append(out, a)
	}
	return out
}
