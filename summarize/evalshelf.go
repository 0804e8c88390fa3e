package summarize

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// shelf is a knowledge base of labelled articles with the ranking on it, in a
// temporary folder. It is the Finder and the Library of a measurement.
type shelf struct {
	*retrieval.Engine
	source   *retrieval.Snapshot
	dir      string
	articles map[string]kb.Article
	// hidden are articles that are as if they did not exist: a question whose only
	// sources are hidden has no answer.
	hidden map[string]bool
	// open lets every hit pass as above the floor: what the floor would have refused is
	// counted afterwards, for every floor at once.
	open bool
}

func newShelf(ctx context.Context, sets ...[]kb.Article) (_ *shelf, err error) {
	s := &shelf{articles: map[string]kb.Article{}, source: retrieval.NewSnapshot()}
	for _, set := range sets {
		for _, a := range set {
			if _, taken := s.articles[a.ID]; taken {
				continue
			}
			s.articles[a.ID] = a
			s.source.PutArticles(a)
		}
	}
	if s.dir, err = os.MkdirTemp("", "deskbook-eval-"); err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	if s.Engine, err = retrieval.Open(ctx, retrieval.Options{Dir: s.dir, Source: s.source}); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.CatchUp(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *shelf) close() error { return errors.Join(s.Engine.Close(), os.RemoveAll(s.dir)) }

// Search hides what is hidden and, when open, the floor.
func (s *shelf) Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error) {
	want := q.Limit
	q.Limit = min(50, want+len(s.hidden))
	r, err := s.Engine.Search(ctx, q)
	if err != nil {
		return r, err
	}
	r.Hits = s.visible(r.Hits)
	r.Hits = r.Hits[:min(want, len(r.Hits))]
	r.BelowFloor = !s.open && (len(r.Hits) == 0 || r.Hits[0].Score < s.Floor())
	return r, nil
}

// Suggest hides what is hidden.
func (s *shelf) Suggest(ctx context.Context, r desk.SuggestRequest) (desk.Suggestions, error) {
	out, err := s.Engine.Suggest(ctx, r)
	out.Articles = s.visible(out.Articles)
	return out, err
}

func (s *shelf) visible(hits []desk.ArticleHit) []desk.ArticleHit {
	return slices.DeleteFunc(hits, func(h desk.ArticleHit) bool { return s.hidden[h.Article.ID] })
}

// Article finds by id or slug.
func (s *shelf) Article(_ context.Context, ref string, vis kb.Visibility) (kb.Article, error) {
	if a, ok := s.articles[ref]; ok && vis.Allows(a) {
		return a, nil
	}
	return kb.Article{}, fault.New(fault.NotFound, "no article %s", ref)
}

// Drafts has none: a measurement judges every thread on its own.
func (s *shelf) Drafts(context.Context, kb.DraftFilter) (kb.DraftPage, error) {
	return kb.DraftPage{}, nil
}

// sight is what a measurement may read: everything.
func sight() kb.Visibility {
	return kb.Visibility{
		Audiences:   []access.Audience{access.Internal, access.Customer, access.AudiencePublic},
		Confidences: []kb.Confidence{kb.WIP, kb.NotValidated, kb.Validated},
	}
}
