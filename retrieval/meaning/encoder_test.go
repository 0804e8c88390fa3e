package meaning_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/retrieval/meaning"
)

// reference is one text of testdata/reference.py.
type reference struct {
	Text   string    `json:"text"`
	Tokens []int32   `json:"tokens"`
	Vector []float32 `json:"vector"`
}

func references(t *testing.T, name string) []reference {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var out []reference
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func open(t *testing.T, dir string) *meaning.Encoder {
	t.Helper()
	e, err := meaning.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func cosine(a, b []float32) float64 {
	var dot, x, y float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		x += float64(a[i]) * float64(a[i])
		y += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(x*y)
}

// comparison is a model with what its vectors are compared with.
type comparison struct {
	dir, name string
	least     float64 // cosine
}

// comparisons lists the models in testdata, and those that make models installed into the folder
// DESKBOOK_MODELS. Where matrices are quantised, the reference also rounds what they are
// multiplied with, and differs by that.
func comparisons() []comparison {
	out := []comparison{
		{filepath.Join("testdata", "tiny"), "tiny.json", .9999},
		{filepath.Join("testdata", "tiny-int8"), "tiny-int8.json", .99},
	}
	if dir := os.Getenv("DESKBOOK_MODELS"); dir != "" {
		out = append(out,
			comparison{filepath.Join(dir, "minilm-l6"), "minilm-l6.json", .9999},
			comparison{filepath.Join(dir, "bge-small"), "bge-small.json", .99},
		)
	}
	return out
}

func TestEncoderReference(t *testing.T) {
	for _, m := range comparisons() {
		e, name := open(t, m.dir), m.name
		all := references(t, name)
		texts := make([]string, len(all))
		for i, r := range all {
			texts[i] = r.Text
			if diff := cmp.Diff(r.Tokens, e.Pieces(r.Text)); diff != "" {
				t.Errorf("%s: pieces of %.60q (-want +got):\n%s", name, r.Text, diff)
			}
		}
		batch, err := e.Passages(context.Background(), texts)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range all {
			if c := cosine(batch[i], r.Vector); c < m.least {
				t.Errorf("%s: %.60q in a batch has the cosine %.6f to the reference", name, r.Text, c)
			}
			alone, err := e.Passages(context.Background(), texts[i:i+1])
			if err != nil {
				t.Fatal(err)
			}
			if c := cosine(alone[0], r.Vector); c < m.least {
				t.Errorf("%s: %.60q alone has the cosine %.6f to the reference", name, r.Text, c)
			}
		}
	}
}

func TestQueryPrefix(t *testing.T) {
	e := open(t, filepath.Join("testdata", "tiny"))
	q, err := e.Query(context.Background(), "printer offline")
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Passages(context.Background(), []string{"the printer offline", "printer offline"})
	if err != nil {
		t.Fatal(err)
	}
	if same, other := cosine(q, p[0]), cosine(q, p[1]); same < .99999 || other > .9999 {
		t.Errorf("the query has the cosine %.6f to its text with the prefix, %.6f without", same, other)
	}
}

func TestCancel(t *testing.T) {
	e := open(t, filepath.Join("testdata", "tiny"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Passages(ctx, []string{"printer"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the call was cancelled", err)
	}
	if _, err := e.Query(ctx, "printer"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the call was cancelled", err)
	}
}

func TestID(t *testing.T) {
	one, same := copyModel(t), copyModel(t)
	if a, b := open(t, one).ID(), open(t, same).ID(); a != b {
		t.Errorf("the same files have the IDs %s and %s", a, b)
	}
	replace(t, same, "1_Pooling/config.json", "true", "false", "false", "true")
	if a, b := open(t, one).ID(), open(t, same).ID(); a == b {
		t.Error("another pooling has the same ID")
	}
}

// copyModel returns a folder with the model of testdata, to be damaged.
func copyModel(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "tiny"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// replace changes a file of a model: pairs of what is replaced and by what.
func replace(t *testing.T, dir, name string, pairs ...string) {
	t.Helper()
	path := filepath.Join(dir, name)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(pairs...).Replace(string(raw))
	if changed == string(raw) {
		t.Fatalf("%s has none of %q", name, pairs)
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name, file string
		pairs      []string
		want       string
	}{
		{"architecture", "config.json", []string{`"bert"`, `"mpnet"`}, `type "mpnet"`},
		{"activation", "config.json", []string{`"gelu"`, `"relu"`}, `activation "relu"`},
		{"heads", "config.json", []string{`"num_attention_heads": 2`, `"num_attention_heads": 4`}, "multiples of 16"},
		{"layers", "config.json", []string{`"num_hidden_layers": 2`, `"num_hidden_layers": 3`}, "no encoder.layer.2"},
		{"sizes", "config.json", []string{`"intermediate_size": 48`, `"intermediate_size": 64`}, "has the shape"},
		{"broken", "config.json", []string{`"hidden_act"`, `hidden_act`}, "config.json"},
		{"pooling", "1_Pooling/config.json", []string{"true", "false"}, "pooled"},
		{"unknown", "vocab.txt", []string{"[UNK]", "[unk]"}, "no [UNK]"},
		{"long", "vocab.txt", []string{"[UNK]", "[UNK]\nmore"}, "of 1"},
		{"truncated", "model.safetensors", []string{"{", "["}, "model.safetensors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyModel(t)
			replace(t, dir, c.file, c.pairs...)
			_, err := meaning.Open(dir)
			if !errors.Is(err, meaning.ErrModel) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an ErrModel with %q", err, c.want)
			}
		})
	}
	if _, err := meaning.Open(t.TempDir()); !errors.Is(err, meaning.ErrModel) {
		t.Errorf("an empty folder: got %v, want ErrModel", err)
	}
}

// TestTruncated opens a model at every length that its weights may have been cut to.
func TestTruncated(t *testing.T) {
	dir := copyModel(t)
	path := filepath.Join(dir, "model.safetensors")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 7, 8, 100, len(raw) / 2, len(raw) - 1} {
		if err := os.WriteFile(path, raw[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := meaning.Open(dir); !errors.Is(err, meaning.ErrModel) {
			t.Errorf("cut to %d bytes: got %v, want ErrModel", n, err)
		}
	}
}

// TestBrokenONNX opens a quantised model with every part of its file damaged in turn: it is refused
// or read, and nothing else happens.
func TestBrokenONNX(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "tiny-int8"))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "model.onnx")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := [][]byte{
		raw[:0], raw[:len(raw)/2], raw[:len(raw)-1],
		bytes.ReplaceAll(raw, []byte("MatMulInteger"), []byte("MatMulFloated")),
	}
	for at := 0; at < len(raw); at += 997 {
		x := slices.Clone(raw)
		x[at] ^= 0xff
		broken = append(broken, x)
	}
	refused := 0
	for _, x := range broken {
		if err := os.WriteFile(path, x, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := meaning.Open(dir)
		if err != nil && !errors.Is(err, meaning.ErrModel) {
			t.Errorf("got %v, want ErrModel", err)
		}
		if err != nil {
			refused++
		}
	}
	if refused < 4 {
		t.Errorf("%d of %d broken files were refused", refused, len(broken))
	}
}

// TestCased reads a vocabulary from tokenizer.json that keeps case and accents.
func TestCased(t *testing.T) {
	dir := copyModel(t)
	raw, err := os.ReadFile(filepath.Join(dir, "vocab.txt"))
	if err != nil {
		t.Fatal(err)
	}
	pieces := map[string]int{}
	for i, p := range strings.Fields(string(raw)) {
		pieces[p] = i
	}
	pieces["É"] = pieces["a"]
	full, err := json.Marshal(map[string]any{
		"normalizer": map[string]any{"type": "BertNormalizer", "lowercase": false, "handle_chinese_chars": true},
		"model":      map[string]any{"type": "WordPiece", "continuing_subword_prefix": "##", "vocab": pieces},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), full, 0o600); err != nil {
		t.Fatal(err)
	}
	want := []int32{int32(pieces["É"]), int32(pieces["[UNK]"]), int32(pieces["vpn"])}
	if got := open(t, dir).Pieces("É VPN vpn"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzTokens(f *testing.F) {
	e, err := meaning.Open(filepath.Join("testdata", "tiny"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("The printer is offline", 5)
	f.Add("東京 \x00\xff é́ [SEP]", 46)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = max(0, min(limit, 1000))
		if n := e.Tokens(s, limit); n > limit {
			t.Errorf("%d tokens, at most %d were asked for", n, limit)
		}
		if slices.ContainsFunc(e.Pieces(s), func(id int32) bool { return id == 0 || id == 2 || id == 3 || id == 4 }) {
			t.Error("the text became a special token")
		}
	})
}
