package terms_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/retrieval/terms"
)

// texts returns the terms of tokens.
func texts(tokens []terms.Token) []string {
	out := []string{}
	for _, t := range tokens {
		out = append(out, t.Term)
	}
	return out
}

func TestTerms(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"stems", "Connecting printers connected", []string{"connect", "printer", "connect"}},
		{
			"stop words go, small words that matter stay", "the power is off and not on, out of memory, no one up or down",
			[]string{"power", "off", "not", "on", "out", "memori", "no", "one", "up", "down"},
		},
		{"marks and width", "Crème Brûlée ＶＰＮ ﬁle", []string{"creme", "brule", "vpn", "file"}},
		{"apostrophes", "Firefox's don't user’s", []string{"firefox", "dont", "user"}},
		{"hex code", "0x80070057", []string{"0x80070057", "80070057"}},
		{"underscores", "ERR_CONNECTION_RESET", []string{"err", "connect", "reset", "err_connection_reset"}},
		{"numbered name", "KB5034441", []string{"kb5034441", "5034441"}},
		{
			"qualified name", "java.lang.NullPointerException",
			[]string{"java", "lang", "nullpointerexcept", "null", "pointer", "except", "java.lang.nullpointerexception"},
		},
		{"database code", "ORA-00942", []string{"ora", "00942", "ora-00942"}},
		{"cmdlet", "Get-ADUser", []string{"get", "adus", "ad", "user", "get-aduser"}},
		{"unix path", "see /etc/hosts", []string{"see", "etc", "host", "etc/hosts"}},
		{"windows path", `C:\Windows\win.ini`, []string{"window", "win", "ini", `c:\windows\win.ini`, "win.ini"}},
		{"version", "4.1.1.2", []string{"4", "1", "1", "2", "4.1.1.2"}},
		{"setting", "about:config", []string{"config", "about:config"}},
		{"choice is no name", "and/or mail/calendar", []string{"mail", "calendar"}},
		{
			"hyphened words are one too", "Wi-Fi e-mail add-on",
			[]string{"wi", "fi", "wifi", "mail", "email", "add", "on", "addon"},
		},
		{"language names", "C++ and C#", []string{"c++", "c#"}},
		{"camel", "OneDrive YouTube URLs", []string{"onedr", "one", "drive", "youtub", "tube", "url"}},
		{"ideographs in pairs", "打印机", []string{"打印", "印机"}},
		{"invisible characters", "soft\u00adware zero\u200bwidth", []string{"softwar", "zerowidth"}},
		{"ellipsis joins nothing", "wait...what then", []string{"wait"}},
		{"nothing", " \t\n -- !!", []string{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, texts(terms.Of(tc.text))); diff != "" {
				t.Errorf("terms of %q (-want +got):\n%s", tc.text, diff)
			}
		})
	}
}

func TestTermsAreBounded(t *testing.T) {
	long := strings.Repeat("x", 5000) + " " + strings.Repeat("ab_", 3000)
	for _, term := range texts(terms.Of(long)) {
		if n := utf8.RuneCountInString(term); n > 40 {
			t.Fatalf("term of %d runes", n)
		}
	}
}

func TestWordsKeepFormAndStopWords(t *testing.T) {
	want := []string{"how", "to", "open", "printers"}
	if diff := cmp.Diff(want, texts(terms.Words("How to open printers"))); diff != "" {
		t.Error(diff)
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{
		"", "0x80070057", "a-b_c/d\\e:f@g$h", "Crème ＶＰＮ 打印机", "\xff\xfe", "C++ C# .NET", "don't's", "a\u0301b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, term := range append(texts(terms.Of(text)), texts(terms.Words(text))...) {
			if term == "" || !utf8.ValidString(term) || utf8.RuneCountInString(term) > 40 {
				t.Fatalf("term %q of %q", term, text)
			}
		}
		for _, x := range terms.Of(text) {
			if x.Start < 0 || x.End > len(text) || x.Start >= x.End {
				t.Fatalf("range %d to %d of %q", x.Start, x.End, text)
			}
		}
	})
}

// TestChunksAreReadAlike: chunks that are remembered have the terms that reading them has.
func TestChunksAreReadAlike(t *testing.T) {
	texts := []string{
		"The printer's queue, e-mail (ERR_CONNECTION_RESET) naïve C# C++ Node.js printers' trays.",
		"l'école d’été Straße  Get-ADUser\u00a0java.lang.NullPointerException \xff broken\xffbytes 自宅からVPNに接続できない",
		strings.Repeat("x", 3000) + " " + strings.Repeat("ab-", 40) + " the THE The",
		"(printer's queue, trays. e-mail C# broken école",
	}
	for _, l := range terms.Languages {
		for range 2 { // read, then remembered
			for _, text := range texts {
				if diff := cmp.Diff(terms.Scan(l, text), terms.In(l, text)); diff != "" {
					t.Errorf("%s %.40q: %s", l, text, diff)
				}
			}
		}
	}
	for _, text := range texts {
		if diff := cmp.Diff(terms.Scan("", text), terms.Words(text)); diff != "" {
			t.Errorf("words of %.40q: %s", text, diff)
		}
	}
}

// TestManyChunks: more chunks than are remembered are read all the same.
func TestManyChunks(t *testing.T) {
	for part := range 3 {
		var b strings.Builder
		for i := range 30_000 {
			fmt.Fprintf(&b, "w%dx ", part*30_000+i)
		}
		if diff := cmp.Diff(terms.Scan(terms.English, b.String()), terms.In(terms.English, b.String())); diff != "" {
			t.Fatal(diff)
		}
	}
}
