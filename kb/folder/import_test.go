package folder_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

// folder makes a file system of names and contents.
func tree(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func (b bench) load(t *testing.T, fsys fs.FS, opts folder.Options) folder.Report {
	t.Helper()
	r, err := b.folders.Import(t.Context(), fsys, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantReport(t *testing.T, got, want folder.Report) {
	t.Helper()
	if files := got.Created + got.Updated + got.Unchanged + len(got.Moved) + len(got.Rejected) + len(got.Skipped) +
		len(got.Conflicts) + len(got.Attached); got.Files != files {
		t.Errorf("%d files, but %d are accounted for", got.Files, files)
	}
	derived := cmpopts.IgnoreFields(folder.Report{}, "Seconds", "Files")
	if diff := cmp.Diff(want, got, derived, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}

func TestImport(t *testing.T) {
	b := newBench(t)
	files := map[string]string{
		"mail/full.md":        "# Mailbox is full\n\nEmpty the bin.\n",
		"print/full.md":       "---\ntitle: Queue is full\nx: y\n---\nWait.\n",
		"slug.markdown":       "---\nslug: named\n---\nText\n",
		"bad.md":              "---\ntitle: a\nkind: nonsense\n---\nText\n",
		"zbad.md":             "a\x00",
		".git/hidden.md":      "Text",
		"a/.hidden.md":        "Text",
		"a/picture.png":       "no text",
		"twin.md":             "---\nslug: named\n---\nOther text\n",
		"a-b/c.md":            "One",
		"a/b-c.md":            "Two",
		"way/too/deep/x/y.MD": "Three",
	}
	var progress []string
	got := b.load(
		t, tree(files),
		folder.Options{Progress: func(done, total int) { progress = append(progress, fmt.Sprint(done, "/", total)) }},
	)
	wantReport(t, got, folder.Report{Created: 7, Rejected: []folder.Rejection{
		{
			File: "bad.md", Line: 3,
			Reason: `kind must be one of troubleshooting, howto, faq, known_error, policy, not "nonsense"`,
		},
		{File: "zbad.md", Line: 1, Reason: "the file holds a zero byte; it is not text"},
	}, Skipped: []folder.Skipped{
		{File: ".git", Reason: "hidden: a folder of version control"},
		{File: "a/.hidden.md", Reason: "hidden: its name or its folder begins with a dot"},
		{File: "a/picture.png", Reason: "not an article, and no article names it"},
	}})
	if diff := cmp.Diff([]string{"9/9"}, progress); diff != "" {
		t.Error(diff)
	}
	a, err := b.Article(t.Context(), visitor, "mail-full")
	if err != nil || a.Title != "Mailbox is full" || a.Revision != 1 || a.Author != "system" || len(a.Passages) != 1 {
		t.Errorf("imported %+v, %v", a, err)
	}
	first, err1 := b.Article(t.Context(), visitor, "a-b-c")
	if err1 != nil || first.Path != "a/b-c.md" && first.Path != "a-b/c.md" {
		t.Errorf("%+v %v", first, err1)
	}
	if diff := cmp.Diff(
		[]string{
			"article imported", "article imported", "article imported", "article imported", "article imported",
			"article imported", "article imported",
		},
		b.store.verbs(),
	); diff != "" {
		t.Error(diff)
	}
	if n := len(b.store.entries[0].Changes); n != 7 || b.store.writes != 1 {
		t.Errorf("%d changes in %d writes", n, b.store.writes)
	}

	again := b.load(t, tree(files), folder.Options{})
	wantReport(
		t, again, folder.Report{Unchanged: 7, Rejected: got.Rejected, Skipped: got.Skipped},
	)
	if b.store.writes != 1 {
		t.Error("a second import wrote")
	}

	files["mail/full.md"] = "# Mailbox is full\n\nEmpty the bin. Then wait.\n"
	wantReport(
		t, b.load(t, tree(files), folder.Options{}),
		folder.Report{Updated: 1, Unchanged: 6, Rejected: got.Rejected, Skipped: got.Skipped},
	)
	after, err := b.Article(t.Context(), visitor, "mail-full")
	if err != nil || after.Revision != 2 || after.ID != a.ID || after.Passages[0].ID != a.Passages[0].ID {
		t.Errorf("updated %+v, %v", after, err)
	}
}

func TestImportOptions(t *testing.T) {
	b := newBench(t)
	b.load(t, tree(map[string]string{
		"open.md":   "Text",
		"stated.md": "---\naudience: public\nconfidence: validated\n---\nText",
	}), folder.Options{Audience: access.Internal, Draft: true, Actor: manager})
	for slug, want := range map[string]string{"open": "internal not_validated u_km", "stated": "public validated u_km"} {
		a, err := b.Article(t.Context(), manager, slug)
		if got := fmt.Sprint(a.Audience, " ", a.Confidence, " ", a.Author); err != nil || got != want {
			t.Errorf("%s: %s, want %s (%v)", slug, got, want, err)
		}
	}
}

// TestImportKeepsWhatChangedHere shows that a corrected file changes the words but not
// the states that it does not mention.
func TestImportKeepsWhatChangedHere(t *testing.T) {
	b := newBench(t)
	b.load(t, tree(map[string]string{"x.md": "---\nowner: a\nservice: Mail\n---\nText"}), folder.Options{})
	a, err := b.Article(t.Context(), manager, "x")
	if err != nil {
		t.Fatal(err)
	}
	a, err = b.Update(t.Context(), manager, a.ID, a.Revision, kb.Patch{
		Audience: ptr(access.Internal), Service: ptr("Post"), Tags: ptr([]string{"t"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantReport(
		t, b.load(t, tree(map[string]string{"x.md": "---\nowner: a\nservice: Mail\n---\nText"}), folder.Options{}),
		folder.Report{Unchanged: 1},
	)
	wantReport(
		t, b.load(t, tree(map[string]string{"x.md": "---\nowner: b\n---\nText 2"}), folder.Options{}),
		folder.Report{Updated: 1},
	)
	got, err := b.Article(t.Context(), manager, "x")
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprint(
		got.Audience, got.Service, got.Tags, got.Owner, got.Markdown, got.Revision,
	); s != "internalPost[t]bText 23" {
		t.Errorf("after the import: %s", s)
	}
	if _, err := b.Archive(t.Context(), manager, got.ID, got.Revision); err != nil {
		t.Fatal(err)
	}
	wantReport(t, b.load(t, tree(map[string]string{"x.md": "Text 3"}), folder.Options{}), folder.Report{Updated: 1})
	if got, err = b.Article(t.Context(), manager, "x"); err != nil || got.Confidence != kb.Archived {
		t.Errorf("an archived article came back: %v %v", got.Confidence, err)
	}
}

func TestImportRace(t *testing.T) {
	b := newBench(t)
	files := map[string]string{"x.md": "One", "y.md": "One"}
	b.load(t, tree(files), folder.Options{})
	x, err := b.Article(t.Context(), manager, "x")
	if err != nil {
		t.Fatal(err)
	}
	b.store.beforeSave = func() {
		if _, err := b.Update(context.Background(), manager, x.ID, 1, kb.Patch{Owner: ptr("somebody")}); err != nil {
			t.Error(err)
		}
	}
	files["x.md"], files["y.md"] = "Two", "Two"
	wantReport(t, b.load(t, tree(files), folder.Options{}), folder.Report{Updated: 2})
	got, err := b.Article(t.Context(), manager, "x")
	if err != nil || got.Revision != 3 || got.Owner != "somebody" || got.Markdown != "Two" {
		t.Errorf("revision %d, owner %q, text %q, %v", got.Revision, got.Owner, got.Markdown, err)
	}
}

func TestImportIdentity(t *testing.T) {
	b := newBench(t)
	b.load(
		t, tree(map[string]string{"a.md": "---\nid: a_1\nslug: one\n---\nText", "b.md": "---\nslug: two\n---\nText"}),
		folder.Options{},
	)
	// An article moves to another file; other files want a slug or an id that is taken.
	wantReport(t, b.load(t, tree(map[string]string{
		"moved/b.md": "---\nslug: two\n---\nText 2",
		"thief.md":   "---\nid: a_2\nslug: one\n---\nText",
		"trick.md":   "---\nslug: a_1\n---\nText",
	}), folder.Options{}), folder.Report{Created: 2, Moved: []folder.Move{{From: "b.md", To: "moved/b.md"}}})
	for ref, path := range map[string]string{"a_1": "a.md", "one": "a.md", "a_2": "thief.md"} {
		if got, err := b.Article(t.Context(), manager, ref); err != nil || got.Path != path {
			t.Errorf("%s leads to %q, want %s (%v)", ref, got.Path, path, err)
		}
	}
	if got, err := b.Article(t.Context(), manager, "two"); err != nil || got.Path != "moved/b.md" || got.Revision != 2 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestImportLeavesLinksAlone(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.md")
	for name, text := range map[string]string{outside: "secret", filepath.Join(dir, "a.md"): "Text"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(
		os.Symlink(outside, filepath.Join(dir, "link.md")), os.Symlink(filepath.Dir(outside), filepath.Join(dir, "folder")),
	); err != nil {
		t.Fatal(err)
	}
	wantReport(t, newBench(t).load(
		t, os.DirFS(dir), folder.Options{},
	), folder.Report{
		Created:  1,
		Rejected: []folder.Rejection{{File: "link.md", Reason: "not a regular file; symbolic links are not followed"}},
		Skipped:  []folder.Skipped{{File: "folder", Reason: "not a regular file; symbolic links are not followed"}},
	})
}

func TestImportStops(t *testing.T) {
	b := newBench(t)
	gone := os.DirFS(filepath.Join(t.TempDir(), "gone"))
	if _, err := b.folders.Import(t.Context(), gone, folder.Options{}); err == nil {
		t.Error("a folder that is not there was imported")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.folders.Import(
		ctx, tree(map[string]string{"a.md": "Text"}), folder.Options{},
	); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	many := map[string]string{}
	for i := range 1001 {
		many[fmt.Sprintf("%d.md", i)] = "Text " + strings.Repeat("x", i)
	}
	wantReport(t, b.load(t, tree(many), folder.Options{}), folder.Report{Created: 1001})
	if b.store.writes != 6 {
		t.Errorf("%d writes for 1001 articles", b.store.writes)
	}
}
