package web_test

import (
	"context"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// Render renders a text whose links lead to the articles of the fake.
func (f *fakeKnowledge) Render(ctx context.Context, a access.Actor, text kb.Article, omitTitle bool) (kb.Page, error) {
	return kb.Render(text, kb.Rendering{OmitTitle: omitTitle, Find: func(names []string) (map[string][]kb.Target, error) {
		found := map[string][]kb.Target{}
		for _, name := range names {
			if linked, err := f.Article(ctx, a, name[len("slug:"):]); err == nil {
				found[name] = []kb.Target{kb.TargetOf(linked)}
			}
		}
		return found, nil
	}})
}
