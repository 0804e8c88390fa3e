package folder_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
	"github.com/deskbook/deskbook/kb/format"
)

// TestWithheld imports files that their owners keep back, in the ways of many tools, and
// shows that a visitor reads none of them.
func TestWithheld(t *testing.T) {
	files := map[string]string{}
	for i, front := range []string{
		"draft: true", "Draft: True", "draft: yes", "draft: 'true'", "published: false", "published: 'no'", "publish: false",
		"unlisted: true", "hidden: true", "private: true", "internal: on", "noindex: true", "status: draft", "Status: Draft",
		"status: in review", "state: wip", "status: Entwurf", "visibility: private", "visibility: team-x",
		"access: restricted",
		"classification: confidential", "robots: noindex, nofollow", "seo:\n  noindex: true", "password: hunter2",
		"allowed_roles: [admin]", "publishDate: 2999-01-01", "published: 2999-01-01", "expiryDate: 2001-01-01T00:00:00Z",
		"_build:\n  render: never", "build:\n  list: never", "permalink: false", "listed: false", "dg-publish: false",
		"tags: [vpn, draft]", "archived: true", "status: archived", "is_published: 0", "embargo: 2999-05-01",
		"not-public: true", "status: “draft”", "status: 「草稿」", "draft: [true]",
	} {
		files[fmt.Sprintf("y%d.md", i)] = "---\ntitle: T\n" + front + "\n---\nThe canary\n"
	}
	files["toml.md"] = "+++\ntitle = 'T'\ndraft = true\n+++\nThe canary\n"
	files["toml-nested.md"] = "+++\ntitle = 'T'\n[params]\nhidden = true\n+++\nThe canary\n"
	files["json.md"] = "{\n  \"title\": \"T\",\n  \"draft\": true\n}\n\nThe canary\n"
	files["json-fence.md"] = "---json\n{\"title\": \"T\", \"published\": false}\n---\nThe canary\n"
	files["semicolons.md"] = ";;;\n\"draft\": true\n;;;\nThe canary\n"
	files["pelican.md"] = "Title: T\nStatus: draft\n\nThe canary\n"
	files["hexo.md"] = "title: T\npublished: false\n---\nThe canary\n"
	files["colon.md"] = "---\ntitle: A: b\ndraft: true\n---\nThe canary\n"
	files["_drafts/post.md"] = "The canary\n"
	files["drafts/post.md"] = "The canary\n"
	files["later.draft.md"] = "The canary\n"
	b := newBench(t)
	report := b.load(t, tree(files), folder.Options{})
	if report.Created != len(files) || len(report.Notices) != len(files) {
		t.Fatalf("%d of %d created, %d notices", report.Created, len(files), len(report.Notices))
	}
	for name := range files {
		a := b.byPath(t, name)
		if kb.VisibleTo(access.Actor{}).Allows(a) {
			t.Errorf("%s: %q is %s and %s", name, files[name], a.Confidence, a.Audience)
		}
	}
	for _, n := range report.Notices {
		if strings.Contains(n.Notice, "hunter2") {
			t.Errorf("a password is shown: %s", n.Notice)
		}
	}
}

// TestNotWithheld shows that keys which look alike keep nothing back.
func TestNotWithheld(t *testing.T) {
	files := map[string]string{}
	for i, front := range []string{
		"draft: false", "published: true", "publish: yes", "status: published", "status: new", "status: deprecated",
		"hidden: false",
		"hide: [navigation, toc]", "visibility: public", "access: everyone", "search:\n  exclude: true",
		"robots: index, follow",
		"layout:\n  title:\n    visible: false", "publishDate: 2001-01-01", "expires: 2999-01-01", "published: 2001-05-05",
		"password:",
		"tags: [drafting]", "sidebar:\n  hidden: true", "permalink: /x/", "private: false\nunlisted: false",
		"date: 2999-01-01",
		"draft: true\nconfidence: validated", "audience: public\nstatus: live", "type: page", "enabled: true",
	} {
		files[fmt.Sprintf("y%d.md", i)] = "---\ntitle: T\n" + front + "\n---\nText\n"
	}
	b := newBench(t)
	if report := b.load(t, tree(files), folder.Options{}); report.Created != len(files) {
		t.Fatalf("%+v", report)
	}
	for name, file := range files {
		if a := b.byPath(t, name); !kb.VisibleTo(access.Actor{}).Allows(a) {
			t.Errorf("%s: %q is %s and %s (%s)", name, file, a.Confidence, a.Audience, a.Origin.Withheld)
		}
	}
}

// TestWithheldByFolder shows what the configuration of a tool keeps back.
func TestWithheldByFolder(t *testing.T) {
	for name, c := range map[string]struct {
		files    map[string]string
		withheld []string
	}{
		"GitBook publishes what is in the summary": {
			map[string]string{
				"SUMMARY.md": "# Summary\n\n* [In](in.md)\n* [Too](<a b/too.md>)\n* " +
					"[Part](in.md#part)\n", "README.md": "Text", "in.md": "Text",
				"out.md": "Text", "a b/too.md": "Text",
			},
			[]string{"out.md"},
		},
		"MkDocs has patterns": {
			map[string]string{
				"mkdocs.yml":     "draft_docs: |\n  drafts-x/\n  *.unpublished.md\nexclude_docs: |\n  /secret.md\n",
				"docs/a.md":      "Text",
				"docs/secret.md": "Text", "docs/sub/secret.md": "Text", "docs/drafts-x/a.md": "Text",
				"docs/a.unpublished.md": "Text",
			},
			[]string{"docs/secret.md", "docs/drafts-x/a.md", "docs/a.unpublished.md"},
		},
		"a nav in a summary excludes nothing in MkDocs": {
			map[string]string{
				"mkdocs.yml": "site_name: x\n", "docs/SUMMARY.md": "* [A](a.md)\n", "docs/a.md": "Text", "docs/b.md": "Text",
			},
			[]string{"docs/b.md"}, // the folder of the summary is the nearer one
		},
		"Jekyll has exclusions and defaults": {
			map[string]string{
				"_config.yml": "exclude: [vendor, notes.md]\ndefaults:\n  - scope: {path: hidden}\n    values: {published: " +
					"false}\n",
				"a.md": "Text", "notes.md": "Text", "vendor/a.md": "Text", "hidden/a.md": "Text", "_drafts/a.md": "Text",
			},
			[]string{"notes.md", "vendor/a.md", "hidden/a.md", "_drafts/a.md"},
		},
		"Hugo lets a section cascade": {
			map[string]string{
				"hugo.toml": "x = 1\n", "content/a.md": "Text", "content/next/_index.md": "---\ntitle: N\ncascade:\n  draft: " +
					"true\n---\nText",
				"content/next/b.md": "Text", "content/next/deep/c.md": "Text",
			},
			[]string{"content/next/_index.md", "content/next/b.md", "content/next/deep/c.md"},
		},
		"Hugo and Jekyll wait for the date": {
			map[string]string{
				"hugo.toml": "x = 1\n", "a.md": "---\ndate: 2999-01-01\n---\nText", "b.md": "---\ndate: 2001-01-01\n---\nText",
			},
			[]string{"a.md"},
		},
		"Docusaurus has partials": {
			map[string]string{
				"docusaurus.config.js": "x", "docs/a.md": "Text", "docs/_partial.md": "Text", "docs/_dir/b.md": "Text",
			},
			[]string{"docs/_partial.md", "docs/_dir/b.md"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.load(t, tree(c.files), folder.Options{})
			for name := range c.files {
				if !strings.HasSuffix(name, ".md") {
					continue
				}
				want := false
				for _, w := range c.withheld {
					want = want || w == name
				}
				if a := b.byPath(t, name); (a.Confidence != kb.Validated) != want {
					t.Errorf("%s is %s (%s)", name, a.Confidence, a.Origin.Withheld)
				}
			}
		})
	}
}

// TestWithheldIsReleased shows that a draft becomes public when its file says so, and that
// an article that was taken back reaches more readers only by a line that says so.
func TestWithheldIsReleased(t *testing.T) {
	b := newBench(t)
	load := func(front string) kb.Article {
		t.Helper()
		b.load(t, tree(map[string]string{"x.md": "---\ntitle: T\n" + front + "\n---\nText\n"}), folder.Options{})
		return b.byPath(t, "x.md")
	}
	for _, step := range []struct {
		front      string
		confidence kb.Confidence
		audience   access.Audience
	}{
		{"draft: true", kb.NotValidated, access.AudiencePublic},
		{"draft: false", kb.Validated, access.AudiencePublic},
		{"private: true", kb.NotValidated, access.Internal},
		{"x: y", kb.Validated, access.Internal},
		{"audience: public", kb.Validated, access.AudiencePublic},
	} {
		if a := load(step.front); a.Confidence != step.confidence || a.Audience != step.audience {
			t.Errorf("%s: %s, %s", step.front, a.Confidence, a.Audience)
		}
	}
}

func TestFrontMatterForms(t *testing.T) {
	for name, c := range map[string]struct{ file, title, tag, body string }{
		"TOML": {
			"+++\ntitle = \"A: b\"\ntags = [\"x\"]\ndate = 2024-01-02\n+++\nText\n", "A: b", "x", "Text\n",
		},
		"TOML with a byte order": {"\ufeff+++\r\ntitle = 'T'\r\n+++\r\nText\r\n", "T", "", "Text\r\n"},
		"TOML between hyphens":   {"---toml\ntitle = 'T'\n---\nText\n", "T", "", "Text\n"},
		"JSON":                   {"{\n\"title\": \"T {1}\",\n\"tags\": [\"x\", \"y\"]\n}\nText\n", "T {1}", "x", "Text\n"},
		"JSON on a line":         {"{\"title\": \"T\"}\nText\n", "T", "", "Text\n"},
		"a template is no JSON":  {"{{< x >}}\nText\n", "X", "", "{{< x >}}\nText\n"},
		"an object in the text":  {"{\"title\": \"T\"} is JSON.\n", "X", "", "{\"title\": \"T\"} is JSON.\n"},
		"a header":               {"Title: T\nTags: x, y\n\nText\n", "T", "x", "Text\n"},
		"words with a colon":     {"Note: this is text.\n\nText\n", "X", "", "Note: this is text.\n\nText\n"},
		"an unquoted colon": {
			"---\ntitle: Outlook: cannot send: 0x1\n---\nText\n", "Outlook: cannot send: 0x1", "", "Text\n",
		},
		"an at sign":               {"---\ntitle: @home\ntags: [x]\n---\nText\n", "@home", "x", "Text\n"},
		"a per cent sign":          {"---\ntitle: %APPDATA% is full\n---\nText\n", "%APPDATA% is full", "", "Text\n"},
		"quotes within":            {"---\ntitle: \"Save\" is grey\n---\nText\n", "\"Save\" is grey", "", "Text\n"},
		"an apostrophe":            {"---\ntitle: 'It's broken'\n---\nText\n", "It's broken", "", "Text\n"},
		"a capital key":            {"---\nTitle: T\nTags: x\n---\nText\n", "T", "x", "Text\n"},
		"a rule and not TOML":      {"+++\n\nText\n", "X", "", "+++\n\nText\n"},
		"an unquoted colon, CRLF":  {"---\r\ntitle: A: b\r\n---\r\nText\r\n", "A: b", "", "Text\r\n"},
		"a key of another, broken": {"---\ntitle: T\nlink: [a](b: c\n---\nText\n", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := format.Read("x.md", []byte(c.file))
			if c.title == "" {
				if err == nil {
					t.Fatalf("read as %q", a.Title)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if a.Title != c.title || a.Markdown != c.body || a.Front+a.Markdown != c.file {
				t.Errorf("title %q, body %q, front %q", a.Title, a.Markdown, a.Front)
			}
			if c.tag != "" && (len(a.Tags) == 0 || a.Tags[0] != c.tag) {
				t.Errorf("tags %q", a.Tags)
			}
		})
	}
}

// TestFrontMatterFormsAreEdited changes articles whose front matter is TOML or JSON and
// shows that it stays that, with the keys of other tools.
func TestFrontMatterFormsAreEdited(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"toml.md": {
			"+++\ntitle = 'Old'\nweight = 7\n[menu]\nmain = 'x'\n+++\nText\n",
			[]string{"+++\n", "title = 'New: x'", "weight = 7", "main = 'x'"},
		},
		"json.md": {
			"{\n\"title\": \"Old\",\n\"weight\": 7\n}\n\nText\n", []string{"{\n", `"title": "New: x"`, `"weight": 7`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.load(t, tree(map[string]string{name: c.file}), folder.Options{})
			a := b.byPath(t, name)
			if _, err := b.Update(
				t.Context(), manager, a.ID, 1, kb.Patch{Title: ptr("New: x"), Tags: ptr([]string{"y"})},
			); err != nil {
				t.Fatal(err)
			}
			_, files := b.exported(t)
			got := files[name]
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in %q", want, got)
				}
			}
			again, err := format.Read(name, []byte(got))
			if err != nil || again.Title != "New: x" || len(again.Tags) != 1 || !strings.HasSuffix(got, "Text\n") {
				t.Errorf("%+v, %v from %q", again, err, got)
			}
		})
	}
}

func TestLocales(t *testing.T) {
	files := map[string]string{
		"lang.md": "---\nlang: de\n---\nText", "language.md": "---\nlanguage: en-GB\n---\nText",
		"name.md":  "---\nlanguage: Deutsch\n---\nText",
		"posix.md": "---\nlang: pt_BR.UTF-8\n---\nText", "toml.md": "+++\nlanguageCode = 'fr'\n+++\nText", "none.md": "Text",
		"own.md": "---\nlocale: de-CH\nlang: fr\n---\nText", "nonsense.md": "---\nlang: klingonese\n---\nText",
		"docs/de/a.md": "Text", "docs/en/a.md": "Text", "docs/it/a.md": "Text", "docs/de/sub/b.md": "Text",
		"docs/zh-Hans/a.md": "Text",
		"teams/it/a.md":     "Text", "teams/hr/a.md": "Text", "teams/sales/a.md": "Text",
		"page.fr.md": "Text", "page.md": "Text", "v1.2.md": "Text",
		"i18n/ja/docusaurus-plugin-content-docs/current/a.md": "Text",
		"docs/de/x.md": "---\nlang: nl\n---\nText",
	}
	want := map[string]string{
		"lang.md": "de", "language.md": "en-GB", "name.md": "de", "posix.md": "pt-BR", "toml.md": "fr", "own.md": "de-CH",
		"docs/de/a.md": "de", "docs/en/a.md": "en", "docs/it/a.md": "it", "docs/de/sub/b.md": "de",
		"docs/zh-Hans/a.md": "zh-Hans",
		"page.fr.md":        "fr", "i18n/ja/docusaurus-plugin-content-docs/current/a.md": "ja", "docs/de/x.md": "nl",
	}
	b := newBench(t)
	if r := b.load(t, tree(files), folder.Options{}); r.Created != len(files) {
		t.Fatalf("%+v", r)
	}
	for name, file := range files {
		if got := b.byPath(t, name).Locale; got != want[name] {
			t.Errorf("%s (%q): %q, want %q", name, file, got, want[name])
		}
	}
	if r := b.load(t, tree(files), folder.Options{}); r.Unchanged != len(files) {
		t.Errorf("imported again: %+v", r)
	}
	_, out := b.exported(t)
	for name, got := range out {
		if got != files[name] {
			t.Errorf("%s is exported as %q", name, got)
		}
	}
}

func TestKinds(t *testing.T) {
	for want, texts := range map[kb.Kind][]string{
		kb.HowTo: {
			"# How do I print?\n\nText", "# Install the client on Windows\n\nRun setup.", "# Getting started\n\nOpen it.",
			"# Kennwort zurücksetzen\n\nText",
			"# Configuring SSO\n\nText", "# The client\n\n1. Open\n2. Click\n3. Save", "# Roll-out\n\n## Step 1\n\na\n\n## " +
				"Step 2\n\nb\n\n## Step 3\n\nc",
			"# Réinitialiser le mot de passe\n\nTexte", "# Cómo imprimir\n\nTexto", "---\ntype: tutorial\n---\n# Words\n\nText",
			"# T\n\n{% tabs %}\n{% tab title=\"a\" %}\n1. a\n2. b\n3. c\n{% endtab %}\n{% endtabs %}",
		},
		kb.Troubleshooting: {
			"# Outlook\n\n## Symptoms\n\nx\n\n## " +
				"Resolution\n\ny", "# VPN drops\n\nText", "# Cannot sign in\n\nText",
			"# Drucker\n\n## Ursache\n\nx\n\n## Lösung\n\ny",
			"# Fehler 0x80070057\n\nText", "# How to mail\n\n## Problem\n\nx\n\n## " +
				"Cause\n\ny", "# Installation fails with an error\n\nText",
			"---\nms.topic: troubleshooting\n---\n# Words\n\nText",
		},
		kb.FAQ: {
			"# FAQ\n\n## May I?\n\nYes.", "# Häufige Fragen\n\nText",
			"# Travel\n\n## May I?\n\na\n\n## Who pays?\n\nb\n\n## When?\n\nc",
		},
		kb.Policy: {
			"# Travel policy\n\nBook early.", "# Passwortrichtlinie\n\nText", "# Acceptable use\n\nText",
			"# Data\n\n## Scope\n\na\n\n## Responsibilities\n\nb\n\n## Enforcement\n\nc",
		},
		kb.KnownError: {"# Known issues in 4.2\n\nText", "# Sync\n\n## Issue\n\na\n\n## Workaround\n\nb"},
		kb.NoKind:     {"# Architecture\n\nText", "# Release 4.2\n\n- a\n- b\n- c", "# Words\n\n1. one\n2. two", "Text"},
	} {
		for _, text := range texts {
			a, err := format.Read("x.md", []byte(text))
			if err != nil || a.Kind != want {
				t.Errorf("%q is %q, %v, want %q", text, a.Kind, err, want)
			}
		}
	}
}

func TestEncodings(t *testing.T) {
	text := "# Drucker\n\nDer Drucker hängt – „immer“.\n"
	files := map[string]string{
		"utf16le.md": utf16(text, false, true), "utf16be.md": utf16(text, true, true), "utf16bare.md": utf16(
			"# Printer\n\nIt hangs.\n", false, false,
		),
		"cp1252.md": "# Drucker\n\nDer Drucker h\xe4ngt \x96 \x84immer\x93.\n",
		"cp1250.md": "# Drukarka\n\nZa\xbf\xf3\xb3\xe6 g\xea\x9cl\xb9 ja\x9f\xf1, prosz\xea.\n",
		"cp1251.md": "# \xcf\xf0\xe8\xed\xf2\xe5\xf0\n\n\xcf\xf0\xe8\xed\xf2\xe5\xf0 \xed\xe5 " +
			"\xef\xe5\xf7\xe0\xf2\xe0\xe5\xf2.\n", "utf8.md": text,
		"broken.md": "# Drucker\n\nhängt, hängt, hängt \xff\n",
	}
	b := newBench(t)
	r := b.load(t, tree(files), folder.Options{})
	if r.Created != len(files)-1 || len(r.Rejected) != 1 || r.Rejected[0].File != "broken.md" ||
		len(r.Notices) != len(files)-2 {
		t.Fatalf("%+v", r)
	}
	for name, want := range map[string]string{
		"utf16le.md": "hängt – „immer“", "utf16be.md": "hängt – „immer“", "utf16bare.md": "It hangs.",
		"cp1252.md": "hängt – „immer“",
		"cp1250.md": "Zażółć gęślą jaźń, proszę", "cp1251.md": "Принтер не печатает", "utf8.md": "hängt",
	} {
		if a := b.byPath(t, name); !strings.Contains(a.Markdown, want) {
			t.Errorf("%s: %q (%s)", name, a.Markdown, a.Origin.Encoding)
		}
	}
	_, out := b.exported(t)
	for name, got := range out {
		if got != files[name] {
			t.Errorf("%s is exported as %q", name, got)
		}
	}
	if again := b.load(t, tree(files), folder.Options{}); again.Unchanged != len(files)-1 {
		t.Errorf("imported again: %+v", again)
	}
}

// byPath returns the article that came from a file.
func (b bench) byPath(t *testing.T, name string) kb.Article {
	t.Helper()
	for _, a := range b.store.articles(t) {
		if a.Path == name {
			return a
		}
	}
	t.Fatalf("no article came from %s", name)
	return kb.Article{}
}

// utf16 encodes the characters of the basic plane.
func utf16(s string, big, marked bool) string {
	var out strings.Builder
	if marked {
		s = "\ufeff" + s
	}
	for _, r := range s {
		pair := []byte{byte(r), byte(r >> 8)}
		if big {
			pair[0], pair[1] = pair[1], pair[0]
		}
		out.Write(pair)
	}
	return out.String()
}
