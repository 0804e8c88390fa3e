package eval_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/fault"
)

// writeSet writes a set's files below a new folder.
func writeSet(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	for path, text := range files {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, full, text)
	}
	return dir
}

func smallSet(t *testing.T) string {
	return writeSet(t, "small", map[string]string{
		"corpus.jsonl": `{"_id":"vpn","title":"VPN does not connect","text":"Restart the VPN client."}
{"_id":"mail","title":"Mail is missing","text":"Turn off working offline."}
{"_id":"disk","title":"Disk is full","text":"Empty the bin."}
`,
		"queries.jsonl": `{"_id":"q1","text":"mail missing\n\nwhere is my mail",` +
			`"metadata":{"title":"mail missing","created":"2024-01-02T10:00:00Z"}}
{"_id":"q2","text":"gizmo blinks red","metadata":{"created":"2024-01-03 10:00:00 +0000"}}
{"_id":"q3","text":"the gizmo blinks red again","metadata":{"created":"2024-01-04 10:00:00 +0000"}}
{"_id":"q4","text":"coffee machine leaks","metadata":{"unanswerable":true}}
{"_id":"q5","text":"not judged"}
`,
		"qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\tmail\t2\nq2\tdisk\t1\nq3\tdisk\t1\nq3\tvpn\t2\n",
		"qrels/dev.tsv":  "query-id\tcorpus-id\tscore\nq2\tdisk\t1\n",
	})
}

func evaluate(t *testing.T, o eval.RankingOptions) eval.RankingReport {
	t.Helper()
	r, err := eval.Ranking(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func load(t *testing.T, dir, name string) *eval.Set {
	t.Helper()
	s, err := eval.LoadSet(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoadSet(t *testing.T) {
	s := load(t, smallSet(t), "")
	if s.Name != "test" || len(s.Articles) != 3 || len(s.Queries) != 5 {
		t.Fatalf("%s: %d articles, %d queries", s.Name, len(s.Articles), len(s.Queries))
	}
	want := eval.SetQuery{
		ID: "q1", Title: "mail missing", Body: "where is my mail", Created: time.Date(2024, 1, 2, 10, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, s.Queries[0]); diff != "" {
		t.Error(diff)
	}
	if !s.Queries[1].Created.Equal(time.Date(2024, 1, 3, 10, 0, 0, 0, time.UTC)) || !s.Queries[3].Unanswerable {
		t.Errorf("queries %+v", s.Queries)
	}
	if diff := cmp.Diff(map[string]int{"disk": 1, "vpn": 2}, s.Judged["q3"]); diff != "" {
		t.Error(diff)
	}
}

func TestLoadMarkdownSet(t *testing.T) {
	s := load(t, writeSet(t, "md", map[string]string{
		"articles/a.md":       "---\nid: own-id\nslug: other\n---\n# A\n\ntext",
		"articles/sub/b.md":   "---\nslug: own-slug\n---\n# B\n\ntext",
		"articles/sub/c d.md": "# C\n\ntext",
		"articles/note.txt":   "no article",
		"articles/bad.md":     "\xff\xfe\x00",
	}), "test")
	var ids []string
	for _, a := range s.Articles {
		ids = append(ids, a.ID)
	}
	if diff := cmp.Diff([]string{"own-id", "own-slug", "sub/c d"}, ids); diff != "" || s.Rejected != 1 {
		t.Errorf("rejected %d %s", s.Rejected, diff)
	}
}

func TestBadSetsAreRefusedWithFileAndLine(t *testing.T) {
	for path, tc := range map[string]struct{ text, want string }{
		"queries.jsonl":  {"{\"_id\":\"q1\"}\n{bad\n", "queries.jsonl:2"},
		"corpus.jsonl":   {"[]\n", "corpus.jsonl:1"},
		"qrels/test.tsv": {"query-id\tcorpus-id\tscore\nq1\tvpn\tmany\n", "test.tsv:2"},
	} {
		dir := smallSet(t)
		write(t, filepath.Join(dir, path), tc.text)
		if _, err := eval.LoadSet(dir, "test"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestEvaluateTextAlone(t *testing.T) {
	r := evaluate(t, eval.RankingOptions{Set: load(t, smallSet(t), "test"), NoLearning: true})
	if r.Queries != 3 || r.Unanswerable != 1 || r.Articles != 3 {
		t.Fatalf("%+v", r)
	}
	// q1 finds its article first; q2 and q3 share no word with theirs.
	if math.Abs(r.NDCG10-1.0/3) > 1e-4 || math.Abs(r.MRR10-1.0/3) > 1e-4 || math.Abs(r.Recall1-1.0/3) > 1e-4 {
		t.Errorf("%+v", r)
	}
	if r.RefusedUnanswerable == nil || *r.RefusedUnanswerable != 1 || r.Below != 0.75 {
		t.Errorf("refused %v, below %v", r.RefusedUnanswerable, r.Below)
	}
}

func TestEvaluateStreamLearnsFromEarlierOnesOnly(t *testing.T) {
	r := evaluate(t, eval.RankingOptions{Set: load(t, smallSet(t), "test"), Stream: true})
	// q3 now finds disk by q2, first: gain 1 of (2 + 1/log2(3)).
	want := (1 + 1/(2+1/math.Log2(3))) / 3
	if math.Abs(r.NDCG10-want) > 1e-4 {
		t.Errorf("nDCG %v, want %v", r.NDCG10, want)
	}
}

func TestEvaluateHistoryOfTheSetItselfIsNoCheat(t *testing.T) {
	dir := smallSet(t)
	r := evaluate(t, eval.RankingOptions{Set: load(t, dir, "test"), History: []string{dir + ":test"}})
	want := evaluate(t, eval.RankingOptions{Set: load(t, dir, "test"), Stream: true})
	if r.NDCG10 != want.NDCG10 {
		t.Errorf("history of itself %v, stream %v", r.NDCG10, want.NDCG10)
	}
	for _, bad := range []string{"nowhere", dir + ":", dir + ":absent"} {
		_, err := eval.Ranking(t.Context(), eval.RankingOptions{Set: load(t, dir, "test"), History: []string{bad}})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("history %q: %v", bad, err)
		}
	}
}

func TestEvaluateWithFurtherArticlesAndRunFile(t *testing.T) {
	more := writeSet(t, "more", map[string]string{
		"corpus.jsonl": `{"_id":"mail","title":"Post of kings","text":"chain mail of armour and plates"}` + "\n",
	})
	run := filepath.Join(t.TempDir(), "run.txt")
	r := evaluate(t, eval.RankingOptions{Set: load(t, smallSet(t), "test"), With: []string{more}, RunFile: run})
	if r.Articles != 4 {
		t.Errorf("%d articles", r.Articles)
	}
	rows := lines(t, run)
	var first []string
	last := map[string]float64{}
	for _, row := range rows {
		cells := strings.Fields(row)
		if len(cells) != 6 || cells[1] != "Q0" || cells[5] != "deskbook" {
			t.Fatalf("row %q", row)
		}
		p := number(t, cells[4])
		if before, ok := last[cells[0]]; ok && p >= before || p < 0 || p > 1 {
			t.Errorf("score %v after %v", p, before)
		}
		last[cells[0]] = p
		if cells[0] == "q1" {
			first = append(first, cells[2])
		}
	}
	if diff := cmp.Diff([]string{"mail", "more:mail"}, first); diff != "" {
		t.Error(diff)
	}
}

// TestFit fits on a set in which the words decide.
func TestFit(t *testing.T) {
	w, r, err := eval.FitRanker(t.Context(), eval.RankingOptions{Set: load(t, smallSet(t), "test")})
	if err != nil {
		t.Fatal(err)
	}
	if r.Samples == 0 || math.IsNaN(r.LogLoss) {
		t.Errorf("%+v", r)
	}
	e := evaluate(t, eval.RankingOptions{Set: load(t, smallSet(t), "test"), Calibrator: &w.Calibrator})
	if e.Queries != 3 {
		t.Errorf("%+v", e)
	}
}
