package terms_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/wordlist"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/google/go-cmp/cmp"
)

func TestLanguageOf(t *testing.T) {
	for _, tc := range []struct {
		locale, title, body string
		want                terms.Language
	}{
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
		a := kb.Article{Title: tc.title, Locale: tc.locale, Markdown: tc.body}
		if got := terms.LanguageOf(a); got != tc.want {
			t.Errorf("%q %q %q: %s, want %s", tc.locale, tc.title, tc.body, got, tc.want)
		}
	}
}

func TestTermsByLanguage(t *testing.T) {
	for _, tc := range []struct {
		language terms.Language
		text     string
		want     []string
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
		if diff := cmp.Diff(tc.want, texts(terms.In(tc.language, tc.text))); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", tc.language, tc.text, diff)
		}
	}
}

// TestLexicons checks that the word lists are folded, as the words are that they are
// compared with.
func TestLexicons(t *testing.T) {
	for _, l := range terms.Languages {
		if l == terms.Plain {
			continue
		}
		raw, err := os.ReadFile(filepath.Join("lexicon", string(l)+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range wordlist.Parse(string(raw)) {
			for _, w := range wordlist.Words(list.Entries) {
				if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz>") != "" {
					t.Errorf("%s: %q is not folded", l, w)
				}
			}
		}
	}
	for _, tc := range []struct {
		language       terms.Language
		word           string
		function, stop bool
	}{
		{"en", "the", true, true},
		{"en", "not", true, false},
		{"en", "hello", false, true},
		{"de", "nicht", true, false},
		{"de", "und", true, true},
		{"fr", "pas", true, false},
		{"fr", "merci", false, true},
		{"xx", "the", false, false},
	} {
		if terms.IsFunctionWord(tc.language, tc.word) != tc.function || terms.IsStopWord(tc.language, tc.word) != tc.stop {
			t.Errorf("%s %q: function word %v, stop word %v", tc.language, tc.word, !tc.function, !tc.stop)
		}
	}
}
