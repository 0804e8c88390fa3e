package kb

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// maxComment bounds a reader's remark, in runes.
const maxComment = 2000

// Feedback is what a reader thinks of an article. It is the data of a "rated"
// event of the article.
type Feedback struct {
	Helped   bool   `json:"helped"`
	Comment  string `json:"comment,omitempty"`
	Revision int    `json:"revision"` // the revision that was current; set by Rate
}

// Ratings counts readers by what they said.
type Ratings struct {
	Helped int `json:"helped"`
	DidNot int `json:"did_not"`
}

// Rate records a reader's feedback on an article that they may see. Visitors may say
// whether it helped; only signed-in readers may leave a comment.
func (s *Service) Rate(ctx context.Context, actor access.Actor, ref string, f Feedback) error {
	a, err := s.Article(ctx, actor, ref)
	if err != nil {
		return err
	}
	f.Comment = strings.TrimSpace(f.Comment)
	switch {
	case f.Comment != "" && !actor.Known():
		return fault.New(fault.Unauthenticated, "log in to leave a comment")
	case !utf8.ValidString(f.Comment) || strings.ContainsRune(f.Comment, 0):
		return fault.InvalidField("comment", "is not valid text")
	case utf8.RuneCountInString(f.Comment) > maxComment:
		return fault.InvalidField("comment", "must not be longer than %d characters", maxComment)
	}
	f.Revision = a.Revision
	now := s.Clock()
	entry := articleEntry(now, actor, "rated", a.ID, f)
	if !actor.Known() {
		entry.Changes = nil // visitors can vote as often as they like, so their votes do not affect ranking
	}
	if err := s.store.RateArticle(ctx, a.ID, actor.ID, f, now, entry); err != nil {
		return fmt.Errorf("rate article %s: %w", a.ID, err)
	}
	return nil
}
