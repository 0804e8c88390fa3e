package folder_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

const picture = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" +
	"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

// wiki is a folder with pictures in the places where tools put them.
func wiki() map[string]string {
	return map[string]string{
		"docs/dock.md": "# Dock\n\n![The blue port](img/port.png)\n\n![](</img/my port.png>) ![](../static/logo.svg)\n\n" +
			"[Manual](manual.pdf), ![again](img/port.png), [page](other.md) ![lost](img/lost.png) ![e](img/empty.png)\n",
		"docs/other.md": "# Other\n\n![](../.gitbook/assets/deep.png) ![[same.png]] " +
			"![](https://example.org/far.png)\n",
		"docs/img/port.png":        picture,
		"docs/img/my port.png":     picture + "my",
		"docs/img/empty.png":       "",
		"docs/manual.pdf":          "%PDF-1.7",
		"static/logo.svg":          `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		".gitbook/assets/deep.png": picture + "deep",
		"media/same.png":           picture, // the content of port.png
		"media/unnamed.png":        picture + "unnamed",
		"mkdocs.yml":               "site_name: x",
		".secret/unnamed.key":      "key",
	}
}

func TestImportFiles(t *testing.T) {
	b := newBench(t)
	source := tree(wiki())
	source["docs/img/link.png"] = &fstest.MapFile{Data: []byte("/etc/passwd"), Mode: os.ModeSymlink}
	source["docs/other.md"].Data = append(source["docs/other.md"].Data, "![](img/link.png)\n"...)
	want := folder.Report{
		Created: 2,
		Attached: []string{
			".gitbook/assets/deep.png", "docs/img/my port.png", "docs/img/port.png", "docs/manual.pdf", "media/same.png",
			"static/logo.svg",
		},
		Rejected: []folder.Rejection{
			{File: "docs/img/empty.png", Reason: "the file empty.png is empty"},
			{File: "docs/img/link.png", Reason: "not a regular file; symbolic links are not followed"},
		},
		Skipped: []folder.Skipped{
			{File: ".secret/unnamed.key", Reason: "hidden: its name or its folder begins with a dot"},
			{File: "media/unnamed.png", Reason: "not an article, and no article names it"},
			{File: "mkdocs.yml", Reason: "a configuration file (.yml), not an article"},
		},
		MissingFiles: []folder.MissingFile{{File: "docs/dock.md", Names: []string{"img/lost.png"}}},
	}
	wantReport(t, b.load(t, source, folder.Options{DryRun: true}), want)
	if n := len(b.store.articles(t)); n > 0 {
		t.Fatalf("a dry run wrote %d articles", n)
	}
	wantReport(t, b.load(t, source, folder.Options{}), want)
	dock := b.byPath(t, "docs/dock.md")
	var paths []string
	for _, f := range dock.Files {
		paths = append(paths, f.Path)
		stored, err := b.File(t.Context(), visitor, f.ID)
		if err != nil || stored.Info != f.Info {
			t.Errorf("%s: %v, %v", f.Path, stored.Info, err)
		}
	}
	if diff := cmp.Diff([]string{
		"docs/img/my port.png", "docs/img/port.png", "docs/manual.pdf", "static/logo.svg",
	}, paths); diff != "" {
		t.Error(diff)
	}
	page, err := b.Render(t.Context(), visitor, dock, false)
	if err != nil || strings.Count(page.HTML, "<img ") != 4 || !strings.Contains(page.HTML, ">Manual</a>") {
		t.Errorf("the page is %s (%v)", page.HTML, err)
	}

	want.Created, want.Unchanged = 0, 2
	wantReport(t, b.load(t, source, folder.Options{}), want)
}

// TestExportedFilesAreTheImported: what was attached comes back byte for byte, and imports
// as unchanged.
func TestExportedFilesAreTheImported(t *testing.T) {
	b := newBench(t)
	want := wiki()
	delete(want, "mkdocs.yml") // by which the folder is recognised, and which is not exported
	r := b.load(t, tree(want), folder.Options{})
	dir, files := b.exported(t)
	for name := range want {
		if !strings.HasSuffix(name, ".md") && !slices.Contains(r.Attached, name) {
			delete(want, name)
		}
	}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Error(diff)
	}
	again := b.load(t, os.DirFS(dir), folder.Options{})
	if again.Unchanged != 2 || len(again.Attached) != len(r.Attached) {
		t.Errorf("imported again: %+v", again)
	}
	other := newBench(t)
	other.load(t, os.DirFS(dir), folder.Options{})
	if _, back := other.exported(t); cmp.Diff(files, back) != "" {
		t.Error(cmp.Diff(files, back))
	}
}

// TestChangedPicture: the article whose picture changed gets a revision, and its earlier
// one still has the earlier picture.
func TestChangedPicture(t *testing.T) {
	b := newBench(t)
	files := wiki()
	b.load(t, tree(files), folder.Options{})
	before := b.byPath(t, "docs/dock.md")
	files["docs/img/port.png"] = picture + "new"
	files["docs/img/lost.png"] = picture + "found"
	for _, dry := range []bool{true, false} {
		r := b.load(t, tree(files), folder.Options{DryRun: dry})
		if r.Updated != 1 || r.Unchanged != 1 || len(r.MissingFiles) != 0 {
			t.Errorf("dry run %v: %+v", dry, r)
		}
	}
	after := b.byPath(t, "docs/dock.md")
	if after.Revision != 2 || after.Markdown != before.Markdown || len(after.Files) != len(before.Files)+1 {
		t.Fatalf("revision %d with %v", after.Revision, after.Files)
	}
	first, err := b.Revision(t.Context(), manager, after.ID, 1)
	if err != nil || cmp.Diff(before.Files, first.Files) != "" {
		t.Errorf("revision 1 has %v (%v)", first.Files, err)
	}
	old, _ := before.FileNamed("img/port.png")
	now, _ := after.FileNamed("img/port.png")
	if old.ID == now.ID {
		t.Error("the picture is the same")
	}
	for _, f := range []kb.File{old, now} {
		if _, err := b.File(t.Context(), visitor, f.ID); err != nil {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
	if r := b.load(t, tree(files), folder.Options{}); r.Unchanged != 2 {
		t.Errorf("imported again: %+v", r)
	}
}

// TestPictureOfAnInternalArticle never leaves to a visitor, by whatever article it is named
// as well, unless that one is public.
func TestPictureOfAnInternalArticle(t *testing.T) {
	b := newBench(t)
	files := map[string]string{
		"secret.md": "---\naudience: internal\n---\n# Secret\n\n![](img/a.png) ![](img/b.png)\n",
		"public.md": "# Public\n\n![](img/b.png)\n",
		"img/a.png": picture + "a", "img/b.png": picture + "b",
	}
	b.load(t, tree(files), folder.Options{})
	secret, err := b.Article(t.Context(), manager, "secret")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := secret.FileNamed("img/a.png")
	shared, _ := secret.FileNamed("img/b.png")
	customer := access.Actor{ID: "u_r", Roles: []access.Role{access.Requester}}
	for _, reader := range []access.Actor{visitor, customer} {
		if _, err := b.File(t.Context(), reader, a.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the internal picture: %v", err)
		}
		if _, err := b.File(t.Context(), reader, shared.ID); err != nil {
			t.Errorf("the public article's picture: %v", err)
		}
	}
	// Once it is named by nothing public, the shared one is gone too.
	files["public.md"] = "---\naudience: internal\n---\n# Public\n\n![](img/b.png)\n"
	b.load(t, tree(files), folder.Options{})
	if _, err := b.File(t.Context(), visitor, shared.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("after the article was closed: %v", err)
	}
}

// TestConflictKeepsPictures: the file's text in review has the pictures that came with it.
func TestConflictKeepsPictures(t *testing.T) {
	b := newBench(t)
	files := map[string]string{"x.md": "# X\n\nOne ![](p.png)\n", "p.png": picture}
	b.load(t, tree(files), folder.Options{})
	a, err := b.Article(t.Context(), manager, "x")
	if err != nil {
		t.Fatal(err)
	}
	text := "# X\n\nEdited here ![](p.png)\n"
	if _, err := b.Update(t.Context(), manager, a.ID, 1, kb.Patch{Markdown: &text}); err != nil {
		t.Fatal(err)
	}
	files["x.md"], files["p.png"] = "# X\n\nTwo ![](p.png) ![](q.png)\n", picture+"new"
	files["q.png"] = picture + "q"
	r := b.load(t, tree(files), folder.Options{})
	if len(r.Conflicts) != 1 || !slices.Equal(r.Attached, []string{"p.png", "q.png"}) {
		t.Fatalf("%+v", r)
	}
	d, err := b.Draft(t.Context(), manager, r.Conflicts[0].Review)
	if err != nil || len(d.Files) != 2 {
		t.Fatalf("the draft has %v (%v)", d.Files, err)
	}
	kept, err := b.Article(t.Context(), manager, "x")
	if err != nil || cmp.Diff(a.Files, kept.Files) != "" {
		t.Errorf("the article has %v (%v)", kept.Files, err)
	}
	if _, _, err := b.Approve(t.Context(), manager, d.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Article(t.Context(), manager, "x"); err != nil || cmp.Diff(d.Files, got.Files) != "" {
		t.Errorf("the approved article has %v (%v)", got.Files, err)
	}
}

// TestLargeAndOddFiles: the largest picture goes in, one byte more does not, and names
// stay below the folder on export.
func TestLargeAndOddFiles(t *testing.T) {
	b := newBench(t)
	files := map[string]string{
		"x.md": "![](a.png) ![](b.png) ![](../../etc/passwd.png) ![](%2e%2e/%2e%2e/etc/passwd.png) ![](/etc/hosts.png)" +
			" ![](Größe%20図.png) ![](..\\..\\c.png) ![](odd%5cname.png) ![](C:/c.png)\n",
		"a.png": picture + strings.Repeat("x", blob.MaxSize-len(picture)), "b.png": strings.Repeat("x", blob.MaxSize+1),
		"Größe 図.png": picture,
	}
	r := b.load(t, tree(files), folder.Options{})
	if diff := cmp.Diff([]string{"Größe 図.png", "a.png"}, r.Attached); diff != "" || len(r.Rejected) != 1 ||
		r.Rejected[0] != (folder.Rejection{File: "b.png", Reason: "the file b.png is larger than 50 MiB"}) {
		t.Errorf("%+v", r)
	}
	_, back := b.exported(t)
	delete(files, "b.png")
	if !maps.Equal(files, back) {
		t.Errorf("exported %v", slices.Sorted(maps.Keys(back)))
	}
}

// TestExportNeverLeavesTheFolder: a path in the database leads nowhere else, and two
// contents of one path are both written.
func TestExportNeverLeavesTheFolder(t *testing.T) {
	b := newBench(t)
	for _, source := range []string{"one", "two"} {
		b.load(t, tree(map[string]string{
			source + ".md": "# " + source + "\n\n![](img/p.png)\n", "img/p.png": picture + source,
		}), folder.Options{Source: source})
	}
	a, err := b.Article(t.Context(), manager, "one")
	if err != nil {
		t.Fatal(err)
	}
	a.Revision++
	evil := a.Files[0]
	evil.Path = "../../evil.png"
	a.Files = append(a.Files, evil)
	if err := b.SaveImported(t.Context(), manager, []kb.Article{a}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "deep", "folder")
	report, err := b.folders.Export(t.Context(), dir)
	if err != nil || len(report.Renamed) != 1 || report.Files != 2 {
		t.Fatalf("%+v, %v", report, err)
	}
	files := readFolder(t, filepath.Dir(filepath.Dir(dir)))
	contents := slices.Sorted(maps.Values(files))
	if len(files) != 4 || !slices.Contains(contents, picture+"one") || !slices.Contains(contents, picture+"two") {
		t.Errorf("exported %v", slices.Sorted(maps.Keys(files)))
	}
}
