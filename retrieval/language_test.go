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

// TestGoldenLanguages keeps what a knowledge base in six languages gives. The first
// cell of a query is the article that a reader means.
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
		"de-printer": {"Drucker geht nicht", "Seit heute kommt nichts mehr aus dem Drucker, die Aufträge bleiben in der Warteschlange."},
		"fr-mail":    {"Courrier", "Bonjour, je ne reçois plus les messages dans Outlook, mais ils sont dans le navigateur."},
		"es-wifi":    {"Red", "La conexión inalámbrica se corta en las llamadas."},
		"pt-vpn":     {"VPN", "Não consigo conectar o cliente em casa, o túnel não abre."},
		"en-vpn":     {"VPN", "I cannot connect from home, the tunnel does not come up."},
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

func TestLanguageOf(t *testing.T) {
	for _, tc := range []struct{ locale, title, body, want string }{
		{"de-CH", "VPN", "the and is", "de"},
		{"PT_br", "VPN", "", "pt"},
		{"it", "La rete", "", "xx"},
		{"", "Firewall", "", "en"},
		{"", "Drucker", "Der Drucker ist nicht bereit und die Aufträge werden nicht gedruckt.", "de"},
		{"", "Imprimante", "L'imprimante ne répond pas et les travaux sont dans la file.", "fr"},
		{"", "Senha", "Você não pode entrar com a sua senha em casa.", "pt"},
		{"", "Clave", "Si no puede entrar con su clave, el equipo la pide por segunda vez.", "es"},
		{"", "印刷できない", "電源を入れ直してください。", "xx"},
	} {
		a := article("a", tc.title, tc.body)
		a.Locale = tc.locale
		if got := retrieval.LanguageOfArticle(a); got != tc.want {
			t.Errorf("%q %q %q: %s, want %s", tc.locale, tc.title, tc.body, got, tc.want)
		}
	}
}

func TestTermsByLanguage(t *testing.T) {
	for _, tc := range []struct {
		language, text string
		want           []string
	}{
		{"de", "Passwörter, Passwoerter, das Passwort", []string{"passwor", "passwor", "passwor"}},
		{"de", "Drucker drucken: er druckt nicht", []string{"druck", "druck", "druck", "nich"}},
		{"de", "Straße Strasse", []string{"stras", "stras"}},
		{"fr", "l’imprimante les imprimantes", []string{"imprim", "imprim"}},
		{"es", "impresora impresoras conexión conexiones", []string{"impresor", "impresor", "conexi", "conexi"}},
		{"pt", "ligação ligações impressoras", []string{"liga", "liga", "impressor"}},
		{"xx", "VPN接続 Printers", []string{"vpn", "接続", "printers"}},
		{"en", "ORA-00942 in VPN接続", []string{"ora", "00942", "ora-00942", "vpn", "接続"}},
	} {
		if diff := cmp.Diff(tc.want, retrieval.TermsInLanguage(tc.language, tc.text)); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", tc.language, tc.text, diff)
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
