package summarize_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/draft"
)

// base is a knowledge base in memory, the Finder and Library of the tests. It ranks
// articles in their order and applies the visibility like the engine.
type base struct {
	articles []kb.Article
	scores   map[string]float64
	answers  map[string]float64 // log odds by who read the article with the question
	drafts   []kb.Draft
	below    bool
	err      error
	asked    []kb.Visibility
}

func article(id, title, markdown string) kb.Article {
	a := kb.Article{
		ID: id, Slug: id, Title: title, Revision: 3, Kind: kb.Troubleshooting, Confidence: kb.Validated,
		Audience: access.AudiencePublic, Markdown: markdown,
	}
	a.Passages = kb.SplitPassages(id, markdown, nil)
	return a
}

func ref(a kb.Article) desk.ArticleRef {
	return desk.ArticleRef{ID: a.ID, Slug: a.Slug, Title: a.Title, Revision: a.Revision, URL: "/articles/" + a.Slug}
}

func (b *base) hits(vis kb.Visibility) []desk.ArticleHit {
	b.asked = append(b.asked, vis)
	var out []desk.ArticleHit
	for _, a := range b.articles {
		if vis.Allows(a) {
			h := desk.ArticleHit{Article: ref(a), Score: b.scores[a.ID]}
			if odds, ok := b.answers[a.ID]; ok {
				h.Answers = &odds
			}
			out = append(out, h)
		}
	}
	return out
}

func (b *base) Search(_ context.Context, q retrieval.Query) (retrieval.Results, error) {
	return retrieval.Results{Hits: b.hits(q.Visibility), BelowFloor: b.below}, b.err
}

func (b *base) Suggest(_ context.Context, r desk.SuggestRequest) (desk.Suggestions, error) {
	return desk.Suggestions{Articles: b.hits(r.Visibility)}, b.err
}

func (b *base) Passages(
	_ context.Context, text string, vis kb.Visibility, ids []string, n int,
) ([]retrieval.PassageHit, error) {
	var out []retrieval.PassageHit
	for _, a := range b.articles {
		if !slices.Contains(ids, a.ID) || !vis.Allows(a) {
			continue
		}
		for _, p := range a.Passages {
			score := 0.0
			for _, w := range strings.Fields(strings.ToLower(text)) {
				if strings.Contains(strings.ToLower(p.Text), strings.Trim(w, "?.,")) {
					score += 0.1
				}
			}
			out = append(out, retrieval.PassageHit{Article: ref(a), Passage: p, Score: min(score, 1)})
		}
	}
	return out[:min(n, len(out))], b.err
}

func (b *base) Article(_ context.Context, id string, vis kb.Visibility) (kb.Article, error) {
	for _, a := range b.articles {
		if a.ID == id && vis.Allows(a) {
			return a, nil
		}
	}
	return kb.Article{}, fault.New(fault.NotFound, "no article %s", id)
}

func (b *base) Drafts(_ context.Context, f kb.DraftFilter) (kb.DraftPage, error) {
	var page kb.DraftPage
	for _, d := range b.drafts {
		if d.Status == f.Status && (f.ArticleID == "" || d.ArticleID == f.ArticleID) {
			page.Drafts = append(page.Drafts, d)
		}
	}
	return page, b.err
}

// fakeModel replies with fixed texts, one a call, repeating the last.
type fakeModel struct {
	replies []ask.Reply
	errs    []error
	asked   []ask.Request
}

func (m *fakeModel) Complete(_ context.Context, r ask.Request) (ask.Reply, error) {
	i := len(m.asked)
	m.asked = append(m.asked, r)
	if len(m.errs) > 0 {
		if err := m.errs[min(i, len(m.errs)-1)]; err != nil {
			return ask.Reply{}, err
		}
	}
	if len(m.replies) == 0 {
		return ask.Reply{}, errors.New("no reply")
	}
	reply := m.replies[min(i, len(m.replies)-1)]
	piece := max(13, len(reply.Text)/10_000)
	for from := 0; r.Partial != nil && from < len(reply.Text); from += piece {
		r.Partial(reply.Text[from:min(len(reply.Text), from+piece)])
	}
	return reply, nil
}

func says(texts ...string) *fakeModel {
	m := &fakeModel{}
	for _, t := range texts {
		m.replies = append(m.replies, ask.Reply{Text: t, Model: "test-model", PromptTokens: 10, CompletionTokens: 5})
	}
	return m
}

func visitor() kb.Visibility { return kb.VisibleTo(access.Actor{}) }

// ledger is a ledger in memory that records calls, or refuses them with err.
type ledger struct {
	reserved []ask.Call
	settled  []ask.Call
	err      error
}

func (l *ledger) Reserve(_ context.Context, c ask.Call) (int64, error) {
	if l.err != nil {
		return 0, l.err
	}
	l.reserved = append(l.reserved, c)
	return int64(len(l.reserved)), nil
}

func (l *ledger) Settle(_ context.Context, c ask.Call) { l.settled = append(l.settled, c) }

// extractive returns a writer with neither a model nor a knowledge base.
func extractive() *summarize.Writer { return summarize.New(summarize.Deps{}) }

// over returns a writer without a model over a knowledge base.
func over(b knowledge) *summarize.Writer {
	return summarize.New(summarize.Deps{Search: b, Library: b})
}

// proposed returns the draft of an extractive writer, which must propose something.
func proposed(t *testing.T, ticket desk.Ticket) draft.Outcome {
	t.Helper()
	o, err := extractive().Draft(t.Context(), ticket)
	if err != nil || o.Proposal == nil {
		t.Fatalf("%+v, %v", o, err)
	}
	return o
}

// knowledge is a knowledge base that can be searched.
type knowledge interface {
	summarize.Finder
	summarize.Library
}

// checkText checks which parts a text has.
func checkText(t *testing.T, text string, wanted, unwanted []string) {
	t.Helper()
	for _, part := range wanted {
		if !strings.Contains(text, part) {
			t.Errorf("lacks %q:\n%s", part, text)
		}
	}
	for _, part := range unwanted {
		if strings.Contains(text, part) {
			t.Errorf("contains %q:\n%s", part, text)
		}
	}
}
