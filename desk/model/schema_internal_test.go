package model

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func fullText(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSchemaHasTheKeysOfTheParser compares the keys that the parser asks for, in a file that
// has them all, with those that the published schema describes.
func TestSchemaHasTheKeysOfTheParser(t *testing.T) {
	r := &modelReader{declared: map[string]bool{}, known: map[string]bool{}}
	r.model(r.parseNode(fullText(t)))
	r.resolve()
	if len(r.problems) > 0 {
		t.Fatal(r.problems)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	collect(doc.(map[string]any), "", described)
	if d := cmp.Diff(slices.Sorted(maps.Keys(described)), slices.Sorted(maps.Keys(r.known))); d != "" {
		t.Errorf("keys (-schema +parser):\n%s", d)
	}
}

// collect adds the keys that a schema describes, with * for names.
func collect(s map[string]any, path string, out map[string]bool) {
	if props, ok := s["properties"].(map[string]any); ok {
		for key, sub := range props {
			out[join(path, key)] = true
			collect(sub.(map[string]any), join(path, key), out)
		}
	}
	if sub, ok := s["additionalProperties"].(map[string]any); ok {
		collect(sub, join(path, "*"), out)
	}
}

// TestSchemaAgreesWithParse: what the schema refuses, the parser refuses too.
func TestSchemaAgreesWithParse(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("model.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("model.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text []byte) error {
		t.Helper()
		var v any
		if err := yaml.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		return compiled.Validate(keysAsText(v))
	}
	full := fullText(t)
	if err := valid(full); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"version: 1\n", ""},
		{"near_breach: 0.75", "near_breach: 2"},
		{"membership: warn", "membership: sometimes"},
		{"    start: [created]", "    start: [sunrise]"},
		{"process_owner: sven@example.org", "process_owners: sven@example.org"},
		{"when_used: 0.5", "when_used: half"},
		{"    type: incident", "    type: accident"},
		{"measure: backlog", "measure: happiness"},
	} {
		text := bytes.Replace(full, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(text, full) {
			t.Fatalf("the file lacks %q", change[0])
		}
		if valid(text) == nil {
			t.Errorf("%q: the schema accepts it", change[1])
		}
		if _, err := Parse(text); err == nil {
			t.Errorf("%q: the parser accepts it", change[1])
		}
	}
}

// keysAsText converts keys such as 1, and dates, to text, as JSON has them.
func keysAsText(v any) any {
	switch x := v.(type) {
	case time.Time:
		return x.Format(time.DateOnly)
	case map[string]any:
		for k, e := range x {
			x[k] = keysAsText(e)
		}
	case map[any]any:
		out := map[string]any{}
		for k, e := range x {
			raw, err := yaml.Marshal(k)
			if err != nil {
				return err
			}
			out[string(bytes.TrimSpace(raw))] = keysAsText(e)
		}
		return out
	case []any:
		for i, e := range x {
			x[i] = keysAsText(e)
		}
	}
	return v
}
