package kb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
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

// splitFront splits a file into its front matter, delimiters included, and its body:
// raw+body is the file. A file that opens with a thematic break rather than front
// matter has none.
func splitFront(file string) (raw, inner, body string, form frontForm, err error) {
	bom := ""
	if strings.HasPrefix(file, "\uFEFF") {
		bom = "\uFEFF"
	}
	head := opening.FindStringSubmatch(file[len(bom):])
	if head == nil {
		if n := jsonLength(file[len(bom):]); n > 0 {
			end := len(bom) + n
			return file[:end], file[len(bom):end], file[end:], jsonFront, nil
		}
		if n, inner := headerLength(file[len(bom):]); n > 0 {
			end := len(bom) + n
			return file[:end], inner, file[end:], yamlFront, nil
		}
		return bom, "", file[len(bom):], noFront, nil
	}
	form = formOf(head[1], head[2])
	begin := len(bom) + len(head[0])
	for rest := file[begin:]; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		if trimmed := strings.TrimRight(line, " \t\r"); trimmed == head[1] || form == yamlFront && trimmed == "..." {
			end := len(file) - len(after)
			return file[:end], file[begin : len(file)-len(rest)], file[end:], form, nil
		}
		rest = after
	}
	if head[1] != "---" || keyLike.MatchString(file[begin:]) {
		if head[1] == "---" || tomlLike.MatchString(file[begin:]) {
			return "", "", "", form, parseError(1, "the front matter that opens here is not closed by a line of %s", head[1])
		}
	}
	return bom, "", file[len(bom):], noFront, nil
}

var (
	opening = regexp.MustCompile(`^(---|\+\+\+|;;;)[ \t]*(yaml|toml|json)?[ \t]*\r?\n`)
	keyLike = regexp.MustCompile(`^[A-Za-z_][\w.\- ]*:(?:[ \t]|\r?\n|$)`)
	// tomlLike matches the beginning of a TOML table.
	tomlLike = regexp.MustCompile(`^(?:#[^\n]*\n)*[A-Za-z_][\w.-]*[ \t]*=`)
	// headerKey matches the first line of a header without delimiters, as MultiMarkdown,
	// Pelican and Hexo have it.
	headerKey = regexp.MustCompile(`^(?i:title|date|author|authors|status|layout|slug|category|categories|tags|lang|` +
		`summary):[ \t]`)
	headerLine = regexp.MustCompile(`^(?:[A-Za-z_][\w .-]{0,40}:(?:[ \t].*)?|[ \t]+\S.*|-[ \t].*)$`)
	// yamlPlace matches the beginning of the YAML parser's messages.
	yamlPlace = regexp.MustCompile(`^yaml: (?:line \d+: )?`)
)

func formOf(delimiter, language string) frontForm {
	switch {
	case language == "toml", language == "" && delimiter == "+++":
		return tomlFront
	case language == "json", language == "" && delimiter == ";;;":
		return jsonFront
	}
	return yamlFront
}

// jsonLength returns the length of an object of JSON that the file begins with, with the
// line break behind it, 0 if there is none.
func jsonLength(file string) int {
	if !strings.HasPrefix(file, "{") || strings.HasPrefix(file, "{%") || strings.HasPrefix(file, "{{") {
		return 0
	}
	d := json.NewDecoder(strings.NewReader(file[:min(len(file), maxFront)]))
	var object map[string]json.RawMessage
	if d.Decode(&object) != nil || len(object) == 0 {
		return 0
	}
	end := int(d.InputOffset())
	line, _, more := strings.Cut(file[end:], "\n")
	if !more || strings.TrimSpace(line) != "" {
		return 0
	}
	return end + len(line) + 1
}

// headerLength returns the length of a header without delimiters that the file begins
// with, and what is in it; 0 if there is none. It ends with a blank line or with one of
// hyphens.
func headerLength(file string) (n int, inner string) {
	if !headerKey.MatchString(file) {
		return 0, ""
	}
	titled := false
	for n < len(file) && n < maxFront {
		line, _, more := strings.Cut(file[n:], "\n")
		bare := strings.TrimRight(line, " \t\r")
		if bare == "" || bare == "---" {
			if !titled || !more || n == 0 {
				return 0, ""
			}
			return n + len(line) + 1, file[:n]
		}
		if !headerLine.MatchString(bare) {
			return 0, ""
		}
		titled = titled || strings.HasPrefix(strings.ToLower(bare), "title:")
		n += len(line) + 1
	}
	return 0, ""
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

// parseFront returns the mapping that front matter holds, nil if it holds nothing.
func parseFront(inner string, form frontForm, first int) (*yaml.Node, error) {
	switch form {
	case tomlFront:
		return tomlNode(inner, first)
	case jsonFront:
		return jsonNode(inner, first)
	case noFront, yamlFront:
	}
	doc, err := yamlNode(inner)
	if err != nil {
		return nil, yamlError(err, inner, first)
	}
	if doc == nil {
		return nil, nil
	}
	if doc.Kind != yaml.MappingNode {
		return nil, parseError(first+doc.Line-1, "front matter must be a list of keys and values")
	}
	return doc, nil
}

// yamlNode parses YAML. A value with an unquoted colon, or that begins with a character
// reserved by YAML, is read as the plain text it is meant to be.
func yamlNode(inner string) (*yaml.Node, error) {
	var doc yaml.Node
	err := yaml.Unmarshal([]byte(inner), &doc)
	if err != nil {
		doc = yaml.Node{}
		if yaml.Unmarshal([]byte(quotedValues(inner)), &doc) != nil {
			return nil, err
		}
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

var keyAndValue = regexp.MustCompile(`^([ \t]*(?:- )?[\w .-]+:[ \t]+|[ \t]*- )(\S.*)$`)

// quotedValues puts the values in quotes that are not YAML on their own line.
func quotedValues(inner string) string {
	lines := strings.Split(inner, "\n")
	for i, line := range lines {
		bare := strings.TrimRight(line, "\r \t")
		m := keyAndValue.FindStringSubmatch(bare)
		var alone yaml.Node
		if m == nil || yaml.Unmarshal([]byte(strings.TrimLeft(bare, " \t")), &alone) == nil {
			continue
		}
		value := m[2]
		switch first := value[:1]; {
		case strings.ContainsAny(first, "[{|>#"):
			continue // a collection or a text that goes on below
		case first == `"` || first == "'":
			if strings.Count(value, first) < 2 {
				continue
			}
			if n := len(value); value[n-1:] == first {
				value = value[1 : n-1]
			}
		}
		lines[i] = m[1] + "'" + strings.ReplaceAll(value, "'", "''") + "'"
	}
	return strings.Join(lines, "\n")
}

// tomlNode parses TOML into the form that YAML has.
func tomlNode(inner string, first int) (*yaml.Node, error) {
	var values map[string]any
	if err := toml.Unmarshal([]byte(strings.ReplaceAll(inner, "\r\n", "\n")), &values); err != nil {
		line := first
		var at *toml.DecodeError
		if errors.As(err, &at) {
			row, _ := at.Position()
			line += row - 1
		}
		return nil, parseError(line, "front matter is not valid TOML: %s", clip(oneLine(err.Error()), 200))
	}
	return encodedNode(values, inner)
}

// jsonNode parses JSON into the form that YAML has.
func jsonNode(inner string, first int) (*yaml.Node, error) {
	inner = strings.TrimSpace(inner)
	if inner != "" && !strings.HasPrefix(inner, "{") {
		inner = "{" + inner + "}"
	}
	var values map[string]any
	if err := json.Unmarshal([]byte(inner), &values); err != nil && inner != "" {
		line := first
		var at *json.SyntaxError
		if errors.As(err, &at) {
			line += strings.Count(inner[:min(int(at.Offset), len(inner))], "\n")
		}
		return nil, parseError(line, "front matter is not valid JSON: %s", clip(oneLine(err.Error()), 200))
	}
	return encodedNode(values, inner)
}

// encodedNode returns values as a mapping whose keys have the lines on which they stand.
func encodedNode(values map[string]any, inner string) (*yaml.Node, error) {
	var n yaml.Node
	if err := n.Encode(values); err != nil {
		return nil, fmt.Errorf("front matter: %w", err)
	}
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	lines := map[string]int{}
	for i, line := range strings.Split(inner, "\n") {
		if m := encodedKey.FindStringSubmatch(line); m != nil && lines[m[1]] == 0 {
			lines[m[1]] = i + 1
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		line := max(1, lines[n.Content[i].Value])
		n.Content[i].Line, n.Content[i+1].Line = line, line
		for _, item := range n.Content[i+1].Content {
			item.Line = line
		}
	}
	return &n, nil
}

var encodedKey = regexp.MustCompile(`^[ \t{,]*["']?([\w.-]+)["']?[ \t]*[:=]`)

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

// yamlError turns the parser's error into ours. The parser names the line on which the
// surrounding list or mapping begins, or none, so the line is found by dropping lines
// from the end until the rest parses.
func yamlError(err error, inner string, first int) error {
	lines := strings.SplitAfter(strings.TrimRight(inner, "\r\n"), "\n")
	bad := len(lines)
	for tries := 0; bad > 1 && tries < maxYAMLTries; tries++ {
		if _, err := yamlNode(strings.Join(lines[:bad-1], "")); err == nil {
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
	empty  bool // the file has no text
}

// Error returns the line and the reason.
func (e *ParseError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Unwrap returns the error's fault.
func (e *ParseError) Unwrap() error { return fault.New(e.kind, "%s", e.Error()) }

func emptyError(line int, reason string) error {
	return &ParseError{Line: line, Reason: reason, kind: fault.Invalid, empty: true}
}

func parseError(line int, format string, args ...any) error {
	return &ParseError{Line: line, Reason: fmt.Sprintf(format, args...), kind: fault.Invalid}
}
