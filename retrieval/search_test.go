package retrieval_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// checkHit tests what every hit promises.
func checkHit(t testing.TB, h desk.ArticleHit) {
	t.Helper()
	if h.Article.ID == "" || h.Article.URL == "" || h.Score < 0 || h.Score > 1 {
		t.Fatalf("hit %+v", h)
	}
	n, last := utf8.RuneCountInString(h.Passage.Text), 0
	if n > 400 {
		t.Fatalf("%s: passage of %d runes", h.Article.ID, n)
	}
	for _, m := range h.Passage.Marks {
		if m[0] < last || m[1] <= m[0] || m[1] > n {
			t.Fatalf("%s: marks %v in %d runes", h.Article.ID, h.Passage.Marks, n)
		}
		last = m[1]
		runes := []rune(h.Passage.Text)
		if letters(runes, m[0]-1, m[0]) || letters(runes, m[1]-1, m[1]) {
			t.Fatalf("%s: the mark %q begins or ends inside a word", h.Article.ID, string(runes[m[0]:m[1]]))
		}
	}
}

// letters reports whether both places hold letters of a script with spaces.
func letters(runes []rune, places ...int) bool {
	for _, i := range places {
		if i < 0 || i >= len(runes) || !unicode.IsLetter(runes[i]) ||
			unicode.In(runes[i], unicode.Han, unicode.Hiragana, unicode.Katakana) {
			return false
		}
	}
	return true
}

func TestSearchShowsPassageAndReasons(t *testing.T) {
	e, _ := library(t)
	r := search(t, e, "printer queue paused", visitor)
	if len(r.Hits) == 0 || r.Hits[0].Article.ID != "printer-queue" {
		t.Fatalf("hits %v", hitIDs(r.Hits))
	}
	h := r.Hits[0]
	checkHit(t, h)
	if h.Passage.Heading != "Resolution" {
		t.Errorf("passage under %q", h.Passage.Heading)
	}
	var marked []string
	runes := []rune(h.Passage.Text)
	for _, m := range h.Passage.Marks {
		marked = append(marked, strings.ToLower(string(runes[m[0]:m[1]])))
	}
	if diff := cmp.Diff([]string{"printer", "queue", "paused"}, marked); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"title matches: queue"}, h.Why); diff != "" {
		t.Error(diff)
	}
}

func TestSearchPages(t *testing.T) {
	s := eval.NewSnapshot()
	for i := range 95 {
		s.PutArticles(article(fmt.Sprintf("a%03d", i), fmt.Sprintf("Router %d", i), strings.Repeat("router ", i%7+1)))
	}
	e := open(t, s)
	seen, cursor, pages := map[string]bool{}, "", 0
	for {
		r, err := e.Search(t.Context(), retrieval.Query{Text: "router", Visibility: visitor, Limit: 20, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		if r.Total != 95 {
			t.Fatalf("total %d", r.Total)
		}
		for _, h := range r.Hits {
			if seen[h.Article.ID] {
				t.Fatalf("%s twice", h.Article.ID)
			}
			seen[h.Article.ID] = true
		}
		pages++
		if cursor = r.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 95 || pages != 5 {
		t.Errorf("%d articles on %d pages", len(seen), pages)
	}
}

func TestSearchFilters(t *testing.T) {
	a, b, c := article("a", "Mail one", "mail"), article("b", "Mail two", "mail"), article("c", "Mail three", "mail")
	a.Kind, a.Service, a.Locale = kb.FAQ, "Mail", "en-US"
	b.Kind, b.Service, b.Locale = kb.HowTo, "mail", "de"
	c.Service, c.Locale = "calendar", "en"
	e := open(t, withArticles(a, b, c))
	for _, tc := range []struct {
		q    retrieval.Query
		want []string
	}{
		{retrieval.Query{Kind: "faq"}, []string{"a"}},
		{retrieval.Query{Service: "MAIL"}, []string{"a", "b"}},
		{retrieval.Query{Locale: "en"}, []string{"a", "c"}},
		{retrieval.Query{Locale: "en-us"}, []string{"a"}},
		{retrieval.Query{Service: "mail", Locale: "de"}, []string{"b"}},
		{retrieval.Query{Kind: "policy"}, []string{}},
	} {
		tc.q.Text, tc.q.Visibility = "mail", visitor
		r, err := e.Search(t.Context(), tc.q)
		if err != nil {
			t.Fatal(err)
		}
		got := hitIDs(r.Hits)
		slices.Sort(got)
		if diff := cmp.Diff(tc.want, got); diff != "" || r.Total != len(tc.want) {
			t.Errorf("%+v: total %d %s", tc.q, r.Total, diff)
		}
	}
}

func TestSearchWithoutWords(t *testing.T) {
	e, _ := library(t)
	for _, text := range []string{"", "  ", "the of and", "*", "\"\""} {
		if r := search(t, e, text, staff); len(r.Hits) != 0 || r.Total != 0 || !r.BelowFloor {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

// TestCompleteAmongMany compares completions with all titles in their order.
func TestCompleteAmongMany(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	source := eval.NewSnapshot()
	var titles []string
	for i := range 400 {
		words := make([]string, 1+rng.IntN(4))
		for k := range words {
			words[k] = vocabulary[rng.IntN(len(vocabulary))]
		}
		title := fmt.Sprintf("%s %d", strings.Join(words, " "), i)
		titles = append(titles, title)
		source.PutArticles(article(fmt.Sprintf("a%03d", i), title, "x"))
	}
	e := open(t, source)
	for _, typed := range []string{"p", "vpn", "vpn ", "mail pr", "queue 1", "printer queue", "39", "zzz"} {
		var want []string
		for _, title := range titles {
			held := " " + title
			for i, w := range strings.Fields(typed) {
				if last := i == len(strings.Fields(typed))-1 && !strings.HasSuffix(typed, " "); !last {
					w += " "
				}
				if !strings.Contains(held+" ", " "+w) {
					held = ""
				}
			}
			if held != "" {
				want = append(want, title)
			}
		}
		key := func(title string) string { // those that start with it, then the shorter ones
			return fmt.Sprint(!strings.HasPrefix(title, strings.TrimSpace(typed)), 100+len(title), title)
		}
		slices.SortFunc(want, func(a, b string) int { return strings.Compare(key(a), key(b)) })
		found, err := e.Complete(t.Context(), typed, visitor, 0)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range found {
			got = append(got, c.Title)
		}
		if want = want[:min(len(want), 8)]; !slices.Equal(got, want) {
			t.Errorf("%q completes to %q, want %q", typed, got, want)
		}
	}
}

func TestComplete(t *testing.T) {
	e, _ := library(t)
	for _, tc := range []struct {
		prefix string
		vis    kb.Visibility
		want   []string
	}{
		{"pri", visitor, []string{"Print jobs stay in the queue", "Add a printer to your computer"}},
		{"mail out", visitor, []string{"Mail does not arrive in Outlook"}},
		{"open a ", visitor, []string{"Open a shared mailbox"}},
		{"wi-f", visitor, []string{"Wi-Fi keeps dropping"}},
		{"pay", visitor, []string{}},
		{"pay", staff, []string{"Unlock the payroll vault for a colleague"}},
		{"send a f", staff, []string{}},
		{"", staff, []string{}},
		{"zzz", staff, []string{}},
	} {
		got, err := e.Complete(t.Context(), tc.prefix, tc.vis, 0)
		if err != nil {
			t.Fatal(err)
		}
		titles := []string{}
		for _, c := range got {
			titles = append(titles, c.Title)
		}
		if diff := cmp.Diff(tc.want, titles); diff != "" {
			t.Errorf("%q: %s", tc.prefix, diff)
		}
	}
}

func TestPassages(t *testing.T) {
	e, _ := library(t)
	got, err := e.Passages(
		t.Context(), "error 691, the password has expired", visitor, []string{"mail-missing", "vpn-home", "payroll-vault"},
		2,
	)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 || got[0].Article.ID != "vpn-home" || got[0].Passage.Heading != "Resolution" {
		t.Fatalf("passages %+v", got)
	}
	if got[0].Score <= 0.3 || got[0].Score > 1 || len(got[0].Marks) == 0 {
		t.Errorf("score %v, marks %v", got[0].Score, got[0].Marks)
	}
	hidden, err := e.Passages(t.Context(), "zanzibar", visitor, []string{"payroll-vault"}, 5)
	if err != nil || len(hidden) != 0 {
		t.Errorf("hidden passages %v, %v", hidden, err)
	}
}

func TestWindowOfALongPassage(t *testing.T) {
	body := strings.Repeat(
		"Nothing of note stands in this sentence. ", 40,
	) + "Turn the kumquat dial to seven. " + strings.Repeat("Nothing here either. ", 40)
	e := open(t, withArticles(article("a", "Dials", body)))
	r := search(t, e, "kumquat dial", visitor)
	if len(r.Hits) != 1 {
		t.Fatalf("%+v", r)
	}
	checkHit(t, r.Hits[0])
	if !strings.Contains(r.Hits[0].Passage.Text, "kumquat dial to seven") {
		t.Errorf("window %q", r.Hits[0].Passage.Text)
	}
}

// TestTruthHasTheLastWord: an article that the index still shows but the store has
// hidden in the meantime is not shown.
func TestTruthHasTheLastWord(t *testing.T) {
	a := article("a", "Quince", "quince")
	s := withArticles(a)
	e := open(t, s)
	a.Revision, a.Audience = 2, access.Internal
	s.PutArticles(a)
	if r := search(t, e, "quince", visitor); len(r.Hits) != 0 {
		t.Errorf("shown: %v", hitIDs(r.Hits))
	}
}

// TestPassagesEndWithASentence: what is shown of a long passage ends where a sentence
// or a line does, if one does in its last third.
func TestPassagesEndWithASentence(t *testing.T) {
	sentence := "The turbine of the west wing is started again by hand from the panel. "
	for _, c := range []struct{ name, body string }{
		{"sentences", strings.Repeat(sentence, 40)},
		{"lines", strings.Repeat("start the turbine from the panel by hand and wait for a while\n\n", 40)},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := search(t, open(t, withArticles(article("a", "Turbine", c.body))), "turbine panel", staff)
			if len(r.Hits) != 1 {
				t.Fatal(r.Total)
			}
			if got := r.Hits[0].Passage.Text; !strings.HasSuffix(got, "panel.") && !strings.HasSuffix(got, "while") {
				t.Errorf("ends with %q", got[max(0, len(got)-40):])
			}
		})
	}
}

func TestVeryLongTicketIsAnswered(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "word%d ", i)
	}
	e, _ := library(t)
	if s := suggest(t, e, "Print jobs stay in the queue", b.String(), visitor); s.BelowFloor && len(s.Articles) > 0 {
		t.Error("below the floor, yet articles")
	}
}

func TestLimitsAreChecked(t *testing.T) {
	e, _ := library(t)
	for _, q := range []retrieval.Query{
		{Text: "vpn", Limit: 51},
		{Text: "vpn", Limit: -1},
		{Text: "vpn", Cursor: "!!"},
		{Text: "vpn", Cursor: "ZnJvbTotNQ"},
		{Text: "vpn", Cursor: "ZnJvbTo5OTk5OTk5"},
	} {
		if _, err := e.Search(t.Context(), q); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := e.Suggest(t.Context(), desk.SuggestRequest{Subject: "x", Limit: 500}); !fault.Is(err, fault.Invalid) {
		t.Errorf("suggest: %v", err)
	}
	if _, err := e.Complete(t.Context(), "v", visitor, 1000); !fault.Is(err, fault.Invalid) {
		t.Errorf("complete: %v", err)
	}
}

func FuzzQuery(f *testing.F) {
	e, _ := library(f)
	for _, s := range []string{
		"vpn", "", "a* OR title:\"x\" ~2 ^4 +(", "> quoted", "0x80070643", strings.Repeat("a", 300), "\xff",
		"--", "-- \nx", "error 691",
		"On x wrote:", "\x00", "{\"json\":1}", "' OR 1=1 --",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, subject, body string) {
		r, err := e.Search(t.Context(), retrieval.Query{Text: subject, Visibility: visitor})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Hits) > r.Total {
			t.Fatalf("%d hits of %d", len(r.Hits), r.Total)
		}
		s := suggest(t, e, subject, body, visitor)
		for _, h := range append(append(r.Hits, s.Articles...), s.KnownErrors...) {
			checkHit(t, h)
		}
		if _, err := e.Complete(t.Context(), subject, visitor, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Passages(t.Context(), body, visitor, []string{"vpn-home"}, 3); err != nil {
			t.Fatal(err)
		}
	})
}
