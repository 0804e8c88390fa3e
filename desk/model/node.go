package model

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// modelReader collects the problems of a file, so that all are reported at once, and the
// names it declares with the references to them.
type modelReader struct {
	problems Problems
	declared map[string]bool // "group second-line"
	refs     []modelRef
	known    map[string]bool // keys that were asked for, with * for names: "groups.*.title"
}

type modelRef struct {
	at   value
	kind string
}

// value is a node with its position. A value without a node was missing or wrong, which
// has been reported: reading it returns zero and reports nothing more.
type value struct {
	r    *modelReader
	path string
	form string // the path with * for names
	line int
	col  int // from 1, 0 when the position is that of a whole line
	node *yaml.Node
}

func (v value) fail(format string, args ...any) {
	v.r.problems = append(v.r.problems, Problem{Line: v.line, Column: v.col, Path: v.path, Reason: fmt.Sprintf(format,
		args...)})
}

// is reports whether the node is of the kind; if not, it records a problem.
func (v value) is(kind yaml.Kind) bool {
	if v.node == nil {
		return false
	}
	switch {
	case v.node.Kind == yaml.AliasNode || v.node.Anchor != "":
		v.fail("anchors and aliases are not supported; write the value out")
	case v.node.Kind == kind:
		return true
	default:
		v.fail("expected %s", map[yaml.Kind]string{
			yaml.MappingNode: "keys with values", yaml.SequenceNode: "a list", yaml.ScalarNode: "a single value",
		}[kind])
	}
	return false
}

// fields is a mapping whose keys are read one by one; done refuses the rest.
type fields struct {
	value
	asked   []string // the keys that were asked for, for the message about an unknown one
	entries []value  // in order; each path ends in the key, each line is the key's
	keys    []string
	used    map[string]bool
}

func (v value) fields() *fields {
	f := &fields{value: v, used: map[string]bool{}}
	if !v.is(yaml.MappingNode) {
		f.node = nil
		return f
	}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := v.node.Content[i]
		e := value{
			r: v.r, path: join(v.path, key.Value), form: join(v.form, key.Value),
			line: key.Line, col: key.Column, node: v.node.Content[i+1],
		}
		switch {
		case key.Kind != yaml.ScalarNode:
			value{r: v.r, path: v.path, line: key.Line, col: key.Column}.fail("a key must be a single word")
		case slices.Contains(f.keys, key.Value):
			e.fail("appears twice")
		default:
			f.keys, f.entries = append(f.keys, key.Value), append(f.entries, e)
		}
	}
	return f
}

// get returns the value of a required key.
func (f *fields) get(key string) value {
	f.ask(key)
	if i := slices.Index(f.keys, key); i >= 0 {
		f.used[key] = true
		return f.entries[i]
	}
	if f.node != nil {
		value{r: f.r, path: f.path, line: f.line}.fail("%s is missing", key)
	}
	return value{r: f.r, path: join(f.path, key), form: join(f.form, key), line: f.line}
}

// has reports whether an optional key is present.
func (f *fields) has(key string) bool {
	f.ask(key)
	return slices.Contains(f.keys, key)
}

func (f *fields) ask(key string) {
	if !slices.Contains(f.asked, key) {
		f.asked = append(f.asked, key)
		f.r.known[join(f.form, key)] = true
	}
}

// named returns the value of the i-th key, which is a name.
func (f *fields) named(i int) value {
	e := f.entries[i]
	e.form = join(f.form, "*")
	return e
}

// done refuses every key that was not read.
func (f *fields) done() {
	for i, k := range f.keys {
		if !f.used[k] {
			f.entries[i].fail("unknown key; the keys here are %s", strings.Join(f.asked, ", "))
		}
	}
}

func (v value) items() []value {
	if !v.is(yaml.SequenceNode) {
		return nil
	}
	out := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		out[i] = value{r: v.r, path: fmt.Sprintf("%s[%d]", v.path, i), form: v.form, line: n.Line, col: n.Column, node: n}
	}
	return out
}

// text reads a single non-empty line of at most 300 characters.
func (v value) text() string {
	if !v.is(yaml.ScalarNode) {
		return ""
	}
	s := strings.TrimSpace(v.node.Value)
	switch {
	case s == "" || v.node.Tag == "!!null":
		v.fail("is empty")
	case utf8.RuneCountInString(s) > 300:
		v.fail("is longer than 300 characters")
	case strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }):
		v.fail("must be a single line")
	default:
		return s
	}
	return ""
}

// oneOfEach reads a list of values from a closed list.
func oneOfEach[T ~string](v value, allowed []T) []T {
	out := []T{}
	for _, item := range v.items() {
		out = append(out, oneOf(item, allowed))
	}
	return out
}

var fieldForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// declare registers the entry's key as a name of the kind.
func (v value) declare(kind, name string) string {
	if !nameForm.MatchString(name) || len(name) > 60 {
		v.fail("a name consists of lower-case letters and digits joined by hyphens, at most 60 characters")
	}
	v.r.declared[kind+" "+name] = true
	return name
}

// reference reads a reference to a declared name; resolve checks it at the end.
func (v value) reference(kind string) string {
	s := v.text()
	if s != "" {
		v.r.refs = append(v.r.refs, modelRef{at: v, kind: kind})
	}
	return s
}

// resolve checks that every reference names something declared.
func (r *modelReader) resolve() {
	for _, ref := range r.refs {
		if name := strings.TrimSpace(ref.at.node.Value); !r.declared[ref.kind+" "+name] {
			ref.at.fail("there is no %s %q", ref.kind, name)
		}
	}
}

func oneOf[T ~string](v value, allowed []T) T {
	s := T(v.text())
	if s == "" || slices.Contains(allowed, s) {
		return s
	}
	list := make([]string, len(allowed))
	for i, a := range allowed {
		list[i] = string(a)
	}
	v.fail("%q is not one of %s", string(s), strings.Join(list, ", "))
	return ""
}

func (v value) integer(least, most int) int {
	s := v.text()
	n, err := strconv.Atoi(s)
	if s != "" && (err != nil || n < least || n > most) {
		v.fail("%q is not a whole number from %d to %d", s, least, most)
		return 0
	}
	return n
}

func (v value) number(least, most float64) float64 {
	s := v.text()
	n, err := strconv.ParseFloat(s, 64)
	// Written so that NaN fails the comparison.
	if s != "" && (err != nil || !(n >= least && n <= most)) {
		v.fail("%q is not a number from %g to %g", s, least, most)
		return 0
	}
	return n
}

func (v value) boolean() bool { return oneOf(v, []string{"true", "false"}) == "true" }

// duration reads a duration of a minute to a year, such as 30m or 4h.
func (v value) duration() time.Duration {
	s := v.text()
	d, err := time.ParseDuration(s)
	if s != "" && (err != nil || d < time.Minute || d > 366*24*time.Hour || d%time.Minute != 0) {
		v.fail("%q is not a duration from 1m to 8784h, such as 30m, 4h or 1h30m", s)
		return 0
	}
	return d
}

func (v value) date() time.Time {
	s := v.text()
	t, err := time.Parse(time.DateOnly, s)
	if s != "" && err != nil {
		v.fail("%q is not a date such as 2026-12-25", s)
	}
	return t
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
