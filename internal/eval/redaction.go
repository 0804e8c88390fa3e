package eval

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/redact"
)

// RedactionOptions says what to measure redaction on.
type RedactionOptions struct {
	// Family is the family of texts: "held" or "written-held" for figures, "dev" or
	// "written-dev" for tuning. The first of each is generated, the second written by hand.
	// A file whose name ends in ".yaml" is a written family from elsewhere.
	Family string
	Texts  []RedactionText // real texts whose redactions are counted; may be empty
	Show   int             // print this many misses or, with Texts, redactions
	Log    io.Writer       // where they are printed; nil: nowhere
}

// RedactionText is a real text and where it comes from.
type RedactionText struct{ ID, Text string }

// RedactionReport is how well redaction finds what it must remove and leaves the rest.
type RedactionReport struct {
	Family string `json:"family"`
	RedactionScores
	Kinds      []RedactionRow      `json:"kinds"`
	Languages  []RedactionRow      `json:"languages"`
	Variants   []RedactionRow      `json:"variants"`
	NearMisses []RedactionNearMiss `json:"near_misses"`
	RealTexts  int                 `json:"real_texts"`
	RealBytes  int                 `json:"real_bytes"`
	Takings    map[redact.Kind]int `json:"takings"`      // what is redacted in the real texts
	Touched    int                 `json:"real_touched"` // real texts in which something is
}

// RedactionScores are the measures of a number of texts, each from 0 to 1.
type RedactionScores struct {
	Texts         int     `json:"texts"`
	Values        int     `json:"values"`    // secrets in them
	Recall        float64 `json:"recall"`    // share of the secrets of which no letter or digit is left
	CharRecall    float64 `json:"chars"`     // share of the secrets' letters and digits that is redacted
	CharPrecision float64 `json:"precision"` // share of the redacted letters and digits that is secret
	Precision     float64 `json:"items"`     // share of the redactions of which half or more is secret
}

// RedactionRow holds the scores of one kind, language or variant, in its own texts.
type RedactionRow struct {
	Name string `json:"name"`
	RedactionScores
}

// RedactionNearMiss is how often texts with one kind of near miss are left alone.
type RedactionNearMiss struct {
	Name  string  `json:"name"`
	Texts int     `json:"texts"`
	Left  float64 `json:"left"`
}

// Redaction measures redaction on a family of texts, and counts what it redacts in real
// ones.
func Redaction(ctx context.Context, o RedactionOptions) (RedactionReport, error) {
	r := RedactionReport{Family: o.Family, Takings: map[redact.Kind]int{}}
	texts, err := redactionTexts(o.Family)
	if err != nil {
		return r, fmt.Errorf("evaluate redaction: %w", err)
	}
	var all redactionTally
	var kinds, languages, variants redactionRows
	near := map[string]*redactionTally{}
	shown := 0
	for _, l := range texts {
		if err := ctx.Err(); err != nil {
			return r, fmt.Errorf("evaluate redaction: %w", err)
		}
		spans := redact.Find(l.text, redact.Internal)
		before := all
		all.count(l, spans, "")
		languages.at(string(l.lang)).count(l, spans, "")
		if len(l.secrets) == 0 {
			at(near, l.kind).count(l, spans, "")
		} else {
			for _, kind := range l.secretKinds() {
				kinds.at(kind).count(l, spans, kind)
			}
			variants.at(l.variant).count(l, spans, "")
		}
		missed := all.secrets-before.secrets > all.found-before.found || all.right-before.right < len(spans)
		if o.Log != nil && len(o.Texts) == 0 && shown < o.Show && missed {
			shown++
			fmt.Fprintf(o.Log, "%s, %s, %s\n  %q\n  want %q, got %s\n",
				l.kind, l.variant, l.lang, l.text, l.secretTexts(), spanList(l.text, spans))
		}
	}
	r.RedactionScores = all.scores()
	r.Kinds, r.Languages, r.Variants = kinds.scores(), languages.scores(), variants.scores()
	for _, name := range slices.Sorted(maps.Keys(near)) {
		n := near[name]
		r.NearMisses = append(r.NearMisses, RedactionNearMiss{name, n.texts, shareOf(n.untouched, n.texts)})
	}
	r.countReal(o)
	return r, nil
}

func redactionTexts(family string) ([]labelled, error) {
	switch family {
	case "held", "dev":
		set, err := loadRedactionSet(redactionFiles, family)
		if err != nil {
			return nil, err
		}
		return set.texts(), nil
	case "written-held", "written-dev":
		return writtenTexts(redactionFiles, "testdata/redaction/"+family+".yaml")
	}
	if dir, file := filepath.Split(family); strings.HasSuffix(file, ".yaml") {
		return writtenTexts(os.DirFS(filepath.Clean(dir)), file)
	}
	return nil, fault.New(fault.Invalid, "family %q: want held, dev, written-held, written-dev or a .yaml file", family)
}

func spanList(text string, spans []redact.Span) string {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&b, "%s %q ", s.Kind, text[s.From:s.To])
	}
	return b.String()
}

// countReal counts what is redacted in the real texts and prints a sample of it, the
// same on every run.
func (r *RedactionReport) countReal(o RedactionOptions) {
	r.RealTexts = len(o.Texts)
	var all []string
	for _, t := range o.Texts {
		text := strings.ToValidUTF8(t.Text, "")
		r.RealBytes += len(text)
		spans := redact.Find(text, redact.Internal)
		if len(spans) > 0 {
			r.Touched++
		}
		for _, s := range spans {
			r.Takings[s.Kind]++
			before, after := text[max(0, s.From-70):s.From], text[s.To:min(len(text), s.To+50)]
			all = append(all, fmt.Sprintf("%s  %s\n    …%s⟦%.200s⟧%s…", t.ID, s.Kind,
				oneLine(before), text[s.From:s.To], oneLine(after)))
		}
	}
	if o.Log == nil || o.Show == 0 {
		return
	}
	rng := rand.New(rand.NewPCG(7, 7))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i, s := range all[:min(o.Show, len(all))] {
		fmt.Fprintf(o.Log, "%3d %s\n", i+1, s)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ") }

// String returns the report as tables.
func (r RedactionReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "family %s, %d texts, %d values: ", r.Family, r.Texts, r.Values)
	fmt.Fprintf(&b, "recall %.3f (letters and digits %.3f), ", r.Recall, r.CharRecall)
	fmt.Fprintf(&b, "precision %.3f (letters and digits %.3f)\n\n", r.Precision, r.CharPrecision)
	table := func(name string, rows []RedactionRow) {
		fmt.Fprintf(&b, "%-18s %6s %6s %8s %8s %10s %8s\n", name, "texts", "values", "recall", "chars", "precision", "chars")
		for _, k := range rows {
			fmt.Fprintf(&b, "%-18s %6d %6d %8.3f %8.3f %10.3f %8.3f\n",
				k.Name, k.Texts, k.Values, k.Recall, k.CharRecall, k.Precision, k.CharPrecision)
		}
		b.WriteString("\n")
	}
	table("kind", r.Kinds)
	table("language", r.Languages)
	table("variant", r.Variants)
	fmt.Fprintf(&b, "%-18s %6s %8s\n", "near miss", "texts", "left")
	for _, n := range r.NearMisses {
		fmt.Fprintf(&b, "%-18s %6d %8.3f\n", n.Name, n.Texts, n.Left)
	}
	if r.RealTexts > 0 {
		fmt.Fprintf(&b, "\n%d real texts, %d KB; something is taken from %d\n", r.RealTexts, r.RealBytes>>10, r.Touched)
		for _, k := range redact.Kinds() {
			if n := r.Takings[k]; n > 0 {
				fmt.Fprintf(&b, "%-24s %6d\n", k, n)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n")
}
