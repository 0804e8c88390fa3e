package word_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/internal/word"
)

func TestSplit(t *testing.T) {
	for _, tc := range []struct {
		name, text, joints string
		want, pairs        []string // pairs where they are not the same
	}{
		{name: "punctuation", text: "Printer, (2nd) floor!", want: []string{"Printer", "2nd", "floor"}},
		{name: "joints", text: "don't 'quote' a-b -c", joints: "'-", want: []string{"don't", "quote", "a-b", "c"}},
		{name: "joints in a row", text: "a--b", joints: "-", want: []string{"a", "b"}},
		{name: "accents as marks", text: norm.NFD.String("Gerät"), want: []string{norm.NFD.String("Gerät")}},
		{name: "vowel signs", text: "नया पासवर्ड", want: []string{"नया", "पासवर्ड"}},
		{
			name: "Chinese", text: "VPN连接失败。", joints: "-",
			want: []string{"VPN", "连", "接", "失", "败"}, pairs: []string{"VPN", "连接", "接失", "失败"},
		},
		{name: "one character", text: "在 on", want: []string{"在", "on"}},
		{name: "Korean", text: "비밀번호", want: []string{"비", "밀", "번", "호"}, pairs: []string{"비밀", "밀번", "번호"}},
		{name: "invalid", text: "a\xffb", want: []string{"a", "b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, word.Split(tc.text, tc.joints)); diff != "" {
				t.Errorf("Split (-want +got):\n%s", diff)
			}
			if tc.pairs == nil {
				tc.pairs = tc.want
			}
			if diff := cmp.Diff(tc.pairs, word.Pairs(tc.text, tc.joints)); diff != "" {
				t.Errorf("Pairs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFold(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"Café", "cafe"},
		{"Straße STRASSE ẞ", "strasse strasse ss"},
		{"Ærø Œuvre Łódź", "aero oeuvre lodz"},
		{"don’t Wi‑Fi", "don't wi-fi"},
		{"ﬁle Ａ１", "file a1"},
		{"pass\u00adword", "password"},
		{norm.NFD.String("비밀"), "비밀"},
		{"Ёлка", "елка"},
		{"İstanbul", "istanbul"},
	} {
		if got := word.Fold(tc.in); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.in, got, tc.want)
		}
	}
}

func TestStemEnglish(t *testing.T) {
	for stem, words := range map[string][]string{
		"connect": {"connect", "connects", "connected", "connecting", "connection", "connections"},
		"printer": {"printer", "printers"},
		"general": {"general", "generally"},
		"generat": {"generate", "generating"},
		"die":     {"die", "dies", "dying"},
		"is":      {"is"},
	} {
		for range 2 { // the second time from memory
			for _, w := range words {
				if got := word.StemEnglish(w); got != stem {
					t.Errorf("%q: %q, want %q", w, got, stem)
				}
			}
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Straße \xff ㄱㅏ ﬁ")
	f.Fuzz(func(t *testing.T, text string) {
		folded := word.Fold(text)
		if !utf8.ValidString(folded) {
			t.Errorf("%q is not valid", folded)
		}
		at := 0
		for _, w := range word.Split(folded, "-'") { // the words stand in the text, in order
			i := strings.Index(folded[at:], w)
			if w == "" || i < 0 {
				t.Fatalf("%q is not in %q", w, folded[at:])
			}
			at += i + len(w)
		}
	})
}
