package terms_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/retrieval/terms"
)

// Words are found with and without what languages put before and behind them.
func TestAffixes(t *testing.T) {
	for name, same := range map[string][]string{
		"French elision":           {"imprimante", "l'imprimante", "l’imprimante", "L'IMPRIMANTE"},
		"French conjunctions":      {"installation", "qu'installation", "jusqu’installation"},
		"Italian elision":          {"ufficio", "dell'ufficio", "nell’ufficio", "un'ufficio"},
		"English is left alone":    {"can't", "cant", "can’t"},
		"Arabic article":           {"طابعة", "الطابعة", "والطابعة", "بالطابعة", "للطابعة"},
		"Arabic number":            {"مستخدم", "المستخدمين", "مستخدمون"},
		"a name with a dot":        {"nodejs", "Nodejs"},
		"Korean, composed or not":  {"비밀", norm.NFD.String("비밀")},
		"Vietnamese, signs or not": {"Đà Nẵng", "Da Nang"},
	} {
		want := texts(terms.Of(same[0]))
		for _, text := range same[1:] {
			if diff := cmp.Diff(want, texts(terms.Of(text))); diff != "" {
				t.Errorf("%s: %q is read otherwise than %q (-want +got):\n%s", name, text, same[0], diff)
			}
		}
	}
	for text, part := range map[string]string{
		"비밀번호를": "번호", "프린터가": "린터", "Node.js": "nodej", "node.js": "node.js",
		"नया पासवर्ड": "पासवरड",
	} {
		found := false
		for _, x := range texts(terms.Of(text)) {
			found = found || x == part
		}
		if !found {
			t.Errorf("%q has no term %q: %q", text, part, texts(terms.Of(text)))
		}
	}
}

func TestName(t *testing.T) {
	for _, same := range [][]string{
		{"VPN", "vpn", " V P N. "}, {"Café à la carte", "cafe-a-la-carte"}, {"Wi-Fi", "WiFi"}, {"Straße", "strasse"},
	} {
		for _, x := range same[1:] {
			if terms.Name(x) != terms.Name(same[0]) {
				t.Errorf("%q is %q, %q is %q", x, terms.Name(x), same[0], terms.Name(same[0]))
			}
		}
	}
	if terms.Name("C#") == terms.Name("C") || terms.Name("C++") == terms.Name("C") || terms.Name("?!") != "" {
		t.Errorf("C# is %q, C++ is %q, ?! is %q", terms.Name("C#"), terms.Name("C++"), terms.Name("?!"))
	}
}
