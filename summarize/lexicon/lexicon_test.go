package lexicon_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// TestFiles reads every file as a pattern if it has a frame and as words otherwise.
func TestFiles(t *testing.T) {
	names, err := fs.Glob(os.DirFS("."), "*/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, file := range names {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first := ""
		for line := range strings.Lines(string(data)) {
			if utf8.RuneCountInString(line) > 121 {
				t.Errorf("%s: the line is too long: %s", file, line)
			}
			if first == "" && !strings.HasPrefix(line, "#") {
				first = line
			}
		}
		name := strings.TrimSuffix(file, ".txt")
		if strings.Contains(first, "…") {
			lexicon.Pattern(name)
		} else if len(lexicon.Words(name)) == 0 {
			t.Errorf("%s contains no words", file)
		}
	}
}

func TestExpand(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"alternatives", "^…$\na b\nc+", "^(?:a b|c+)$"},
		{"parts", "(?i)…\n{who} fell\n\nwho:\n{one}\nwe\n\none:\nhe\nshe", "(?i)(?:(?:(?:he|she)|we) fell)"},
		{"repetitions are not parts", "…\na{2,3}\\p{Lu}", `(?:a{2,3}\p{Lu})`},
		{"no frame", "a\nb", ""},
		{"unknown part", "…\n{who} fell", ""},
		{"part used below only", "…\na\n\nwho:\n{one}\n\none:\nhe", ""},
		{"empty alternative", "…\na|", ""},
		{"verbs", "…\n{base:opens}", "(?:(?:allow|decrease|deny|increase))"},
		{"unknown use", "…\na\n{base:sometimes}", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := lexicon.Expand(tt.text)
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a missing file")
		}
	}()
	lexicon.Pattern("thread/no-such-file")
}

func TestVerbForms(t *testing.T) {
	past, gerunds, bases := lexicon.PastForms(), lexicon.Gerunds(), lexicon.BaseForms()
	for _, tt := range []struct{ base, past, gerund string }{
		{"add", "added", "adding"},
		{"free", "freed", "freeing"},
		{"remove", "removed", "removing"},
		{"copy", "copied", "copying"},
		{"deploy", "deployed", "deploying"},
		{"drag", "dragged", "dragging"},
		{"re-run", "re-ran", "re-running"},
		{"set", "set", "setting"},
	} {
		if past[tt.past] != tt.base || gerunds[tt.gerund] != tt.base || !bases[tt.base] {
			t.Errorf("%s: %q, %q, %t", tt.base, past[tt.past], gerunds[tt.gerund], bases[tt.base])
		}
	}
	if !bases["see"] || past["saw"] != "" {
		t.Error("see is base-only")
	}
	if bases["do"] || past["did"] != "do" || gerunds["doing"] != "" {
		t.Error("do is past-only")
	}
	if bases["get"] || past["got"] != "" || gerunds["getting"] != "get" {
		t.Error("get is ing-only")
	}
}
