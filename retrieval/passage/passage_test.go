package passage_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// reading is an article with what was prepared for showing it.
type reading struct {
	*passage.Article
	kb       kb.Article
	language terms.Language
}

// read prepares an article with the body as the index does: its passages are parts of one text.
func read(t testing.TB, markdown string) reading {
	t.Helper()
	a := kb.Article{ID: "a", Title: "Title", Markdown: markdown, Passages: kb.SplitPassages("a", markdown, nil)}
	in := terms.LanguageOf(a)
	var body strings.Builder
	var spans [][2]int
	for _, p := range a.Passages {
		body.WriteString(p.Heading + "\n")
		start := body.Len()
		body.WriteString(terms.Valid(p.Text))
		spans = append(spans, [2]int{start, body.Len()})
		body.WriteString("\n")
	}
	text := body.String()
	record := passage.Record(a.Passages, text, spans, terms.In(in, a.Title), terms.In(in, text))
	opened, err := passage.Open(a.Title, in, record)
	if err != nil {
		t.Fatal(err)
	}
	return reading{opened, a, in}
}

// scorer returns a scorer for a search in which all terms are equally rare.
func scorer(text string, in ...terms.Language) *passage.Scorer {
	q := terms.SearchQuery(text, in...)
	return passage.NewScorer(q, slices.Repeat([]float64{1}, len(q.Terms)))
}

func marked(p desk.PassageRef) []string {
	var out []string
	runes := []rune(p.Text)
	for _, m := range p.Marks {
		out = append(out, string(runes[m[0]:m[1]]))
	}
	return out
}

func TestMarksAreWholeWords(t *testing.T) {
	const (
		names   = "Open OneDrive, then java.lang.NullPointerException or Get-ADUser. See KB5034441 and Wi-Fi."
		accents = "Cafe\u0301 cre\u0300me and na\u00efve printers' trays"
		kanji   = "自宅からVPNに接続できない"
	)
	for _, c := range []struct{ body, query, want string }{
		{names, "drive", "OneDrive"},
		{names, "pointer", "NullPointerException"},
		{names, "nullpointerexception", "NullPointerException"},
		{names, "get-aduser", "ADUser"},
		{names, "5034441", "KB5034441"},
		{names, "wifi", "Wi-Fi"},
		{kanji, "接続", "接続"},
		{kanji, "vpn", "VPN"},
		{accents, "creme", "cre\u0300me"},
		{accents, "printer", "printers"},
	} {
		a := read(t, c.body)
		if got := marked(scorer(c.query, a.language).Excerpt(a.Article)); !slices.Contains(got, c.want) {
			t.Errorf("%s marks %q, want %q", c.query, got, c.want)
		}
	}
}

// A reader must see that a passage is shown in part, and the part must be the one that matches.
func TestExcerptSaysWhereItIsCut(t *testing.T) {
	other := strings.Repeat("Nothing of interest stands here. ", 30)
	for _, c := range []struct {
		body, query   string
		before, after bool
	}{
		{other + "The gyroscope is stuck. " + other, "gyroscope", true, true},
		{"The gyroscope is stuck. " + other, "gyroscope", false, true},
		{other + "The gyroscope is stuck.", "gyroscope", true, false},
		{"The sextant is stuck.", "sextant", false, false},
	} {
		p := scorer(c.query).Excerpt(read(t, c.body).Article)
		if p.CutBefore != c.before || p.CutAfter != c.after {
			t.Errorf("cut before %v and after %v in %q", p.CutBefore, p.CutAfter, p.Text)
		}
		if n := utf8.RuneCountInString(p.Text); n > 400 || !slices.Contains(marked(p), c.query) {
			t.Errorf("%d runes without %s: %q", n, c.query, p.Text)
		}
	}
}

func TestMatchesAreThePassagesWithWordsOfTheQuery(t *testing.T) {
	a := read(t, "## Symptoms\n\nThe sextant is stuck.\n\n"+
		"## Resolution\n\nOil the gyroscope.\n\n## Cause\n\nRust on the gyroscope.\n")
	scorer := scorer("gyroscope rust")
	got := scorer.Matches(a.Article)
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	first, _ := scorer.Read(a.Article, got[0])
	second, marks := scorer.Read(a.Article, got[1])
	if diff := cmp.Diff(a.kb.Passages[1:], []kb.Passage{first, second}); diff != "" {
		t.Errorf("passages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][2]int{{0, 4}, {12, 21}}, marks); diff != "" {
		t.Errorf("marks of %q (-want +got):\n%s", second.Text, diff)
	}
	if got[0].Share != 0.5 || got[1].Share != 1 || got[0].Score >= got[1].Score {
		t.Errorf("shares %v and %v, scores %v and %v", got[0].Share, got[1].Share, got[0].Score, got[1].Score)
	}
}
