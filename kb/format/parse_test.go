package format_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/plain"
)

func TestParseArticle(t *testing.T) {
	for name, c := range map[string]struct {
		path, file string
		want       func(*kb.Article)
	}{
		"no front matter, title from the heading": {
			"mail/full.md", "Intro\n\n# The mailbox is *full*\n\nText\n",
			func(a *kb.Article) { a.Title, a.Slug = "The mailbox is full", "mail-full" },
		},
		"title from the file's name": {
			"mail/box_is-full.md", "Text\n", func(a *kb.Article) { a.Title, a.Slug = "Box is full", "mail-box-is-full" },
		},
		"a how-to by its title": {
			"x.md", "# How do I print?\n\nText",
			func(a *kb.Article) { a.Title, a.Slug, a.Kind = "How do I print?", "x", kb.HowTo },
		},
		"every own key": {
			"x.md",
			"---\nid: a_own\nslug: own-slug\ntitle: 'A: b'\nkind: known_error\nconfidence: not_validated\naudience: internal\n" +
				"governance: compliance\nowner: jo@example.org\nreview_by: 2027-01-31\nservice: Mail\ncategories: [a, b]\n" +
				"tags:\n  - c\nlocale: de-CH\n---\nText\n",
			func(a *kb.Article) {
				a.ID, a.Slug, a.Title, a.Kind = "a_own", "own-slug", "A: b", kb.KnownError
				a.Confidence, a.Audience, a.Governance = kb.NotValidated, access.Internal, kb.Compliance
				a.Owner, a.Service, a.Locale = "jo@example.org", "Mail", "de-CH"
				a.ReviewBy = time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
				a.Categories, a.Tags = []string{"a", "b"}, []string{"c"}
			},
		},
		"delimiters with blanks, byte order mark and CRLF": {
			"x.md", "\uFEFF--- \t\r\ntitle: T\r\n---\t \r\nText\r\n", func(a *kb.Article) { a.Title, a.Slug = "T", "x" },
		},
		"foreign keys, and ours with foreign values": {
			"x.md", "---\ntitle: T\nms.date: 09/08/2020\naudience: ITPro\nkind: Deployment\ntags: a, b,a\n---\nText",
			func(a *kb.Article) { a.Title, a.Slug, a.Tags = "T", "x", []string{"a", "b"} },
		},
		"a list where one value belongs, in foreign front matter": {
			"x.md", "---\ntitle: T\nx: 1\nowner: [a, b]\n---\nText", func(a *kb.Article) { a.Title, a.Slug = "T", "x" },
		},
		"empty values": {
			"x.md", "---\ntitle:\ntags: ''\nreview_by:\n---\n# H\n\nText", func(a *kb.Article) { a.Title, a.Slug = "H", "x" },
		},
		"a thematic break is no front matter": {
			"x.md", "---\n\nText under a line.\n", func(a *kb.Article) { a.Title, a.Slug = "X", "x" },
		},
		"empty front matter": {"x.md", "---\n---\nText", func(a *kb.Article) { a.Title, a.Slug = "X", "x" }},
		"a slug that needs care": {
			"x.md", "---\nslug: Größe & Maß\n---\nText", func(a *kb.Article) { a.Title, a.Slug = "X", "grosse-mass" },
		},
		"a path of other scripts": {"帮助/密码.md", "Text", func(a *kb.Article) { a.Title, a.Slug = "密码", "帮助-密码" }},
		"a heading only in code": {
			"y.md", "```\n# not a title\n```\n", func(a *kb.Article) { a.Title, a.Slug = "Y", "y" },
		},
		"a title on several lines": {
			"y.md", "---\ntitle: |\n  one\n  two\n---\nText", func(a *kb.Article) { a.Title, a.Slug = "one two", "y" },
		},
		"upper case enum is ours": {
			"y.md", "---\naudience: Internal\nx: y\n---\nText",
			func(a *kb.Article) { a.Title, a.Slug, a.Audience = "Y", "y", access.Internal },
		},
		"front matter ended by dots": {
			"y.md", "---\ntitle: T\n...\nText", func(a *kb.Article) { a.Title, a.Slug = "T", "y" },
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := format.Read(c.path, []byte(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if got.Front+got.Markdown != c.file {
				t.Errorf("front matter and body are not the file: %q + %q", got.Front, got.Markdown)
			}
			if len(got.Passages) == 0 || got.NextPassage != len(got.Passages)+1 {
				t.Errorf("passages %v, next %d", got.Passages, got.NextPassage)
			}
			want := kb.Article{
				ID: got.ID, Confidence: kb.Validated, Audience: access.AudiencePublic,
				Governance: kb.Experience, Markdown: got.Markdown, Front: got.Front, Path: c.path, Hash: got.Hash,
				Passages: got.Passages, NextPassage: got.NextPassage, Headings: got.Headings, Origin: got.Origin,
			}
			c.want(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if !strings.HasPrefix(got.ID, "a_") {
				t.Errorf("id %q", got.ID)
			}
		})
	}
}

func TestParseArticleRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		file   string
		line   int
		reason string // a part of it
	}{
		"no text":                        {"", 1, "no text"},
		"front matter only":              {"---\ntitle: T\n---\n \n", 4, "no text"},
		"bad YAML":                       {"---\ntitle: T\nkind: [a\n---\nText", 3, "not valid YAML"},
		"front matter not closed":        {"---\ntitle: T\nText\n", 1, "not closed"},
		"front matter that is a list":    {"---\n- a\n---\nText", 2, "keys and values"},
		"unknown audience":               {"---\ntitle: T\naudience: everyone\n---\nText", 3, "internal, customer, public"},
		"misspelt audience, foreign key": {"---\nms.date: x\naudience: intrnal\n---\nText", 3, "audience must be one of"},
		"unknown kind beside ours": {
			"---\nx: y\nconfidence: validated\nkind: nonsense\n---\nText", 4, "kind must be one of",
		},
		"bad date":                {"---\nreview_by: next year\n---\nText", 2, "must be a date"},
		"key twice":               {"---\ntitle: a\ntitle: b\n---\nText", 3, "twice"},
		"id unfit for an address": {"---\nid: a/b\n---\nText", 2, "id may hold"},
		"bad locale":              {"---\nlocale: 'not a tag'\n---\nText", 2, "language tag"},
		"owner is a list":         {"---\nowner: [a]\n---\nText", 2, "single value"},
		"tags of mappings":        {"---\ntags:\n  - a: b\n---\nText", 3, "single values"},
		"zero byte":               {"One\nTwo\x00\n", 2, "zero byte"},
		"not UTF-8":               {"One\nTwo ä \xe9\n", 2, "save it as UTF-8"},
		"no code page":            {"One\nTwo \x81\x98\n", 2, "save it as UTF-8"},
		"UTF-32":                  {"\xff\xfe\x00\x00O\x00\x00\x00", 1, "UTF-32"},
		"slug without letters":    {"---\nslug: '!!'\n---\nText", 2, "no letter or digit"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := format.Read("x.md", []byte(c.file))
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("error %v", err)
			}
			var p *front.ParseError
			if !errors.As(err, &p) {
				t.Fatalf("%v is no ParseError", err)
			}
			if p.Line != c.line || !strings.Contains(p.Reason, c.reason) {
				t.Errorf("line %d: %s; want line %d: …%s…", p.Line, p.Reason, c.line, c.reason)
			}
		})
	}
	t.Run("too long", func(t *testing.T) {
		_, err := format.Read("x.md", []byte(strings.Repeat("a", kb.MaxArticle+1)))
		if !fault.Is(err, fault.TooLarge) {
			t.Fatalf("error %v", err)
		}
	})
	for _, path := range []string{"../x.md", "/x.md", "a/../../x.md", "", "."} {
		t.Run("path "+path, func(t *testing.T) {
			_, err := format.Read(path, []byte("Text"))
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("error %v", err)
			}
		})
	}
}

func TestArticleIdentity(t *testing.T) {
	id := func(path, file string) string {
		t.Helper()
		a, err := format.Read(path, []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		return a.ID
	}
	if a, b := id("a/x.md", "One"), id("b/x.md", "One"); a == b {
		t.Error("files of one name in two folders have the same id")
	}
	if a, b := id("a/x.md", "One"), id("a/x.md", "Two"); a != b {
		t.Error("the id depends on the text")
	}
	if a, b := id("a/x.md", "---\nslug: s\n---\nOne"), id("b/y.md", "---\nslug: s\n---\nOne"); a != b {
		t.Error("the id of a named slug depends on the path")
	}
	if got := id("a/x.md", "---\nslug: s\nid: a_1\n---\nOne"); got != "a_1" {
		t.Errorf("id %s, not the front matter's", got)
	}
}

func TestSlugify(t *testing.T) {
	for in, want := range map[string]string{
		"Can't sign in (Outlook 365)?": "cant-sign-in-outlook-365",
		"sql/log-shipping/x":           "sql-log-shipping-x",
		"Éàü Ñandú":                    "eau-nandu",
		"Größe":                        "grosse",
		"密码 重置":                        "密码-重置",
		"пароль":                       "пароль",
		"Новый ключ и ёлка":            "новый-ключ-и-ёлка",
		"हिन्दी लेख":                   "हिन्दी-लेख",
		"--a--b--":                     "a-b",
		"0x80070057":                   "0x80070057",
		"../../etc/passwd":             "etc-passwd",
		"a\x00b\u202ec":                "a-b-c",
		"!!!":                          "",
		"":                             "",
	} {
		if got := plain.Slugify(in); got != want {
			t.Errorf("Slugify(%q) = %q, want %q", in, got, want)
		}
	}
	if got := plain.Slugify(strings.Repeat("密", 500)); len(got) > 210 {
		t.Errorf("slug of %d bytes", len(got))
	}
}

func FuzzParseArticle(f *testing.F) {
	for _, s := range []string{
		"---\ntitle: T\ntags: [a, b]\nreview_by: 2026-01-01\n---\n# H\n" +
			"\nText", "\uFEFF---\r\nid: x\r\n---\r\nText", "---\n", "---\na: &a [*a]\n---\nx",
		"---\naudience: itpro\nx: y\n---\nText", "# only", "---\n{title: T}\n---\nx",
		"---\n? complex\n: key\n---\nx", "---\ntitle: !!binary x\n---\nx",
	} {
		f.Add("a/b.md", []byte(s))
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		a, err := format.Read(path, data)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("kind %v of %v", k, err)
			}
			return
		}
		if a.Front+a.Markdown != string(data) {
			t.Fatal("front matter and body are not the file")
		}
		again, err := format.Read(path, data)
		if err != nil || cmp.Diff(a, again) != "" {
			t.Fatalf("not deterministic: %v %s", err, cmp.Diff(a, again))
		}
		if a.ID == "" || a.Slug == "" || a.Title == "" || strings.ContainsAny(a.ID+a.Slug, "/ ?#%&\n") ||
			strings.ContainsAny(a.Title, "\n\r") {
			t.Fatalf("id %q, slug %q, title %q", a.ID, a.Slug, a.Title)
		}
	})
}
