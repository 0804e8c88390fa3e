package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

func articles(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("every field of a revision is saved", func(t *testing.T) {
		s := fresh(t)(t)
		ctx := t.Context()
		first, second := filled[kb.Article](), filled[kb.Article]()
		first.Ratings, second.Ratings = kb.Ratings{}, kb.Ratings{} // counted from the ratings of readers
		first.Revision, first.Title = 1, "The first title"
		second.Revision = 2
		first.Files, second.Files = putFiles(t, s, "one", "two"), putFiles(t, s, "two", "three")
		vis := kb.Visibility{Audiences: []access.Audience{first.Audience}, Confidences: []kb.Confidence{first.Confidence}}
		saveArticle(t, s, first)
		saveArticle(t, s, second)
		for _, ref := range []string{second.ID, second.Slug} {
			got, err := s.Article(ctx, ref, vis)
			must(t, err)
			wantEqual(t, got, second)
		}
		got, err := s.ArticleRevision(ctx, first.ID, 1, vis)
		must(t, err)
		wantEqual(t, got, first)
		indexed, err := s.IndexArticles(ctx, []string{"unknown", second.ID, second.ID})
		must(t, err)
		wantEqual(t, indexed, []kb.Article{second})
		page, err := s.Articles(ctx, kb.ArticleFilter{Visibility: vis})
		must(t, err)
		wantEqual(t, page, kb.ArticlePage{Articles: []kb.Article{second}})
		revisions, err := s.ArticleRevisions(ctx, first.ID, vis)
		must(t, err)
		for _, a := range []*kb.Article{&first, &second} {
			a.Markdown, a.Front, a.Passages, a.Headings, a.Files = "", "", nil, nil, nil
		}
		wantEqual(t, revisions, []kb.Article{second, first})
		index, err := s.ImportIndex(ctx)
		must(t, err)
		wantEqual(t, index, []kb.ImportState{{
			ID: second.ID, Slug: second.Slug, Path: second.Path, Hash: second.Hash, Title: second.Title,
			Locale: second.Locale, Confidence: second.Confidence, Revision: 2, Origin: second.Origin,
		}})
	})

	t.Run("what does not exist is not found", func(t *testing.T) {
		s := fresh(t)(t)
		saveArticle(t, s, article("a_1", 1))
		_, err := s.Article(t.Context(), "a_2", all)
		wantKind(t, err, fault.NotFound)
		_, err = s.ArticleRevision(t.Context(), "a_1", 2, all)
		wantKind(t, err, fault.NotFound)
		_, err = s.ArticleRevisions(t.Context(), "a_2", all)
		wantKind(t, err, fault.NotFound)
		wantKind(t, s.SaveArticles(t.Context(), []kb.Article{article("a_9", 2)}, journal.Entry{}), fault.NotFound)
	})

	t.Run("a revision follows the stored one", func(t *testing.T) {
		s := fresh(t)(t)
		saveArticle(t, s, article("a_1", 1))
		for _, revision := range []int{1, 3, 7} {
			wantKind(t, s.SaveArticles(t.Context(), []kb.Article{article("a_1", revision)}, journal.Entry{}), fault.Conflict)
		}
		wantKind(t, s.SaveArticles(t.Context(), []kb.Article{article("a_1", 0)}, journal.Entry{}), fault.Invalid)
		err := s.SaveArticles(t.Context(), []kb.Article{article("a_1", 3)}, journal.Entry{})
		if err == nil || !strings.Contains(err.Error(), "revision 1") {
			t.Errorf("the conflict does not mention the current revision: %v", err)
		}
		saveArticle(t, s, article("a_1", 2))
	})

	t.Run("only one of several writers of a revision wins", func(t *testing.T) {
		opener := fresh(t)
		one, two := opener(t), opener(t)
		saveArticle(t, one, article("a_1", 1))
		errs := make([]error, 8)
		together(len(errs), func(i int) {
			s := one
			if i%2 == 1 {
				s = two
			}
			errs[i] = s.SaveArticles(t.Context(), []kb.Article{article("a_1", 2)}, journal.Entry{})
		})
		oneWinner(t, errs)
	})

	t.Run("a slug belongs to one article", func(t *testing.T) {
		s := fresh(t)(t)
		saveArticle(t, s, article("a_1", 1))
		thief := article("a_2", 1)
		thief.Slug = "slug-a_1"
		wantKind(t, s.SaveArticles(t.Context(), []kb.Article{thief}, journal.Entry{}), fault.Conflict)
		saveArticle(t, s, article("a_2", 1))
		thief.Revision = 2
		wantKind(t, s.SaveArticles(t.Context(), []kb.Article{thief}, journal.Entry{}), fault.Conflict)
	})

	t.Run("articles can swap slugs in one write", func(t *testing.T) {
		s := fresh(t)(t)
		saveArticle(t, s, article("a_1", 1))
		saveArticle(t, s, article("a_2", 1))
		a, b := article("a_1", 2), article("a_2", 2)
		a.Slug, b.Slug = b.Slug, a.Slug
		must(t, s.SaveArticles(t.Context(), []kb.Article{a, b}, journal.Entry{}))
		got, err := s.Article(t.Context(), "slug-a_1", all)
		must(t, err)
		wantEqual(t, got, b)
	})

	t.Run("an id wins over a slug", func(t *testing.T) {
		s := fresh(t)(t)
		lookalike := article("a_1", 1)
		lookalike.Slug = "a_2"
		saveArticle(t, s, lookalike)
		saveArticle(t, s, article("a_2", 1))
		got, err := s.Article(t.Context(), "a_2", all)
		must(t, err)
		wantEqual(t, got.ID, "a_2")
	})

	t.Run("a batch is written completely or not at all", func(t *testing.T) {
		s := fresh(t)(t)
		saveArticle(t, s, article("a_5", 1))
		before := state(t.Context(), t, s)
		batch := []kb.Article{article("a_4", 1), article("a_5", 2), article("a_6", 3)}
		err := s.SaveArticles(t.Context(), batch, entry(journal.Article, "a_4", "published"))
		wantKind(t, err, fault.NotFound)
		wantEqual(t, state(t.Context(), t, s), before)
	})

	t.Run("times are saved to the microsecond and zero stays zero", func(t *testing.T) {
		s := fresh(t)(t)
		a := article("a_1", 1)
		a.CreatedAt = time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
		a.UpdatedAt = time.Date(2026, 7, 1, 2, 3, 4, 5678, time.FixedZone("", 3600))
		a.ReviewBy = time.Time{}
		a.ValidatedAt = time.Date(2025, 2, 28, 23, 59, 59, 1000, time.UTC)
		saveArticle(t, s, a)
		got, err := s.Article(t.Context(), "a_1", all)
		must(t, err)
		a.UpdatedAt = a.UpdatedAt.UTC().Truncate(time.Microsecond)
		wantEqual(t, got, a)
		if got.UpdatedAt.Location() != time.UTC {
			t.Errorf("times are in %v, want UTC", got.UpdatedAt.Location())
		}
	})

	t.Run("filters", articleFilters(fresh))
}

func articleFilters(fresh func(t *testing.T) Opener) func(t *testing.T) {
	return func(t *testing.T) {
		s := fresh(t)(t)
		a, b, c := article("a_1", 1), article("a_2", 1), article("a_3", 1)
		a.Kind, a.Service, a.Owner, a.Tags = kb.FAQ, "mail", "team", []string{"100%", "vpn"}
		b.Tags, b.UpdatedAt = []string{"vpn", "vpn"}, noon.Add(time.Hour)
		for _, x := range []kb.Article{a, b, c} {
			saveArticle(t, s, x)
		}
		cases := []struct {
			name   string
			filter kb.ArticleFilter
			want   []string
		}{
			{"none", kb.ArticleFilter{}, []string{"a_1", "a_2", "a_3"}},
			{"kind", kb.ArticleFilter{Kind: kb.FAQ}, []string{"a_1"}},
			{"service", kb.ArticleFilter{Service: "mail"}, []string{"a_1"}},
			{"owner", kb.ArticleFilter{Owner: "team"}, []string{"a_1"}},
			{"tag", kb.ArticleFilter{Tag: "vpn"}, []string{"a_1", "a_2"}},
			{"a tag is not a pattern", kb.ArticleFilter{Tag: "%"}, nil},
			{"after", kb.ArticleFilter{After: "a_1"}, []string{"a_2", "a_3"}},
			{"newest", kb.ArticleFilter{Newest: true}, []string{"a_2", "a_3", "a_1"}},
			{"newest of all", kb.ArticleFilter{Newest: true, Limit: 1}, []string{"a_2"}},
		}
		for _, x := range cases {
			t.Run(x.name, func(t *testing.T) {
				x.filter.Visibility = all
				page, err := s.Articles(t.Context(), x.filter)
				must(t, err)
				var ids []string
				for _, a := range page.Articles {
					ids = append(ids, a.ID)
				}
				wantEqual(t, ids, x.want)
				wantEqual(t, page.Next, "")
			})
		}
		a.Revision, a.Tags = 2, []string{"wifi"}
		saveArticle(t, s, a)
		page, err := s.Articles(t.Context(), kb.ArticleFilter{Visibility: all, Tag: "vpn"})
		must(t, err)
		wantEqual(t, len(page.Articles), 1)
	}
}

// oneWinner checks that one error is nil and all others are conflicts.
func oneWinner(t *testing.T, errs []error) {
	t.Helper()
	var won int
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantKind(t, err, fault.Conflict)
	}
	wantEqual(t, won, 1)
}
