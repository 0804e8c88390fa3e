package lexicon_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

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
		name := strings.TrimSuffix(file, ".txt")
		if !strings.Contains(string(data), "…\n") && !strings.Contains(string(data), "…)") {
			if len(lexicon.Words(name)) == 0 {
				t.Errorf("%s contains no words", file)
			}
			continue
		}
		if strings.Contains(string(data), "\n\n") {
			t.Errorf("%s contains an empty line, which would match everywhere", file)
		}
		lexicon.Pattern(name)
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
