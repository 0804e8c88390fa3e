package tool_test

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/tool"
)

// recognise returns what the files of a folder say; those in files have their text.
func recognise(files map[string]string, given dialect.Name) *tool.Folder {
	fsys := fstest.MapFS{}
	names := map[string]bool{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
		for ; name != "."; name = path.Dir(name) {
			names[name] = true
		}
	}
	return tool.Recognise(fsys, slices.Sorted(maps.Keys(names)), given)
}

func TestRecogniseByFolder(t *testing.T) {
	for config, want := range map[string]dialect.Name{
		"mkdocs.yml": dialect.MkDocs, "mkdocs.yaml": dialect.MkDocs, "docusaurus.config.js": dialect.Docusaurus,
		"docusaurus.config.ts": dialect.Docusaurus, "sidebars.js": dialect.Docusaurus, "docs.json": dialect.Docusaurus,
		"hugo.toml": dialect.Hugo, "config/_default/hugo.toml": dialect.Hugo, "config.toml": dialect.Hugo,
		"_config.yml": dialect.Jekyll, "_includes/a.html": dialect.Jekyll, ".eleventy.js": dialect.Jekyll,
		"SUMMARY.md": dialect.GitBook, ".gitbook.yaml": dialect.GitBook, ".gitbook/assets/a.png": dialect.GitBook,
		"book.toml": dialect.GitBook, ".obsidian/app.json": dialect.Obsidian, "docfx.json": dialect.Microsoft,
		".openpublishing.publish.config.json": dialect.Microsoft, ".github/workflows/a.yml": dialect.GitHub,
		"package.json": dialect.Common,
	} {
		t.Run(config, func(t *testing.T) {
			for _, below := range []string{"", "site/en/"} {
				f := recognise(map[string]string{below + config: "", below + "docs/a.md": ""}, "")
				if got := f.Dialect(below+"docs/a.md", "", "Text"); got != want {
					t.Errorf("%q below %q", got, below)
				}
			}
		})
	}
}

// TestRecogniseNearest shows that the configuration nearest to a file counts, and a given
// dialect before all.
func TestRecogniseNearest(t *testing.T) {
	files := map[string]string{
		"mkdocs.yml": "", "docs/a.md": "", "docs/vault/.obsidian/app.json": "", "docs/vault/deep/b.md": "",
		".github/CODEOWNERS": "", "docs/SUMMARY.md": "",
	}
	f := recognise(files, "")
	for name, want := range map[string]dialect.Name{
		"docs/vault/deep/b.md": dialect.Obsidian, "docs/vault/c.md": dialect.Obsidian, "docs/a.md": dialect.GitBook,
		"other/a.md": dialect.MkDocs, "README.md": dialect.MkDocs,
	} {
		if got := f.Dialect(name, "", "{{< x >}}"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	given := recognise(files, dialect.WikiJS)
	if got := given.Dialect("docs/vault/c.md", "", ""); got != dialect.WikiJS {
		t.Errorf("given: %q", got)
	}
}

func TestRecogniseByText(t *testing.T) {
	var none *tool.Folder
	for text, want := range map[string]dialect.Name{
		"!!! note\n    x":                             dialect.MkDocs,
		"a\n\n=== \"Linux\"\n    x":                   dialect.MkDocs,
		"import Tabs from '@theme/Tabs';\n\nText":     dialect.Docusaurus,
		"{{< ref \"a.md\" >}}":                        dialect.Hugo,
		"{% hint style=\"info\" %}\nx\n{% endhint %}": dialect.GitBook,
		"{% include a.html %}":                        dialect.Jekyll,
		"{{ site.baseurl }}":                          dialect.Jekyll,
		"a [[Note]] %%x%%":                            dialect.Obsidian,
		"> a\n{.is-info}":                             dialect.WikiJS,
		"[!INCLUDE [x](y.md)]":                        dialect.Microsoft,
		"Plain words, 5 < 6 and {braces}.":            dialect.Common,
		"> [!NOTE]\n> x":                              dialect.Common,
	} {
		if got := none.Dialect("a.md", "", text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	if got := none.Dialect("a.md", "+++\ntitle = 'x'\n+++\n", "Text"); got != dialect.Hugo {
		t.Errorf("TOML: %q", got)
	}
}

func TestParse(t *testing.T) {
	for _, n := range dialect.Names() {
		if got, ok := dialect.Parse(" " + string(n) + " "); got != n || !ok {
			t.Errorf("%s: %q, %v", n, got, ok)
		}
	}
	if _, ok := dialect.Parse("latex"); ok || len(dialect.Names()) != 10 {
		t.Error(dialect.Names())
	}
}

// FuzzRecognise reads configuration of every tool with any content.
func FuzzRecognise(f *testing.F) {
	for _, s := range []string{
		"exclude_docs: |\n  /a\n  !*.md\n  **/x/**\ndraft_docs: a/",
		"exclude: [a, 'b*', \"[\"]\ndefaults:\n- scope: {path: a}\n" +
			"  values: {published: false}", "* [A](a.md)\n* [B](<b c.md>)", "root: ./docs/\nstructure:\n  summary: x.md",
		"---\ncascade:\n  draft: true\n---", "+++\n[cascade]\ndraft = true\n+++", "!!python/name:a.b",
		"&a [*a]", "root: ../..",
	} {
		f.Add(s, "a/b.md")
	}
	configs := []string{
		"mkdocs.yml", "_config.yml", "SUMMARY.md", ".gitbook.yaml", "docs/_index.md", "hugo.toml", "book.toml",
	}
	f.Fuzz(func(t *testing.T, config, name string) {
		if !fs.ValidPath(name) {
			return
		}
		for _, c := range configs {
			files := map[string]string{c: config, "docs/a.md": ""}
			if c != "hugo.toml" {
				files["hugo.toml"] = ""
			}
			folder, again := recognise(files, ""), recognise(files, "")
			for _, file := range []string{name, "docs/a.md", "docs/" + name, c} {
				if folder.Unpublished(file) != again.Unpublished(file) {
					t.Fatalf("%s: %q, then %q", file, folder.Unpublished(file), again.Unpublished(file))
				}
				if _, ok := dialect.Parse(string(folder.Dialect(file, "", config))); !ok {
					t.Fatalf("%s is in no known dialect", file)
				}
			}
		}
	})
}
