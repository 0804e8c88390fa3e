package folder_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

// exported writes the store's articles into a new folder and reads them back.
func (b bench) exported(t *testing.T) (dir string, files map[string]string) {
	t.Helper()
	dir = t.TempDir()
	if _, err := b.folders.Export(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return dir, readFolder(t, dir)
}

func readFolder(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var original = map[string]string{
	"plain.md": "Just text, no line break at the end",
	"a/front.md": "\uFEFF--- \r\n# a comment\r\nms.date: 1\r\ntitle: 'Quoted: title'\r\naudience: itpro\r\n---\r\n" +
		"\r\nText\r\n",
	"b/front.md":   "---\nproducts: [x]\nslug: named-so\ntags: a, b\n---\n# T\n\nText",
	"Case.md":      "Upper",
	"case.md":      "Lower",
	"umlaut-ä.md":  "---\nid: a_own\n---\n---\n\nA line",
	"odd.markdown": "---\n{title: Flow}\n---\nText",
}

func TestExportGivesBackWhatCameIn(t *testing.T) {
	b := newBench(t)
	wantReport(t, b.load(t, tree(original), folder.Options{}), folder.Report{Created: len(original)})
	dir, files := b.exported(t)
	if diff := cmp.Diff(original, files); diff != "" {
		t.Fatal(diff)
	}
	wantReport(t, b.load(t, os.DirFS(dir), folder.Options{}), folder.Report{Unchanged: len(original)})

	other := newBench(t)
	wantReport(t, other.load(t, os.DirFS(dir), folder.Options{}), folder.Report{Created: len(original)})
	if _, again := other.exported(t); cmp.Diff(files, again) != "" {
		t.Error(cmp.Diff(files, again))
	}
}

func TestExportWritesChangesIntoFrontMatter(t *testing.T) {
	b := newBench(t)
	source := "---\n# about the title\ntitle: Old\nms.date: 1 # keep\nowner: a\n\n# about tags\ntags:\n- x\n- y\n" +
		"last: |\n  # text\n---\nText\n"
	b.load(
		t,
		tree(map[string]string{
			"x.md": source, "foreign.md": "---\naudience: itpro\nms.x: y\n---\nText\n",
			"flow.md": "---\n{title: Flow, x: y}\n---\nText\n",
		}),
		folder.Options{},
	)
	for slug, p := range map[string]kb.Patch{
		"x": {
			Title: ptr("New: title"), Owner: ptr(""), Tags: ptr([]string{"z, 1", "true"}), Audience: ptr(access.Internal),
		},
		"foreign": {Kind: ptr(kb.FAQ)},
		"flow":    {Title: ptr("Flows")},
	} {
		a, err := b.Article(t.Context(), manager, slug)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Update(t.Context(), manager, a.ID, 1, p); err != nil {
			t.Fatal(err)
		}
	}
	born := b.article(
		t,
		kb.NewArticleInput{Title: "Born here", Audience: access.Customer, Owner: "true", Markdown: "---\na: b\n---\nText"},
	)
	dir, files := b.exported(t)
	want := "---\n# about the title\ntitle: 'New: title'\nms.date: 1 # keep\n\n# about tags\ntags: ['z, 1', " +
		"\"true\"]\nlast: |\n  # text\naudience: internal\n---\nText\n"
	if diff := cmp.Diff(want, files["x.md"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("---\ntitle: Flows\nx: y\n---\nText\n", files["flow.md"]); diff != "" {
		t.Error(diff)
	}
	wantBorn := "---\nid: " + born.ID + "\nslug: born-here\ntitle: Born here\nkind: troubleshooting\nconfidence: " +
		"not_validated\n" +
		"audience: customer\ngovernance: experience\nowner: \"true\"\n---\n" + born.Markdown
	if diff := cmp.Diff(wantBorn, files["born-here.md"]); diff != "" {
		t.Error(diff)
	}
	wantReport(t, b.load(t, os.DirFS(dir), folder.Options{}), folder.Report{Unchanged: 4})

	other := newBench(t)
	wantReport(t, other.load(t, os.DirFS(dir), folder.Options{}), folder.Report{Created: 4})
	for _, slug := range []string{"x", "foreign", "flow", "born-here"} {
		a, err := b.Article(t.Context(), manager, slug)
		c, err2 := other.Article(t.Context(), manager, slug)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if a.ID != c.ID || a.Title != c.Title || a.Kind != c.Kind || a.Audience != c.Audience || a.Owner != c.Owner ||
			cmp.Diff(a.Tags, c.Tags) != "" || a.Markdown != c.Markdown {
			t.Errorf("%s changed on its way: %+v, %+v", slug, a, c)
		}
	}
	if _, again := other.exported(t); cmp.Diff(files, again) != "" {
		t.Error(cmp.Diff(files, again))
	}
}

// TestExportStaysInside shows that a link in the folder cannot make a file leave it.
func TestExportStaysInside(t *testing.T) {
	b := newBench(t)
	b.load(t, tree(map[string]string{"sub/x.md": "Text", "y.md": "Text"}), folder.Options{})
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "sub")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.folders.Export(t.Context(), dir); err == nil {
		t.Error("exported through a symbolic link")
	}
	if files := readFolder(t, outside); len(files) != 0 {
		t.Errorf("written outside: %v", files)
	}
}
