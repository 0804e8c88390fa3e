package retrieval_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// wordReader likes passages that contain a word, and reads the first few.
type wordReader struct {
	likes     string
	most      int // passages that it reads; 0 for all
	questions []string
	passages  []string // of the last question
}

func (r *wordReader) Read(_ context.Context, question string, passages []string) []float64 {
	r.questions, r.passages = append(r.questions, question), passages
	var out []float64
	for i, p := range passages {
		if r.most > 0 && i == r.most {
			break
		}
		odds := -9.0
		if strings.Contains(p, r.likes) {
			odds = 9
		}
		out = append(out, odds)
	}
	return out
}

// printers are articles that words rank in the order of their ids.
func printers() *eval.Snapshot {
	s := eval.NewSnapshot()
	for i, cause := range []string{"toner", "paper", "cable", "driver", "queue"} {
		s.PutArticles(article(fmt.Sprintf("p%d", i), "The printer prints nothing", "The printer prints nothing. "+
			strings.Repeat("Look at it closely. ", i)+"The "+cause+" is to blame."))
	}
	return s
}

func openReading(t *testing.T, source truth.Source, r *wordReader) *retrieval.Engine {
	t.Helper()
	e, err := retrieval.Open(t.Context(), retrieval.Options{
		Dir: t.TempDir(), Source: source, Now: clock, Reader: r,
		Gist: func(subject, body string) string { return "gist of " + subject + body },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	follow(t, e)
	return e
}

func TestReaderOrders(t *testing.T) {
	const subject = "printer prints nothing"
	words := rankedBy(t, open(t, printers()), subject, staff)
	r := &wordReader{likes: "driver"}
	e := openReading(t, printers(), r)
	got := rankedBy(t, e, subject, staff)
	others := slices.DeleteFunc(slices.Clone(words), func(id string) bool { return id == "p3" })
	want := slices.Concat([]string{"p3"}, others)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words alone rank %v (-want +got):\n%s", words, diff)
	}
	if r.questions[0] != "gist of "+subject {
		t.Errorf("the question was %q", r.questions[0])
	}
	if !strings.HasPrefix(r.passages[0], "The printer prints nothing\n") || !strings.Contains(r.passages[0], "to blame") {
		t.Errorf("the first passage was %q", r.passages[0])
	}
	asked := len(r.questions)
	search(t, e, subject, staff)
	if _, err := e.Complete(t.Context(), "printer pr", staff, 5); err != nil {
		t.Fatal(err)
	}
	if len(r.questions) != asked {
		t.Error("the search box has passages read")
	}
}

// TestQuestion: a search that wants an answer has passages read, and says how well each answers.
func TestQuestion(t *testing.T) {
	r := &wordReader{likes: "driver"}
	e := openReading(t, printers(), r)
	q := retrieval.Query{Text: "Why does my printer print nothing?", Visibility: staff, Limit: 3, Question: true}
	got, err := e.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Hits) != 3 || got.Hits[0].Article.ID != "p3" || *got.Hits[0].Answers <= 0 || *got.Hits[1].Answers >= 0 {
		t.Errorf("got %v", hitIDs(got.Hits))
	}
	if len(r.questions) != 1 || r.questions[0] != "gist of "+q.Text {
		t.Errorf("asked %q", r.questions)
	}
	q.Text = "the"
	if got, err := e.Search(t.Context(), q); err != nil || len(r.questions) != 1 {
		t.Errorf("without a word to search for: %v, %v", got.Hits, err)
	}
	plain, err := open(t, printers()).Search(t.Context(), retrieval.Query{Text: q.Text, Visibility: staff, Question: true})
	if err != nil || len(plain.Hits) > 0 && plain.Hits[0].Answers != nil {
		t.Errorf("without a reader: %v, %v", plain.Hits, err)
	}
}

// TestReaderOutOfTime: what was not read stays in its order, and is never put first by that.
func TestReaderOutOfTime(t *testing.T) {
	const subject = "printer prints nothing"
	words := rankedBy(t, open(t, printers()), subject, staff)
	for _, tt := range []struct {
		name  string
		likes string
		most  int
		first string
	}{
		{"the second of two is right", words[1], 2, words[1]},
		{"none of two is right", "p9", 2, words[0]},
		{"the right one was not read", words[4], 3, words[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			causes := map[string]string{"p0": "toner", "p1": "paper", "p2": "cable", "p3": "driver", "p4": "queue", "p9": "fire"}
			got := rankedBy(t, openReading(t, printers(), &wordReader{likes: causes[tt.likes], most: tt.most}), subject, staff)
			rest := slices.DeleteFunc(slices.Clone(words), func(id string) bool { return id == tt.first })
			if diff := cmp.Diff(slices.Concat([]string{tt.first}, rest), got); diff != "" {
				t.Errorf("words alone rank %v (-want +got):\n%s", words, diff)
			}
		})
	}
}

// TestReaderRefuses: probabilities are higher where the reader finds an answer.
func TestReaderRefuses(t *testing.T) {
	p := func(likes string) float64 {
		s := suggest(t, openReading(t, printers(), &wordReader{likes: likes}), "printer prints nothing", "", staff)
		if len(s.Articles) == 0 {
			return 0
		}
		return s.Articles[0].Score
	}
	if yes, no := p("driver"), p("fire"); yes <= no {
		t.Errorf("the probability is %v with an answer and %v without", yes, no)
	}
}
