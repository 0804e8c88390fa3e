package kb

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// The front matter keys that Deskbook reads. All others are foreign: stored as they
// are and never interpreted.
const (
	keyID         = "id"
	keySlug       = "slug"
	keyTitle      = "title"
	keyKind       = "kind"
	keyConfidence = "confidence"
	keyAudience   = "audience"
	keyGovernance = "governance"
	keyOwner      = "owner"
	keyReviewBy   = "review_by"
	keyService    = "service"
	keyCategories = "categories"
	keyTags       = "tags"
	keyLocale     = "locale"
)

// ownKeys lists them in the order in which they are written.
func ownKeys() []string {
	return []string{
		keyID, keySlug, keyTitle, keyKind, keyConfidence, keyAudience, keyGovernance,
		keyOwner, keyReviewBy, keyService, keyCategories, keyTags, keyLocale,
	}
}

const (
	maxFront     = 64 << 10
	maxYAMLTries = 100 // lines dropped while searching for the faulty one
	maxListed    = 100 // categories or tags of one article
	dateForm     = "2006-01-02"
)

// frontForm is the language that front matter is written in.
type frontForm int

const (
	noFront frontForm = iota
	yamlFront
	tomlFront
	jsonFront
)

// front is parsed front matter: the mapping's value nodes by key.
type front struct {
	raw     string // with byte order mark and delimiters, "" if there is none
	form    frontForm
	first   int // line of the file on which the text between the delimiters begins
	values  map[string]*yaml.Node
	all     map[string]*yaml.Node // those of other tools too, by key in lower case
	foreign bool                  // has keys of another system: values we do not know are its own
}

// readFront parses the text between the delimiters.
func readFront(raw, inner string, form frontForm) (front, error) {
	f := front{
		raw: raw, form: form, first: 1 + strings.Count(raw[:max(0, strings.Index(raw, inner))], "\n"),
		values: map[string]*yaml.Node{}, all: map[string]*yaml.Node{},
	}
	if form == noFront {
		return f, nil
	}
	if len(inner) > maxFront {
		return f, parseError(1, "front matter is longer than %d KiB", maxFront>>10)
	}
	root, err := parseFront(inner, form, f.first)
	if err != nil || root == nil {
		return f, err
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		folded := foldKey(key.Value)
		if _, twice := f.all[folded]; !twice {
			f.all[folded] = value
		}
		own := key.Value
		if !isOwnKey(own) {
			f.foreign = true
			if own = folded; !isOwnKey(own) {
				continue
			}
		}
		if _, twice := f.values[own]; twice {
			if own != key.Value {
				continue
			}
			return f, parseError(f.line(key), "%s is given twice", own)
		}
		f.values[own] = value
	}
	return f, nil
}

// foldKey returns a key as tools compare them that ignore case, hyphens and underscores.
func foldKey(key string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(key)), "-", "_")
}

func isOwnKey(key string) bool {
	for _, k := range ownKeys() {
		if k == key {
			return true
		}
	}
	return false
}

// frontOf returns the front matter with these delimiters in it.
func frontOf(raw string) (front, error) {
	raw, inner, _, form, err := splitFront(raw)
	if err != nil {
		return front{}, err
	}
	return readFront(raw, inner, form)
}

func (f front) line(n *yaml.Node) int { return f.first + n.Line - 1 }

// has reports whether the key is given with a value.
func (f front) has(key string) bool {
	n, ok := f.values[key]
	return ok && n.Tag != "!!null"
}

// words returns the values of a key of any tool, none if it has none that are words.
func (f front) words(key string) []string {
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
			if item.Kind == yaml.ScalarNode && len(out) < maxListed {
				out = append(out, item.Value)
			}
		}
	default:
	}
	return cleanList(out)
}

// word returns the first value of a key of any tool, "" if there is none.
func (f front) word(key string) string {
	if list := f.words(key); len(list) > 0 {
		return list[0]
	}
	return ""
}

// text returns the value of a key that holds a single one.
func (f front) text(key string) (string, error) {
	if !f.has(key) {
		return "", nil
	}
	n := f.values[key]
	if n.Kind != yaml.ScalarNode {
		if f.foreign {
			return "", nil
		}
		return "", parseError(f.line(n), "%s must be a single value", key)
	}
	return strings.TrimSpace(oneLine(n.Value)), nil
}

// list returns the values of a key that holds several; a single value is split at its
// commas, as other systems write it.
func (f front) list(key string) ([]string, error) {
	if !f.has(key) {
		return nil, nil
	}
	n := f.values[key]
	var out []string
	switch n.Kind {
	case yaml.ScalarNode:
		out = strings.Split(n.Value, ",")
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				if f.foreign {
					return nil, nil
				}
				return nil, parseError(f.line(item), "%s must list single values", key)
			}
			out = append(out, item.Value)
		}
	default:
		if f.foreign {
			return nil, nil
		}
		return nil, parseError(f.line(n), "%s must be a list", key)
	}
	out = cleanList(out)
	if len(out) > maxListed {
		return nil, parseError(f.line(n), "%s has more than %d entries", key, maxListed)
	}
	return out, nil
}

// date returns the calendar date of a key, zero if it has none.
func (f front) date(key string) (time.Time, error) {
	s, err := f.text(key)
	if err != nil || s == "" {
		return time.Time{}, err
	}
	d, err := time.Parse(dateForm, s)
	if err != nil {
		return time.Time{}, parseError(f.line(f.values[key]), "%s must be a date like 2026-03-31, not %q", key, clip(s, 40))
	}
	return d, nil
}
