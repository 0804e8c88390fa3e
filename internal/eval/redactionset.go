package eval

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
)

//go:embed testdata/redaction/*.yaml
var redactionFiles embed.FS

var (
	redactionLanguages = []language{"en", "de", "fr", "es", "pt"} // of the generated families
	writtenLanguages   = []language{"en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "zh"}
)

// redactionSet is a family of labelled texts; testdata/redaction/dev.yaml explains its
// parts. Neither the files nor this code know the rules that they measure.
type redactionSet struct {
	Seed       uint64
	Noise      map[language][]string
	Carriers   map[language][]slot
	Kinds      []redactionKind
	NearMisses []redactionKind `yaml:"near_misses"`
	variants   []redactionVariant
}

// redactionVariant is a way of writing that hides a value from a simple pattern.
type redactionVariant struct {
	Name  yaml.Node
	Kinds []yaml.Node // none: every kind
}

// redactionKind is a kind of secret, or of text that looks like one and must stay. The
// kinds are finer than the placeholders: what a rule can miss differs between a token
// of a known form and one behind a name.
type redactionKind struct {
	Name      yaml.Node
	Cues      map[language][]slot
	Addresses []slot // around a value
	Values    []value
	Texts     []string // of a near miss
}

type language string

// UnmarshalYAML implements [yaml.Unmarshaler].
func (l *language) UnmarshalYAML(node *yaml.Node) error {
	if *l = language(node.Value); !slices.Contains(writtenLanguages, *l) {
		return errorAt(node, "language %q: want one of %q", *l, writtenLanguages)
	}
	return nil
}

// slot is a text around a value.
type slot struct{ before, after string }

// UnmarshalYAML implements [yaml.Unmarshaler].
func (s *slot) UnmarshalYAML(node *yaml.Node) error {
	var found bool
	if s.before, s.after, found = strings.Cut(node.Value, "{v}"); !found {
		return errorAt(node, "%q has no {v}", node.Value)
	}
	return nil
}

// value writes values of one form.
type value struct{ form *template.Template }

// UnmarshalYAML implements [yaml.Unmarshaler]. It also writes a value, so that a wrong
// argument is an error here.
func (v *value) UnmarshalYAML(node *yaml.Node) (err error) {
	trial := &draw{rand.New(rand.NewPCG(1, 1))}
	if v.form, err = template.New("value").Funcs(trial.funcs()).Parse(node.Value); err == nil {
		err = v.form.Execute(io.Discard, nil)
	}
	if err != nil {
		return errorAt(node, "%q: %v", node.Value, err)
	}
	return nil
}

func errorAt(node *yaml.Node, format string, args ...any) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: ", node.Line) + fmt.Sprintf(format, args...)}}
}

// loadRedactionSet reads a family. Errors name the file and, where there is one, the line.
func loadRedactionSet(files fs.FS, family string) (*redactionSet, error) {
	var s redactionSet
	if err := readYAML(files, "testdata/redaction/"+family+".yaml", &s, s.check); err != nil {
		return nil, err
	}
	return &s, readYAML(files, "testdata/redaction/variants.yaml", &s.variants, s.checkVariants)
}

// check reports what a family lacks.
func (s *redactionSet) check() error {
	for _, lang := range redactionLanguages {
		if len(s.Noise[lang]) == 0 || len(s.Carriers[lang]) == 0 {
			return fmt.Errorf("no noise or no carriers in %q", lang)
		}
	}
	for _, k := range s.Kinds {
		if len(k.Values) == 0 {
			return errorAt(&k.Name, "%q has no values", k.Name.Value)
		}
	}
	return nil
}

// checkVariants reports a variant without code, or of a kind that the family lacks.
func (s *redactionSet) checkVariants() error {
	for _, v := range s.variants {
		if _, ok := disguises[v.Name.Value]; !ok {
			return errorAt(&v.Name, "no disguise is called %q", v.Name.Value)
		}
		for _, n := range v.Kinds {
			if !slices.ContainsFunc(s.Kinds, func(k redactionKind) bool { return k.Name.Value == n.Value }) {
				return errorAt(&n, "no kind is called %q", n.Value)
			}
		}
	}
	return nil
}

func readYAML(files fs.FS, name string, into any, check func() error) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read redaction set: %w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err = d.Decode(into); err == nil {
		err = check()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return nil
}
