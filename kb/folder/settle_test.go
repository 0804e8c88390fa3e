package folder_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

// TestExportedEditIsSettled: an edit made here that came back with an exported file is no
// edit against that file any more, but still keeps the article from being opened.
func TestExportedEditIsSettled(t *testing.T) {
	b := newBench(t)
	b.fromWiki(t, map[string]string{"a.md": "---\ntitle: A\naudience: customer\n---\nText\n"})
	a := b.byPath(t, "a.md")
	if _, err := b.Update(t.Context(), manager, a.ID, 1,
		kb.Patch{Markdown: ptr("Edited here\n"), Audience: ptr(access.Internal)}); err != nil {
		t.Fatal(err)
	}
	dir, files := b.exported(t)
	dry := folder.Options{Source: "wiki", DryRun: true}
	for range 2 {
		wantReport(t, b.load(t, os.DirFS(dir), dry), folder.Report{Unchanged: 1})
		dry.DryRun = false
	}
	settled := b.byPath(t, "a.md")
	if settled.Revision != 2 || settled.Front+settled.Markdown != files["a.md"] || settled.Hash == a.Hash {
		t.Errorf("settled: %+v", settled)
	}
	writes := b.store.writes
	wantReport(t, b.fromWiki(t, files), folder.Report{Unchanged: 1})
	if b.store.writes != writes {
		t.Error("an unchanged file was written")
	}

	report := b.fromWiki(t, map[string]string{"a.md": "---\ntitle: A\naudience: public\n---\nChanged in the folder\n"})
	wantReport(t, report, folder.Report{Updated: 1, Held: []folder.Held{
		{File: "a.md", Article: "a", States: []string{"audience: internal"}},
	}})
	if got := b.byPath(t, "a.md"); got.Markdown != "Changed in the folder\n" || got.Audience != access.Internal {
		t.Errorf("%s, %q", got.Audience, got.Markdown)
	}
}

// TestWhatIsHeldIsReported: an article does not open silently, nor stay closed silently.
func TestWhatIsHeldIsReported(t *testing.T) {
	b := newBench(t)
	b.fromWiki(t, map[string]string{"a.md": "---\nprivate: true\n---\n# A\n\nText\n"})
	report := b.fromWiki(t, map[string]string{"a.md": "# A\n\nText\n"})
	want := []folder.Held{{File: "a.md", Article: "a", States: []string{"audience: internal"}}}
	if diff := cmp.Diff(want, report.Held); diff != "" {
		t.Error(diff)
	}
	if got := b.byPath(t, "a.md"); got.Audience != access.Internal || got.Confidence != kb.Validated {
		t.Errorf("%s, %s", got.Audience, got.Confidence)
	}
}

// TestMissingWithoutSource: what a folder without a name brought is reported as missing, and
// never archived by another import.
func TestMissingWithoutSource(t *testing.T) {
	b := newBench(t)
	b.load(t, tree(map[string]string{"a.md": "# A\n\nText\n", "b.md": "# B\n\nText\n"}), folder.Options{})
	report := b.fromWiki(t, map[string]string{"a.md": "# A\n\nText\n"}, prune)
	if diff := cmp.Diff([]string{"b"}, report.Missing); diff != "" {
		t.Error(diff)
	}
	if got := b.byPath(t, "b.md"); got.Confidence != kb.Validated {
		t.Errorf("b is %s", got.Confidence)
	}
}
