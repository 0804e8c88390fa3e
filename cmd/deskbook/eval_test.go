package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newSet writes a small labelled set that every task can measure.
func newSet(t *testing.T) string {
	t.Helper()
	created := func(day int) string { return fmt.Sprintf("2024-01-%02d 09:00:00 +0000", day) }
	var corpus, queries, threads, topics []any
	judgements := "query-id\tcorpus-id\tscore\n"
	for i, subject := range []string{"vpn", "printer", "calendar", "badge", "scanner", "mailbox"} {
		text := fmt.Sprintf("The %s stops with error 0x%04d since this morning.", subject, i)
		fix := fmt.Sprintf("Reset the %s under Settings, then restart it. Error 0x%04d is gone after that.", subject, i)
		metadata := map[string]string{"created": created(i + 1)}
		corpus = append(corpus, map[string]any{
			"_id": subject, "title": "The " + subject + " stops", "metadata": metadata,
			"text": text + "\n\n## Resolution\n\n" + fix,
		})
		queries = append(queries, map[string]any{"_id": "q" + subject, "text": text, "metadata": metadata})
		judgements += fmt.Sprintf("q%s\t%s\t1\n", subject, subject)
		threads = append(threads, map[string]any{
			"id": "t" + subject, "title": "My " + subject, "created": created(i + 1), "solution_index": 1,
			"messages": []map[string]string{{"role": "asker", "text": text}, {"role": "helper", "text": fix}},
		})
	}
	for i := range 120 {
		topic := []string{"network", "hardware"}[i%2]
		topics = append(topics, map[string]any{
			"text":  fmt.Sprintf("%s trouble\n\nThe %s fails in room %d.", topic, topic, i),
			"topic": topic, "created": created(1 + i/5),
		})
	}
	dir := t.TempDir()
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "qrels"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("qrels/test.tsv", []byte(judgements))
	for name, rows := range map[string][]any{
		"corpus.jsonl": corpus, "queries.jsonl": queries, "threads-resolved.jsonl": threads, "triage-topic.jsonl": topics,
	} {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		for _, row := range rows {
			if err := enc.Encode(row); err != nil {
				t.Fatal(err)
			}
		}
		write(name, b.Bytes())
	}
	return dir
}

// command runs a command line and returns its exit code and output.
func command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// evalJSON runs eval with --json and returns the result without what varies by run.
func evalJSON(t *testing.T, args ...string) map[string]any {
	t.Helper()
	code, out, errs := command(t, append([]string{"eval", "--json"}, args...)...)
	var result map[string]any
	if err := json.Unmarshal([]byte(out), &result); code != exitDone || err != nil {
		t.Fatalf("eval %v: exit %d, %v\n%s", args, code, err, errs)
	}
	for name := range result {
		switch name {
		case "ms", "seconds", "index_seconds", "heap_mb", "micros_each":
			delete(result, name)
		}
	}
	return result
}

// TestEvalForms: each subcommand measures the same as "eval SET --task NAME".
func TestEvalForms(t *testing.T) {
	set := newSet(t)
	for _, tt := range []struct {
		name     string
		sub, old []string
		has      string // a key of the result
	}{
		{"ranking is the default", []string{"ranking", set}, []string{set}, "ndcg@10"},
		{
			"ranking",
			[]string{"ranking", set, "--no-learning"},
			[]string{set, "--task", "ranking", "--no-learning"},
			"ndcg@10",
		},
		{
			"ranking with history",
			[]string{"ranking", set, "--history", set + ":test", "--stream"},
			[]string{"--history", set + ":test", "--stream", set},
			"ndcg@10",
		},
		{
			"ranking with an encoder",
			[]string{"ranking", set, "--vectors", "../../retrieval/meaning/testdata/tiny", "--history", set + ":test"},
			[]string{set, "--history", set + ":test", "--vectors", "../../retrieval/meaning/testdata/tiny"},
			"ndcg@10",
		},
		{
			"similar",
			[]string{"similar", set, "--qrels", "test"},
			[]string{set, "--task", "similar", "--qrels", "test"},
			"tune",
		},
		{
			"handoff",
			[]string{"handoff", set, "--since", "2024-01-02"},
			[]string{set, "--task", "handoff", "--since", "2024-01-02"},
			"systems",
		},
		{"draft", []string{"draft", set}, []string{"--task=draft", set}, "threads"},
		{"answer", []string{"answer", set}, []string{set, "--task", "answer"}, "answerable"},
		{
			"triage",
			[]string{"triage", set, "--since", "2024-01-18", "--newest", "60"},
			[]string{set, "--task", "triage", "--since", "2024-01-18", "--newest", "60"},
			"systems",
		},
		{"redact", []string{"redact", "--family", "dev"}, []string{"--task", "redact", "--family", "dev"}, "family"},
		{"redact of a set", []string{"redact", set}, []string{set, "--task", "redact"}, "family"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sub, old := evalJSON(t, tt.sub...), evalJSON(t, tt.old...)
			if _, ok := sub[tt.has]; !ok {
				t.Errorf("no %s in %v", tt.has, sub)
			}
			if diff := cmp.Diff(old, sub); diff != "" {
				t.Errorf("eval %v and eval %v differ (-old +new):\n%s", tt.old, tt.sub, diff)
			}
		})
	}
}

func TestEvalWrites(t *testing.T) {
	set, dir := newSet(t), t.TempDir()
	file := filepath.Join(dir, "file")
	for _, args := range [][]string{
		{"ranking", set, "--run", file},
		{"similar", set, "--run", file},
		{set, "--run", file},
		{set, "--task", "similar", "--run", file},
	} {
		if code, _, errs := command(t, append([]string{"eval"}, args...)...); code != exitDone {
			t.Fatalf("eval %v: exit %d\n%s", args, code, errs)
		}
		got, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(got), " Q0 ") {
			t.Errorf("eval %v wrote %q, %v", args, got, err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEvalWrongUse(t *testing.T) {
	set := newSet(t)
	for _, tt := range []struct {
		name string
		args []string
		want string // on standard error
	}{
		{"no set", nil, "eval takes one argument, not 0"},
		{"no set for a subcommand", []string{"ranking"}, "eval ranking takes one argument, not 0"},
		{"two sets", []string{"redact", set, set}, "takes one argument, not 2"},
		{"unknown task", []string{set, "--task", "sorting"}, "--task must be one of ranking, similar, "},
		{"flag of another task", []string{"similar", set, "--since", "2024-01-01"}, "unknown flag: --since"},
		{"no day", []string{"handoff", set, "--since", "yesterday"}, "write a day as 2006-01-02"},
		{"no day, older form", []string{set, "--task", "triage", "--before", "1 May"}, "write a day as 2006-01-02"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := command(t, append([]string{"eval"}, tt.args...)...)
			if code != exitUsage || out != "" || !strings.Contains(errs, tt.want) {
				t.Errorf("exit %d, %q, %q", code, out, errs)
			}
		})
	}
}
