package retrieval_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/retrieval"
)

// shelfOfLanguages reads testdata/languages.txt: "== id | locale | title", then the body.
func shelfOfLanguages(t testing.TB) *eval.Snapshot {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "languages.txt"))
	if err != nil {
		t.Fatal(err)
	}
	s := eval.NewSnapshot()
	for _, part := range strings.Split("\n"+string(raw), "\n== ")[1:] {
		head, body, _ := strings.Cut(part, "\n")
		cells := strings.Split(head, " | ")
		if len(cells) != 3 {
			t.Fatalf("bad head %q", head)
		}
		a := article(cells[0], cells[2], body)
		a.Locale = strings.TrimSpace(cells[1])
		s.PutArticles(a)
	}
	return s
}

// TestGoldenLanguages compares the results in a knowledge base in six languages with the golden
// file. The first cell of a query is the article that a reader means.
func TestGoldenLanguages(t *testing.T) {
	e := open(t, shelfOfLanguages(t))
	var b strings.Builder
	first, all := 0, 0
	for _, line := range lines(t, filepath.Join("testdata", "languages-queries.txt")) {
		want, text, _ := strings.Cut(line, " | ")
		ids := hitIDs(search(t, e, text, visitor).Hits)
		mark := "miss"
		if len(ids) > 0 && ids[0] == want {
			first++
			mark = "hit "
		}
		all++
		fmt.Fprintf(&b, "%s %s\n     %s\n", mark, text, strings.Join(ids[:min(4, len(ids))], " "))
	}
	fmt.Fprintf(&b, "\nfirst: %d of %d\n", first, all)
	golden(t, "languages.golden", b.String())
	if first < all*9/10 {
		t.Errorf("the meant article is first for %d of %d", first, all)
	}
}

func TestTicketsFindArticlesInTheirLanguage(t *testing.T) {
	e := open(t, shelfOfLanguages(t))
	for want, ticket := range map[string][2]string{
		"de-printer": {
			"Drucker geht nicht", "Seit heute kommt nichts mehr aus dem Drucker, die Aufträge bleiben in der Warteschlange.",
		},
		"fr-mail": {"Courrier", "Bonjour, je ne reçois plus les messages dans Outlook, mais ils sont dans le navigateur."},
		"es-wifi": {"Red", "La conexión inalámbrica se corta en las llamadas."},
		"pt-vpn":  {"VPN", "Não consigo conectar o cliente em casa, o túnel não abre."},
		"en-vpn":  {"VPN", "I cannot connect from home, the tunnel does not come up."},
	} {
		ranked, err := e.RankParts(t.Context(), desk.SuggestRequest{Subject: ticket[0], Body: ticket[1], Visibility: visitor})
		if err != nil {
			t.Fatal(err)
		}
		if len(ranked) == 0 || ranked[0].ID != want {
			t.Errorf("%q: %v, want %s", ticket, ranked, want)
		}
	}
}

func TestLanguagesOfHiddenArticlesHaveNoInfluence(t *testing.T) {
	hidden := article("h", "Der Drucker druckt nicht", "Der Drucker ist nicht bereit und wird nicht gefunden.")
	hidden.Audience = "internal"
	seen := article("a", "Printers", "The printer is not ready.")
	with, without := open(t, withArticles(seen, hidden)), open(t, withArticles(seen))
	for _, text := range []string{"drucker", "printer druckt", "Der Printer ist nicht da"} {
		if diff := cmp.Diff(search(t, without, text, visitor), search(t, with, text, visitor)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestLocaleNarrows(t *testing.T) {
	e := open(t, shelfOfLanguages(t))
	r, err := e.Search(t.Context(), retrieval.Query{Text: "VPN", Locale: "de", Visibility: visitor})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"de-vpn"}, hitIDs(r.Hits)); diff != "" || r.Total != 1 {
		t.Errorf("total %d %s", r.Total, diff)
	}
}
