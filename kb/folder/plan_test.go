package folder_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

// fromWiki imports a folder that is named, so that what is missing is noticed.
func (b bench) fromWiki(t *testing.T, files map[string]string, change ...func(*folder.Options)) folder.Report {
	t.Helper()
	opts := folder.Options{Source: "wiki"}
	for _, c := range change {
		c(&opts)
	}
	return b.load(t, tree(files), opts)
}

func prune(o *folder.Options)  { o.Prune = true }
func dryRun(o *folder.Options) { o.DryRun = true }

// TestImportDryRun shows for every kind of import that the report of a dry run is that of
// the run, and that it writes nothing.
func TestImportDryRun(t *testing.T) {
	before := map[string]string{
		"keep.md": "# Keep\n\nText\n", "net/wombat.md": "# Wombat\n\nUnplug it.\n", "gone.md": "# Gone\n\nText\n",
		"edited.md": "# Edited\n\nText\n", "changed.md": "# Changed\n\nText\n",
	}
	after := map[string]string{
		"keep.md":    "# Keep\n\nText\n",
		"wombat.md":  "# Wombat\n\nUnplug it.\n",
		"edited.md":  "# Edited\n\nText of the file\n",
		"changed.md": "# Changed\n\n[new](new.md#there), [gone](gone.md), [no](no.md), ![p](p.png), [q](a/q.pdf)\n",
		"new.md":     "# New\n\n## There\n\n[to it](changed.md)\n",
		"a/q.pdf":    "%PDF", "bad.md": "---\ntitle: [\n---\nText", "empty.md": "---\ntitle: x\n---\n\n",
	}
	b := newBench(t)
	wantReport(t, b.fromWiki(t, before), folder.Report{Created: len(before)})
	a, err := b.Article(t.Context(), manager, "edited")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Update(t.Context(), manager, a.ID, 1, kb.Patch{Markdown: ptr("Text of ours\n")}); err != nil {
		t.Fatal(err)
	}
	stored := b.store.articles(t)
	dry := b.fromWiki(t, after, prune, dryRun)
	if diff := cmp.Diff(stored, b.store.articles(t)); diff != "" || len(b.store.drafts(t)) != 0 {
		t.Fatalf("a dry run wrote: %s", diff)
	}
	got := b.fromWiki(t, after, prune)
	if diff := cmp.Diff(got, dry, cmpopts.IgnoreFields(folder.Report{}, "Seconds")); diff != "" {
		t.Errorf("the dry run (-run +dry):\n%s", diff)
	}
	wantReport(t, got, folder.Report{
		Created: 1, Updated: 1, Unchanged: 1, Moved: []folder.Move{{From: "net/wombat.md", To: "wombat.md"}},
		Rejected: []folder.Rejection{{File: "bad.md", Line: got.Rejected[0].Line, Reason: got.Rejected[0].Reason}},
		Skipped: []folder.Skipped{
			{File: "empty.md", Reason: "empty: the article has no text"},
		},
		Missing:      []string{"gone"},
		Conflicts:    []folder.Conflict{{File: "edited.md", Article: "edited", Review: got.Conflicts[0].Review}},
		Attached:     []string{"a/q.pdf"},
		MissingFiles: []folder.MissingFile{{File: "changed.md", Names: []string{"p.png"}}},
		Dead: []folder.DeadEnd{
			{File: "changed.md", Line: 3, Link: "no.md"},
		},
	})
	if again := b.fromWiki(t, after, prune); again.Created+again.Updated+len(again.Moved)+len(again.Missing) != 0 ||
		len(b.store.drafts(t)) != 1 || len(again.Conflicts) != 1 {
		t.Errorf("the same import again: %+v", again)
	}
}

// TestImportMove shows by which signs a file that moved is the same article.
func TestImportMove(t *testing.T) {
	for name, tt := range map[string]struct{ before, after map[string]string }{
		"content": {map[string]string{"a/x.md": "Text"}, map[string]string{"b/y.md": "Text"}},
		"title":   {map[string]string{"a/x.md": "# The title\n\nOne"}, map[string]string{"b/y.md": "# The title\n\nTwo"}},
		"id": {
			map[string]string{"a/x.md": "---\nid: own\n---\nOne"}, map[string]string{"b/y.md": "---\nid: own\n---\n# T\n\nTwo"},
		},
		"slug": {
			map[string]string{"a/x.md": "---\nslug: own\n---\nOne"},
			map[string]string{"b/y.md": "---\nslug: own\n---\n# T\n\nTwo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.fromWiki(t, tt.before)
			stored, err := b.Articles(t.Context(), manager, kb.ArticleFilter{Limit: 9})
			if err != nil {
				t.Fatal(err)
			}
			first := stored.Articles[0]
			wantReport(t, b.fromWiki(t, tt.after), folder.Report{Moved: []folder.Move{{From: "a/x.md", To: "b/y.md"}}})
			got, err := b.Article(t.Context(), manager, first.ID)
			if err != nil || got.Slug != first.Slug || got.Path != "b/y.md" || got.Revision != 2 {
				t.Errorf("%+v, %v", got, err)
			}
			wantReport(t, b.fromWiki(t, tt.after), folder.Report{Unchanged: 1})
			_, files := b.exported(t)
			if diff := cmp.Diff(tt.after, files); diff != "" {
				t.Errorf("export: %s", diff)
			}
		})
	}
}

// TestImportPrune archives only what the folder brought, and takes it back when its file
// is there again.
func TestImportPrune(t *testing.T) {
	b := newBench(t)
	files := map[string]string{"x.md": "# X\n\nOne", "y.md": "# Y\n\nTwo"}
	b.fromWiki(t, files)
	b.load(t, tree(map[string]string{"other.md": "# Other\n\nText"}), folder.Options{Source: "handbook"})
	b.article(t, kb.NewArticleInput{Title: "Born here"})
	one := map[string]string{"x.md": files["x.md"]}
	wantReport(t, b.fromWiki(t, one), folder.Report{Unchanged: 1, Missing: []string{"y"}})
	wantReport(t, b.fromWiki(t, one, prune), folder.Report{Unchanged: 1, Missing: []string{"y"}})
	wantReport(t, b.fromWiki(t, one, prune), folder.Report{Unchanged: 1})
	for slug, want := range map[string]kb.Confidence{
		"x": kb.Validated, "y": kb.Archived, "other": kb.Validated, "born-here": kb.NotValidated,
	} {
		if a, err := b.Article(t.Context(), manager, slug); err != nil || a.Confidence != want {
			t.Errorf("%s is %s, want %s (%v)", slug, a.Confidence, want, err)
		}
	}
	wantReport(t, b.fromWiki(t, files), folder.Report{Unchanged: 1, Updated: 1})
	if a, err := b.Article(t.Context(), manager, "y"); err != nil || a.Confidence != kb.Validated {
		t.Errorf("the article of a file that came back is %s (%v)", a.Confidence, err)
	}
	wantReport(t, b.fromWiki(t, files), folder.Report{Unchanged: 2})
}

// TestImportSameNames shows that files with the same name are articles of their own, with
// addresses that depend on nothing but their paths.
func TestImportSameNames(t *testing.T) {
	files := map[string]string{
		"FAQ.md": "# One\n\nText", "faq.md": "# Two\n\nText", "faq.mdx": "# Three\n\nText",
		"en/vpn.md": "---\nslug: vpn\nlocale: en\n---\nText", "de/vpn.md": "---\nslug: vpn\nlocale: de\n---\nText",
		"a/intro.md": "---\nid: intro\nsidebar: x\n---\nA", "b/intro.md": "---\nid: intro\nsidebar: x\n---\nB",
	}
	slugs := func(b bench) map[string]string {
		out := map[string]string{}
		for _, a := range b.store.articles(t) {
			out[a.Path] = a.ID + " " + a.Slug
		}
		return out
	}
	b, other := newBench(t), newBench(t)
	wantReport(t, b.fromWiki(t, files), folder.Report{Created: len(files)})
	wantReport(t, b.fromWiki(t, files), folder.Report{Unchanged: len(files)})
	_, out := b.exported(t)
	if diff := cmp.Diff(files, out); diff != "" {
		t.Errorf("export: %s", diff)
	}
	wantReport(t, other.load(t, tree(out), folder.Options{}), folder.Report{Created: len(files)})
	if diff := cmp.Diff(slugs(b), slugs(other)); diff != "" {
		t.Errorf("in another store: %s", diff)
	}
	first, err1 := b.Article(t.Context(), manager, "vpn")
	for path, names := range slugs(b) {
		id, _, _ := strings.Cut(names, " ")
		a, err := b.Article(t.Context(), manager, id)
		if err != nil || err1 != nil {
			t.Fatal(err, err1)
		}
		if translated := path == "en/vpn.md"; translated != (a.Origin.TranslationOf == first.ID) {
			t.Errorf("%s is a translation of %q", path, a.Origin.TranslationOf)
		}
	}
	for path := range files {
		files[path] += " changed"
	}
	wantReport(t, b.fromWiki(t, files), folder.Report{Updated: len(files)})
	before := slugs(other)
	if diff := cmp.Diff(before, slugs(b)); diff != "" {
		t.Errorf("after a change: %s", diff)
	}
}

// TestImportTwoFolders shows that a file of one folder never replaces the article of
// another folder's file with the same path.
func TestImportTwoFolders(t *testing.T) {
	b := newBench(t)
	b.fromWiki(t, map[string]string{"README.md": "# Wiki\n\nText", "x.md": "# X\n\nText"})
	other := map[string]string{"README.md": "# Handbook\n\nText"}
	wantReport(t, b.load(t, tree(other), folder.Options{Source: "handbook", Prune: true}), folder.Report{Created: 1})
	wantReport(t, b.load(t, tree(other), folder.Options{Source: "handbook"}), folder.Report{Unchanged: 1})
	report, err := b.folders.Export(t.Context(), t.TempDir())
	if err != nil || report.Exported != 3 || len(report.Renamed) != 1 || report.Renamed[0].From != "README.md" {
		t.Errorf("export %+v, %v", report, err)
	}
}

// TestImportAfterEdits shows what a changed file does to an article that was edited here.
func TestImportAfterEdits(t *testing.T) {
	source := "---\ntitle: T\nowner: a\naudience: public\n---\nText"
	for name, tt := range map[string]struct {
		edit   kb.Patch
		file   string
		review bool
		want   string // title, owner, audience, text
	}{
		"text and text": {kb.Patch{Markdown: ptr("Ours")}, "---\ntitle: T\n---\nTheirs", true, "T a public Ours"},
		"the same text": {kb.Patch{Markdown: ptr("Same")}, "---\ntitle: T\nowner: a\n---\nSame", false, "T a public Same"},
		"state and text": {
			kb.Patch{Audience: ptr(access.Internal), Owner: ptr("b")},
			"---\ntitle: T\nowner: a\naudience: public\n---\nTheirs", false,
			"T b internal Theirs",
		},
		"title and text": {
			kb.Patch{Title: ptr("Ours")}, "---\ntitle: T\nowner: a\n---\nTheirs", false, "Ours a public Theirs",
		},
		"title and title": {kb.Patch{Title: ptr("Ours")}, "---\ntitle: New\n---\nText", true, "Ours a public Text"},
		"owner and owner": {kb.Patch{Owner: ptr("b")}, "---\ntitle: T\nowner: c\n---\nText", true, "T b public Text"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.fromWiki(t, map[string]string{"x.md": source})
			a, err := b.Article(t.Context(), manager, "x")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Update(t.Context(), manager, a.ID, 1, tt.edit); err != nil {
				t.Fatal(err)
			}
			files := map[string]string{"x.md": tt.file}
			got := b.fromWiki(t, files)
			if len(got.Conflicts) == 1 != tt.review || len(b.store.drafts(t)) != len(got.Conflicts) {
				t.Fatalf("%+v, %d drafts", got, len(b.store.drafts(t)))
			}
			after, err := b.Article(t.Context(), manager, "x")
			if s := after.Title + " " + after.Owner + " " + string(after.Audience) + " " + after.Markdown; s != tt.want {
				t.Errorf("the article is %q, want %q (%v)", s, tt.want, err)
			}
			if !tt.review {
				return
			}
			d := b.store.drafts(t)[got.Conflicts[0].Review]
			if d.Status != kb.InReview || d.ArticleID != a.ID || d.BaseRevision != 2 {
				t.Errorf("draft %+v", d)
			}
			if _, err := b.Reject(t.Context(), manager, d.ID, "Ours is better."); err != nil {
				t.Fatal(err)
			}
			wantReport(t, b.fromWiki(t, files), folder.Report{Unchanged: 1})
		})
	}
}
