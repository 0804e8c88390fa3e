package content_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
)

var (
	section = regexp.MustCompile(`(?m)^## (.+)$`)
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

func shipped(t *testing.T) *model.Service {
	t.Helper()
	m, err := model.Parse(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func articles(t *testing.T) map[string]kb.Article {
	t.Helper()
	all := map[string]kb.Article{}
	fsys := content.ArticlesFS()
	files, err := fs.Glob(fsys, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			t.Fatal(err)
		}
		a, err := format.Read(file, data)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[file] = a
	}
	return all
}

func TestArticlesMeetTheStandard(t *testing.T) {
	m := shipped(t)
	for file, a := range articles(t) {
		t.Run(file, func(t *testing.T) {
			if want := strings.TrimSuffix(path.Base(file), ".md"); a.Slug != want {
				t.Errorf("slug %q, want the file's name %q", a.Slug, want)
			}
			for name, missing := range map[string]bool{
				"id": a.ID == "", "title": a.Title == "", "kind": a.Kind == "", "audience": a.Audience == "",
				"governance": a.Governance == "", "tags": len(a.Tags) == 0, "categories": len(a.Categories) == 0,
				"front matter title": !strings.Contains(a.Front, "\ntitle: "+a.Title+"\n"),
			} {
				if missing {
					t.Errorf("%s is not set", name)
				}
			}
			if a.Confidence != kb.Validated || a.Locale != "en" {
				t.Errorf("confidence %q, locale %q; what ships is validated and English", a.Confidence, a.Locale)
			}
			if !m.HasGroup(a.Owner) || !m.HasService(a.Service) {
				t.Errorf("owner %q or service %q is not in the service model", a.Owner, a.Service)
			}
			for _, c := range a.Categories {
				if !m.HasCategory(c) {
					t.Errorf("category %q is not in the service model", c)
				}
			}
			written := time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC)
			earliest, latest := written.AddDate(0, 3, 0), written.Add(m.ReviewInterval(a.Kind)+72*time.Hour)
			if a.ReviewBy.Before(earliest) || a.ReviewBy.After(latest) {
				t.Errorf("review by %s, want between %s and %s", a.ReviewBy.Format(time.DateOnly),
					earliest.Format(time.DateOnly), latest.Format(time.DateOnly))
			}
			if n := len(strings.Fields(a.Markdown)); n < 200 || n > 900 {
				t.Errorf("%d words, want 200 to 900", n)
			}
		})
	}
}

func TestArticlesHaveTheirSections(t *testing.T) {
	m := shipped(t)
	for file, a := range articles(t) {
		t.Run(file, func(t *testing.T) {
			var have []string
			for _, match := range section.FindAllStringSubmatch(a.Markdown, -1) {
				have = append(have, match[1])
			}
			// What ships holds itself to more than the model asks of everybody.
			ours := map[kb.Kind]string{kb.HowTo: "Steps", kb.Policy: "Rule", kb.KnownError: "Cause"}[a.Kind]
			for _, want := range append(slices.Clone(m.Knowledge.Kinds[a.Kind].Sections), ours) {
				if want != "" && !slices.Contains(have, want) {
					t.Errorf("%s article without section %q, it has %q", a.Kind, want, have)
				}
			}
		})
	}
}

// A reader who may see an article may see whatever it links to.
func TestArticleLinksLead(t *testing.T) {
	width := map[access.Audience]int{access.Internal: 0, access.Customer: 1, access.AudiencePublic: 2}
	all := articles(t)
	for file, a := range all {
		t.Run(file, func(t *testing.T) {
			links := link.FindAllStringSubmatch(a.Markdown, -1)
			if len(links) == 0 {
				t.Error("links to no other article")
			}
			for _, match := range links {
				target, ok := all[match[1]]
				switch {
				case !ok:
					t.Errorf("links to %q, which does not ship", match[1])
				case target.Slug == a.Slug:
					t.Error("links to itself")
				case width[target.Audience] < width[a.Audience]:
					t.Errorf("is for %s and links to %s, which is for %s", a.Audience, target.Slug, target.Audience)
				}
			}
		})
	}
}

func TestWhatShips(t *testing.T) {
	got := map[string]int{}
	for _, a := range articles(t) {
		got[string(a.Audience)]++
		if a.Kind == kb.KnownError {
			got["known errors"]++
		}
	}
	want := map[string]int{"public": 13, "customer": 3, "internal": 2, "known errors": 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what ships (-want +got):\n%s", diff)
	}
}

func TestPromptsAreThere(t *testing.T) {
	files, err := fs.Glob(content.Prompts(), "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := fs.ReadFile(content.Prompts(), file)
		if err != nil || strings.TrimSpace(string(data)) == "" {
			t.Errorf("prompt %s is empty or unreadable: %v", file, err)
		}
	}
	if !slices.Contains(files, "handoff.md") {
		t.Errorf("no handoff.md among %q", files)
	}
}

func TestServiceModelIsACopy(t *testing.T) {
	first := content.ServiceModel()
	first[0] = 'X'
	if content.ServiceModel()[0] == 'X' {
		t.Error("a caller can change what ships")
	}
}
