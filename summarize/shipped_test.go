package summarize_test

import (
	"context"
	"io/fs"
	"strconv"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
	"github.com/deskbook/deskbook/retrieval"
)

// shipped is the shipped knowledge base with the real ranking.
type shipped struct {
	*retrieval.Engine
	articles map[string]kb.Article
}

func newShipped(t *testing.T) *shipped {
	t.Helper()
	source := eval.NewSnapshot()
	s := &shipped{articles: map[string]kb.Article{}}
	fsys := content.ArticlesFS()
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, path)
		if err != nil {
			return err
		}
		a, err := format.Read(path, data)
		if err != nil {
			return err
		}
		a.ID, a.Revision = a.Slug, 1
		for i := range a.Passages {
			a.Passages[i].ID = a.Slug + "." + strconv.Itoa(i+1)
		}
		s.articles[a.ID] = a
		source.PutArticles(a)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Engine, err = retrieval.Open(context.Background(), retrieval.Options{Dir: t.TempDir(), Source: source})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shipped) Article(_ context.Context, ref string, vis kb.Visibility) (kb.Article, error) {
	if a, ok := s.articles[ref]; ok && vis.Allows(a) {
		return a, nil
	}
	return kb.Article{}, fault.New(fault.NotFound, "no article %s", ref)
}

func (s *shipped) Drafts(context.Context, kb.DraftFilter) (kb.DraftPage, error) {
	return kb.DraftPage{}, nil
}

func requester() kb.Visibility {
	return kb.VisibleTo(access.Actor{ID: "u_req", Roles: []access.Role{access.Requester}})
}

// What the shipped articles answer and what must be refused.
func TestAnswerShipped(t *testing.T) {
	s := newShipped(t)
	w := over(s)
	tests := []struct {
		question string
		vis      kb.Visibility
		cites    string // "" for a refusal
		holds    string // in one of the sentences
		lacks    string
	}{
		{"How do I get access to a shared folder?", requester(), "request-access-to-folder-or-app", "Open a ticket", ""},
		{"How do I get access to a shared folder?", visitor(), "", "", ""},
		{
			"I forgot my password, how do I reset it?", visitor(), "forgotten-password-or-locked-account",
			"Choose a new password", "",
		},
		{"My disk is full, what can I delete?", visitor(), "disk-full", "Temporary files", ""},
		{"Where can I park my bicycle?", visitor(), "", "", ""},
		{"What is the menu of the canteen today?", requester(), "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.question, func(t *testing.T) {
			a, err := w.Answer(t.Context(), tt.question, tt.vis)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, x := range a.Sentences {
				said = append(said, x.Text)
				for _, c := range x.Citations {
					if art, ok := s.articles[c.Article]; !ok || !tt.vis.Allows(art) {
						t.Errorf("cites %s, which the reader must not see", c.Article)
					}
				}
			}
			text := strings.Join(said, "\n")
			switch {
			case tt.cites == "" && !a.Refused:
				t.Errorf("answers from %s:\n%s", a.Sentences[0].Citations[0].Article, text)
			case tt.cites != "" && a.Refused:
				t.Errorf("refuses: %s; nearest %v", a.Reason, a.Nearest)
			case tt.cites != "" && a.Sentences[0].Citations[0].Article != tt.cites:
				t.Errorf("cites %s first:\n%s", a.Sentences[0].Citations[0].Article, text)
			case !strings.Contains(text, tt.holds) || tt.lacks != "" && strings.Contains(text, tt.lacks):
				t.Errorf("says:\n%s", text)
			}
		})
	}
}
