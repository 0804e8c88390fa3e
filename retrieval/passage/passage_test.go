package passage_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
)

func read(markdown string) *passage.Article {
	a := kb.Article{ID: "a", Title: "Title", Markdown: markdown, Passages: kb.SplitPassages("a", markdown, nil)}
	return passage.Read(a, terms.LanguageOf(a))
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
		a := read(c.body)
		if got := marked(scorer(c.query, terms.LanguageOf(a.Article)).Excerpt(a)); !slices.Contains(got, c.want) {
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
		p := scorer(c.query).Excerpt(read(c.body))
		if p.CutBefore != c.before || p.CutAfter != c.after {
			t.Errorf("cut before %v and after %v in %q", p.CutBefore, p.CutAfter, p.Text)
		}
		if n := utf8.RuneCountInString(p.Text); n > 400 || !slices.Contains(marked(p), c.query) {
			t.Errorf("%d runes without %s: %q", n, c.query, p.Text)
		}
	}
}

func TestMatchesAreThePassagesWithWordsOfTheQuery(t *testing.T) {
	a := read("## Symptoms\n\nThe sextant is stuck.\n\n" +
		"## Resolution\n\nOil the gyroscope.\n\n## Cause\n\nRust on the gyroscope.\n")
	got := scorer("gyroscope rust").Matches(a)
	if len(got) != 2 || got[0].Passage.Heading != "Resolution" || got[1].Passage.Heading != "Cause" {
		t.Fatalf("%+v", got)
	}
	if got[0].Share != 0.5 || got[1].Share != 1 || got[0].Score >= got[1].Score {
		t.Errorf("shares %v and %v, scores %v and %v", got[0].Share, got[1].Share, got[0].Score, got[1].Score)
	}
}
