package redact

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Removed is one value that was taken out. It does not hold the value.
type Removed struct {
	Kind  Kind     `json:"kind"`
	N     int      `json:"n"`     // of the placeholder, from 1 within the kind
	Count int      `json:"count"` // how often
	Where []string `json:"where"` // the places named by In, in order
}

// Redactor replaces secrets and personal data by placeholders such as "[email 1]".
// The same value gets the same placeholder in every text of one Redactor, so that a
// thread stays readable. It is not safe for concurrent use: make one per task.
type Redactor struct {
	network Network
	names   []*regexp.Regexp
	where   string
	values  map[string]int // kind and normal value → index in removed
	kept    []string       // the values as first met, by index in removed
	removed []Removed
	next    map[Kind]int
	own     map[string]int      // placeholder → index in removed
	literal map[string]struct{} // placeholder forms that a text had by itself
	done    map[string]string   // texts redacted already, by place
}

// maxDone bounds the memory of texts redacted already.
const maxDone = 512

// New makes a Redactor with a policy for machines. Names are patterns of people's names.
func New(n Network, names []*regexp.Regexp) *Redactor {
	return &Redactor{
		network: n, names: names, values: map[string]int{}, next: map[Kind]int{}, own: map[string]int{},
		literal: map[string]struct{}{}, done: map[string]string{},
	}
}

// In says where the texts that follow come from, for the list of what was removed.
func (r *Redactor) In(place string) *Redactor {
	r.where = place
	return r
}

// Text gives the text with placeholders. A text given twice for the same place counts
// once. What looks like a placeholder and is none of this Redactor's stays as it is
// and is never restored.
func (r *Redactor) Text(text string) string { return r.text(text, true) }

// Secrets is Text without the names: for a text that is yet to be taken apart by rules
// that know greetings and signatures by their names.
func (r *Redactor) Secrets(text string) string { return r.text(text, false) }

func (r *Redactor) text(text string, names bool) string {
	text = strings.ToValidUTF8(text, "")
	memo := fmt.Sprintf("%s\x00%t\x00%s", r.where, names, text)
	if out, ok := r.done[memo]; ok {
		return out
	}
	r.reserve(text)
	out := r.replace(text, Find(text, r.network))
	if names && len(r.names) > 0 {
		out = r.replace(out, r.nameSpans(out))
	}
	if len(r.done) < maxDone {
		r.done[memo] = out
	}
	return out
}

func (r *Redactor) replace(text string, spans []Span) string {
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	last := 0
	for _, s := range spans {
		b.WriteString(text[last:s.From])
		b.WriteString(r.placeholder(s.Kind, text[s.From:s.To]))
		last = s.To
	}
	b.WriteString(text[last:])
	return b.String()
}

// nameSpans finds the names, outside placeholders.
func (r *Redactor) nameSpans(text string) []Span {
	t := newTaken(len(text))
	for _, m := range anyPlaceholder.FindAllStringIndex(text, -1) {
		t.add(m[0], m[1], "")
	}
	for _, re := range r.names {
		for _, m := range re.FindAllStringIndex(text, -1) {
			if !t.has(m[0]) && !t.has(m[1]-1) {
				t.add(m[0], m[1], Name)
			}
		}
	}
	spans := slices.DeleteFunc(t.spans, func(s Span) bool { return s.Kind != Name })
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return spans
}

func (r *Redactor) placeholder(kind Kind, value string) string {
	key := string(kind) + "\x00" + normal(value)
	i, ok := r.values[key]
	if !ok {
		i = len(r.removed)
		r.next[kind]++
		for known(r.literal, mark(kind, r.next[kind])) {
			r.next[kind]++
		}
		r.values[key] = i
		r.removed = append(r.removed, Removed{Kind: kind, N: r.next[kind]})
		r.kept = append(r.kept, value)
		r.own[mark(kind, r.next[kind])] = i
	}
	it := &r.removed[i]
	it.Count++
	if r.where != "" && !slices.Contains(it.Where, r.where) {
		it.Where = append(it.Where, r.where)
	}
	return mark(kind, it.N)
}

// Reserve makes known the texts that are yet to come: what looks like a placeholder in
// them is given to no value. Without it a later text that has "[email 1]" by itself would
// be taken for one that names the first address.
func (r *Redactor) Reserve(texts ...string) {
	for _, t := range texts {
		r.reserve(strings.ToValidUTF8(t, ""))
	}
}

// Placeholders lists the placeholders in a text, whoever put them there, in order and as
// a Redactor writes them.
func Placeholders(text string) []string {
	var out []string
	for _, m := range anyPlaceholder.FindAllStringSubmatch(text, -1) {
		out = append(out, formOf(m))
	}
	return out
}

// reserve keeps the numbers of placeholder forms that a text has by itself from being
// given to a value, which Restore would then reveal in its place.
func (r *Redactor) reserve(text string) {
	for _, m := range anyPlaceholder.FindAllStringSubmatch(text, -1) {
		p := formOf(m)
		if _, own := r.own[p]; !own {
			r.literal[p] = struct{}{}
		}
	}
}

func mark(kind Kind, n int) string { return "[" + string(kind) + " " + strconv.Itoa(n) + "]" }

// anyPlaceholder finds placeholders, also as models and Markdown change them.
var anyPlaceholder = func() *regexp.Regexp {
	kinds := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		kinds = append(kinds, strings.ReplaceAll(string(k), " ", `\s+`))
	}
	return regexp.MustCompile(`(?i)\\?\[\s*(` + strings.Join(kinds, "|") + `)\s+(\d{1,6})\s*\\?\]`)
}()

// formOf gives the placeholder as it was written, from a match.
func formOf(m []string) string {
	return "[" + strings.ToLower(strings.Join(strings.Fields(m[1]), " ")) + " " + m[2] + "]"
}

func isPlaceholder(s string) bool {
	if !strings.ContainsAny(s, "0123456789") {
		return false
	}
	m := anyPlaceholder.FindString(s)
	if m == "" {
		m = anyPlaceholder.FindString("[" + s + "]")
		return m != "" && len(m) == len(s)+2
	}
	return len(m) == len(s)
}

// Restore puts the values back, once: what a value itself looks like is not read again.
// Only for text that returns to the readers of what was redacted.
func (r *Redactor) Restore(text string) string {
	if len(r.kept) == 0 || !strings.Contains(text, "[") {
		return text
	}
	return anyPlaceholder.ReplaceAllStringFunc(text, func(p string) string {
		if i, ok := r.own[formOf(anyPlaceholder.FindStringSubmatch(p))]; ok {
			return r.kept[i]
		}
		return p
	})
}

// Removed lists what was taken out, in order of meeting.
func (r *Redactor) Removed() []Removed {
	out := slices.Clone(r.removed)
	for i := range out {
		out[i].Where = slices.Clone(out[i].Where)
	}
	return out
}

// normal makes differently written forms of one value equal.
func normal(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, newView(value).lower)
}

// String tells how many values were taken out. With Format, GoString, LogValue and
// MarshalJSON it keeps the values out of whatever prints a Redactor.
func (r *Redactor) String() string { return fmt.Sprintf("redactor of %d values", len(r.removed)) }

// GoString is String.
func (r *Redactor) GoString() string { return r.String() }

// Format writes String for every verb.
func (r *Redactor) Format(f fmt.State, _ rune) { io.WriteString(f, r.String()) } //nolint:errcheck // as fmt does

// LogValue is String.
func (r *Redactor) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalJSON writes what was removed, without the values.
func (r *Redactor) MarshalJSON() ([]byte, error) { return json.Marshal(r.Removed()) } //nolint:wrapcheck // as encoders do
