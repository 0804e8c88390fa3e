package eval_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/eval"
)

// topics writes a set of n tickets with a topic each, a quarter of an hour apart.
func topics(t *testing.T, n int) string {
	t.Helper()
	var lines strings.Builder
	for _, p := range history(n, 20, begin) {
		line, err := json.Marshal(map[string]string{
			"text": p.Subject + "\n\n" + p.Body, "topic": p.Labels[desk.FieldCategory],
			"created": p.At.Format("2006-01-02 15:04:05 -0700"),
		})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	return folder(t, "triage-topic.jsonl", lines.String())
}

func folder(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEvaluate(t *testing.T) {
	field, list, err := eval.LoadExamples(topics(t, 500))
	if err != nil || field != "topic" || len(list) != 500 {
		t.Fatalf("%s, %d tickets, %v", field, len(list), err)
	}
	seen := 0
	r, err := eval.Triage(
		context.Background(), eval.TriageOptions{Field: field, Examples: list, Progress: func(done, _ int) { seen = done }},
	)
	if err != nil {
		t.Fatal(err)
	}
	if r.Learned != 400 || r.Tested != 100 || r.Values != 3 || r.Unseen != 0 || seen != 100 {
		t.Errorf("report %+v", r)
	}
	if m := r.Systems["triage"]; m.Accuracy < .95 || m.MacroF1 < .95 || m.Coverage90 < .95 || m.CalibrationError > .1 {
		t.Errorf("triage %+v", m)
	}
	if m := r.Systems["majority"]; m.Accuracy > .6 || m.Coverage90 != 0 {
		t.Errorf("majority %+v", m)
	}
	if m := r.Systems["naive bayes"]; m.Accuracy < .9 {
		t.Errorf("naive Bayes %+v", m)
	}
	if r.Coverage < .9 || r.Precision < .9 || r.Follow.Floored < .9 || r.Follow.FlooredRight < .9 {
		t.Errorf("above the floor %+v", r)
	}
	if text := r.String(); !strings.Contains(text, "naive bayes") || !strings.Contains(text, "learned from 400 tickets") {
		t.Error(text)
	}
}

func TestEvaluateWithin(t *testing.T) {
	_, list, err := eval.LoadExamples(topics(t, 500))
	if err != nil {
		t.Fatal(err)
	}
	at := func(i int) time.Time { return begin.Add(time.Duration(i) * 15 * time.Minute) }
	r, err := eval.Triage(
		context.Background(), eval.TriageOptions{Examples: list, Since: at(200), Before: at(260), Newest: 150},
	)
	if err != nil || r.Learned != 150 || r.Tested != 60 || !r.Since.Equal(at(200)) {
		t.Errorf("learned %d, tested %d from %v, %v", r.Learned, r.Tested, r.Since, err)
	}
	if _, err := eval.Triage(context.Background(), eval.TriageOptions{Examples: list, Since: at(10)}); err == nil {
		t.Error("ten tickets were enough to learn from")
	}
}

func TestLoadExamples(t *testing.T) {
	const meta = `"metadata":{"priority":"Major","created":"30/Sep/21 17:20"}`
	good := `{"title":"Build fails","text":"with Java 21",` + meta + "}\n"
	field, list, err := eval.LoadExamples(folder(
		t, "corpus.jsonl", good+`{"title":"no priority","metadata":{"created":"30/Sep/21 17:21"}}`,
	))
	at := time.Date(2021, 9, 30, 17, 20, 0, 0, time.UTC)
	if err != nil || field != "priority" || len(list) != 1 || list[0].Label != "Major" || !list[0].At.Equal(at) {
		t.Errorf("%s, %+v, %v", field, list, err)
	}
	for name, bad := range map[string]string{
		"no JSON": good + "{", "no time": good + `{"title":"x","metadata":{"priority":"Major","created":"yesterday"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := eval.LoadExamples(folder(t, "corpus.jsonl", bad))
			if err == nil || !strings.Contains(err.Error(), "corpus.jsonl:2:") {
				t.Errorf("error %v does not name the line", err)
			}
		})
	}
	if _, _, err := eval.LoadExamples(t.TempDir()); err == nil {
		t.Error("an empty folder was taken")
	}
}
