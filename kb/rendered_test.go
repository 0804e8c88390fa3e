package kb_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// TestRenderedPagesAreCurrent: a page that was rendered before is what rendering would make
// now, for each reader, after every change of what it links to.
func TestRenderedPagesAreCurrent(t *testing.T) {
	b := newBench()
	from := b.article(t, kb.NewArticleInput{
		Title: "Start", Slug: "start", Audience: access.AudiencePublic, Confidence: kb.Validated,
		Markdown: "See [the rules](/articles/rules#later) and [nothing](/articles/nowhere).\n\n## Here\n\nText.\n",
	})
	linked := func(reader access.Actor) bool {
		t.Helper()
		var last kb.Page
		for i := range 3 {
			p, err := b.Render(t.Context(), reader, from, false)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 {
				if diff := cmp.Diff(last, p); diff != "" {
					t.Error(diff)
				}
			}
			last = p
		}
		return strings.Contains(last.HTML, `href="/articles/rules`)
	}
	want := func(what string, reader access.Actor, want bool) {
		t.Helper()
		if got := linked(reader); got != want {
			t.Errorf("%s: the link leads to the rules: %v, want %v", what, got, want)
		}
	}
	want("before", manager, false)
	want("before", visitor, false)
	rules := b.article(t, kb.NewArticleInput{
		Title: "Rules", Slug: "rules", Audience: access.Internal, Confidence: kb.Validated,
		Markdown: "Rules.\n\n## Later\n\nText.\n",
	})
	want("internal", manager, true)
	want("internal", visitor, false)
	opened, err := b.Update(t.Context(), manager, rules.ID, 1, kb.Patch{Audience: ptr(access.AudiencePublic)})
	if err != nil {
		t.Fatal(err)
	}
	want("public", visitor, true)
	closed, err := b.Update(t.Context(), manager, opened.ID, 2, kb.Patch{Audience: ptr(access.Internal)})
	if err != nil || closed.Revision != 3 {
		t.Fatal(closed.Revision, err)
	}
	want("internal again", visitor, false)
	from.Markdown = "No link any more.\n"
	want("another text", manager, false)
}

// TestRenderedOnceAtATime: many who ask for a page at the same time get the same one.
func TestRenderedOnceAtATime(t *testing.T) {
	b := newBench()
	a := b.article(t, kb.NewArticleInput{
		Title: "Long", Audience: access.AudiencePublic, Confidence: kb.Validated,
		Markdown: strings.Repeat("# A heading\n\nText.\n\n", 5000),
	})
	want, err := kb.Render(a, kb.Rendering{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			p, err := b.Render(t.Context(), visitor, a, false)
			if err != nil || p.HTML != want.HTML {
				t.Errorf("%d bytes, %v; want %d", len(p.HTML), err, len(want.HTML))
			}
		})
	}
	wg.Wait()
}

// BenchmarkRenderAgain is the view of a page with 100,000 headings after the first.
func BenchmarkRenderAgain(b *testing.B) {
	bench := newBench()
	a := kb.Article{Markdown: strings.Repeat("# A\n\nx\n\n", 100_000)}
	for b.Loop() {
		if _, err := bench.Render(b.Context(), visitor, a, true); err != nil {
			b.Fatal(err)
		}
	}
}
