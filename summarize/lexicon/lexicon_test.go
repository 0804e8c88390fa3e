package lexicon_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// TestFiles reads every file as what it is: a frame makes it a pattern, else it holds words.
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
				t.Errorf("%s holds no word", file)
			}
			continue
		}
		if strings.Contains(string(data), "\n\n") {
			t.Errorf("%s holds an empty line, which would match everywhere", file)
		}
		lexicon.Pattern(name)
	}
}

func TestMissingFile(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a missing file is not noticed")
		}
	}()
	lexicon.Pattern("thread/no-such-file")
}
