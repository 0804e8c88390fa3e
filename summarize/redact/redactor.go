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

// Removed describes one removed value, without the value.
type Removed struct {
	Kind  Kind     `json:"kind"`
	N     int      `json:"n"`     // number in the placeholder, from 1 within the kind
	Count int      `json:"count"` // number of occurrences
	Where []string `json:"where"` // the places set with In, in order
}

// Redactor replaces secrets and personal data with placeholders such as "[email 1]".
// The same value gets the same placeholder in every text of one Redactor, so that a
// thread stays readable. A Redactor is not safe for concurrent use: create one per task.
type Redactor struct {
	network   Network
	names     []*regexp.Regexp
	where     string
	values    map[string]int // kind and normalized value → index in removed
	originals []string       // the values as first found, by index in removed
	removed   []Removed
	next      map[Kind]int
	issued    map[string]int    // placeholder → index in removed
	reserved  map[string]bool   // placeholders that were in a text before
	cache     map[string]string // redacted texts by place and text
}

// maxCached limits the number of cached texts.
const maxCached = 512

// New returns a Redactor with a policy for machines. Names are patterns of people's names.
func New(n Network, names []*regexp.Regexp) *Redactor {
	return &Redactor{
		network: n, names: names, values: map[string]int{}, next: map[Kind]int{}, issued: map[string]int{},
		reserved: map[string]bool{}, cache: map[string]string{},
	}
}

// In sets the place that the following texts come from, for the list of removed values.
func (r *Redactor) In(place string) *Redactor {
	r.where = place
	return r
}

// Text returns the text with placeholders. A text that is passed twice for the same place
// counts once. Anything that looks like a placeholder but was not issued by this Redactor
// stays as it is and is never restored.
func (r *Redactor) Text(text string) string { return r.text(text, true) }

// Secrets is Text without the names, for a text whose greetings and signatures will still
// be recognized by their names.
func (r *Redactor) Secrets(text string) string { return r.text(text, false) }

func (r *Redactor) text(text string, names bool) string {
	text = strings.ToValidUTF8(text, "")
	memo := fmt.Sprintf("%s\x00%t\x00%s", r.where, names, text)
	if out, ok := r.cache[memo]; ok {
		return out
	}
	r.reserve(text)
	out := r.replace(text, find(text, r.network, names))
	if names && len(r.names) > 0 {
		out = r.replace(out, r.nameSpans(out))
	}
	if len(r.cache) < maxCached {
		r.cache[memo] = out
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
		b.WriteString(r.placeholderFor(s.Kind, text[s.From:s.To]))
		last = s.To
	}
	b.WriteString(text[last:])
	return b.String()
}

// nameSpans returns the names outside placeholders.
func (r *Redactor) nameSpans(text string) []Span {
	t := &taken{bytes: make([]bool, len(text))}
	for _, m := range anyPlaceholder.FindAllStringIndex(text, -1) {
		t.add(m[0], m[1], "")
	}
	for _, re := range r.names {
		for _, m := range re.FindAllStringIndex(text, -1) {
			if !t.bytes[m[0]] && !t.bytes[m[1]-1] {
				t.add(m[0], m[1], Name)
			}
		}
	}
	spans := slices.DeleteFunc(t.spans, func(s Span) bool { return s.Kind != Name })
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return spans
}

func (r *Redactor) placeholderFor(kind Kind, value string) string {
	key := string(kind) + "\x00" + normalize(value)
	i, ok := r.values[key]
	if !ok {
		i = len(r.removed)
		r.next[kind]++
		for r.reserved[placeholder(kind, r.next[kind])] {
			r.next[kind]++
		}
		r.values[key] = i
		r.removed = append(r.removed, Removed{Kind: kind, N: r.next[kind]})
		r.originals = append(r.originals, value)
		r.issued[placeholder(kind, r.next[kind])] = i
	}
	it := &r.removed[i]
	it.Count++
	if r.where != "" && !slices.Contains(it.Where, r.where) {
		it.Where = append(it.Where, r.where)
	}
	return placeholder(kind, it.N)
}

// Reserve announces later texts, so that no value gets a placeholder that is in one of
// them. Otherwise an "[email 1]" in a later text would be taken for the first address.
func (r *Redactor) Reserve(texts ...string) {
	for _, t := range texts {
		r.reserve(strings.ToValidUTF8(t, ""))
	}
}

// Placeholders returns the placeholders in a text, whoever put them there, in order and
// as a Redactor writes them.
func Placeholders(text string) []string {
	var out []string
	for _, m := range anyPlaceholder.FindAllStringSubmatch(text, -1) {
		out = append(out, canonical(m))
	}
	return out
}

// reserve records the placeholders that a text has before redaction. Were one of them
// issued, Restore would reveal a value in its place.
func (r *Redactor) reserve(text string) {
	for _, m := range anyPlaceholder.FindAllStringSubmatch(text, -1) {
		p := canonical(m)
		if _, own := r.issued[p]; !own {
			r.reserved[p] = true
		}
	}
}

func placeholder(kind Kind, n int) string { return "[" + string(kind) + " " + strconv.Itoa(n) + "]" }

// anyPlaceholder matches placeholders, including the way models and Markdown alter them.
var anyPlaceholder = func() *regexp.Regexp {
	kinds := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		kinds = append(kinds, strings.ReplaceAll(string(k), " ", `\s+`))
	}
	return regexp.MustCompile(`(?i)\\?\[\s*(` + strings.Join(kinds, "|") + `)\s+(\d{1,6})\s*\\?\]`)
}()

// canonical returns a placeholder as a Redactor writes it, from a match.
func canonical(m []string) string {
	return "[" + strings.ToLower(strings.Join(strings.Fields(m[1]), " ")) + " " + m[2] + "]"
}

func isPlaceholder(s string) bool {
	if !strings.ContainsAny(s, asciiDigits) {
		return false
	}
	m := anyPlaceholder.FindString(s)
	if m == "" {
		m = anyPlaceholder.FindString("[" + s + "]")
		return m != "" && len(m) == len(s)+2
	}
	return len(m) == len(s)
}

// Restore replaces placeholders with their values, in one pass: a placeholder within a
// value stays. Use it only for text that returns to the readers of the original.
func (r *Redactor) Restore(text string) string { return r.restore(text, true) }

// RestorePersonal is Restore without passwords, keys and tokens.
func (r *Redactor) RestorePersonal(text string) string { return r.restore(text, false) }

func (r *Redactor) restore(text string, secrets bool) string {
	if len(r.originals) == 0 || !strings.Contains(text, "[") {
		return text
	}
	return anyPlaceholder.ReplaceAllStringFunc(text, func(p string) string {
		i, ok := r.issued[canonical(anyPlaceholder.FindStringSubmatch(p))]
		if !ok || r.removed[i].Kind.Secret() && !secrets {
			return p
		}
		return r.originals[i]
	})
}

// WithoutSecrets returns the text with placeholders for passwords, keys and tokens only.
func (r *Redactor) WithoutSecrets(text string) string {
	text = strings.ToValidUTF8(text, "")
	r.reserve(text)
	return r.replace(text, slices.DeleteFunc(Find(text, r.network), func(s Span) bool { return !s.Kind.Secret() }))
}

// Removed returns what was removed, in order of first occurrence.
func (r *Redactor) Removed() []Removed {
	out := slices.Clone(r.removed)
	for i := range out {
		out[i].Where = slices.Clone(out[i].Where)
	}
	return out
}

// normalize returns the same string for different spellings of one value.
func normalize(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, newView(value).lower)
}

// String returns the number of removed values. Together with Format, LogValue and
// MarshalJSON it keeps the values out of whatever prints a Redactor.
func (r *Redactor) String() string { return fmt.Sprintf("redactor of %d values", len(r.removed)) }

// Format implements [fmt.Formatter]: it writes String for every verb.
func (r *Redactor) Format(f fmt.State, _ rune) {
	io.WriteString(f, r.String()) //nolint:errcheck // a Formatter cannot return it
}

// LogValue implements [slog.LogValuer] as String does.
func (r *Redactor) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalJSON returns the list of removed values, without the values.
func (r *Redactor) MarshalJSON() ([]byte, error) { return json.Marshal(r.Removed()) }
