package eval

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/redact"
	"github.com/deskbook/deskbook/summarize/thread"
)

// RedactionOptions says what to measure redaction on.
type RedactionOptions struct {
	// Family is the family of generated texts: "held" for figures, "dev" for tuning.
	Family string
	Texts  []RedactText // real ones, of which the takings are counted; may be empty
	Show   int          // print this many misses, or takings of the texts
	Log    io.Writer
}

// RedactText is a real text and where it comes from.
type RedactText struct{ ID, Text string }

// RedactTexts are the titles and messages of threads.
func RedactTexts(threads []Thread) []RedactText {
	var out []RedactText
	for _, th := range threads {
		out = append(out, RedactText{th.ID, th.Title})
		for i, m := range th.Messages {
			out = append(out, RedactText{fmt.Sprintf("%s/%d", th.ID, i+1), m.Text})
		}
	}
	return out
}

// RedactReport is how well redaction finds what it must and leaves what it must.
type RedactReport struct {
	Family   string              `json:"family"`
	Texts    int                 `json:"texts"`
	Recall   float64             `json:"recall"`    // share of the secrets of which no letter or digit is left
	Chars    float64             `json:"chars"`     // share of the secrets' letters and digits that is taken
	Exact    float64             `json:"precision"` // share of what is taken, in letters and digits, that is secret
	Items    float64             `json:"items"`     // share of the takings of which half or more is secret
	Kinds    []RedactKind        `json:"kinds"`
	Variants []RedactKind        `json:"variants"`
	Near     []RedactNear        `json:"near_misses"`
	Real     int                 `json:"real_texts"`
	Size     int                 `json:"real_bytes"`
	Takings  map[redact.Kind]int `json:"takings"`
	Touched  int                 `json:"real_touched"`
}

// RedactKind is the measure of one kind or variant, in its own texts.
type RedactKind struct {
	Name   string  `json:"name"`
	Texts  int     `json:"texts"`
	Recall float64 `json:"recall"`
	Chars  float64 `json:"chars"`
	Exact  float64 `json:"precision"`
	Items  float64 `json:"items"`
}

// RedactNear is how often texts with a near miss of a kind are left alone.
type RedactNear struct {
	Name  string  `json:"name"`
	Texts int     `json:"texts"`
	Left  float64 `json:"left"`
}

type redactTaking struct {
	from          string
	kind          redact.Kind
	before, value string
	after         string
}

// Redaction measures redaction on a generated set, and counts what it takes from
// real threads.
func Redaction(ctx context.Context, o RedactionOptions) (RedactReport, error) {
	var f family
	switch o.Family {
	case "held":
		f = heldFamily()
	case "dev":
		f = developFamily()
	default:
		return RedactReport{}, fault.New(fault.Invalid, "family %q: want held or dev", o.Family)
	}
	r := RedactReport{Family: f.name, Takings: map[redact.Kind]int{}}
	kinds, vars, near := map[string]*redactTally{}, map[string]*redactTally{}, map[string]*[2]int{}
	var all redactTally
	shown := 0
	for _, l := range f.texts() {
		if err := ctx.Err(); err != nil {
			return RedactReport{}, fmt.Errorf("evaluate redaction: %w", err)
		}
		spans := redact.Find(l.text, redact.Internal)
		t := tallyRedact(l, spans)
		all.add(t)
		r.Texts++
		if l.near {
			n := of(near, l.kind)
			n[0]++
			if len(spans) == 0 {
				n[1]++
			}
		} else {
			of(kinds, l.kind).add(t)
			of(vars, l.variant).add(t)
		}
		if o.Log != nil && len(o.Texts) == 0 && shown < o.Show && (t.items > t.found || t.right < t.takings) {
			shown++
			fmt.Fprintf(o.Log, "%s, %s, %s\n  %q\n  want %q, got %s\n", l.kind, l.variant, l.lang, l.text, l.text[l.from:l.to], spansText(l.text, spans))
		}
	}
	r.Recall, r.Chars, r.Exact, r.Items = all.shares()
	r.Kinds, r.Variants = redactRows(kinds, kindset), redactRows(vars, nil)
	for name, n := range near {
		r.Near = append(r.Near, RedactNear{Name: name, Texts: n[0], Left: ratioOf(n[1], n[0])})
	}
	slices.SortFunc(r.Near, func(a, b RedactNear) int { return cmp.Compare(a.Name, b.Name) })
	r.readTexts(o)
	return r, nil
}

func of[T any](m map[string]*T, key string) *T {
	if m[key] == nil {
		m[key] = new(T)
	}
	return m[key]
}

func redactRows(m map[string]*redactTally, order []string) []RedactKind {
	if order == nil {
		for _, v := range variants() {
			order = append(order, v.name)
		}
	}
	var out []RedactKind
	for _, name := range order {
		if t := m[name]; t != nil {
			k := RedactKind{Name: name, Texts: t.texts}
			k.Recall, k.Chars, k.Exact, k.Items = t.shares()
			out = append(out, k)
		}
	}
	return out
}

// redactTally counts letters and digits, which are what a reader could still use.
type redactTally struct {
	texts, items, found int // secrets, and those of which nothing is left
	secret, taken, both int // letters and digits
	takings, right      int
}

func tallyRedact(l labelled, spans []redact.Span) redactTally {
	t := redactTally{texts: 1}
	covered := make([]bool, len(l.text))
	for _, s := range spans {
		inside, size := 0, 0
		for i, r := range l.text[s.From:s.To] {
			covered[s.From+i] = true
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				size++
				if s.From+i >= l.from && s.From+i < l.to {
					inside++
				}
			}
		}
		t.takings++
		t.taken += size
		t.both += inside
		if size > 0 && 2*inside >= size {
			t.right++
		}
	}
	if l.near {
		return t
	}
	t.items = 1
	left := 0
	for i, r := range l.text[l.from:l.to] {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			t.secret++
			if !covered[l.from+i] {
				left++
			}
		}
	}
	if left == 0 {
		t.found = 1
	}
	return t
}

func (t *redactTally) add(o redactTally) {
	t.texts += o.texts
	t.items += o.items
	t.found += o.found
	t.secret += o.secret
	t.taken += o.taken
	t.both += o.both
	t.takings += o.takings
	t.right += o.right
}

func (t *redactTally) shares() (recall, chars, exact, items float64) {
	return ratioOf(t.found, t.items), ratioOf(t.both, t.secret), ratioOf(t.both, t.taken), ratioOf(t.right, t.takings)
}

func spansText(text string, spans []redact.Span) string {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&b, "%s %q ", s.Kind, text[s.From:s.To])
	}
	return b.String()
}

// readTexts counts what is taken from real texts and shows a sample of it, the same
// every time.
func (r *RedactReport) readTexts(o RedactionOptions) {
	r.Real = len(o.Texts)
	var all []redactTaking
	for _, t := range o.Texts {
		text := strings.ToValidUTF8(t.Text, "")
		r.Size += len(text)
		spans := redact.Find(text, redact.Internal)
		if len(spans) > 0 {
			r.Touched++
		}
		for _, s := range spans {
			r.Takings[s.Kind]++
			all = append(all, redactTaking{
				from: t.ID, kind: s.Kind, value: thread.Shorten(text[s.From:s.To], 200),
				before: thread.Tidy(strings.ToValidUTF8(text[max(0, s.From-70):s.From], "")), after: thread.Tidy(strings.ToValidUTF8(text[s.To:min(len(text), s.To+50)], "")),
			})
		}
	}
	if o.Log == nil || o.Show == 0 {
		return
	}
	rng := rand.New(rand.NewPCG(7, 7))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i, s := range all[:min(o.Show, len(all))] {
		fmt.Fprintf(o.Log, "%3d %s  %s\n    …%s⟦%s⟧%s…\n", i+1, s.from, s.kind, s.before, s.value, s.after)
	}
}

// String is the report as tables.
func (r RedactReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "family %s, %d texts: recall %.3f (letters and digits %.3f), precision %.3f (letters and digits %.3f)\n\n",
		r.Family, r.Texts, r.Recall, r.Chars, r.Items, r.Exact)
	row := func(k RedactKind) {
		fmt.Fprintf(&b, "%-18s %6d %8.3f %8.3f %10.3f %8.3f\n", k.Name, k.Texts, k.Recall, k.Chars, k.Items, k.Exact)
	}
	for _, t := range []struct {
		name string
		rows []RedactKind
	}{{"kind", r.Kinds}, {"variant", r.Variants}} {
		fmt.Fprintf(&b, "%-18s %6s %8s %8s %10s %8s\n", t.name, "texts", "recall", "chars", "precision", "chars")
		for _, k := range t.rows {
			row(k)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%-18s %6s %8s\n", "near miss", "texts", "left")
	for _, n := range r.Near {
		fmt.Fprintf(&b, "%-18s %6d %8.3f\n", n.Name, n.Texts, n.Left)
	}
	if r.Real > 0 {
		fmt.Fprintf(&b, "\n%d real texts, %d KB; something is taken from %d\n", r.Real, r.Size>>10, r.Touched)
		for _, k := range redact.Kinds() {
			if n := r.Takings[k]; n > 0 {
				fmt.Fprintf(&b, "%-24s %6d\n", k, n)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n")
}
