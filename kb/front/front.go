package front

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/kb/plain"
)

// The front matter keys that Deskbook reads. All others are foreign: stored as they
// are and never interpreted.
const (
	KeyID         = "id"
	KeySlug       = "slug"
	KeyTitle      = "title"
	KeyKind       = "kind"
	KeyConfidence = "confidence"
	KeyAudience   = "audience"
	KeyGovernance = "governance"
	KeyOwner      = "owner"
	KeyReviewBy   = "review_by"
	KeyService    = "service"
	KeyCategories = "categories"
	KeyTags       = "tags"
	KeyLocale     = "locale"
)

// Keys lists them in the order in which they are written.
func Keys() []string {
	return []string{
		KeyID, KeySlug, KeyTitle, KeyKind, KeyConfidence, KeyAudience, KeyGovernance,
		KeyOwner, KeyReviewBy, KeyService, KeyCategories, KeyTags, KeyLocale,
	}
}

// Limits of front matter, and the form of its dates.
const (
	MaxLength       = 64 << 10 // bytes of front matter
	maxYAMLAttempts = 100      // lines dropped while searching for the faulty one
	MaxListed       = 100      // categories or tags of one article
	DateForm        = "2006-01-02"
)

// Form is the language that front matter is written in.
type Form int

// The forms.
const (
	None Form = iota // there is no front matter
	YAML
	TOML
	JSON
)

// Matter is parsed front matter: the mapping's value nodes by key.
type Matter struct {
	Raw     string // with byte order mark and delimiters, "" if there is none
	form    Form
	first   int // line of the file on which the text between the delimiters begins
	Values  map[string]*yaml.Node
	all     map[string]*yaml.Node // those of other tools too, by key in lower case
	Foreign bool                  // has keys of another system: values we do not know are its own
}

// Read parses the text between the delimiters.
func Read(raw, inner string, form Form) (Matter, error) {
	f := Matter{
		Raw: raw, form: form, first: 1 + strings.Count(raw[:max(0, strings.Index(raw, inner))], "\n"),
		Values: map[string]*yaml.Node{}, all: map[string]*yaml.Node{},
	}
	if form == None {
		return f, nil
	}
	if len(inner) > MaxLength {
		return f, Errorf(1, "front matter is longer than %d KiB", MaxLength>>10)
	}
	root, err := Parse(inner, form, f.first)
	if err != nil || root == nil {
		return f, err
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		folded := FoldKey(key.Value)
		if _, twice := f.all[folded]; !twice {
			f.all[folded] = value
		}
		own := key.Value
		if !isOwnKey(own) {
			f.Foreign = true
			if own = folded; !isOwnKey(own) {
				continue
			}
		}
		if _, twice := f.Values[own]; twice {
			if own != key.Value {
				continue
			}
			return f, Errorf(f.Line(key), "%s is given twice", own)
		}
		f.Values[own] = value
	}
	return f, nil
}

// FoldKey returns a key as tools compare them that ignore case, hyphens and underscores.
func FoldKey(key string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(key)), "-", "_")
}

func isOwnKey(key string) bool {
	for _, k := range Keys() {
		if k == key {
			return true
		}
	}
	return false
}

// Of returns the front matter with these delimiters in it.
func Of(raw string) (Matter, error) {
	raw, inner, _, form, err := Split(raw)
	if err != nil {
		return Matter{}, err
	}
	return Read(raw, inner, form)
}

// Line returns the line of the file on which a node stands.
func (f Matter) Line(n *yaml.Node) int { return f.first + n.Line - 1 }

// Has reports whether the key is given with a value.
func (f Matter) Has(key string) bool {
	n, ok := f.Values[key]
	return ok && n.Tag != "!!null"
}

// Words returns the values of a key of any tool, none if it has none that are words.
func (f Matter) Words(key string) []string {
	n := f.all[key]
	if n == nil {
		return nil
	}
	var out []string
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			out = append(out, n.Value)
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if item.Kind == yaml.ScalarNode && len(out) < MaxListed {
				out = append(out, item.Value)
			}
		}
	default:
	}
	return plain.List(out)
}

// Word returns the first value of a key of any tool, "" if there is none.
func (f Matter) Word(key string) string {
	if list := f.Words(key); len(list) > 0 {
		return list[0]
	}
	return ""
}

// Text returns the value of a key that holds a single one.
func (f Matter) Text(key string) (string, error) {
	if !f.Has(key) {
		return "", nil
	}
	n := f.Values[key]
	if n.Kind != yaml.ScalarNode {
		if f.Foreign {
			return "", nil
		}
		return "", Errorf(f.Line(n), "%s must be a single value", key)
	}
	return strings.TrimSpace(plain.OneLine(n.Value)), nil
}

// List returns the values of a key that holds several; a single value is split at its
// commas, as other systems write it.
func (f Matter) List(key string) ([]string, error) {
	if !f.Has(key) {
		return nil, nil
	}
	n := f.Values[key]
	var out []string
	switch n.Kind {
	case yaml.ScalarNode:
		out = strings.Split(n.Value, ",")
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if item.Kind == yaml.MappingNode {
				item = labelOf(item)
			}
			if item.Kind != yaml.ScalarNode {
				if f.Foreign {
					continue
				}
				return nil, Errorf(f.Line(item), "%s must list single values", key)
			}
			out = append(out, item.Value)
		}
	default:
		if f.Foreign {
			return nil, nil
		}
		return nil, Errorf(f.Line(n), "%s must be a list", key)
	}
	out = plain.List(out)
	if len(out) > MaxListed {
		return nil, Errorf(f.Line(n), "%s has more than %d entries", key, MaxListed)
	}
	return out, nil
}

// labelOf returns the label of an entry that other tools write with an address or the like,
// the entry itself if it has none.
func labelOf(entry *yaml.Node) *yaml.Node {
	for i := 0; i+1 < len(entry.Content); i += 2 {
		switch key := FoldKey(entry.Content[i].Value); key {
		case "label", "name", "title":
			return entry.Content[i+1]
		}
	}
	return entry
}

// Date returns the calendar date of a key, zero if it has none.
func (f Matter) Date(key string) (time.Time, error) {
	s, err := f.Text(key)
	if err != nil || s == "" {
		return time.Time{}, err
	}
	d, err := time.Parse(DateForm, s)
	if err != nil {
		return time.Time{}, Errorf(f.Line(f.Values[key]), "%s must be a date like 2026-03-31, not %q", key, plain.Clip(s, 40))
	}
	return d, nil
}
