package kb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
)

func TestReferencesIn(t *testing.T) {
	a := kb.Article{Origin: kb.Origin{Dialect: dialect.Obsidian}, Markdown: `# Dock

[here](#the-part), [gone](#no-part), [out](https://example.org/), [other](other.md#x)
![A port](img/port.png) ![far](https://example.org/far.png)

[[Manual]], [[#The part]], [[Laptop|the laptop]]

## The part

[bad](ftp://example.org/)
`}
	want := []kb.Reference{
		{Line: 3, To: "#no-part"},
		{Line: 3, To: "other.md#x"},
		{Line: 4, To: "img/port.png", Form: kb.ImageReference},
		{Line: 6, To: "Manual", Form: kb.PageReference},
		{Line: 6, To: "Laptop", Form: kb.PageReference, Label: "the laptop"},
		{Line: 10, To: "ftp://example.org/"},
	}
	got := kb.ReferencesIn(a.Document())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff([]string{"img/port.png"}, kb.NamedFiles(got)); diff != "" {
		t.Error(diff)
	}
	a.References, a.Front = got, "---\ntitle: Dock\n---\n"
	dead, err := kb.LooseLinks(a, func([]string) (map[string][]kb.Target, error) {
		return map[string][]kb.Target{
			"name:laptop": {{ID: "a_l", Slug: "laptop"}},
			"path:other":  {{ID: "a_o", Slug: "other", Headings: []kb.Heading{{Level: 1, Text: "Y", Anchor: "h-y"}}}},
		}, nil
	})
	if diff := cmp.Diff([]kb.DeadLink{
		{Line: 6, Link: "#no-part"},
		{Line: 6, Link: "other.md#x"},
		{Line: 9, Link: "[[Manual]]"},
		{Line: 13, Link: "ftp://example.org/"},
	}, dead); diff != "" || err != nil {
		t.Error(diff, err)
	}
	page, err := kb.Render(a, kb.Rendering{})
	if err != nil || len(page.Dead) != 6-1 {
		t.Errorf("rendered without other articles: %v, %v", page.Dead, err)
	}
}
