package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// names tests how the names by which links find articles are saved and found.
func names(t *testing.T, fresh func(t *testing.T) Opener) {
	named := func(t *testing.T, s *store.Store, vis kb.Visibility, name string) []kb.Target {
		t.Helper()
		found, err := s.Named(t.Context(), []string{"path:none", name}, vis)
		must(t, err)
		wantEqual(t, len(found["path:none"]), 0)
		return found[name]
	}

	t.Run("every name leads to what a link needs", func(t *testing.T) {
		s := fresh(t)(t)
		a := article("a_1", 1)
		a.Path, a.Locale, a.SupersededBy = "docs/VPN/index.md", "de-AT", "a_2"
		a.Headings = []kb.Heading{{Level: 2, Text: "First", Anchor: "h-first", Names: []string{"first"}}, {Anchor: "h-b"}}
		saveArticle(t, s, a)
		want := kb.TargetOf(a)
		for _, name := range a.Names() {
			wantEqual(t, named(t, s, all, name), []kb.Target{want})
		}
	})

	t.Run("the links between all articles", func(t *testing.T) {
		s := fresh(t)(t)
		a := article("a_1", 1)
		a.Path, a.Front, a.Markdown = "old.md", "---\nx: y\n---\n", "Text"
		a.Headings, a.References = []kb.Heading{}, []kb.Reference{{Line: 1, To: "other.md"}}
		saveArticle(t, s, a)
		a.Revision, a.Path = 2, "new.md"
		saveArticle(t, s, a)
		got, err := s.Links(t.Context())
		must(t, err)
		wantEqual(t, got.Articles, []kb.Article{{
			ID: a.ID, Slug: a.Slug, Path: a.Path, Locale: a.Locale, Audience: a.Audience, Confidence: a.Confidence,
			Front: a.Front, Headings: a.Headings, References: a.References,
		}})
		var former []string
		for _, n := range got.Names {
			wantEqual(t, n.Article, a.ID)
			if n.Former {
				former = append(former, n.Name)
			}
		}
		wantEqual(t, former, []string{"name:old", "path:old"})
		wantEqual(t, len(got.Names), len(a.Names())+len(former))
	})

	t.Run("headings that are not known are not an empty list", func(t *testing.T) {
		s := fresh(t)(t)
		unknown, none := article("a_1", 1), article("a_2", 1)
		none.Headings = []kb.Heading{}
		saveArticle(t, s, unknown)
		saveArticle(t, s, none)
		wantEqual(t, named(t, s, all, "slug:slug-a_1")[0].Unread, true)
		wantEqual(t, named(t, s, all, "slug:slug-a_2")[0].Unread, false)
	})

	t.Run("a former name still leads to the article", func(t *testing.T) {
		s := fresh(t)(t)
		a := article("a_1", 1)
		a.Path = "old.md"
		saveArticle(t, s, a)
		a.Revision, a.Path = 2, "new.md"
		saveArticle(t, s, a)
		wantEqual(t, named(t, s, all, "path:old")[0].Former, true)
		wantEqual(t, named(t, s, all, "path:new")[0].Former, false)
		a.Revision, a.Path = 3, "old.md"
		saveArticle(t, s, a)
		wantEqual(t, named(t, s, all, "path:old")[0].Former, false)
		wantEqual(t, named(t, s, all, "path:new")[0].Former, true)
	})

	t.Run("a name of several articles leads to each that the reader may see", func(t *testing.T) {
		s := fresh(t)(t)
		for i, audience := range all.Audiences {
			a := article(fmt.Sprintf("a_%d", i), 1)
			a.Title, a.Audience = "The same", audience
			saveArticle(t, s, a)
		}
		wantEqual(t, len(named(t, s, all, "name:the-same")), 3)
		public := kb.Visibility{Audiences: []access.Audience{access.AudiencePublic}, Confidences: all.Confidences}
		got := named(t, s, public, "name:the-same")
		wantEqual(t, len(got), 1)
		wantEqual(t, got[0].Audience, access.AudiencePublic)
	})

	t.Run("many names are found at once", func(t *testing.T) {
		s := fresh(t)(t)
		var batch []kb.Article
		var wanted []string
		for i := range 1000 {
			a := article(fmt.Sprintf("a_%d", i), 1)
			batch, wanted = append(batch, a), append(wanted, "slug:"+a.Slug)
		}
		must(t, s.SaveArticles(t.Context(), batch, journal.Entry{}))
		found, err := s.Named(t.Context(), slices.Concat(wanted, []string{"slug:none"}), all)
		must(t, err)
		wantEqual(t, len(found), len(wanted))
	})
}
