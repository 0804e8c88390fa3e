package eval

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// library is a knowledge base of labelled articles with the ranking over it, in a temporary
// folder. It is the Finder and the Library of a measurement.
type library struct {
	*retrieval.Engine
	source   *Snapshot
	dir      string
	articles map[string]kb.Article
	// open treats every hit as above the floor: what a floor would have refused is counted
	// afterwards, for all floors at once.
	open bool
}

func newLibrary(ctx context.Context, sets ...[]kb.Article) (_ *library, err error) {
	s := &library{articles: map[string]kb.Article{}, source: NewSnapshot()}
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

func (s *library) close() error { return errors.Join(s.Engine.Close(), os.RemoveAll(s.dir)) }

// Search is the engine's, which refuses nothing when open.
func (s *library) Search(ctx context.Context, q retrieval.Query) (retrieval.Results, error) {
	r, err := s.Engine.Search(ctx, q)
	r.BelowFloor = r.BelowFloor && !s.open
	return r, err
}

// Floor is the ranking's, or none when open.
func (s *library) Floor() float64 {
	if s.open {
		return 0
	}
	return s.Engine.Floor()
}

// Article returns an article by its id.
func (s *library) Article(_ context.Context, ref string, vis kb.Visibility) (kb.Article, error) {
	if a, ok := s.articles[ref]; ok && vis.Allows(a) {
		return a, nil
	}
	return kb.Article{}, fault.New(fault.NotFound, "no article %s", ref)
}

// Drafts returns none: each thread is measured on its own.
func (s *library) Drafts(context.Context, kb.DraftFilter) (kb.DraftPage, error) {
	return kb.DraftPage{}, nil
}
