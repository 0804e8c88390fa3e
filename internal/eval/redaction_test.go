package eval_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/eval"
)

// TestRedaction holds the measured quality: it may rise.
func TestRedaction(t *testing.T) {
	var log strings.Builder
	o := eval.RedactionOptions{
		Family: "held", Show: 5, Log: &log,
		Texts: []eval.RedactionText{{"1", "VPN"}, {"1/1", "mail anna@x.test"}, {"1/2", "thanks"}},
	}
	r, err := eval.Redaction(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Recall < 0.95 || r.CharRecall < 0.97 || r.Precision < 0.99 || r.CharPrecision < 0.98 {
		t.Errorf("redaction got worse:\n%s", r)
	}
	if len(r.Kinds) < 15 || len(r.Variants) < 10 || len(r.NearMisses) < 15 {
		t.Errorf("%d kinds, %d variants, %d near misses", len(r.Kinds), len(r.Variants), len(r.NearMisses))
	}
	for _, row := range append(r.Kinds, r.Variants...) {
		if row.Texts < 30 {
			t.Errorf("%s has %d texts", row.Name, row.Texts)
		}
	}
	for _, n := range r.NearMisses {
		if n.Left < 0.9 {
			t.Errorf("%s: only %.3f are left alone", n.Name, n.Left)
		}
	}
	if r.RealTexts != 3 || r.Touched != 1 || r.Takings["email"] != 1 {
		t.Errorf("%d texts, %d touched, %v", r.RealTexts, r.Touched, r.Takings)
	}
	if !strings.Contains(log.String(), "⟦anna@x.test⟧") {
		t.Errorf("the redaction is not shown: %q", log.String())
	}
	again, err := eval.Redaction(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("measured twice (-first +second):\n%s", diff)
	}
}

func TestRedactionShowsMisses(t *testing.T) {
	var log strings.Builder
	o := eval.RedactionOptions{Family: "dev", Show: 2, Log: &log}
	if _, err := eval.Redaction(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "  want "); n != 2 {
		t.Errorf("%d misses are shown, want 2:\n%s", n, log.String())
	}
}

func TestRedactionFamily(t *testing.T) {
	if _, err := eval.Redaction(context.Background(), eval.RedactionOptions{Family: "other"}); err == nil {
		t.Error("an unknown family is no error")
	}
}

// TestWrittenRedactionSet checks what the written families promise.
func TestWrittenRedactionSet(t *testing.T) {
	seen := map[string]bool{}
	values, near, languages := 0, 0, map[string]int{}
	for _, family := range []string{"written-dev", "written-held"} {
		texts, err := eval.WrittenTexts(family)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range texts {
			if seen[l.Text] {
				t.Errorf("%s: written twice: %q", family, l.Text)
			}
			seen[l.Text] = true
			languages[l.Language]++
			values += len(l.Secrets)
			if len(l.Secrets) == 0 {
				near++
			}
		}
	}
	if len(seen) < 1000 || len(languages) != 10 || values < 1500 || 3*near < len(seen) {
		t.Errorf("%d texts in %v with %d values; %d have none", len(seen), languages, values, near)
	}
}

// TestWrittenRedaction holds the quality measured on the written texts: it may rise.
func TestWrittenRedaction(t *testing.T) {
	r, err := eval.Redaction(context.Background(), eval.RedactionOptions{Family: "written-held"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Recall < 0.9 || r.Precision < 0.99 || r.CharPrecision < 0.99 {
		t.Errorf("redaction got worse:\n%s", r)
	}
	if len(r.Languages) != 10 || len(r.Kinds) < 20 {
		t.Errorf("%d languages, %d kinds", len(r.Languages), len(r.Kinds))
	}
}

// TestBadRedactionSet breaks one line of a set that is right.
func TestBadRedactionSet(t *testing.T) {
	const family = `seed: 1
noise: {en: [a], de: [a], fr: [a], es: [a], pt: [a]}
carriers: {en: ['{v}'], de: ['{v}'], fr: ['{v}'], es: ['{v}'], pt: ['{v}']}
kinds:
  - name: email
    values: ['{{letters 3}}@x.test']
near_misses: []
`
	const variants = "- name: clean\n- name: spaced\n  kinds: [email]\n"
	tests := []struct{ name, old, new, want string }{
		{"as it is", "", "", ""},
		{"syntax", "kinds:", "kinds: a: b", "held.yaml: yaml: line 4"},
		{"unknown key", "near_misses", "near", "held.yaml: yaml: unmarshal errors:\n  line 7: field near not found"},
		{"unknown language", "{en: ['{v}']", "{xx: ['{v}']", `line 3: language "xx"`},
		{"missing language", ", pt: [a]", "", `held.yaml: no noise or no carriers in "pt"`},
		{"no slot", "en: ['{v}']", "en: ['v']", `line 3: "v" has no {v}`},
		{"unknown function", "letters 3", "latters 3", `line 6: "{{latters 3}}@x.test": `},
		{"wrong argument", "letters 3", `letters "3"`, "line 6: "},
		{"no values", "['{{letters 3}}@x.test']", "[]", `line 5: "email" has no values`},
		{"unknown variant", "spaced", "spread", `line 2: no disguise is called "spread"`},
		{"unknown kind", "[email]", "[mail]", `line 3: no kind is called "mail"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			edit := func(s string) *fstest.MapFile {
				return &fstest.MapFile{Data: []byte(strings.Replace(s, tt.old, tt.new, 1))}
			}
			err := eval.CheckRedactionSet(fstest.MapFS{
				"testdata/redaction/held.yaml":     edit(family),
				"testdata/redaction/variants.yaml": edit(variants),
			}, "held")
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || !strings.Contains(err.Error(), ".yaml: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want a file and %q in it", err, tt.want)
			}
		})
	}
}
