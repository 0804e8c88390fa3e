package kb

import (
	"strings"
	"time"
	"unicode/utf8"

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

var ownKeys = []string{
	keyID, keySlug, keyTitle, keyKind, keyConfidence, keyAudience, keyGovernance,
	keyOwner, keyReviewBy, keyService, keyCategories, keyTags, keyLocale,
}

// markers are the keys that other systems do not use with our values: any of them shows
// that the front matter was written for Deskbook.
var markers = []string{keyKind, keyConfidence, keyGovernance, keyReviewBy}

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
	foreign bool                  // written for another system: values we do not know are its own
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
	marked := false
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
		marked = marked || isMarker(own, value.Value)
	}
	f.foreign = f.foreign && !marked
	return f, nil
}

// foldKey returns a key as tools compare them that ignore case, hyphens and underscores.
func foldKey(key string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(key)), "-", "_")
}

func isOwnKey(key string) bool {
	for _, k := range ownKeys {
		if k == key {
			return true
		}
	}
	return false
}

// isMarker reports whether this key with this value shows a file written for Deskbook.
func isMarker(key, value string) bool {
	for _, m := range markers {
		if m != key {
			continue
		}
		switch key {
		case keyKind:
			_, ok := ParseKind(value)
			return ok
		case keyConfidence:
			_, ok := ParseConfidence(value)
			return ok
		case keyGovernance:
			_, ok := ParseGovernance(value)
			return ok
		}
		return true
	}
	return false
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

// cleanList trims entries and drops empty and repeated ones, keeping the order.
func cleanList(in []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range in {
		s = strings.TrimSpace(oneLine(s))
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// oneLine turns line breaks and other control characters into spaces.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}

// clip shortens s to at most n runes.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
