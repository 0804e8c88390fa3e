package eval_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/deskbook/deskbook/internal/eval"
)

func TestEvaluateSimilar(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"corpus.jsonl": `{"_id":"1","title":"Badge reader blinks","text":"At the gate, red.",` +
			`"metadata":{"created":"2024-01-01 10:00:00 +0000"}}
{"_id":"2","title":"Reader at the gate","text":"The badge reader blinks red.","metadata":{"created":"01/Jan/24 12:00"}}
{"_id":"3","title":"Paper jam","text":"The printer jams.","metadata":{"created":"some day"}}
`,
		"queries.jsonl":  `{"_id":"1","text":"Badge reader blinks\n\nAt the gate, red."}` + "\n",
		"qrels/test.tsv": "query-id\tcorpus-id\tscore\n1\t2\t1\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := filepath.Join(dir, "run")
	r, err := eval.Similar(t.Context(), eval.SimilarOptions{Dir: dir, RunFile: run})
	if err != nil {
		t.Fatal(err)
	}
	if r.Queries != 1 || r.Tickets != 3 || r.NDCG10 != 1 || r.Tune.Queries+r.Report.Queries != 1 {
		t.Errorf("%+v", r)
	}
	if text, err := os.ReadFile(run); err != nil || len(text) < 10 || string(text[:8]) != "1 Q0 2 1" {
		t.Errorf("run %q, %v", text, err)
	}
	if _, err := eval.Similar(t.Context(), eval.SimilarOptions{Dir: dir, Qrels: "none"}); err == nil {
		t.Error("missing judgements are no error")
	}
}
