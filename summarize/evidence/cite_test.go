package evidence_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/summarize/evidence"
)

func TestSplitMarks(t *testing.T) {
	tests := []struct {
		in, text string
		marks    []string
	}{
		{"It fails [m3].", "It fails.", []string{"m3"}},
		{"It fails [m3, P2][m3]", "It fails", []string{"m3", "p2"}},
		{"It fails (m1; m2).", "It fails.", []string{"m1", "m2"}},
		{"Array[0] and [note] stay", "Array[0] and [note] stay", nil},
		{"Press m3 to go", "Press m3 to go", nil},
		{"[email 1] wrote [m2]", "[email 1] wrote", []string{"m2"}},
		{"", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			text, marks := evidence.MarksOf(tt.in)
			if text != tt.text || !cmp.Equal(marks, tt.marks) {
				t.Errorf("got %q %v, want %q %v", text, marks, tt.text, tt.marks)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	const (
		vpn = "The stale certificate for vpn.example.test blocks sign-in. Remove it and re-enrol. " +
			"Restarting does not help. Error 0x80070057 is shown."
		printer = "Clear the print queue, then restart the spooler service."
		stale   = "Remove the stale certificate"
	)
	tests := []struct {
		name, claim string
		marks       []string
		ok          bool
		cited       []string
		text        string
	}{
		{"supported", "Remove the stale certificate and re-enrol.", []string{"p1"}, true, []string{"p1"}, ""},
		{"mark in the text", "Remove the stale certificate [p1].", nil, true, []string{"p1"}, stale + "."},
		{"no mark", "Remove the stale certificate.", nil, false, nil, ""},
		{"mark that does not exist", "Remove the stale certificate.", []string{"p9"}, false, nil, ""},
		{"one of two exists", "Remove the stale certificate.", []string{"p9", "P1"}, true, []string{"p1"}, ""},
		{"wrong evidence", "Remove the stale certificate.", []string{"p2"}, false, nil, ""},
		{"mark that adds nothing", "Remove the stale certificate.", []string{"p1", "p2"}, true, []string{"p1"}, ""},
		{"invented", "Reinstall Windows and call the vendor.", []string{"p1", "p2"}, false, nil, ""},
		{"other number", "Error 0x80070058 is shown.", []string{"p1"}, false, nil, ""},
		{"negation dropped", "Restarting helps.", []string{"p1"}, false, nil, ""},
		{"negation added", "Clear the print queue never works with the spooler service.", []string{"p2"}, false, nil, ""},
		{"only function words", "It is what it is.", []string{"p1"}, false, nil, ""},
		{
			"script removed", "Remove the stale <b>certificate</b><script>alert(1)</script>.",
			[]string{"p1"},
			true,
			[]string{"p1"},
			stale + ".",
		},
		{
			"image removed", "Remove the stale certificate ![x](https://evil.test/?q=1).",
			[]string{"p1"},
			true,
			[]string{"p1"},
			stale + " x.",
		},
		{"unknown address removed", stale + " https://evil.test/a", []string{"p1"}, true, []string{"p1"}, stale},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, cited, ok := evidence.ResolveClaim(tt.claim, tt.marks, vpn, printer)
			if ok != tt.ok || !cmp.Equal(cited, tt.cited) || tt.text != "" && text != tt.text {
				t.Errorf("got %q %v %v, want %q %v %v", text, cited, ok, tt.text, tt.cited, tt.ok)
			}
		})
	}
}

// TestResolveLongEvidence requires the words that support a claim to be close together: a
// long message would support everything.
func TestResolveLongEvidence(t *testing.T) {
	filler := strings.Repeat("the weather report speaks about rain and wind in many distant places today ", 40)
	ev := "replace the cable " + filler + "in the basement " + filler + "restart the router"
	if _, _, ok := evidence.ResolveClaim("Replace the basement router cable", []string{"p1"}, ev); ok {
		t.Error("words far apart supported a claim")
	}
	if _, _, ok := evidence.ResolveClaim("Restart the router", []string{"p1"}, ev); !ok {
		t.Error("words close together did not support a claim")
	}
}

func FuzzMarks(f *testing.F) {
	for _, s := range []string{"a [m1]", "[m1,p2", "(m1)(p2)", "[m99999999]", "[[m1]]", "【m1】"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain, marks := evidence.MarksOf(text)
		again, more := evidence.MarksOf(plain)
		if len(marks) == 0 && len(more) > 0 {
			t.Fatalf("marks %v found in %q", more, again)
		}
		for _, m := range marks {
			if len(m) < 2 || len(m) > 7 || m[0] != 'm' && m[0] != 'p' {
				t.Fatalf("mark %q", m)
			}
		}
	})
}
