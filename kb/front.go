package kb

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/internal/fault"
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

// front is parsed front matter: the mapping's value nodes by key.
type front struct {
	raw     string // with byte order mark and delimiters, "" if there is none
	yaml    string // between the delimiters
	first   int    // line of the file on which yaml begins
	values  map[string]*yaml.Node
	foreign bool // written for another system: values we do not know are its own
}

var (
	opening = regexp.MustCompile(`^(?:\x{FEFF})?---[ \t]*\r?\n`)
	keyLike = regexp.MustCompile(`^[A-Za-z_][\w.\- ]*:(?:[ \t]|\r?\n|$)`)
	// yamlPlace matches the beginning of the YAML parser's messages.
	yamlPlace = regexp.MustCompile(`^yaml: (?:line \d+: )?`)
)

// splitFront splits a file into its front matter, delimiters included, and its body:
// raw+body is the file. A file that opens with a thematic break rather than front
// matter has none.
func splitFront(file string) (raw, inner, body string, err error) {
	head := opening.FindString(file)
	if head == "" {
		if bom := "\uFEFF"; strings.HasPrefix(file, bom) {
			return bom, "", file[len(bom):], nil
		}
		return "", "", file, nil
	}
	for rest := file[len(head):]; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		if trimmed := strings.TrimRight(line, " \t\r"); trimmed == "---" || trimmed == "..." {
			end := len(file) - len(after)
			return file[:end], file[len(head) : len(file)-len(rest)], file[end:], nil
		}
		rest = after
	}
	if keyLike.MatchString(file[len(head):]) {
		return "", "", "", parseError(1, "the front matter that opens here is not closed by a line of ---")
	}
	return "", "", file, nil
}

// readFront parses the front matter's YAML.
func readFront(raw, inner string) (front, error) {
	f := front{raw: raw, yaml: inner, first: 2, values: map[string]*yaml.Node{}}
	if len(inner) > maxFront {
		return f, parseError(1, "front matter is longer than %d KiB", maxFront>>10)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(inner), &doc); err != nil {
		return f, yamlError(err, inner, f.first)
	}
	if len(doc.Content) == 0 {
		return f, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return f, parseError(f.line(root), "front matter must be a list of keys and values")
	}
	marked := false
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i]
		if !isOwnKey(key.Value) {
			f.foreign = true
			continue
		}
		if _, twice := f.values[key.Value]; twice {
			return f, parseError(f.line(key), "%s is given twice", key.Value)
		}
		f.values[key.Value] = root.Content[i+1]
		marked = marked || isMarker(key.Value, root.Content[i+1].Value)
	}
	f.foreign = f.foreign && !marked
	return f, nil
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

// yamlError turns the parser's error into ours. The parser names the line on which the
// surrounding list or mapping begins, or none, so the line is found by dropping lines
// from the end until the rest parses.
func yamlError(err error, inner string, first int) error {
	lines := strings.SplitAfter(strings.TrimRight(inner, "\r\n"), "\n")
	bad := len(lines)
	for tries := 0; bad > 1 && tries < maxYAMLTries; tries++ {
		var doc yaml.Node
		if yaml.Unmarshal([]byte(strings.Join(lines[:bad-1], "")), &doc) == nil {
			break
		}
		bad--
	}
	reason := yamlPlace.ReplaceAllString(err.Error(), "")
	return parseError(first+bad-1, "front matter is not valid YAML: %s", clip(oneLine(reason), 200))
}

// lineAt returns the 1-based line of the byte offset.
func lineAt(data []byte, offset int) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }

// ParseError is where and why a file is not an article. Its chain ends in a
// fault.Invalid, or a fault.TooLarge for a file beyond MaxArticle.
type ParseError struct {
	Line   int // 1-based line of the file
	Reason string
	kind   fault.Kind
}

// Error returns the line and the reason.
func (e *ParseError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Unwrap returns the error's fault.
func (e *ParseError) Unwrap() error { return fault.New(e.kind, "%s", e.Error()) }

func parseError(line int, format string, args ...any) error {
	return &ParseError{Line: line, Reason: fmt.Sprintf(format, args...), kind: fault.Invalid}
}
