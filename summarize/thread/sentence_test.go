package thread_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/summarize/thread"
)

func TestSegment(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"sentences", "It fails. I restarted it! Why?", []string{
			"prose: It fails.", "prose: I restarted it!", "prose: Why?",
		}},
		{"no capitals", "i tried that. it did not work.", []string{"prose: i tried that.", "prose: it did not work."}},
		{"abbreviations", "Use e.g. Chrome or approx. 3 tabs. Dr. Who agrees, i.e. yes.", []string{
			"prose: Use e.g. Chrome or approx. 3 tabs.", "prose: Dr. Who agrees, i.e. yes.",
		}},
		{"German", "Das geht z.B. nicht mit Outlook. Danke.", []string{
			"prose: Das geht z.B. nicht mit Outlook.", "signature: Danke.",
		}},
		{"Japanese", "接続できません。再起動しました。", []string{"prose: 接続できません。", "prose: 再起動しました。"}},
		{"versions and addresses", "Version 115.6.0 on vpn.example.test/a?b=1. See https://x.test/a.html now.", []string{
			"prose: Version 115.6.0 on vpn.example.test/a?b=1.", "prose: See https://x.test/a.html now.",
		}},
		{"ellipsis", "It loads ... and loads... Then stops.", []string{
			"prose: It loads ... and loads...", "prose: Then stops.",
		}},
		{"list", "Please:\n1. Open settings\n2) Click Reset.\n- Restart", []string{
			"prose: Please:", "step: Open settings", "step: Click Reset.", "step: Restart",
		}},
		{"list in running text", "Do this: 1. Open settings. 2. Click Reset. 3. Restart.", []string{
			"prose: Do this:", "step: Open settings.", "step: Click Reset.", "step: Restart.",
		}},
		{"list without full stops", "Steps: 1. Open the settings 2. Click Reset 3. Restart", []string{
			"prose: Steps:", "step: Open the settings", "step: Click Reset", "step: Restart",
		}},
		{"wrapped line", "This line was wrapped by a mail client somewhere in the\nmiddle of it. Next.", []string{
			"prose: This line was wrapped by a mail client somewhere in the middle of it.", "prose: Next.",
		}},
		{"lines of a form", "OS: Windows 11\nVPN: 5.1", []string{"prose: OS: Windows 11", "prose: VPN: 5.1"}},
		{"fence", "Log:\n```\nERROR x.\nat y\n```\nDone.", []string{
			"prose: Log:", "code: ERROR x.", "code: at y", "prose: Done.",
		}},
		{"error lines", "It says\n2024-01-02 10:11:12 ERROR db down. Retrying.\njava.io.IOException: no. space", []string{
			"prose: It says", "code: 2024-01-02 10:11:12 ERROR db down. Retrying.", "code: java.io.IOException: no. space",
		}},
		{"greeting and signature", "Hi team,\n\nIt fails.\n\nKind regards\nAnna Example\nSales | +49 30 123456", []string{
			"greeting: Hi team,", "prose: It fails.",
			"signature: Kind regards", "signature: Anna Example", "signature: Sales | +49 30 123456",
		}},
		{"thanks, then news", "Thank you David.\nThat worked.", []string{
			"signature: Thank you David.", "prose: That worked.",
		}},
		{"quote below reply", "Yes.\n\nOn Mon, 3 Feb 2025 at 10:00, Desk <d@x.test> wrote:\n> Did it?\n> Regards", []string{
			"prose: Yes.",
		}},
		{"reply below the quote", "> Did it work?\nNo, it did not.", []string{
			"prose: No, it did not.",
		}},
		{"original message", "Fixed now.\n-----Original Message-----\nFrom: a\nIt fails.", []string{
			"prose: Fixed now.",
		}},
		{"a quote between", "I restarted it\n> Did you\nand it works", []string{
			"prose: I restarted it", "prose: and it works",
		}},
		{"forwarded", "-------- Forwarded Message --------\nFrom: Anna\nSubject: Help\n\nIt fails.", []string{
			"prose: It fails.",
		}},
		{"nothing", " \n\t\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, thread.SpanForms(tt.text)); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzSegment(f *testing.F) {
	for _, s := range []string{
		"a. b", "1. a 2. b", "> q\nr", "```\nx", "Hi,\n--\nme", "。！？", "\xff\xfe.", "e.g.", "...", ": 1. ", "1. \nx",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range thread.SpanForms(text) {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r") || strings.TrimSpace(s) != s {
				t.Fatalf("span %q of %q", s, text)
			}
		}
	})
}
